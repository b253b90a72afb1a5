import { describe, expect, it } from "vitest";
import { createNode, defineEngine, type Node } from "../../../src/index.js";

const NOT_SERVING = { name: "NautilusError", code: "NOT_SERVING" };

function nodeOf(start?: () => Promise<void>): Node {
  const engine = defineEngine({ id: "SLOW", name: "Slow", version: "1.0.0", ...(start && { start }) });
  return createNode({ feed: false, engines: [], logLevel: "silent" }, { definitions: [engine] });
}

describe("start", () => {
  it("rejects where the node was stopped before", async () => {
    const node = nodeOf();
    await node.stop();
    await expect(node.start()).rejects.toMatchObject(NOT_SERVING);
    await expect(node.start()).rejects.toMatchObject(NOT_SERVING);
  });

  it("rejects where the node was stopped since", async () => {
    const node = nodeOf();
    await node.start();
    const stopping = node.stop();
    await expect(node.start()).rejects.toMatchObject(NOT_SERVING);
    await stopping;
    await expect(node.start()).rejects.toMatchObject(NOT_SERVING);
    expect(node.port.status().state).toBe("stopped");
  });

  it("rejects where it is stopped at once, and starts nothing then", async () => {
    let started = 0;
    const node = nodeOf(async () => void (started += 1));
    const starts = [node.start(), node.stop(), node.start()];
    const outcomes = await Promise.allSettled(starts);
    expect(outcomes).toMatchObject([
      { status: "rejected", reason: NOT_SERVING },
      { status: "fulfilled" },
      { status: "rejected", reason: NOT_SERVING },
    ]);
    expect([started, node.port.status().state]).toEqual([0, "stopped"]);
  });

  it("rejects where it is stopped while an engine starts", async () => {
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const node = nodeOf(() => {
      begun();
      return new Promise(() => undefined);
    });
    const starting = node.start();
    const refused = expect(starting).rejects.toMatchObject(NOT_SERVING);
    await beginning;
    await node.stop();
    await refused;
  });
});
