import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { drawScript } from "../../../src/simulation/scripted-network.js";
import { entriesOf, servedMesh } from "./support/served-mesh.js";

describe("drawScript", () => {
  it("gives some engines places for two to four partners, and the others none to name", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { engines, partners } = drawScript(createRandom(seed));
      expect(partners.size).toBeGreaterThan(0);
      expect(partners.size).toBeLessThan(engines.size);
      for (const count of partners.values()) expect([2, 3, 4]).toContain(count);
    }
  });

  it("draws so few that consumers of the mesh are turned away, and find others", async () => {
    const world = await servedMesh();
    const verbs = new Set(entriesOf(world).flatMap(({ history }) => history.events.map(({ verb }) => verb)));
    expect([...verbs]).toEqual(expect.arrayContaining(["accept", "reject"]));
  });
});
