import { describe, expect, it } from "vitest";
import { partnersAreUp } from "../../../../src/simulation/invariants/partners-are-up.js";
import { entriesOf, servedMesh } from "../support/served-mesh.js";

describe("partnersAreUp", () => {
  it("finds an agreement in force with an instance that is down", async () => {
    const world = await servedMesh();
    expect(partnersAreUp().check?.(world)).toBeUndefined();
    const [host] = world.node("a").life?.parts.fleet.hosts ?? [];
    Object.defineProperty(host, "lifecycle", { value: "faulted" });
    expect(partnersAreUp().check?.(world)).toMatch(/^a holds SIM_.*>SIM_.* in force while SIM_.*@a is faulted$/);
  });

  it.each([
    ["20 where it says so", { partners: 20 }, 21],
    ["64 where it does not say", {}, 65],
  ])("finds a provider that has more consumers than %s", async (_, limits, count) => {
    const world = await servedMesh();
    const entry = entriesOf(world).find(
      ({ side, agreement }) => side === "provider" && agreement.phase !== "dissolved",
    )!;
    const { provider, agreement } = entry;
    const { life } = world.node(agreement.providerNode);
    const host = life?.parts.fleet.hosts.find(({ instanceId }) => instanceId === provider);
    Object.defineProperty(host?.definition, "limits", { value: { concurrency: 4, queue: 64, ...limits } });
    const { book } = life!.parts.partnering.desk;
    const consumers = (): number => book.open(provider, "provider").length;
    const enter = (): void => {
      const consumer = `SIM_ELSE.${consumers()}@b`;
      book.enter("provider", { ...agreement, consumer, id: consumer, phase: "trial" });
    };
    while (consumers() < count - 1) enter();
    expect(consumers()).toBe(count - 1);
    expect(partnersAreUp().check?.(world)).toBeUndefined();
    enter();
    expect(partnersAreUp().check?.(world)).toBe(`${provider} has ${count} consumers, more than it agrees with`);
  });
});
