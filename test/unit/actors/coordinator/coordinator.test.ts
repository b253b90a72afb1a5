import { createTestTree } from "../../../support/actor-tree.js";
import { describe, expect, it } from "vitest";
import { Coordinator } from "../../../../src/actors/coordinator/coordinator.js";
import type { UngivenProduct } from "../../../../src/actors/coordinator/run-progress.js";
import type { RunRequest } from "../../../../src/actors/coordinator/run.machine.js";
import type { Receipt, Recipe } from "../../../../src/contracts/call.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import type { RunView } from "../../../../src/contracts/views/runs.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { collectGarbage } from "../../../support/collect-garbage.js";
import { FACT, OPERATIONS, planFor, requestOf, type Asked } from "./plans.js";

interface Options {
  readonly maxActive?: number;
  readonly plan?: typeof planFor;
  readonly withEffects?: readonly string[];
  /** Its router takes no calls at all. */
  readonly refuses?: NautilusError;
}

/** A coordinator whose calls wait until the test answers them. */
class TestCoordinator {
  readonly clock = new VirtualClock();
  /** Actors that ended by a throw. */
  readonly thrown: string[] = [];
  readonly tree = createTestTree(this.clock, (actor) => this.thrown.push(actor));
  refused = 0;
  readonly asked: Asked[] = [];
  readonly ended: RunView[] = [];
  readonly missed: UngivenProduct[] = [];
  readonly coordinator: Coordinator;

  constructor({ maxActive, plan = planFor, withEffects = [], refuses }: Options = {}) {
    this.coordinator = new Coordinator({
      nodeId: "a",
      clock: this.clock,
      tree: this.tree,
      ...(maxActive !== undefined && { maxActive }),
      caller: {
        call: (operationId, request, options) =>
          new Promise((resolve, reject) => {
            if (refuses !== undefined) {
              this.refused += 1;
              reject(refuses);
              return;
            }
            options.onAttempt?.(`${operationId.split(".")[0] ?? ""}.1@a`);
            options.signal?.addEventListener("abort", () => reject(new NautilusError("CANCELLED", "aborted")));
            this.asked.push({ operationId, request, options, resolve, reject });
          }),
      },
      effects: {
        plan,
        isSource: (operationId) => operationId === "SOURCE.read@1",
        isDown: () => false,
        hasEffects: (operationId) => withEffects.includes(operationId),
        missed: (miss) => this.missed.push(miss),
        nowMs: () => this.clock.nowMs(),
      },
      onState: () => undefined,
      onRun: (view) => this.ended.push(view),
    });
    this.coordinator.joined();
    this.coordinator.ready();
  }

  /** Its outcome, as a value either way. */
  pursue(rest?: Partial<RunRequest>, signal?: AbortSignal): Promise<RunView | NautilusError> {
    return this.coordinator
      .pursue({ request: requestOf(rest), workflow: null }, signal)
      .catch((error: unknown) => error as NautilusError);
  }

  async settle(): Promise<void> {
    await this.clock.advance(0);
  }

  open(): readonly string[] {
    return this.asked.map(({ operationId, request }) => `${request.kind} ${operationId}`);
  }

  take(operationId: string): Asked {
    const index = this.asked.findIndex((asked) => asked.operationId === operationId);
    const [asked] = this.asked.splice(index, 1);
    if (index < 0 || asked === undefined) throw new Error(`${operationId} was not asked: ${this.open().join(", ")}`);
    return asked;
  }

  /** Answers as an instance would. */
  async make(operationId: string, rest: Partial<Receipt> = {}): Promise<Asked> {
    const asked = this.take(operationId);
    const { key } = recipeOf(asked);
    asked.resolve({ key: key === "" ? "read" : key, instanceId: `${operationId.split(".")[0] ?? ""}.1@a`, ...rest });
    await this.settle();
    return asked;
  }

  async finish(result: object = { n: 1 }): Promise<void> {
    await this.make("SOURCE.read@1");
    await this.make("LEFT.left@1");
    await this.make("RIGHT.right@1");
    await this.make("JOIN.join@1");
    this.take("JOIN.join@1").resolve(result);
    await this.settle();
  }
}

function recipeOf({ request }: Asked): Recipe {
  if (request.kind === "operation") throw new Error("a run makes and fetches");
  return request.recipe;
}

const RESULT_BYTES = 8 * 1024 * 1024;
const KEPT_BYTES = 64 * 1024 * 1024;

/** Runs one goal after the other, each with a large result; whether each result can still be reached. */
async function largeRuns(test: TestCoordinator, count: number): Promise<WeakRef<object>[]> {
  const results: WeakRef<object>[] = [];
  for (let run = 0; run < count; run += 1) {
    const outcome = test.pursue({ runId: `r${run}` });
    await test.settle();
    const values = new Uint8Array(RESULT_BYTES);
    results.push(new WeakRef(values));
    await test.finish({ values });
    await outcome;
  }
  test.ended.length = 0;
  return results;
}

describe("Coordinator", () => {
  it("lets go of the results of old runs, and keeps the runs", async () => {
    const test = new TestCoordinator();
    const results = await largeRuns(test, 24);
    await collectGarbage();
    const reachable = results.filter((result) => result.deref() !== undefined).length;
    expect(reachable).toBeGreaterThan(0);
    expect(reachable * RESULT_BYTES).toBeLessThanOrEqual(KEPT_BYTES);
    const views = test.coordinator.runs();
    expect(views).toHaveLength(24);
    expect(views.filter(({ resultDropped }) => resultDropped === true)).toHaveLength(24 - reachable);
  });

  it("makes steps as they become ready, independent ones side by side, and collects what is wanted", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue();
    expect(test.open()).toEqual(["make SOURCE.read@1"]);
    await test.make("SOURCE.read@1");
    expect(test.open()).toEqual(["make LEFT.left@1", "make RIGHT.right@1"]);
    await test.make("RIGHT.right@1");
    expect(test.open()).toEqual(["make LEFT.left@1"]);
    await test.make("LEFT.left@1");
    await test.make("JOIN.join@1");
    const fetched = test.take("JOIN.join@1");
    expect(fetched).toMatchObject({
      request: { kind: "fetch" },
      options: { prefer: ["JOIN.1@a"], consumer: "coordinator@a" },
    });
    fetched.resolve({ n: 1 });
    const view = (await outcome) as RunView;
    expect(view).toMatchObject({ status: "succeeded", result: { goal: { n: 1 } }, replans: 0 });
    expect(view.steps.map(({ status, attempts }) => [status, attempts])).toEqual(Array(4).fill(["succeeded", 1]));
    expect([test.coordinator.counts, test.clock.pending]).toEqual([
      { active: 0, queued: 0, succeeded: 1, failed: 0 },
      0,
    ]);
  });

  it("names the step that failed, and cancels the others", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    const left = test.take("LEFT.left@1");
    test
      .take("RIGHT.right@1")
      .reject(new NautilusError("INFEASIBLE", "too tight", { details: { bound: "maxWeight" } }));
    const error = (await outcome) as NautilusError;
    expect(error).toMatchObject({ code: "INFEASIBLE", message: "RIGHT.right@1: too tight" });
    expect(error.details).toMatchObject({ step: "RIGHT.right@1", bound: "maxWeight", run: { status: "failed" } });
    expect((error.details.run as RunView).steps.map(({ status }) => status).sort()).toEqual([
      "failed",
      "failed",
      "skipped",
      "succeeded",
    ]);
    expect(left.options.signal?.aborted).toBe(true);
  });

  it("names the steps that ran when its deadline passed", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue({ deadlineMs: 500 });
    await test.make("SOURCE.read@1");
    await test.clock.advance(500);
    expect(await outcome).toMatchObject({
      code: "DEADLINE_EXCEEDED",
      message: "the run's deadline of 500 ms passed in LEFT.left@1, RIGHT.right@1",
    });
    expect([test.coordinator.counts.active, test.clock.pending]).toEqual([0, 0]);
  });

  it("names whom it waited for when its deadline passed with every step done", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue({ deadlineMs: 500 });
    for (const step of ["SOURCE.read@1", "LEFT.left@1", "RIGHT.right@1", "JOIN.join@1"]) await test.make(step);
    await test.clock.advance(500);
    expect(await outcome).toMatchObject({
      code: "DEADLINE_EXCEEDED",
      message: "the run's deadline of 500 ms passed while its results were fetched from JOIN.join@1",
    });
  });

  it("cancels a run whose caller gives up, and does not begin one whose caller has", async () => {
    const test = new TestCoordinator();
    const controller = new AbortController();
    const outcome = test.pursue({}, controller.signal);
    controller.abort();
    expect(await outcome).toMatchObject({ code: "CANCELLED" });
    expect(test.asked[0]?.options.signal?.aborted).toBe(true);
    expect(await test.pursue({ runId: "run-2" }, AbortSignal.abort())).toMatchObject({ code: "CANCELLED" });
    expect([test.asked.length, test.coordinator.counts.active]).toEqual([1, 0]);
  });

  it("plans anew around what is made when a giver is down, and keeps what it has", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    await test.make("LEFT.left@1");
    test.take("RIGHT.right@1").reject(new NautilusError("GIVER_DOWN", "gone"));
    await test.settle();
    expect(test.open()).toEqual(["make SPARE.right@1"]);
    await test.make("SPARE.right@1");
    await test.make("JOIN.join@1");
    test.take("JOIN.join@1").resolve({ n: 2 });
    const view = (await outcome) as RunView;
    expect(view).toMatchObject({ status: "succeeded", replans: 1 });
    expect(view.steps.map(({ id }) => id).sort()).toEqual([
      "JOIN.join@1",
      "LEFT.left@1",
      "SOURCE.read@1",
      "SPARE.right@1",
    ]);
  });

  it.each(["INTERNAL", "OVERLOADED", "NOT_SERVING"] as const)(
    "asks another giver where one fails with %s",
    async (code) => {
      const test = new TestCoordinator();
      const outcome = test.pursue();
      await test.make("SOURCE.read@1");
      await test.make("LEFT.left@1");
      test.take("RIGHT.right@1").reject(new NautilusError(code, "broken"));
      await test.settle();
      await test.make("SPARE.right@1");
      const { request } = await test.make("JOIN.join@1");
      const made = request.kind === "make" ? request.cookbook.made : [];
      // Whoever takes it holds it against the one that did not give it, unless that left in order.
      const missedBy = made.flatMap(({ making }) => making?.missedBy ?? []);
      expect(missedBy).toEqual(code === "NOT_SERVING" ? [] : ["RIGHT.1@a"]);
      test.take("JOIN.join@1").resolve({ n: 2 });
      expect(await outcome).toMatchObject({ status: "succeeded", replans: 1 });
      expect(test.missed).toEqual([]);
    },
  );

  it("holds it against the first also where the other had it from an earlier run", async () => {
    const test = new TestCoordinator();
    void test.pursue();
    await test.make("SOURCE.read@1");
    await test.make("LEFT.left@1");
    test.take("RIGHT.right@1").reject(new NautilusError("INTERNAL", "broken"));
    await test.settle();
    await test.make("SPARE.right@1", { reusedFrom: "run-0" });
    const { request } = test.take("JOIN.join@1");
    const made = request.kind === "make" ? request.cookbook.made : [];
    const { making } = made.find(({ recipe }) => recipe.operationId === "SPARE.right@1") ?? {};
    expect(making).toEqual({ ms: 0, missedBy: ["RIGHT.1@a"] });
  });

  it("plans nothing anew where its own router takes no call", async () => {
    const test = new TestCoordinator({
      refuses: new NautilusError("OVERLOADED", "too many calls"),
      plan: (request, have, avoid) =>
        planFor(request, have, avoid, { ...OPERATIONS, "SPARE.read@1": { needs: [FACT], gives: "history@1" } }),
    });
    expect(await test.pursue()).toMatchObject({ code: "OVERLOADED", details: { step: "SOURCE.read@1" } });
    expect([test.refused, test.missed]).toEqual([1, []]);
  });

  it("plans nothing anew once its time is over, whoever notices that first", async () => {
    const test = new TestCoordinator();
    const late: Asked[] = [];
    test.clock.setTimeout(() => {
      for (const asked of late) asked.reject(new NautilusError("DEADLINE_EXCEEDED", "no answer"));
    }, 1_000);
    const outcome = test.pursue({ deadlineMs: 1_000 });
    await test.clock.advance(700);
    await test.make("SOURCE.read@1");
    await test.make("LEFT.left@1");
    late.push(test.take("RIGHT.right@1"));
    await test.clock.advance(300);
    expect(await outcome).toMatchObject({
      code: "DEADLINE_EXCEEDED",
      message: "the run's deadline of 1000 ms passed in RIGHT.right@1",
      details: { run: { replans: 0 } },
    });
    // It was asked too late to be in time.
    expect(test.missed).toEqual([]);
  });

  it("asks nobody else where the input is at fault", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    test.take("RIGHT.right@1").reject(new NautilusError("INFEASIBLE", "too tight"));
    expect(await outcome).toMatchObject({ code: "INFEASIBLE", details: { step: "RIGHT.right@1" } });
    expect(test.missed).toEqual([]);
  });

  it("makes an input anew, elsewhere, where it is what fails a step", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    await test.make("LEFT.left@1");
    await test.make("RIGHT.right@1");
    const lost = new NautilusError("INTERNAL", "lost, and not made again", {
      details: { operationId: "RIGHT.right@1" },
    });
    test.take("JOIN.join@1").reject(lost);
    await test.settle();
    await test.make("SPARE.right@1");
    await test.make("JOIN.join@1");
    test.take("JOIN.join@1").resolve({ n: 2 });
    expect(await outcome).toMatchObject({ status: "succeeded", replans: 1 });
  });

  it("plans anew once for all that waited for a giver that is gone, and blames none of them", async () => {
    const many = Object.fromEntries(
      ["A", "B", "C", "D", "E"].map((id) => [`${id}.go@1`, { needs: ["history@1"], gives: `${id}@1` }]),
    );
    const wants = Object.fromEntries(Object.values(many).map(({ gives }) => [gives, gives]));
    const operations = { ...OPERATIONS, "SPARE.read@1": { needs: [FACT], gives: "history@1" }, ...many };
    const test = new TestCoordinator({
      plan: (request, have, avoid) => planFor(request, have, avoid, operations),
    });
    const outcome = test.pursue({ wants });
    await test.make("SOURCE.read@1");
    const gone = new NautilusError("GIVER_DOWN", "gone", { details: { operationId: "SOURCE.read@1" } });
    for (const id of Object.keys(many)) test.take(id).reject(gone);
    await test.settle();
    await test.make("SPARE.read@1");
    for (const id of Object.keys(many)) await test.make(id);
    for (const id of Object.keys(many)) test.take(id).resolve({ n: 1 });
    expect(await outcome).toMatchObject({ status: "succeeded", replans: 1 });
    expect(test.missed).toEqual([]);
  });

  it("asks no other for what an operation with effects is about to give", async () => {
    const test = new TestCoordinator({
      withEffects: ["RIGHT.right@1", "SPARE.right@1"],
      // Once it is planned anew, the other is the better one.
      plan: (request, have, avoid) =>
        planFor(request, have, new Set([...(avoid ?? []), ...(avoid?.size ? ["RIGHT.right@1"] : [])]), {
          ...OPERATIONS,
          "SPARE.left@1": { needs: ["history@1"], gives: "left@1" },
        }),
    });
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    test.take("LEFT.left@1").reject(new NautilusError("INTERNAL", "broken"));
    await test.settle();
    expect(test.open()).toEqual(["make RIGHT.right@1", "make SPARE.left@1"]);
    await test.make("SPARE.left@1");
    await test.make("RIGHT.right@1");
    await test.make("JOIN.join@1");
    test.take("JOIN.join@1").resolve({ n: 2 });
    expect(await outcome).toMatchObject({ status: "succeeded", replans: 1 });
  });

  it.each(["JOIN.join@1 is to take it", "it is collected"])(
    "makes a lost product anew from another source when %s, where that of the first is gone as well",
    async (when) => {
      const test = new TestCoordinator({
        plan: (request, have, avoid) =>
          planFor(request, have, avoid, { ...OPERATIONS, "SPARE.read@1": { needs: [FACT], gives: "history@1" } }),
      });
      const outcome = test.pursue();
      await test.make("SOURCE.read@1");
      await test.make("LEFT.left@1");
      await test.make("RIGHT.right@1");
      if (when === "it is collected") await test.make("JOIN.join@1");
      const gone = new NautilusError("GIVER_DOWN", "gone", { details: { operationId: "SOURCE.read@1" } });
      test.take("JOIN.join@1").reject(gone);
      await test.settle();
      expect(test.open()).toEqual(["make SPARE.read@1"]);
      await test.make("SPARE.read@1");
      await test.make("LEFT.left@1");
      await test.make("RIGHT.right@1");
      await test.make("JOIN.join@1");
      test.take("JOIN.join@1").resolve({ n: 1 });
      expect(await outcome).toMatchObject({ status: "succeeded", replans: 1 });
      expect(test.missed).toEqual([]);
    },
  );

  it("keeps what was made from what a giver gave where that itself is what is missed", async () => {
    const operations = {
      ...OPERATIONS,
      "SPARE.read@1": { needs: [FACT], gives: "history@1" },
      "LAST.last@1": { needs: ["history@1", "left@1"], gives: "last@1" },
    };
    const test = new TestCoordinator({ plan: (request, have, avoid) => planFor(request, have, avoid, operations) });
    void test.pursue({ wants: { last: "last@1" } });
    await test.make("SOURCE.read@1");
    await test.make("LEFT.left@1");
    const gone = new NautilusError("GIVER_DOWN", "gone", { details: { operationId: "SOURCE.read@1" } });
    test.take("LAST.last@1").reject(gone);
    await test.settle();
    await test.make("SPARE.read@1");
    expect(test.open()).toEqual(["make LAST.last@1"]);
  });

  it("does not make anew what had effects, though its source is gone: it would have said itself that it is lost", async () => {
    const test = new TestCoordinator({
      withEffects: ["LEFT.left@1"],
      plan: (request, have, avoid) =>
        planFor(request, have, avoid, { ...OPERATIONS, "SPARE.read@1": { needs: [FACT], gives: "history@1" } }),
    });
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    await test.make("LEFT.left@1");
    await test.make("RIGHT.right@1");
    const gone = new NautilusError("GIVER_DOWN", "gone", { details: { operationId: "SOURCE.read@1" } });
    test.take("JOIN.join@1").reject(gone);
    await test.settle();
    await test.make("SPARE.read@1");
    expect(test.open()).toEqual(["make RIGHT.right@1"]);
    await test.make("RIGHT.right@1");
    await test.make("JOIN.join@1");
    test.take("JOIN.join@1").resolve({ n: 1 });
    expect(await outcome).toMatchObject({ status: "succeeded", replans: 1 });
  });

  it("tells who did not give what nobody gave, and to whom", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    await test.make("LEFT.left@1");
    test.take("RIGHT.right@1").reject(new NautilusError("INTERNAL", "broken"));
    await test.settle();
    test.take("SPARE.right@1").reject(new NautilusError("OVERLOADED", "full"));
    expect(await outcome).toMatchObject({ code: "OVERLOADED" });
    expect(test.missed).toEqual([{ product: "right@1", instances: ["RIGHT.1@a", "SPARE.1@a"], engines: ["JOIN"] }]);
  });

  it("tells who kept a run until its deadline, and not who was asked too late to be in time", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue({ deadlineMs: 1_000 });
    await test.make("SOURCE.read@1");
    await test.clock.advance(700);
    expect(test.open()).toEqual(["make LEFT.left@1", "make RIGHT.right@1"]);
    await test.make("LEFT.left@1");
    await test.clock.advance(300);
    expect(await outcome).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(test.missed).toEqual([{ product: "right@1", instances: ["RIGHT.1@a"], engines: ["JOIN"] }]);
    const late = test.pursue({ runId: "run-2", deadlineMs: 1_000 });
    await test.clock.advance(700);
    await test.make("SOURCE.read@1");
    await test.clock.advance(300);
    expect(await late).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(test.missed).toHaveLength(1);
  });

  it.each(["fails", "succeeds"])("does not mind that a call %s whose step was dropped and begun anew", async (ends) => {
    // Without LEFT it goes by way of OTHER, without both by way of SPARE.
    const other = {
      "SOURCE.read@1": OPERATIONS["SOURCE.read@1"],
      "OTHER.all@1": { needs: ["history@1"], gives: "goal@1" },
    };
    const spare = { ...OPERATIONS, "SPARE.left@1": { needs: ["history@1"], gives: "left@1" } };
    const test = new TestCoordinator({
      plan: (request, have, avoid) => {
        const isOther = avoid?.has("LEFT.left@1") === true && !avoid.has("OTHER.all@1");
        return planFor(request, have, avoid, (isOther ? other : spare) as typeof OPERATIONS);
      },
    });
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    const first = test.take("RIGHT.right@1");
    test.take("LEFT.left@1").reject(new NautilusError("INTERNAL", "broken"));
    await test.settle();
    test.take("OTHER.all@1").reject(new NautilusError("INTERNAL", "broken"));
    await test.settle();
    expect(test.open()).toEqual(["make SPARE.left@1", "make RIGHT.right@1"]);
    if (ends === "fails") first.reject(new NautilusError("INVALID_INPUT", "a call of the past"));
    else first.resolve({ key: "past", instanceId: "RIGHT.0@a" });
    await test.settle();
    await test.make("SPARE.left@1");
    expect(test.open()).toEqual(["make RIGHT.right@1"]);
    await test.make("RIGHT.right@1");
    const join = await test.make("JOIN.join@1");
    expect(recipeOf(join).needs).not.toContainEqual({ product: "right@1", key: "past" });
    test.take("JOIN.join@1").resolve({ n: 3 });
    expect(await outcome).toMatchObject({ status: "succeeded", replans: 2, result: { goal: { n: 3 } } });
  });

  it("asks nobody else once an operation with effects was asked and lost", async () => {
    const test = new TestCoordinator({ withEffects: ["RIGHT.right@1"] });
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    test.take("RIGHT.right@1").reject(new NautilusError("GIVER_DOWN", "gone"));
    await test.settle();
    expect(await outcome).toMatchObject({ code: "GIVER_DOWN", details: { step: "RIGHT.right@1" } });
    expect(test.open()).not.toContain("make SPARE.right@1");
  });

  it("fails with GIVER_DOWN where nobody else gives it", async () => {
    const test = new TestCoordinator();
    const outcome = test.pursue();
    await test.make("SOURCE.read@1");
    test.take("LEFT.left@1").reject(new NautilusError("GIVER_DOWN", "gone"));
    expect(await outcome).toMatchObject({ code: "GIVER_DOWN", details: { step: "LEFT.left@1" } });
  });

  it("says NO_PLAN where there is none, and INTERNAL where planning throws, and goes on serving", async () => {
    const none = new TestCoordinator();
    expect(await none.pursue({ wants: { x: "unknown@1" } })).toMatchObject({ code: "NO_PLAN" });
    const broken = new TestCoordinator({
      maxActive: 1,
      plan: () => {
        throw new Error("a bug");
      },
    });
    for (const runId of ["run-1", "run-2"]) expect(await broken.pursue({ runId })).toMatchObject({ code: "INTERNAL" });
    const unhashable = await none.pursue({ facts: { [FACT]: () => 1 } });
    expect(unhashable).toMatchObject({ code: "INTERNAL" });
    expect([broken.coordinator.counts.active, none.coordinator.counts.active]).toEqual([0, 0]);
  });

  it("names content the same in every run, and apart from all others in a fresh one", async () => {
    const keysOf = async (rest: Partial<RunRequest>): Promise<string[]> => {
      const test = new TestCoordinator();
      void test.pursue(rest);
      const made = [];
      for (const id of ["SOURCE.read@1", "LEFT.left@1", "RIGHT.right@1", "JOIN.join@1"]) made.push(await test.make(id));
      return made.map((asked) => recipeOf(asked).key);
    };
    const [first, second] = [await keysOf({ runId: "run-1" }), await keysOf({ runId: "run-2" })];
    expect(second).toEqual(first);
    const fresh = await keysOf({ runId: "run-3", fresh: true });
    expect(fresh.map((key) => key.endsWith("~run-3"))).toEqual(Array(4).fill(true));
    const other = await keysOf({ facts: { [FACT]: { asOf: "2024-01-02" } } });
    // LEFT needs only what was read, which is the same; RIGHT needs the request as well.
    expect(other.map((key, index) => key === first[index])).toEqual([true, true, false, false]);
  });

  it("goes on with what a source pinned instead of what the caller supplied", async () => {
    const test = new TestCoordinator();
    void test.pursue();
    const pinned = { [FACT]: { asOf: "2024-05-31" } };
    const source = await test.make("SOURCE.read@1", { pinned });
    const right = test.take("RIGHT.right@1");
    const request = right.request as Extract<Asked["request"], { kind: "make" }>;
    const keyOfFact = ({ needs }: Recipe): string | undefined => needs.find(({ product }) => product === FACT)?.key;
    const factKey = keyOfFact(request.recipe);
    expect(factKey).not.toBe(keyOfFact(recipeOf(source)));
    expect(request.cookbook.facts).toEqual([{ key: factKey, value: { asOf: "2024-05-31" } }]);
    const [read] = request.cookbook.made;
    expect(read?.recipe.needs).toEqual([{ product: FACT, key: factKey }]);
  });

  it("runs no more than its bound at once, and the others in their order", async () => {
    const test = new TestCoordinator({ maxActive: 2 });
    const outcomes = ["r1", "r2", "r3", "r4"].map((runId) => test.pursue({ runId }));
    expect([test.asked.length, test.coordinator.counts]).toMatchObject([2, { active: 2, queued: 2 }]);
    for (let run = 1; run <= 4; run += 1) {
      await test.finish();
      expect(test.coordinator.counts.active).toBe(Math.min(2, 4 - run));
    }
    expect((await Promise.all(outcomes)).map((view) => (view as RunView).status)).toEqual(Array(4).fill("succeeded"));
    expect(test.ended.map(({ runId }) => runId)).toEqual(["r1", "r2", "r3", "r4"]);
  });

  it("ends a waiting run at its own deadline, and frees its place when its caller gives up", async () => {
    const test = new TestCoordinator({ maxActive: 1 });
    void test.pursue({ runId: "r1", deadlineMs: 60_000 });
    const waiting = test.pursue({ runId: "r2", deadlineMs: 100 });
    const controllers = Array.from({ length: 255 }, () => new AbortController());
    const given = controllers.map(({ signal }, index) =>
      test.pursue({ runId: `w${index}`, deadlineMs: 60_000 }, signal),
    );
    expect(await test.pursue({ runId: "more" })).toMatchObject({ code: "OVERLOADED" });
    await test.clock.advance(100);
    expect(await waiting).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    for (const controller of controllers) controller.abort();
    expect(await Promise.all(given)).toMatchObject(Array(255).fill({ code: "CANCELLED" }));
    expect(test.coordinator.counts).toEqual({ active: 1, queued: 0, succeeded: 0, failed: 256 });
    expect(test.coordinator.run("r2")).toMatchObject({ status: "failed", durationMs: 100 });
  });

  it("works off many waiting runs that fail as they begin", async () => {
    let broken = false;
    const plan: typeof planFor = (request, have, avoid) =>
      broken ? new NautilusError("NO_PLAN", "none") : planFor(request, have, avoid);
    const test = new TestCoordinator({ maxActive: 1, plan });
    const controller = new AbortController();
    const outcomes = [test.pursue({ runId: "first" }, controller.signal)];
    for (let run = 0; run < 256; run += 1) outcomes.push(test.pursue({ runId: `r${run}` }));
    broken = true;
    controller.abort();
    const codes = (await Promise.all(outcomes)).map((error) => (error as NautilusError).code);
    expect(codes).toEqual(["CANCELLED", ...Array<string>(256).fill("NO_PLAN")]);
    expect(test.coordinator.counts).toMatchObject({ active: 0, queued: 0 });
  });

  it("drains: refuses what waits and what comes, lets runs end, then fails those that are left", async () => {
    const test = new TestCoordinator({ maxActive: 2 });
    const outcomes = ["r1", "r2", "r3"].map((runId) => test.pursue({ runId, deadlineMs: 60_000 }));
    let drained = false;
    void test.coordinator.drain(1_000).then(() => (drained = true));
    expect(await outcomes[2]).toMatchObject({ code: "NOT_SERVING" });
    expect(await test.pursue({ runId: "late" })).toMatchObject({ code: "NOT_SERVING" });
    await test.finish();
    expect(await outcomes[0]).toMatchObject({ status: "succeeded" });
    await test.clock.advance(500);
    expect(drained).toBe(false);
    await test.clock.advance(500);
    expect(await outcomes[1]).toMatchObject({ code: "NOT_SERVING" });
    expect([drained, test.coordinator.state, test.clock.pending]).toEqual([true, "draining", 0]);
    test.tree.close();
    expect(test.coordinator.state).toBe("stopped");
  });
});
