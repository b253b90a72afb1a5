// A process whose event loop is really blocked for longer than three heartbeats: its nodes stall together, and none of them takes
// another for dead when it turns again.
import { describe, expect, it } from "vitest";
import { Program } from "./support/program.js";

const INDEX = JSON.stringify(new URL("../../dist/index.js", import.meta.url).href);
const BUS = JSON.stringify(new URL("../../dist/buses/memory-bus.js", import.meta.url).href);

const HEARTBEAT_MS = 1000;
const BLOCKED_MS = 5000;

const PROGRAM = `
  import { createNode } from ${INDEX};
  import { createMemoryBus } from ${BUS};
  import { setTimeout } from "node:timers/promises";
  const bus = createMemoryBus();
  const options = { feed: false, engines: [], heartbeatIntervalMs: ${HEARTBEAT_MS}, logLevel: "silent" };
  const nodes = ["a", "b", "c"].map((nodeId) => createNode({ ...options, nodeId }, { bus }));
  await Promise.all(nodes.map((node) => node.start()));
  await setTimeout(${2 * HEARTBEAT_MS});
  const blockedUntil = performance.now() + ${BLOCKED_MS};
  while (performance.now() < blockedUntil);
  await setTimeout(${3 * HEARTBEAT_MS});
  const told = nodes.map(({ port }) => port.eventsAfter(0).map(({ type, subject }) => type + " " + subject));
  const statuses = nodes.map(({ port }) => port.status().nodes.map(({ status }) => status));
  await Promise.all(nodes.map((node) => node.stop()));
  console.log(JSON.stringify({ deaths: told.flat().filter((event) => event.startsWith("node.dead")), statuses }));
`;

describe("nodes of one process whose event loop is blocked for five heartbeats", () => {
  it("declare nobody dead, and are all there afterwards", async () => {
    const program = new Program(process.execPath, ["--input-type=module", "--eval", PROGRAM]);
    try {
      const [line] = await program.prints(/^\{.*\}$/m);
      const alive = ["alive", "alive", "alive"];
      expect(JSON.parse(line)).toEqual({ deaths: [], statuses: [alive, alive, alive] });
      expect(await program.exited).toEqual({ code: 0, signal: null });
    } finally {
      await program.remove();
    }
  }, 60_000);
});
