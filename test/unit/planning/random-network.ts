// Larger random networks that always have a plan: hub products, givers of one product that share most of their needs, needs
// that look downstream and so close cycles.
import type { PlannableOperation, PlanPreference, PlanRequest } from "../../../src/contracts/plan.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
