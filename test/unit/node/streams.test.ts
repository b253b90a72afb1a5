import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineEngine, stream, type EngineContext } from "../../../src/contracts/engine.js";
import { product } from "../../../src/contracts/product.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";

const Beat = product("test.beat", {
  version: 1,
  channel: "engineLogic",
  description: "A number, now and then.",
  schema: z.object({ n: z.number() }),
});

describe("the streams of a node", () => {
  const clock = new VirtualClock();
  let node: Node;
  let publish: (n: number) => void = () => undefined;

  afterEach(async () => {
    const stopping = node.stop();
    await clock.advance(10_000);
    await stopping;
  });

  /** A node where one engine reads, in `handle`, what the test publishes through another. */
  async function reading(handle: (n: number) => void | Promise<void>): Promise<void> {
    const header = { version: "1.0.0", name: "Test" };
    const start = (context: EngineContext): void => {
      publish = (n) => context.publish(Beat, { n });
    };
    const writer = defineEngine({ ...header, id: "WRITER", publishes: [Beat], start });
    const reader = defineEngine({
      ...header,
      id: "READER",
      create: () => ({ streams: [stream({ on: Beat, handle: ({ n }) => handle(n) })] }),
    });
    const runtime = { clock, pool: createInlinePool(), definitions: [writer, reader] };
    node = createNode({ feed: false, engines: [], logLevel: "silent" }, runtime);
    await node.start();
  }

  const readersHealth = (): unknown => node.port.engines().find(({ engineId }) => engineId === "READER")?.health;

  it("are read again by an instance whose handler did not settle within a minute", async () => {
    const heard: number[] = [];
    await reading((n) => (n === 1 ? new Promise(() => undefined) : void heard.push(n)));
    publish(1);
    await clock.advance(58_000);
    expect(readersHealth()).toMatchObject({ lifecycle: "running", restarts: 0 });
    await clock.advance(4_000);
    expect(readersHealth()).toMatchObject({ lifecycle: "running", restarts: 1 });
    publish(2);
    expect(heard).toEqual([2]);
  });

  it("fault no instance for what a handler of its earlier life throws", async () => {
    await reading((n) =>
      n === 1 ? new Promise((_, reject) => clock.setTimeout(() => reject(new Error("late")), 5_000)) : undefined,
    );
    publish(1);
    const id = "READER";
    await node.port.operate("restart", id, false);
    await clock.advance(1_000);
    expect(readersHealth()).toMatchObject({ lifecycle: "running", restarts: 1 });
    await clock.advance(10_000);
    expect(readersHealth()).toMatchObject({ lifecycle: "running", restarts: 1, reasons: [] });
  });
});
