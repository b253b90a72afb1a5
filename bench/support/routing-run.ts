// One run of the routing workload: Poisson arrivals over simulated servers through one way of choosing, window by window.
import { createBreaker } from "../../src/actors/breaker/breaker.js";
import type { Random } from "../../src/contracts/random.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../src/kernel/virtual-clock.js";
import { Router } from "../../src/routing/router.js";
import type { Strategy } from "../../src/routing/strategy.js";
import { SERVICE_MS, SimulatedServer, type ServerState } from "./simulated-servers.js";

const LOAD = 0.6;
export const DEADLINE_MS = 250;
const OPERATION = "BENCH.serve@1";

export type WindowName = "healthy" | "slow" | "failing" | "lost" | "settling";

/** What the timetable does: a window's length, and which server is how meanwhile. */
const TIMETABLE: readonly (readonly [WindowName, seconds: number, server?: number, state?: ServerState])[] = [
  ["settling", 10],
  ["healthy", 30],
  ["slow", 30, 2, "slow"],
  ["settling", 15],
  ["failing", 20, 1, "failing"],
  ["settling", 15],
  ["lost", 20, 3, "lost"],
  ["settling", 10],
];

/** A way of choosing a server, with everything that a router does or with nothing else than a deadline. */
export type Chooser = { readonly strategy: Strategy } | { readonly naked: Naked };

/** The last two are clairvoyant: they see every server as it is at that moment. */
export type Naked = "round_robin" | "least_work" | "most_even";

export interface WindowResult {
  calls: number;
  answered: number;
  readonly latenciesMs: number[];
}

export interface RoutingRun {
  readonly windows: Readonly<Record<WindowName, WindowResult>>;
  /** Of all calls, windows between others included; a call that failed counts with its deadline. */
  readonly meanMs: number;
  readonly answeredPct: number;
  readonly retriesPct: number;
  /** Highest utilisation over mean utilisation of the servers: of each second of the healthy window, averaged. */
  readonly imbalance: number;
  /** The same of the whole healthy window at once: without what chance does to single seconds. */
  readonly imbalanceOverall: number;
}

export async function runRouting(chooser: Chooser, routers: number, seed: number): Promise<RoutingRun> {
  const clock = new VirtualClock();
  const random = createRandom(seed);
  const servers = SERVICE_MS.map((meanMs) => new SimulatedServer(meanMs, clock, random.fork(`S${meanMs}`)));
  const callers = Array.from({ length: routers }, (_, index) => callerOf(chooser, { clock, servers, random, index }));
  const tally = new Tally();
  let window: WindowName = "settling";
  let caller = 0;
  const arrivals = random.fork("arrivals");
  const perMs = LOAD * SERVICE_MS.reduce((sum, meanMs) => sum + 1 / meanMs, 0);
  let running = true;
  const arrive = (): void => {
    if (!running) return;
    const began = clock.nowMs();
    const into = tally.begin(window);
    void callers[(caller += 1) % callers.length]?.call().then(
      () => tally.answered(into, clock.nowMs() - began),
      () => tally.failed(),
    );
    clock.setTimeout(arrive, -Math.log(1 - arrivals.next()) / perMs);
  };
  arrive();
  for (const [name, seconds, server, state] of TIMETABLE) {
    window = name;
    if (server !== undefined) servers[server]?.become(state ?? "healthy");
    for (let second = 0; second < seconds; second += 1) {
      for (const each of servers) each.busyMs = 0;
      await clock.advance(1000);
      if (name === "healthy") tally.utilisation(servers.map(({ busyMs }) => busyMs / 1000));
    }
    if (server !== undefined) servers[server]?.become("healthy");
  }
  running = false;
  await clock.advance(2 * DEADLINE_MS);
  const retries = callers.reduce((sum, { retries }) => sum + retries(), 0);
  for (const { close } of callers) close();
  return tally.result(retries);
}

class Tally {
  readonly #windows: Record<WindowName, WindowResult> = {
    healthy: emptyWindow(),
    slow: emptyWindow(),
    failing: emptyWindow(),
    lost: emptyWindow(),
    settling: emptyWindow(),
  };
  readonly #imbalances: number[] = [];
  readonly #utilisations: number[] = SERVICE_MS.map(() => 0);
  #calls = 0;
  #answered = 0;
  #sumMs = 0;

  begin(name: WindowName): WindowResult {
    const window = this.#windows[name];
    window.calls += 1;
    this.#calls += 1;
    return window;
  }

  answered(window: WindowResult, latencyMs: number): void {
    window.answered += 1;
    window.latenciesMs.push(latencyMs);
    this.#answered += 1;
    this.#sumMs += latencyMs;
  }

  failed(): void {
    this.#sumMs += DEADLINE_MS;
  }

  utilisation(shares: readonly number[]): void {
    this.#imbalances.push(imbalanceOf(shares));
    for (const [server, share] of shares.entries())
      this.#utilisations[server] = (this.#utilisations[server] ?? 0) + share;
  }

  result(retries: number): RoutingRun {
    const mean = this.#imbalances.reduce((sum, each) => sum + each, 0) / this.#imbalances.length;
    return {
      windows: this.#windows,
      meanMs: this.#sumMs / this.#calls,
      answeredPct: (100 * this.#answered) / this.#calls,
      retriesPct: (100 * retries) / this.#calls,
      imbalance: mean,
      imbalanceOverall: imbalanceOf(this.#utilisations),
    };
  }
}

function imbalanceOf(shares: readonly number[]): number {
  return (Math.max(...shares) * shares.length) / shares.reduce((sum, share) => sum + share, 0);
}

function emptyWindow(): WindowResult {
  return { calls: 0, answered: 0, latenciesMs: [] };
}

interface CallerParts {
  readonly clock: VirtualClock;
  readonly servers: readonly SimulatedServer[];
  readonly random: Random;
  readonly index: number;
}

interface SimulatedCaller {
  readonly call: () => Promise<unknown>;
  readonly retries: () => number;
  readonly close: () => void;
}

function callerOf(chooser: Chooser, { clock, servers, random, index }: CallerParts): SimulatedCaller {
  if ("naked" in chooser) return nakedCaller(chooser.naked, { clock, servers, index });
  const router = new Router({
    clock,
    random: random.fork(`router ${index}`),
    strategy: chooser.strategy,
    createBreaker: (gate) => createBreaker(gate, clock),
  });
  router.networkChanged(() =>
    servers.map((link) => ({
      link,
      lifecycle: "running",
      operations: [{ id: OPERATION, gives: "bench.served@1", effects: false }],
    })),
  );
  const request = { kind: "operation", inputs: {} } as const;
  return {
    call: () => router.call(OPERATION, request, { consumer: "bench", deadlineMs: clock.nowMs() + DEADLINE_MS }),
    retries: () => router.counters.retries,
    close: () => {
      router.close();
    },
  };
}

/** Whatever they did before: a deadline, and nothing else. */
function nakedCaller(naked: Naked, { clock, servers, index }: Omit<CallerParts, "random">): SimulatedCaller {
  const choose = nakedChoice(naked, servers, index);
  const call = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => {
        reject(new Error("deadline"));
      }, DEADLINE_MS);
      const end = (settle: () => void) => {
        clock.clearTimeout(timer);
        settle();
      };
      // Nobody tells the server that the caller gave up: it serves what waits all the same.
      choose()?.send({
        ended: false,
        operationId: OPERATION,
        request: { kind: "operation", inputs: {} } as const,
        priority: "normal" as const,
        deadlineMs: clock.nowMs() + DEADLINE_MS,
        consumer: "bench",
        correlationId: "",
        sentMs: clock.nowMs(),
        onAbandoned: () => undefined,
        succeed: (value: unknown) => end(() => resolve(value)),
        fail: (error: Error) => end(() => reject(error)),
      });
    });
  return { call, retries: () => 0, close: () => undefined };
}

function nakedChoice(
  naked: Naked,
  servers: readonly SimulatedServer[],
  first: number,
): () => SimulatedServer | undefined {
  let turn = first;
  const costs = {
    /** Where the call is expected to end first. */
    least_work: ({ unfinishedMs, meanMs }: SimulatedServer): number => unfinishedMs + meanMs,
    /** Where the least was worked in this second so far, what waits included. */
    most_even: ({ unfinishedMs, busyMs }: SimulatedServer): number => busyMs + unfinishedMs,
  };
  if (naked === "round_robin") return () => servers[(turn += 1) % servers.length];
  const cost = costs[naked];
  return () =>
    servers
      .filter(({ state }) => state === "healthy")
      .reduce((least, server) => (cost(server) < cost(least) ? server : least));
}
