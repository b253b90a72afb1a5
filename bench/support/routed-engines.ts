// A router over real engine hosts, as a node wires them, without discovery or a bus: what a routed call costs by itself.
import { ActorTree } from "../../src/actors/actor-tree.js";
import { z } from "zod";
import { createBreaker } from "../../src/actors/breaker/breaker.js";
import { EngineHost, type EngineHostPorts } from "../../src/actors/engine-host/engine-host.js";
import { ResultBudget } from "../../src/actors/engine-host/result-budget.js";
import type { Caller } from "../../src/contracts/call.js";
import { defineEngine, operation } from "../../src/contracts/engine.js";
import type { Logger } from "../../src/contracts/logger.js";
import type { Pool } from "../../src/contracts/pool.js";
import { product } from "../../src/contracts/product.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { systemClock } from "../../src/kernel/system-clock.js";
import { Router } from "../../src/routing/router.js";
import type { RouterOptions } from "../../src/routing/router-options.js";

const SumRequest = product("bench.request", {
  version: 1,
  channel: "engineLogic",
  description: "Two numbers.",
  schema: z.object({ a: z.number(), b: z.number() }),
});

const Sum = product("bench.sum", {
  version: 1,
  channel: "engineLogic",
  description: "Their sum.",
  schema: z.object({ sum: z.number() }),
});

export async function add({ a, b }: { a: number; b: number }): Promise<{ sum: number }> {
  return { sum: a + b };
}

/** Of the engine below. */
export const OPERATION = "ADDER.add@1";

const adder = defineEngine({
  id: "ADDER",
  name: "Adder",
  version: "1.0.0",
  limits: { concurrency: 256, queue: 1024 },
  operations: [
    operation({
      name: "add",
      version: 1,
      needs: { request: SumRequest },
      gives: Sum,
      run: ({ request }) => add(request),
    }),
  ],
});

/** What a call of it is asked with. */
export const REQUEST = { kind: "operation", inputs: { [SumRequest.key]: { a: 1, b: 2 } } } as const;

export const quiet: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => quiet,
};

const noPool: Pool = {
  run: () => Promise.reject(new Error("this benchmark has no pool")),
  stats: () => ({ threads: 0, running: 0, queued: 0, completed: 0, failed: 0 }),
  close: () => Promise.resolve(),
};

export interface RoutedEngines {
  call(): Promise<unknown>;
  close(): void;
}

export interface Adders {
  readonly count: number;
  readonly nodeId: string;
  /** For what they call themselves: nothing. */
  readonly caller: Caller;
}

/** Running instances of one engine that adds two numbers. */
export async function startAdders({ count, nodeId, caller }: Adders): Promise<readonly EngineHost[]> {
  const ports: EngineHostPorts = {
    clock: systemClock,
    tree: new ActorTree({ clock: systemClock, onFailed: () => undefined }),
    results: new ResultBudget(),
    log: quiet,
    pool: noPool,
    caller: { call: (id, request, options) => caller.call(id, request, options), operationFor: () => "" },
    randomFor: (_, seed) => createRandom(seed),
    partnersOf: () => [],
    publish: () => undefined,
    openStreams: () => () => undefined,
    onChanged: () => undefined,
  };
  const hosts = Array.from(
    { length: count },
    (_, index) => new EngineHost({ definition: adder, instanceId: `ADDER.${index + 1}@${nodeId}`, nodeId, ports }),
  );
  for (const host of hosts) host.start();
  await new Promise((resolve) => setImmediate(resolve));
  return hosts;
}

/** A router over `count` running instances of one engine. */
export async function startRoutedEngines(
  count: number,
  records: RouterOptions["records"] = "all",
): Promise<RoutedEngines> {
  const router = new Router({
    clock: systemClock,
    random: createRandom(1),
    records,
    createBreaker: (gate) => createBreaker(gate, systemClock),
  });
  const caller: Caller = { call: (id, request, options) => router.call(id, request, options) };
  const hosts = await startAdders({ count, nodeId: "bench", caller });
  router.networkChanged(() =>
    hosts.map((host) => ({ link: host, lifecycle: host.lifecycle, operations: host.identity().operations })),
  );
  const options = { consumer: "BENCH.1@bench" };
  return {
    call: () => router.call(OPERATION, REQUEST, options),
    close: () => {
      router.close();
      for (const host of hosts) host.close();
    },
  };
}
