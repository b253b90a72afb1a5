import { describe, expect, it } from "vitest";
import type { CallOptions, CallRequest, Cookbook, Need, Receipt, Recipe } from "../../../../src/contracts/call.js";
import { defineEngine, operation, type EngineDefinition } from "../../../../src/contracts/engine.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import { Left, Seed, Sum } from "../support/products.js";
import type { RecordedCall } from "../support/recorded-call.js";
import { TestHost, type TestHostOptions } from "../support/test-host.js";

const DOUBLE = "TEST_ENGINE.double@1";
const ORDER = "TEST_ENGINE.order@1";
const READ = "TEST_ENGINE.read@1";
const SEED: Need = { product: Seed.key, key: "seed" };
const empty: Cookbook = { facts: [], made: [] };

interface World {
  computed: number;
  output: unknown;
  asOf: number;
  hold: boolean;
  readonly release: (() => void)[];
}

function scripted(): { readonly world: World; readonly definition: EngineDefinition } {
  const world: World = { computed: 0, output: undefined, asOf: 1, hold: false, release: [] };
  const double = operation({
    name: "double",
    version: 1,
    needs: { seed: Seed },
    gives: Sum,
    run: ({ seed }) => {
      world.computed += 1;
      const output = (world.output ?? { n: 2 * seed.n }) as { n: number };
      return world.hold ? new Promise((resolve) => world.release.push(() => resolve(output))) : output;
    },
  });
  const order = { ...double, name: "order", effects: true };
  const read = operation({
    name: "read",
    version: 1,
    needs: { seed: Seed },
    gives: Left,
    pin: ({ n }) => ({ [Seed.key]: { n } }),
    run: () => ({ n: world.asOf }),
  });
  const definition = defineEngine({
    id: "TEST_ENGINE",
    name: "Test",
    version: "1.0.0",
    limits: { concurrency: 4, queue: 8 },
    create: () => ({ operations: [double, order, read] }),
  });
  return { world, definition };
}

async function started(options?: TestHostOptions): Promise<{ world: World; test: TestHost; ask: Ask }> {
  const { world, definition } = scripted();
  const test = await new TestHost(definition, options).started();
  const ask: Ask = (kind, recipe, { cookbook = facts(21), runId = "run-1", deadlineMs = 1e9 } = {}) =>
    test.send(recipe.operationId, { request: { kind, recipe, cookbook, runId }, deadlineMs });
  return { world, test, ask };
}

type Ask = (
  kind: "make" | "fetch",
  recipe: Recipe,
  how?: { cookbook?: Cookbook; runId?: string; deadlineMs?: number },
) => RecordedCall;

const doubled = (key: string): Recipe => ({ operationId: DOUBLE, key, needs: [SEED] });
const facts = (n: number): Cookbook => ({ ...empty, facts: [{ key: "seed", value: { n } }] });
const receiptOf = ({ value }: RecordedCall): Receipt => value as Receipt;

describe("making products", () => {
  it("computes once for all who ask at once, and reuses it for those who come later", async () => {
    const { world, test, ask } = await started();
    world.hold = true;
    const together = [ask("make", doubled("k")), ask("make", doubled("k")), ask("fetch", doubled("k"))];
    await test.settle();
    world.release[0]?.();
    await test.settle();
    const later = ask("make", doubled("k"), { runId: "run-2" });
    await test.settle();
    expect(world.computed).toBe(1);
    expect(together.map(({ value }) => value)).toEqual([
      { key: "k", instanceId: "TEST_ENGINE.1@a" },
      { key: "k", instanceId: "TEST_ENGINE.1@a" },
      { n: 42 },
    ]);
    expect(receiptOf(later)).toEqual({ key: "k", instanceId: "TEST_ENGINE.1@a", reusedFrom: "run-1" });
  });

  it("does not join what everybody has given up, and which may never settle", async () => {
    const { world, test, ask } = await started();
    world.hold = true;
    for (let times = 0; times < 2; times += 1) {
      const call = ask("make", doubled("k"));
      await test.settle();
      call.giveUp();
    }
    world.hold = false;
    const later = ask("make", doubled("k"));
    await test.settle();
    expect(world.computed).toBe(3);
    expect(receiptOf(later)).toEqual({ key: "k", instanceId: "TEST_ENGINE.1@a" });
  });

  it("computes anew under a fresh salt, and does not hand that to others", async () => {
    const { world, test, ask } = await started();
    for (const key of ["k", "k~run-2", "k~run-3", "k"]) ask("make", doubled(key));
    await test.settle();
    expect(world.computed).toBe(3);
  });

  it("draws the same numbers with and without salt", async () => {
    const draws: number[] = [];
    const draw = operation({
      name: "draw",
      version: 1,
      needs: { seed: Seed },
      gives: Sum,
      run: (_, { random }) => ({ n: draws[draws.push(random.next()) - 1] as number }),
    });
    const definition = defineEngine({ id: "TEST_ENGINE", name: "T", version: "1.0.0", operations: [draw] });
    const test = await new TestHost(definition).started();
    for (const key of ["k", "k~fresh", "other"]) {
      const recipe = { ...doubled(key), operationId: "TEST_ENGINE.draw@1" };
      test.send(recipe.operationId, { request: { kind: "make", recipe, cookbook: facts(1), runId: "r" } });
    }
    await test.settle();
    expect(draws[0]).toBe(draws[1]);
    expect(draws[0]).not.toBe(draws[2]);
  });

  it("makes what a crash lost anew from the cookbook", async () => {
    const { world, test, ask } = await started();
    ask("make", doubled("k"));
    await test.settle();
    test.host.crash("test");
    await test.clock.advance(100);
    const fetched = ask("fetch", doubled("k"));
    await test.settle();
    expect([fetched.value, world.computed]).toEqual([{ n: 42 }, 2]);
  });

  it("does nothing again that has effects: what was lost is lost", async () => {
    const { world, test, ask } = await started();
    const order = { ...doubled("k"), operationId: ORDER };
    ask("make", order);
    await test.settle();
    const kept = ask("fetch", order);
    test.host.crash("test");
    await test.clock.advance(100);
    const lost = ask("fetch", order);
    await test.settle();
    expect([kept.value, world.computed]).toEqual([{ n: 42 }, 1]);
    expect(lost.ends[0]).toMatchObject({ code: "GIVER_DOWN", retryable: false, details: { operationId: ORDER } });
  });

  it("fetches what it needs from whoever holds it, and cancels that when nobody waits any more", async () => {
    const asked: { operationId: string; request: CallRequest; options: CallOptions }[] = [];
    const answers: ((value: unknown) => void)[] = [];
    const { test, ask } = await started({
      answer: (operationId, request, options) => {
        asked.push({ operationId, request, options });
        return new Promise((resolve) => answers.push(resolve));
      },
    });
    const recipe = { operationId: "OTHER.seed@1", key: "seed", needs: [] };
    const cookbook = { ...empty, made: [{ recipe, holders: ["OTHER.1@b"] }] };
    const call = ask("make", doubled("k"), { cookbook });
    expect(asked).toMatchObject([
      {
        operationId: "OTHER.seed@1",
        request: { kind: "fetch", recipe },
        options: { consumer: "TEST_ENGINE.1@a", prefer: ["OTHER.1@b"], correlationId: "test" },
      },
    ]);
    expect(test.host.load.active).toBe(0);
    call.giveUp();
    expect(asked[0]?.options.signal?.aborted).toBe(true);
    answers[0]?.({ n: 1 });
    await test.settle();
    expect(test.host.load).toEqual({ active: 0, queued: 0 });
  });

  it("refuses at a stop what is still being obtained, runs nothing of it, and starts clean", async () => {
    const answers: ((value: unknown) => void)[] = [];
    const { world, test, ask } = await started({ answer: () => new Promise((resolve) => answers.push(resolve)) });
    const cookbook = {
      ...empty,
      made: [{ recipe: { operationId: "OTHER.seed@1", key: "seed", needs: [] }, holders: [] }],
    };
    const calls = [ask("make", doubled("k"), { cookbook }), ask("fetch", doubled("k"), { cookbook })];
    test.host.stop();
    expect(calls.map(({ code, ends }) => [code, ends.length])).toEqual(Array(2).fill(["GIVER_DOWN", 1]));
    await test.started();
    const again = ask("make", doubled("k"), { cookbook });
    for (const answer of answers) answer({ n: 4 });
    await test.settle();
    expect([receiptOf(again).key, again.ends.length, world.computed]).toEqual(["k", 1, 1]);
    expect(calls.map(({ ends }) => ends.length)).toEqual([1, 1]);
    expect(test.host.load).toEqual({ active: 0, queued: 0 });
  });

  it("waits when it drains for what is still being obtained", async () => {
    const answers: ((value: unknown) => void)[] = [];
    const { test, ask } = await started({ answer: () => new Promise((resolve) => answers.push(resolve)) });
    const cookbook = {
      ...empty,
      made: [{ recipe: { operationId: "OTHER.seed@1", key: "seed", needs: [] }, holders: [] }],
    };
    const call = ask("fetch", doubled("k"), { cookbook });
    test.host.drain();
    await test.settle();
    expect(test.host.lifecycle).toBe("draining");
    answers[0]?.({ n: 4 });
    await test.settle();
    expect([call.value, test.host.lifecycle]).toEqual([{ n: 8 }, "stopped"]);
  });

  it("says which product nothing tells how to make, while others are being fetched", async () => {
    const both = operation({
      name: "both",
      version: 1,
      needs: { l: Left, s: Seed },
      gives: Sum,
      run: () => ({ n: 1 }),
    });
    const definition = defineEngine({ id: "TEST_ENGINE", name: "T", version: "1.0.0", operations: [both] });
    const answer = (): Promise<unknown> => Promise.reject(new NautilusError("GIVER_DOWN", "gone"));
    const test = await new TestHost(definition, { answer }).started();
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const recipe = { operationId: "TEST_ENGINE.both@1", key: "k", needs: [{ product: Left.key, key: "left" }, SEED] };
    const cookbook = {
      ...empty,
      made: [{ recipe: { operationId: "OTHER.left@1", key: "left", needs: [] }, holders: [] }],
    };
    const call = test.send(recipe.operationId, { request: { kind: "make", recipe, cookbook, runId: "r" } });
    await test.settle();
    await test.settle();
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
    expect(call.ends).toHaveLength(1);
  });

  it("fails with INTERNAL naming the path where the output does not fit, and counts it as a failure", async () => {
    const { world, test, ask } = await started();
    world.output = { n: "many" };
    const call = ask("make", doubled("k"));
    await test.settle();
    expect(call.code).toBe("INTERNAL");
    expect(call.error?.message).toContain("test.sum@1 that does not fit: n:");
    expect(test.host.identity().operations[0]?.measured).toMatchObject({ calls: 1, failures: 1 });
  });

  it("fails with INTERNAL where a pin throws, and frees the place", async () => {
    const pin = (): never => {
      throw new Error("no pin");
    };
    const read = operation({ name: "read", version: 1, needs: {}, gives: Left, pin, run: () => ({ n: 1 }) });
    const definition = defineEngine({ id: "TEST_ENGINE", name: "T", version: "1.0.0", operations: [read] });
    const test = await new TestHost(definition).started();
    const recipe = { operationId: READ, key: "", needs: [] };
    const call = test.send(READ, { request: { kind: "make", recipe, cookbook: empty, runId: "r" } });
    await test.settle();
    expect([call.code, call.error?.message]).toEqual(["INTERNAL", `${READ} threw: no pin`]);
    expect(test.host.load).toEqual({ active: 0, queued: 0 });
  });

  it.each([
    ["a number", () => 7, `${READ}: its pin must give facts by product key, at once`],
    ["null", () => null, `${READ}: its pin must give facts by product key, at once`],
    ["nothing", () => undefined, `${READ}: its pin must give facts by product key, at once`],
    ["a promise", () => Promise.resolve({}), `${READ}: its pin must give facts by product key, at once`],
    [
      "a function as a fact",
      () => ({ [Seed.key]: { n: () => 1 } }),
      `${READ}: what it pins cannot be a fact: [object Function] has no content digest`,
    ],
  ])("fails with INTERNAL naming the operation where a pin gives %s", async (_, pin, message) => {
    const read = operation({
      name: "read",
      version: 1,
      needs: {},
      gives: Left,
      pin: pin as () => Record<string, unknown>,
      run: () => ({ n: 1 }),
    });
    const definition = defineEngine({ id: "TEST_ENGINE", name: "T", version: "1.0.0", operations: [read] });
    const test = await new TestHost(definition).started();
    const recipe = { operationId: READ, key: "", needs: [] };
    const call = test.send(READ, { request: { kind: "make", recipe, cookbook: empty, runId: "r" } });
    await test.settle();
    expect([call.code, call.error?.message]).toEqual(["INTERNAL", message]);
  });

  it("names a source by what it read, pins it, and fails with INTERNAL when it no longer gives the same", async () => {
    const { world, test, ask } = await started();
    const unread: Recipe = { operationId: READ, key: "", needs: [SEED] };
    const first = ask("make", unread);
    await test.settle();
    const { key, pinned, reusedFrom } = receiptOf(first);
    expect([pinned, reusedFrom]).toEqual([{ [Seed.key]: { n: 1 } }, undefined]);
    test.host.crash("test");
    await test.clock.advance(100);
    const same = ask("fetch", { ...unread, key });
    await test.settle();
    expect(same.value).toEqual({ n: 1 });
    world.asOf = 2;
    const other = ask("make", unread);
    await test.settle();
    expect(receiptOf(other).key).not.toBe(key);
    test.host.crash("test");
    await test.clock.advance(300);
    const changed = ask("fetch", { ...unread, key });
    await test.settle();
    expect([changed.code, changed.error?.message]).toEqual([
      "INTERNAL",
      expect.stringContaining("no longer gives what the run has read before"),
    ]);
  });

  it("keeps a joined caller when the first one gives up, and one whose deadline is later", async () => {
    const { world, test, ask } = await started();
    world.hold = true;
    const first = ask("make", doubled("k"), { deadlineMs: 10 });
    const joined = ask("make", doubled("k"), { deadlineMs: 1_000 });
    await test.settle();
    first.giveUp();
    world.release[0]?.();
    await test.settle();
    expect([receiptOf(joined).key, world.computed]).toEqual(["k", 1]);
  });

  it("tries again for a joined caller when the fetch for the first one ran out of its time", async () => {
    const deadlines: (number | undefined)[] = [];
    const { test, ask } = await started({
      answer: (_operation, _request, { deadlineMs }) => {
        deadlines.push(deadlineMs);
        if (deadlines.length > 1) return Promise.resolve({ n: 4 });
        return Promise.reject(new NautilusError("DEADLINE_EXCEEDED", "too late"));
      },
    });
    const cookbook = {
      ...empty,
      made: [{ recipe: { operationId: "OTHER.seed@1", key: "seed", needs: [] }, holders: [] }],
    };
    const first = ask("fetch", doubled("k"), { cookbook, deadlineMs: 10 });
    const joined = ask("fetch", doubled("k"), { cookbook, deadlineMs: 1_000 });
    await test.settle();
    expect([first.code, joined.value, deadlines]).toEqual(["DEADLINE_EXCEEDED", { n: 8 }, [10, 1_000]]);
  });
});
