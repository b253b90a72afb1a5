import { afterEach, describe, expect, it } from "vitest";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import type { Bus } from "../../../src/contracts/bus.js";
import { DeadLetterPageSchema, type DeadLetterPage } from "../../../src/contracts/views/dead-letters.js";
import { createEnvelopeFactory } from "../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../src/kernel/ids.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";

const TOPIC = "test.topic";

describe("the dead letters of a node", () => {
  let bus: Bus;
  let node: Node;
  afterEach(() => node.stop());

  /** A node on a bus where a reader fails on everything that it is sent. */
  async function failOn(values: readonly unknown[]): Promise<void> {
    bus = createMemoryBus();
    const clock = new VirtualClock();
    const runtime = { bus, clock, pool: createInlinePool() };
    node = createNode({ feed: false, engines: [], logLevel: "silent" }, runtime);
    await node.start();
    const channel = bus.channel("engineLogic");
    const fail = (): never => {
      throw new TypeError("no taste for it");
    };
    channel.subscribe(TOPIC, fail, { name: "picky" });
    const ids = createIds(createRandom("letters"), "test");
    const envelopes = createEnvelopeFactory({ nodeId: "sender", incarnation: 1, clock, ids });
    for (const value of values) void channel.publish(TOPIC, envelopes.create("test.value", value, { topic: TOPIC }));
  }

  async function page(query = ""): Promise<DeadLetterPage> {
    const response = await node.fetch(new Request(`http://node/api/v1/dead-letters${query}`));
    expect(response.status).toBe(200);
    return DeadLetterPageSchema.parse(await response.json());
  }

  it("are none at first", async () => {
    await failOn([]);
    expect(await page()).toEqual({ deadLetters: [], total: 0, kept: 0, next: null });
  });

  it("are listed newest first, page by page, without what they carried", async () => {
    await failOn([1, 2, 3, 4, 5]);
    const seen: number[] = [];
    let next: number | null = null;
    do {
      const { deadLetters, total, kept, ...rest } = await page(`?limit=2${next === null ? "" : `&before=${next}`}`);
      expect([total, kept]).toEqual([5, 5]);
      seen.push(...deadLetters.map(({ sequence }) => sequence));
      for (const { message } of deadLetters) expect(message).not.toHaveProperty("data");
      next = rest.next;
    } while (next !== null);
    expect(seen).toEqual([5, 4, 3, 2, 1]);
    expect((await page("?limit=1")).deadLetters[0]).toMatchObject({
      channel: "engineLogic",
      topic: TOPIC,
      subscription: "picky",
      reason: "TypeError: no taste for it",
      attempts: 3,
      message: {
        specversion: "1.0",
        source: "sender",
        type: "test.value",
        time: expect.any(String),
        priority: "normal",
      },
    });
  });

  it("keep their numbers when the oldest are no longer kept", async () => {
    await failOn(Array.from({ length: 1030 }, (_, index) => index + 1));
    const newest = await page("?limit=1024&data=true");
    expect(newest).toMatchObject({ total: 1030, kept: 1024, next: null });
    expect(newest.deadLetters.map(({ sequence, message }) => [sequence, message.data])).toEqual(
      Array.from({ length: 1024 }, (_, index) => [1030 - index, 1030 - index]),
    );
    expect(await page("?before=7")).toMatchObject({ deadLetters: [], next: null });
  });

  it("show data that is no JSON, or too large, as a text of what it was", async () => {
    const self: Record<string, unknown> = { n: 7n };
    self["self"] = self;
    const hostile = new Proxy({}, { ownKeys: () => { throw new Error("private"); } }); // prettier-ignore
    await failOn([self, hostile, new Float64Array(10_000_000), "x".repeat(5_000_000), undefined]);
    const { deadLetters } = await page("?data=true");
    const [nothing, text, ...rest] = deadLetters.map(({ message }) => message.data);
    expect(nothing).toBeUndefined();
    expect(text).toMatch(/^x{16384}… \[5000000 characters\]$/);
    expect(rest).toEqual(["[left out: too large]", "[unreadable]", { n: "7", self: "[circular]" }]);
  });

  it("never fill an answer with what they carried", async () => {
    const large = { texts: Array.from({ length: 900 }, (_, index) => `${index} `.repeat(1000)) };
    await failOn(Array.from({ length: 1024 }, () => large));
    const response = await node.fetch(new Request("http://node/api/v1/dead-letters?limit=1024&data=true"));
    expect((await response.text()).length).toBeLessThan(4_000_000);
  });
});
