// What somebody else puts where the bus looks: passed over, counted, told once, and never in the way.
import fc from "fast-check";
import { expect, it } from "vitest";
import { REDIS } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { LoggedLines } from "./support/logged-lines.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, MARKET, messageOf, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

const HEAD = { format: 1, from: "x~1", sequence: 1, messages: [messageOf("x", 0)] };

const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array));
const payload = fc.oneof(
  bytes,
  fc.json().map((text) => Buffer.from(text)),
  fc
    .constantFrom(
      { ...HEAD, format: 2 },
      { ...HEAD, sequence: 0 },
      { ...HEAD, from: "" },
      { ...HEAD, messages: [{ ...messageOf("x", 0), id: 7 }] },
      { ...HEAD, arrays: [[0, "Float64Array", ["data"]]] },
      { ...HEAD, arrays: [[0, "__proto__", []]] },
    )
    .map((head) => Buffer.from(JSON.stringify(head))),
);
/** Name and value, one to three times. */
const fields = fc.array(fc.tuple(bytes, payload), { minLength: 1, maxLength: 3 }).map((pairs) => pairs.flat());

describeWith(REDIS, "the Redis bus among others that write to its keys", () => {
  const network = Network.ofTests();
  const samples = <T>(arbitrary: fc.Arbitrary<T>): readonly T[] => fc.sample(arbitrary, { numRuns: 60, seed: 1 });

  for (const at of [LOGIC, GPU]) {
    it(`passes over what is no batch on a stream of ${at.channel}`, async () => {
      const server = await network.server();
      const log = new LoggedLines();
      const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: server.url, log })];
      const reader = Ledger.read(b, at);
      await b.settled();
      const publisher = new Publisher(a, at, "p");
      const stream = `faults:${at.channel}:log:${at.topic}`;
      for (const each of samples(fields)) {
        await network.command(server, "XADD", stream, "*", ...each);
        publisher.publish();
      }
      await publisher.allSettled();
      await reader.holdsAllOf(publisher);
      await until("all are counted", () => b.stats().links?.[at.channel].malformed === 60);
      expect(log.with("passed over")).toHaveLength(60);
      expect(log.lines).toHaveLength(60);
      expect(reader.messages).toHaveLength(60);
      if (at === LOGIC) {
        const pending = async (): Promise<unknown> => network.command(server, "XPENDING", stream, "b");
        await until("none of it is left to do", async () => ((await pending()) as unknown[])[0] === 0);
      }
    });

    it(`passes over what is no acknowledgement on ${at.channel}`, async () => {
      const server = await network.server();
      const log = new LoggedLines();
      const [a, b] = [await network.open("a", { url: server.url, log }), await network.open("b", { url: server.url })];
      const reader = Ledger.read(b, at);
      await b.settled();
      const publisher = new Publisher(a, at, "p");
      for (const each of samples(fields)) {
        await network.command(server, "XADD", `faults:${at.channel}:acks:a~1`, "*", ...each);
        publisher.publish();
      }
      await publisher.allSettled();
      await reader.holdsAllOf(publisher);
      await until("all are counted", () => a.stats().links?.[at.channel].malformed === 60);
      expect(log.lines).toHaveLength(60);
    });

    it(`reads the other topics of ${at.channel} where one has a key of another kind`, async () => {
      const server = await network.server();
      const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: server.url })];
      const [spoilt, other] = [Ledger.read(b, at), { ...at, topic: `${at.topic}.other` }];
      const reader = Ledger.read(b, other);
      await b.settled();
      await network.command(server, "SET", `faults:${at.channel}:log:${at.topic}`, "no stream");
      const refused = new Publisher(a, at, "q");
      refused.publish();
      await refused.allSettled();
      expect(refused.outcomes).toEqual({ INTERNAL: 1 });
      const publisher = new Publisher(a, other, "p");
      publisher.publish(10);
      await reader.holdsAllOf(publisher);
      await publisher.allSettled();
      await network.command(server, "DEL", `faults:${at.channel}:log:${at.topic}`);
      await until("the topic is read again", async () => {
        refused.publish();
        await refused.allSettled();
        return spoilt.messages.length > 0;
      });
    });
  }

  it("passes over what is no batch on a channel of marketData", async () => {
    const server = await network.server();
    const log = new LoggedLines();
    const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: server.url, log })];
    const reader = Ledger.read(b, MARKET, { whenSlow: "drop" });
    await b.settled();
    const publisher = new Publisher(a, MARKET, "p");
    for (const each of samples(payload)) {
      await network.command(server, "PUBLISH", `faults:marketData:live:${MARKET.topic}`, each);
      publisher.publish();
    }
    await reader.holdsAllOf(publisher);
    await until("all are counted", () => b.stats().links?.marketData.malformed === 60);
    expect(log.with("passed over")).toHaveLength(60);
    expect(log.lines).toHaveLength(60);
  });
});
