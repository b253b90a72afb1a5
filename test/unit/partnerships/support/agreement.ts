import type { Agreement } from "../../../../src/contracts/partnership.js";

/** As it is proposed, unless told otherwise. */
export function agreement(over: Partial<Agreement>): Agreement {
  return {
    id: "A.1@n>B.1@n#1.1",
    consumer: "A.1@n",
    consumerNode: "n",
    provider: "B.1@n",
    providerNode: "n",
    born: { incarnation: 1, ordinal: 1 },
    products: ["b@1"],
    terms: { latencyMs: 100, reliabilityPct: 99, basis: "usual" },
    relationship: "optional",
    priority: "normal",
    spare: false,
    phase: "proposed",
    strained: false,
    trust: { met: 0, missed: 0 },
    epoch: 1,
    by: "consumer",
    verb: "propose",
    reason: "",
    ...over,
  };
}
