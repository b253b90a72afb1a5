// Which way of choosing serves callers best while servers turn slow, fail fast and fall silent? All of them on the same seeded
// workloads, in simulated time; then eight routers, each with a view of its own. And what one choice costs.
import { cpus } from "node:os";
import { report, type Bar } from "./harness.js";
import { measureChoices } from "./support/choice-cost.js";
import { runRouting, type Chooser, type RoutingRun, type WindowName } from "./support/routing-run.js";
import { adaptive } from "../src/routing/strategies/adaptive.js";
import { fastestResponse } from "../src/routing/strategies/fastest-response.js";
import { leastLoaded } from "../src/routing/strategies/least-loaded.js";
import { random } from "../src/routing/strategies/random.js";
import { roundRobin } from "../src/routing/strategies/round-robin.js";

const SEEDS = 10;
/** Student's t for nine degrees of freedom, 95 %. */
const T_95 = 2.262;

const CHOOSERS: Readonly<Record<string, Chooser>> = {
  adaptive: { strategy: adaptive },
  nakedRoundRobin: { naked: "round_robin" },
  roundRobin: { strategy: roundRobin },
  leastWork: { naked: "least_work" },
  mostEven: { naked: "most_even" },
  random: { strategy: random },
  leastLoaded: { strategy: leastLoaded },
  fastestResponse: { strategy: fastestResponse },
};

const CLAIRVOYANT = ["leastWork", "mostEven"];

type Figures = Record<string, readonly number[]>;

function figuresOf(runs: readonly RoutingRun[]): Figures {
  const p99 = (name: WindowName): number[] => runs.map(({ windows }) => quantile(windows[name].latenciesMs, 0.99));
  const failedPct = (name: WindowName): number[] =>
    runs.map(({ windows }) => 100 * (1 - windows[name].answered / windows[name].calls));
  return {
    healthyP99Ms: p99("healthy"),
    slowP99Ms: p99("slow"),
    failingFailedPct: failedPct("failing"),
    lostFailedPct: failedPct("lost"),
    meanMs: runs.map(({ meanMs }) => meanMs),
    answeredPct: runs.map(({ answeredPct }) => answeredPct),
    retriesPct: runs.map(({ retriesPct }) => retriesPct),
    imbalance: runs.map(({ imbalance }) => imbalance),
    imbalanceOverall: runs.map(({ imbalanceOverall }) => imbalanceOverall),
  };
}

async function runsOf(chooser: Chooser, routers: number): Promise<Figures> {
  const runs: RoutingRun[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) runs.push(await runRouting(chooser, routers, seed));
  return figuresOf(runs);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function mean(values: readonly number[] = []): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Half of the 95 % interval of the mean over the seeds. */
function halfWidth(values: readonly number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return (T_95 * Math.sqrt(variance)) / Math.sqrt(values.length);
}

const absolute: Record<string, number> = {};
const results: Record<string, Figures> = {};
for (const routers of [1, 8]) {
  for (const [name, chooser] of Object.entries(CHOOSERS)) {
    const key = routers === 1 ? name : `${name}Of${routers}`;
    const figures = await runsOf(chooser, routers);
    results[key] = figures;
    for (const [figure, values] of Object.entries(figures)) {
      absolute[`${key}_${figure}`] = mean(values);
      absolute[`${key}_${figure}_halfWidth95`] = halfWidth(values);
    }
  }
}

const at = (chooser: string, figure: string): number => mean(results[chooser]?.[figure]);
// The clairvoyant ones are no strategies: they say what would be possible.
const realistic = Object.keys(CHOOSERS).filter((name) => !CLAIRVOYANT.includes(name));
const bestHealthyP99 = Math.min(...realistic.map((name) => at(name, "healthyP99Ms")));
const ratio = {
  healthyP99ToBest: at("adaptive", "healthyP99Ms") / bestHealthyP99,
  slowP99ToHealthy: at("adaptive", "slowP99Ms") / at("adaptive", "healthyP99Ms"),
  meanToProtectedRoundRobin: at("adaptive", "meanMs") / at("roundRobin", "meanMs"),
  answeredToNakedRoundRobin: at("adaptive", "answeredPct") / at("nakedRoundRobin", "answeredPct"),
  imbalanceOf8: at("adaptiveOf8", "imbalance"),
  imbalanceOf8Overall: at("adaptiveOf8", "imbalanceOverall"),
};
Object.assign(absolute, await measureChoices());
const bar: Record<string, Bar> = {
  healthyP99ToBest: { atMost: 1.05 },
  slowP99ToHealthy: { atMost: 1.5 },
  adaptive_failingFailedPct: { atMost: 0.5 },
  adaptive_lostFailedPct: { atMost: 0.1 },
  meanToProtectedRoundRobin: { atMost: 0.8 },
  answeredToNakedRoundRobin: { atLeast: 1.4 },
  imbalanceOf8: { atMost: 1.2 },
  choiceOf5Ns: { atMost: 300 },
  choiceOf20Ns: { atMost: 1000 },
  recordedChoiceOf20Ns: { atMost: 1500 },
};
report({ name: "routing", ratio, absolute: { ...absolute, cores: cpus().length }, bar });
