import { describe, expect, it } from "vitest";
import type { NodeEvent } from "../../../../src/contracts/views/events.js";
import { placesAreSettled } from "../../../../src/simulation/invariants/places-are-settled.js";
import { entriesOf, seenAs, servedMesh } from "../support/served-mesh.js";

const event = (over: Pick<NodeEvent, "type" | "subject" | "data">): NodeEvent => ({
  sequence: 1,
  at: "2020-01-01T00:00:00.000Z",
  ...over,
});
const settled = event({
  type: "places.settled",
  subject: "G.1@b",
  data: {
    token: 7,
    for: "b",
    verdicts: [
      { consumer: "T.1@c", admitted: true, displaced: "H.1@a" },
      { consumer: "U.1@c", admitted: false },
    ],
  },
});
const letGo = (subject: string, by: string): NodeEvent =>
  event({ type: "partnership.dissolved", subject, data: { reason: `others came first${by}` } });

describe("placesAreSettled", () => {
  it("finds whoever was let go for another, though no leader said so", async () => {
    const world = await servedMesh();
    const { on } = placesAreSettled();
    const tell = (happened: NodeEvent): string | undefined => on?.nodeEvent?.({ nodeId: "a", event: happened }, world);
    const decided = ": decided by a (7)";
    expect(tell(letGo("H.1@a>G.1@b#1.1", decided))).toContain("which nobody decided");
    expect(tell(settled)).toBeUndefined();
    expect(tell(letGo("H.1@a>G.1@b#1.1", decided))).toBeUndefined();
    for (const [subject, by] of [
      ["H.1@a>G.1@b#1.1", ""],
      ["H.1@a>G.1@b#1.1", ": decided by a (8)"],
      ["H.1@a>G.1@b#1.1", ": decided by b (7)"],
      ["T.1@c>G.1@b#1.1", decided],
      ["H.1@a>F.1@b#1.1", decided],
    ] as const) {
      expect(tell(letGo(subject, by))).toBe(`${subject} ended (others came first${by}), which nobody decided`);
    }
    const turnedAway = (subject: string): NodeEvent =>
      event({ type: "partnership.rejected", subject, data: { reason: `there is no room${decided}` } });
    expect(tell(turnedAway("U.1@c>G.1@b#1.1"))).toBeUndefined();
    expect(tell(turnedAway("T.1@c>G.1@b#1.1"))).toContain("which nobody decided");
  });

  it("finds one that waits for a decision for too long", async () => {
    const world = await servedMesh();
    const entry = entriesOf(world).find(({ side }) => side === "provider")!;
    const { check } = placesAreSettled();
    const look = (nowMs: number): string | undefined => check?.(seenAs(world, { nowMs, heartbeatMs: 1000 }));
    entry.contested = true;
    expect(look(0)).toBeUndefined();
    expect(look(3000)).toBeUndefined();
    expect(look(3001)).toBe(`${entry.pair} has been contested for 3001 ms`);
  });
});
