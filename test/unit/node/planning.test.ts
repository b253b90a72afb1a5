import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineEngine, operation } from "../../../src/contracts/engine.js";
import type { Identity, Lifecycle, Measured } from "../../../src/contracts/identity.js";
import { product } from "../../../src/contracts/product.js";
import { WORKFLOWS } from "../../../src/domain/workflows.js";
import { Planning } from "../../../src/node/planning.js";
import { plannableOperations } from "../../../src/node/planning-view.js";
import { identityOf } from "../discovery/identities.js";

const Signals = product("strategy.signals", {
  version: 1,
  channel: "engineLogic",
  description: "What the workflow market_analysis wants.",
  schema: z.object({}),
});
const signal = operation({ name: "signal", version: 1, needs: {}, gives: Signals, run: () => ({}) });
const definition = defineEngine({ id: "SIGNALS", name: "Signals", version: "1.0.0", operations: [signal] });
const UNMEASURED: Measured = { calls: 0, failures: 0, latencyMs: null, reliabilityPct: null, quality: null };

function signals(lifecycle: Lifecycle, measured: Partial<Measured> = {}, nodeId = "a"): Identity {
  const identity = identityOf("SIGNALS", nodeId);
  const { key: gives } = Signals;
  const head = { id: "SIGNALS.signal@1", name: "signal", version: 1, needs: [], uses: [], gives, effects: false };
  const rest = { source: true, inputSchema: {}, outputSchema: {}, measured: { ...UNMEASURED, ...measured } };
  return { ...identity, health: { ...identity.health, lifecycle }, operations: [{ ...head, ...rest }] };
}

describe("Planning", () => {
  it("works out anew what follows from another list of identities, and only then", () => {
    const planning = new Planning([definition], WORKFLOWS);
    let listed: readonly Identity[] = [signals("running")];
    const read = (): readonly Identity[] => listed;
    planning.networkChanged(read);
    const before = planning.workflows();
    expect(before.find(({ name }) => name === "market_analysis")?.plan).toEqual(["SIGNALS.signal@1"]);
    planning.measuredAnew(read);
    expect(planning.workflows()).toBe(before);
    listed = [signals("stopped")];
    expect(planning.workflows()).toBe(before);
    planning.measuredAnew(read);
    expect(planning.workflows().find(({ name }) => name === "market_analysis")?.reachable).toBe(false);
    expect([planning.isSource("SIGNALS.signal@1"), planning.hasEffects("SIGNALS.signal@1")]).toEqual([true, false]);
  });

  it("says which workflows are lost that engines of this build could give, whenever the network changed", () => {
    const planning = new Planning([definition], WORKFLOWS);
    planning.networkChanged(() => [signals("running")]);
    expect(planning.lost).toEqual([]);
    planning.networkChanged(() => [signals("stopped")]);
    expect(planning.lost.map(({ name }) => name)).toEqual(["market_analysis"]);
    const { lost } = planning;
    planning.measuredAnew(() => [signals("stopped")]);
    expect(planning.lost).toBe(lost);
  });
});

describe("plannableOperations", () => {
  it("pools what was measured of one operation, and leaves out who need not be waited for", () => {
    const latencyMs = { mean: 20, p50: 20, p95: 20, p99: 20 };
    const [pooled, ...more] = plannableOperations([
      signals("running", { calls: 3, failures: 1, latencyMs, quality: 0.5 }),
      signals("running", { calls: 5, failures: 0, latencyMs: { ...latencyMs, mean: 40 } }, "b"),
      signals("running", {}, "c"),
      signals("restarting", { calls: 100, failures: 100 }, "d"),
    ]);
    expect(pooled).toMatchObject({ id: "SIGNALS.signal@1", latencyMs: 30, unmeasured: false, quality: 0.5 });
    expect([pooled?.reliability, more]).toEqual([0.8, []]);
    expect(plannableOperations([signals("restarting")])).toMatchObject([{ unmeasured: true, reliability: 0.5 }]);
  });
});
