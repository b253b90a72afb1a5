import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createNode,
  defineEngine,
  NautilusError,
  operation,
  product,
  type Node,
  type NodeOptions,
} from "../../../src/index.js";
import { recompute } from "../../../src/routing/recompute.js";
import { RouteRecordSchema } from "../../../src/contracts/route-record.js";
import { createMemoryJournal } from "../../../src/journal/memory-journal.js";

const Answer = product("test.answer", {
  version: 1,
  channel: "engineLogic",
  schema: z.number(),
  description: "A number.",
});

let node: Node | undefined;

afterEach(async () => {
  await node?.stop();
});

describe("the journal of a node", () => {
  it("has every event of the control plane and every kept choice of the router, chained", async () => {
    let asked = 0;
    const engine = defineEngine({
      id: "MOODY",
      name: "Moody",
      version: "1.0.0",
      operations: [
        operation({
          name: "answer",
          version: 1,
          needs: {},
          gives: Answer,
          run: () => {
            asked += 1;
            if (asked === 1) throw new NautilusError("OVERLOADED", "not yet");
            return asked;
          },
        }),
      ],
    });
    const journal = createMemoryJournal(1000);
    const options: NodeOptions = { feed: false, engines: [], replicas: { MOODY: 2 }, logLevel: "silent", nodeId: "n" };
    node = createNode(options, { definitions: [engine], journal });
    await node.start();
    await node.request({ products: ["test.answer"] });
    await node.stop();

    const entries = journal.entries();
    const events = node.port.eventsAfter(0).map(({ at, type, subject, data }) => [at, type, subject, data]);
    const chosen = entries.filter(({ kind }) => kind === "route.chosen");
    const others = entries.filter((entry) => !chosen.includes(entry));
    expect(others.map(({ at, kind, subject, data }) => [at, kind, subject, data])).toEqual(events);
    expect(entries.every((entry) => entry.node === "n")).toBe(true);
    const records = chosen.map(({ at, subject, data }) =>
      RouteRecordSchema.parse({ at, operationId: subject, ...(data as object) }),
    );
    expect(records.map(({ keptFor, outcome }) => [keptFor, outcome.code])).toContainEqual(["failure", "OVERLOADED"]);
    for (const record of records) expect(recompute(record)).toBe(record.winner);
    expect(journal.firstBroken()).toBeUndefined();
  });
});
