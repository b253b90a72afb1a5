// How long does a plan take, and how good is it? Over eighteen engines as they are meant to stand, and over a thousand
// operations, where the best cannot always be proven: then the plan states its gap to a bound that can.
import { PLAN_PREFERENCES, type Plan, type PlanPreference } from "../src/contracts/plan.js";
import { findPlan } from "../src/planning/find-plan.js";
import { quantile, report } from "./harness.js";
import { eighteenEngines } from "./support/eighteen-engines.js";
import { randomNetwork, type RandomNetwork } from "./support/random-network.js";

/**
 * Each network is planned over once a round, after one round of warm-up, and every plan counts: the percentiles are over all
 * of them, garbage collection and other work on the machine included. Of the fastest plan of each network, percentiles over
 * networks stand beside them: the same steps every time, so the difference is what disturbed the others.
 */
const LARGE_ROUNDS = 5;
const SMALL_ROUNDS_PER_LARGE = 5;
const ENGINE_SEEDS = 200;
const OPERATION_SEEDS = 60;
const THOUSAND = { operations: 1000, products: 180 };

interface Case extends RandomNetwork {
  readonly group: "engines18" | "operations1000";
  readonly preference: PlanPreference;
  readonly timesMs: number[];
  plan: Plan | undefined;
}

function casesOf(group: Case["group"], networks: readonly RandomNetwork[]): Case[] {
  return networks.flatMap(({ request, operations }) =>
    PLAN_PREFERENCES.map((preference) => {
      const preferring = { ...request, preference };
      return { group, preference, request: preferring, operations, timesMs: [], plan: undefined };
    }),
  );
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** As they stand when nothing was measured yet: all alike. */
function unmeasured({ request, operations }: RandomNetwork): RandomNetwork {
  const alike = { latencyMs: 10, reliability: 0.5, quality: 0.5 };
  return { request, operations: operations.map((operation) => ({ ...operation, ...alike })) };
}

function planOnce(one: Case): void {
  const began = performance.now();
  const outcome = findPlan(one.request, one.operations);
  one.timesMs.push(performance.now() - began);
  if (outcome.found) one.plan = outcome.plan;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const engines = casesOf("engines18", [unmeasured(eighteenEngines(0)), ...seeds(ENGINE_SEEDS).map(eighteenEngines)]);
const large = casesOf(
  "operations1000",
  seeds(OPERATION_SEEDS).map((seed) => randomNetwork(seed, THOUSAND)),
);

const [first] = engines;
if (first !== undefined) planOnce(first);
const firstPlanEverMs = first?.timesMs.pop() ?? Number.NaN;

for (const one of [...engines, ...large]) planOnce(one);
for (const one of [...engines, ...large]) one.timesMs.length = 0;
for (let round = 0; round < LARGE_ROUNDS; round += 1) {
  for (let inner = 0; inner < SMALL_ROUNDS_PER_LARGE; inner += 1) for (const one of engines) planOnce(one);
  for (const one of large) planOnce(one);
}

const absolute: Record<string, number> = { firstPlanEverMs };
for (const cases of [engines, large]) {
  const group = cases[0]?.group ?? "engines18";
  const times = cases.flatMap(({ timesMs }) => timesMs);
  const fastest = cases.map(({ timesMs }) => Math.min(...timesMs));
  absolute[`${group}P50Ms`] = quantile(times, 0.5);
  absolute[`${group}P99Ms`] = quantile(times, 0.99);
  absolute[`${group}FastestP50Ms`] = quantile(fastest, 0.5);
  absolute[`${group}FastestP99Ms`] = quantile(fastest, 0.99);
}
for (const preference of PLAN_PREFERENCES) {
  const plans = large.filter((one) => one.preference === preference).flatMap(({ plan }) => plan ?? []);
  const gaps = plans.map(({ gap }) => 100 * gap);
  absolute[`${preference}ProvenOptimalPct`] = 100 * mean(plans.map(({ optimal }) => (optimal ? 1 : 0)));
  absolute[`${preference}GapMeanPct`] = mean(gaps);
  absolute[`${preference}GapWorstPct`] = Math.max(...gaps);
}

const enginesProven = engines.every(({ plan }) => plan?.optimal === true);
const gapsStated = large.every(
  ({ plan }) =>
    plan !== undefined && (plan.optimal ? plan.gap === 0 : plan.gap > 0 && plan.lowerBound < plan.cost.total),
);

report({
  name: "planner",
  ratio: {},
  absolute,
  bar: { engines18P99Ms: { atMost: 1 }, operations1000P99Ms: { atMost: 20 } },
  pass: enginesProven && gapsStated,
});
