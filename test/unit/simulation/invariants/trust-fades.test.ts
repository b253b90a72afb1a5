import { describe, expect, it } from "vitest";
import { trustFades } from "../../../../src/simulation/invariants/trust-fades.js";
import { entriesOf, seenAs, servedMesh } from "../support/served-mesh.js";

const HALF_LIFE_MS = 300_000;
const LEAST_QUIET_MS = 100_000;

describe("trustFades", () => {
  async function looks(
    met: number,
    later: { readonly met: number; readonly windowAt?: string; readonly atMs?: number },
  ): Promise<string | undefined> {
    const world = await servedMesh();
    const { history } = entriesOf(world).find(({ side }) => side === "consumer")!;
    const invariant = trustFades();
    const look = (nowMs: number): string | undefined =>
      Array.from({ length: 10 }, () => invariant.check?.(seenAs(world, { nowMs }))).at(-1);
    history.trust = { met, missed: 0 };
    expect(look(0)).toBeUndefined();
    history.trust = { met: later.met, missed: 0 };
    if (later.windowAt !== undefined) {
      const counts = { calls: 9, met: 9, failures: 0, late: 0, allowed: 1, meanMs: 1, verdict: "good" } as const;
      history.addWindow({ at: later.windowAt, ...counts });
    }
    expect(look(LEAST_QUIET_MS - 1)).toBeUndefined();
    return look(later.atMs ?? HALF_LIFE_MS);
  }

  it("finds trust that is not forgotten while nothing is seen", async () => {
    expect(await looks(100, { met: 100 })).toContain("still counts 100.0 of 100.0 calls");
    expect(await looks(100, { met: 56 })).toContain("still counts 56.0 of 100.0 calls after 300 s");
    expect(await looks(100, { met: 86, atMs: LEAST_QUIET_MS })).toContain("after 100 s without any");
  });

  it("lets half of it be left after the half-life", async () => {
    expect(await looks(100, { met: 54 })).toBeUndefined();
    expect(await looks(100, { met: 84, atMs: LEAST_QUIET_MS })).toBeUndefined();
  });

  it("says nothing of trust that was seen to be deserved meanwhile, nor of next to none", async () => {
    expect(
      await looks(100, { met: 100, windowAt: "2020-01-01T00:00:10.000Z", atMs: 2 * LEAST_QUIET_MS - 2 }),
    ).toBeUndefined();
    expect(await looks(5, { met: 5 })).toBeUndefined();
  });
});
