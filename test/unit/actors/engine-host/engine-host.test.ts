import { describe, expect, it } from "vitest";
import {
  defineEngine,
  operation,
  type EngineBehaviour,
  type EngineDefinition,
} from "../../../../src/contracts/engine.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { Sum } from "../support/products.js";
import type { RecordedCall } from "../support/recorded-call.js";
import { TestHost } from "../support/test-host.js";

const RUN = "TEST_ENGINE.work@1";

type Work = Parameters<typeof operation>[0]["run"];

function engine(
  run: Work,
  rest: Partial<EngineBehaviour> = {},
  limits = { concurrency: 2, queue: 4 },
): EngineDefinition {
  const work = operation({ name: "work", version: 1, needs: {}, uses: [Sum], gives: Sum, run: run as never });
  return defineEngine({
    id: "TEST_ENGINE",
    name: "Test",
    version: "1.0.0",
    limits,
    create: () => ({ operations: [work], ...rest }),
  });
}

/** Runs until it is told to go on. */
function gated(): { readonly run: Work; readonly release: (value?: unknown) => void } {
  const waiting: ((value: unknown) => void)[] = [];
  return {
    run: () => new Promise<never>((resolve) => waiting.push(resolve as (value: unknown) => void)),
    release: (value = { n: 1 }) => waiting.shift()?.(value),
  };
}

const boom: Work = () => {
  throw new Error("boom");
};

describe("EngineHost", () => {
  it("answers a synchronous operation before send returns", async () => {
    const { host, send } = bound(await new TestHost(engine(() => ({ n: 2 }))).started());
    expect(send().value).toEqual({ n: 2 });
    expect(host.load).toEqual({ active: 0, queued: 0 });
  });

  it("is drawn anew whenever something of it changed, and only then", async () => {
    const gate = gated();
    const test = new TestHost(engine(gate.run));
    const { host } = test;
    let last = host.identity();
    const isDrawnAnew = (): boolean => {
      const before = last;
      last = host.identity();
      return last !== before;
    };
    expect(isDrawnAnew()).toBe(false);
    await test.started();
    expect([isDrawnAnew(), last.health.lifecycle]).toEqual([true, "running"]);
    test.send(RUN);
    expect([isDrawnAnew(), last.load.active]).toEqual([true, 1]);
    await test.clock.advance(8);
    expect(isDrawnAnew()).toBe(false);
    gate.release();
    await test.settle();
    expect([isDrawnAnew(), last.load.active, last.operations[0]?.measured.calls]).toEqual([true, 0, 1]);
    expect([isDrawnAnew(), host.health]).toEqual([false, last.health]);
    host.forget();
    expect([isDrawnAnew(), last.operations[0]?.measured.calls]).toEqual([true, 1]);
    host.crash("test");
    expect([isDrawnAnew(), last.health.reasons]).toEqual([true, ["test"]]);
  });

  it("refuses when it is stopped, and says NOT_FOUND for what it does not offer", async () => {
    const test = new TestHost(engine(() => ({ n: 2 })));
    expect(test.send(RUN).code).toBe("GIVER_DOWN");
    await test.started();
    expect(test.send("TEST_ENGINE.other@1").code).toBe("NOT_FOUND");
  });

  it("keeps an answer whose quality cannot be measured, sync and async, and frees its place", async () => {
    const quality = (): number => {
      throw new Error("no quality today");
    };
    for (const run of [() => ({ n: 1 }), () => Promise.resolve({ n: 1 })]) {
      const work = operation({ name: "work", version: 1, needs: {}, gives: Sum, quality, run });
      const definition = defineEngine({ id: "TEST_ENGINE", name: "T", version: "1.0.0", operations: [work] });
      const test = await new TestHost(definition).started();
      const call = test.send(RUN);
      await test.settle();
      expect(call.ends).toEqual([{ value: { n: 1 } }]);
      expect(test.host.load).toEqual({ active: 0, queued: 0 });
      expect(test.log.lines.map(({ message }) => message)).toEqual(["measuring the quality of an output threw"]);
    }
  });

  it("runs calls that waited through a crash on the fresh state, and fails those that ran", async () => {
    let lives = 0;
    const definition = defineEngine({
      id: "TEST_ENGINE",
      name: "Test",
      version: "1.0.0",
      limits: { concurrency: 1, queue: 4 },
      create: () => {
        lives += 1;
        const life = lives;
        const run = (): Promise<{ n: number }> | { n: number } =>
          life === 2 ? new Promise(() => undefined) : { n: life };
        return { operations: [operation({ name: "work", version: 1, needs: {}, gives: Sum, run })] };
      },
    });
    const test = await new TestHost(definition).started(); // create: once bound, once started
    const [running, waiting] = [test.send(RUN), test.send(RUN)];
    test.host.crash("test");
    expect(running.error).toMatchObject({ code: "GIVER_DOWN", retryable: true });
    const late = test.send(RUN);
    expect(test.host.lifecycle).toBe("faulted");
    await test.clock.advance(100);
    expect(test.host.lifecycle).toBe("running");
    expect([waiting.value, late.value]).toEqual([{ n: 3 }, { n: 3 }]);
    expect(test.host.identity().health.restarts).toBe(1);
  });

  it("does not run what waits on a state that is about to be given up", async () => {
    const gate = gated();
    let throwing = true;
    const definition = engine(
      (inputs, context) => {
        if (throwing) throw new Error("boom");
        return (gate.run as (...args: unknown[]) => unknown)(inputs, context);
      },
      {},
      { concurrency: 1, queue: 64 },
    );
    const test = new TestHost(definition);
    test.host.start();
    const calls = Array.from({ length: 20 }, () => test.send(RUN));
    await test.settle();
    expect(calls.filter(({ code }) => code === "INTERNAL")).toHaveLength(5);
    expect(test.host.load.queued).toBe(15);
    expect(test.host.held).toBe(test.host.load.active + 15);
    throwing = false;
    await test.clock.advance(100);
    for (let left = 15; left > 0; left -= 1) {
      gate.release();
      await test.settle();
    }
    expect(calls.filter(({ value }) => value !== undefined)).toHaveLength(15);
  });

  it("is not faulted by what another engine threw", async () => {
    const answer = (): Promise<unknown> => Promise.reject(new NautilusError("INTERNAL", "a bug elsewhere"));
    const definition = engine((_, context) => context.call(Sum, {}));
    const test = await new TestHost(definition, { answer }).started();
    for (let count = 0; count < 20; count += 1) {
      expect(test.send(RUN).ended).toBe(false);
      await test.settle();
    }
    expect(test.host.lifecycle).toBe("running");
  });

  it("works off a long queue of instant jobs", async () => {
    const test = new TestHost(engine(() => ({ n: 1 }), {}, { concurrency: 1, queue: 50_000 }));
    test.host.start();
    const calls = Array.from({ length: 50_000 }, () => test.send(RUN));
    await test.settle();
    expect(calls.every(({ value }) => value !== undefined)).toBe(true);
  });

  it("leaves nothing behind when those it refuses come again at once", async () => {
    const test = await new TestHost(engine(gated().run, {}, { concurrency: 1, queue: 2 })).started();
    const retries: RecordedCall[] = [];
    const again = (): void => void retries.push(test.send(RUN));
    const calls = Array.from({ length: 3 }, () => test.send(RUN));
    for (const call of calls) call.onFinished(again);
    test.host.stop();
    expect([...calls, ...retries].map(({ code, ends }) => [code, ends.length])).toEqual(
      Array(6).fill(["GIVER_DOWN", 1]),
    );
    expect(test.host.load).toEqual({ active: 0, queued: 0 });
  });

  it("tears down once, also for a start that ends after the stop", async () => {
    const ends: (() => void)[] = [];
    let tornDown = 0;
    const start = (): Promise<() => void> =>
      new Promise((resolve) => {
        ends.push(() => {
          resolve(() => (tornDown += 1));
        });
      });
    const test = await new TestHost(engine(() => ({ n: 1 }), { start })).started();
    expect(test.host.lifecycle).toBe("starting");
    const waiting = test.send(RUN);
    test.host.stop();
    expect([test.host.lifecycle, waiting.code]).toEqual(["stopped", "GIVER_DOWN"]);
    await test.host.whenStarted();
    await test.started();
    ends[0]?.();
    await test.settle();
    expect([tornDown, test.host.lifecycle]).toEqual([1, "starting"]);
    ends[1]?.();
    await test.settle();
    expect([tornDown, test.host.lifecycle]).toEqual([1, "running"]);
    test.host.close();
    expect(tornDown).toBe(2);
  });

  it("is started anew when all of its places are held by operations that never settle", async () => {
    let hang = true;
    const work: Work = () => (hang ? new Promise<never>(() => undefined) : { n: 1 });
    const test = await new TestHost(engine(work)).started();
    for (let count = 0; count < 2; count += 1) test.send(RUN).giveUp();
    const waiting = test.send(RUN);
    hang = false;
    for (let second = 0; second < 5; second += 1) {
      test.host.assess();
      expect(test.host.lifecycle).toBe("running");
      await test.clock.advance(1_000);
    }
    test.host.assess();
    expect(test.host.identity().health).toMatchObject({
      lifecycle: "faulted",
      reasons: ["it is stuck: 2 operations go on though nobody waits for them any more"],
    });
    await test.clock.advance(100);
    expect([test.host.lifecycle, waiting.value]).toEqual(["running", { n: 1 }]);
  });

  it("contains a closer and a quality that reject, and a start that throws what has no text", async () => {
    const slip = (): Promise<never> => Promise.reject(new Error("slip"));
    let starts = 0;
    const start: EngineBehaviour["start"] = () => {
      starts += 1;
      if (starts === 2) throw Object.create(null);
      const close: unknown = slip;
      return close as () => void;
    };
    const quality = slip as unknown as () => number;
    const rated = operation({ name: "work", version: 1, needs: {}, gives: Sum, quality, run: () => ({ n: 1 }) });
    const test = await new TestHost(engine(boom, { start, operations: [rated] })).started();
    expect(test.send(RUN).value).toEqual({ n: 1 });
    test.host.restart();
    await test.settle();
    expect(test.host.identity().health.reasons[0]).toMatch(/^could not start: /);
    await test.clock.advance(1_000);
    expect([test.host.lifecycle, starts]).toEqual(["running", 3]);
    test.host.stop();
    await test.settle();
    expect(test.log.lines.filter(({ level }) => level === "error").length).toBeGreaterThanOrEqual(3);
  });

  it("gives up a start that takes too long, and tears down what it opened in the end", async () => {
    const opened: (() => void)[] = [];
    let tornDown = 0;
    const start = (): Promise<() => void> =>
      new Promise((resolve) => {
        opened.push(() => resolve(() => (tornDown += 1)));
      });
    const test = await new TestHost(
      engine(() => ({ n: 1 }), { start }),
      { startLimitMs: 1_000 },
    ).started();
    await test.clock.advance(1_000);
    expect(test.host.identity().health).toMatchObject({
      lifecycle: "faulted",
      reasons: ["could not start: it took too long"],
      failedStarts: 1,
    });
    await test.clock.advance(100);
    expect(test.host.lifecycle).toBe("restarting");
    opened[0]?.();
    await test.settle();
    expect([tornDown, test.host.lifecycle]).toEqual([1, "restarting"]);
    opened[1]?.();
    await test.settle();
    expect([tornDown, test.host.lifecycle]).toEqual([1, "running"]);
  });

  it("comes back by itself from a create and a start that throw, with growing delays", async () => {
    let failures = 3;
    const flaky = engine(() => ({ n: 1 }), {
      start: () => {
        failures -= 1;
        if (failures >= 0) throw new Error("not yet");
      },
    });
    let creations = 0;
    const create = (): EngineBehaviour => {
      creations += 1;
      if (creations === 3) throw new Error("create throws");
      return flaky.create();
    };
    const test = await new TestHost({ ...flaky, create }).started();
    expect(test.host.identity().health).toMatchObject({ lifecycle: "faulted", reasons: ["could not start: not yet"] });
    await test.clock.advance(100);
    expect(test.host.identity().health.reasons).toEqual(["could not start: create throws"]);
    await test.clock.advance(200 + 400 + 800);
    expect(test.host.identity().health).toMatchObject({ lifecycle: "running", level: "healthy", restarts: 4 });
  });

  it("may be told anything from within onChanged", async () => {
    const seen: string[] = [];
    const test = await new TestHost(
      engine(() => ({ n: 1 })),
      {
        onChanged: (host, { to }) => {
          seen.push(to);
          if (to === "healthy" && seen.length < 4) host.restart();
          else if (to === "healthy") host.stop();
        },
      },
    ).started();
    await test.settle();
    expect(seen.filter((state) => state === "healthy").length).toBeGreaterThan(1);
    expect(test.host.lifecycle).toBe("stopped");
  });

  it("drains: what runs and what waits is answered, what comes is refused, then it is stopped", async () => {
    const gate = gated();
    const test = await new TestHost(engine(gate.run, {}, { concurrency: 1, queue: 4 })).started();
    const calls = [test.send(RUN), test.send(RUN)];
    test.host.drain();
    expect(test.send(RUN).code).toBe("GIVER_DOWN");
    gate.release();
    await test.settle();
    gate.release();
    await test.settle();
    expect(calls.map(({ value }) => value)).toEqual([{ n: 1 }, { n: 1 }]);
    expect(test.host.lifecycle).toBe("stopped");
  });

  it("ends a drain at its limit", async () => {
    const test = await new TestHost(engine(gated().run, {}, { concurrency: 1, queue: 4 })).started();
    const calls = [test.send(RUN), test.send(RUN)];
    test.host.drain();
    await test.clock.advance(3_000);
    expect(test.host.lifecycle).toBe("stopped");
    expect(calls.map(({ code, ends }) => [code, ends.length])).toEqual(Array(2).fill(["GIVER_DOWN", 1]));
  });

  it("passes over calls whose deadline passed while they waited", async () => {
    const gate = gated();
    const test = await new TestHost(engine(gate.run, {}, { concurrency: 1, queue: 4 })).started();
    const [first, late, last] = [test.send(RUN), test.send(RUN), test.send(RUN)];
    late.giveUp();
    gate.release({ n: 1 });
    await test.settle();
    gate.release({ n: 2 });
    await test.settle();
    expect([first.value, last.value]).toEqual([{ n: 1 }, { n: 2 }]);
    expect(test.host.load).toEqual({ active: 0, queued: 0 });
  });

  it("aborts the signal of a call that was given up, and of one whose instance went down", async () => {
    const signals: AbortSignal[] = [];
    const definition = engine((_, { signal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    });
    const test = await new TestHost(definition).started();
    const call = test.send(RUN);
    test.send(RUN);
    call.giveUp();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    test.host.crash("test");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("shows degraded and critical from what it counts, and recovers", async () => {
    let failing = true;
    const work: Work = (inputs, context) => {
      if (failing) return (boom as (...args: unknown[]) => unknown)(inputs, context);
      return { n: 1 };
    };
    const restartPolicy = { maxRestarts: 5, windowMs: 30_000, backoffMs: 100, maxBackoffMs: 5_000, throwsToFault: 99 };
    const test = await new TestHost(engine(work), { restartPolicy }).started();
    for (let count = 0; count < 6; count += 1) test.send(RUN);
    test.host.assess();
    expect(test.host.identity().health).toMatchObject({ lifecycle: "running", level: "critical" });
    failing = false;
    for (let count = 0; count < 20; count += 1) test.send(RUN);
    test.host.assess();
    expect(test.host.identity().health.level).toBe("degraded");
    await test.clock.advance(11_000);
    test.host.assess();
    expect(test.host.identity().health).toMatchObject({ level: "healthy", reasons: [] });
    expect(test.changes).toEqual(["starting", "healthy", "critical", "degraded", "healthy"]);
  });

  it("survives 10,000 random throws: every call ends once, and restarts stay within the window", async () => {
    const random = createRandom(7);
    const work: Work = () => {
      const draw = random.next();
      if (draw < 0.3) throw new Error("sync");
      if (draw < 0.6) return Promise.reject(new Error("async"));
      if (draw < 0.7) throw undefined as unknown as Error;
      if (draw < 0.8) return Promise.reject(new NautilusError("INFEASIBLE", "chosen"));
      return { n: draw };
    };
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const test = await new TestHost(engine(work, {}, { concurrency: 4, queue: 64 })).started();
    const restarts: number[] = [];
    const calls: RecordedCall[] = [];
    for (let turn = 0; turn < 2_500; turn += 1) {
      const before = test.host.identity().health.restarts;
      for (let burst = 0; burst < 8; burst += 1) calls.push(test.send(RUN));
      await test.clock.advance(100);
      if (test.host.identity().health.restarts > before) restarts.push(test.clock.nowMs());
    }
    await test.clock.advance(60_000);
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
    expect(calls.every(({ ends }) => ends.length === 1)).toBe(true);
    expect(calls.filter(({ code }) => code === "INTERNAL").length).toBeGreaterThan(500);
    expect(restarts.length).toBeGreaterThan(10);
    for (const at of restarts) {
      expect(restarts.filter((other) => other > at - 29_900 && other <= at).length).toBeLessThanOrEqual(5);
    }
    expect(test.host.lifecycle).toBe("running");
  });
});

function bound(test: TestHost): { readonly host: TestHost["host"]; readonly send: () => RecordedCall } {
  return { host: test.host, send: () => test.send(RUN) };
}
