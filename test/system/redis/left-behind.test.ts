// What a node leaves behind that never comes back, and who may take it away.
import { afterAll, beforeAll, expect, it } from "vitest";
import { Janitor } from "../../../src/buses/redis-bus/janitor.js";
import { ABSENT, keysOf, READS } from "../../../src/buses/redis-bus/keys.js";
import { RedisLink } from "../../../src/buses/redis-bus/redis-link.js";
import { createLogger } from "../../../src/kernel/pino-logger.js";
import { systemClock } from "../../../src/kernel/system-clock.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { REDIS, RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";

const TOPIC = "topic";
const TOKEN = 7;
const ABSENCE_MS = 600_000;
const STEP_MS = 60_000;

describeWith(REDIS, "what nodes left behind on a Redis server", () => {
  const log = createLogger("silent");
  const keys = keysOf("test", "engineLogic");
  const lease = "test:leader";
  const stream = keys.log(TOPIC);
  let server: RedisServer;
  let link: RedisLink;

  beforeAll(async () => {
    server = await RedisServer.start();
    link = new RedisLink({ url: server.url, name: "test", clock: systemClock, log });
    await link.connect();
    for (const group of ["here", "gone", "back"]) await link.redis.xgroup("CREATE", stream, group, "$", "MKSTREAM");
    await link.redis.set(keys.view("here~1"), "1");
    await link.redis.hset(lease, "holder", "here 1", "token", String(TOKEN));
  });
  afterAll(async () => {
    link.close();
    await server.stop();
  });

  async function groups(): Promise<string[]> {
    const listed = (await link.redis.xinfo("GROUPS", stream)) as readonly (readonly unknown[])[];
    return listed.map((fields) => String(fields[1])).sort();
  }

  it("stays for as long as the node may come back, and is not taken away by whoever led before", async () => {
    const clock = new VirtualClock();
    const janitor = new Janitor({ link, keys, lease, clock, log, absenceMs: ABSENCE_MS });
    for (let passedMs = 0; passedMs < ABSENCE_MS; passedMs += STEP_MS) {
      expect(await janitor.tidy(TOKEN)).toBe(0);
      await clock.advance(STEP_MS);
    }
    // It has to be seen by one leader, all the time.
    expect(await janitor.tidy(TOKEN - 1)).toBe(0);
    expect(await janitor.tidy(TOKEN)).toBe(0);
    expect(await groups()).toEqual(["back", "gone", "here"]);
  });

  it("is taken away by whoever leads, and nothing of those who live or came back", async () => {
    const clock = new VirtualClock();
    const janitor = new Janitor({ link, keys, lease, clock, log, absenceMs: ABSENCE_MS });
    for (let passedMs = 0; passedMs < ABSENCE_MS; passedMs += STEP_MS) {
      await janitor.tidy(TOKEN);
      await clock.advance(STEP_MS);
    }
    await link.redis.set(keys.view("back~2"), "1");
    const marks = { "back~1": ABSENT, "gone~1": ABSENT, "gone~2": ABSENT, "gone-not~1": ABSENT, "here~1": READS };
    await link.redis.hset(keys.readers(TOPIC), marks);
    await link.redis.set(keys.version(TOPIC), "5");
    await link.redis.hset(lease, "token", String(TOKEN + 1));
    expect(await janitor.tidy(TOKEN)).toBe(0);
    await link.redis.hset(lease, "token", String(TOKEN));
    expect(await janitor.tidy(TOKEN)).toBe(1);
    expect(await groups()).toEqual(["back", "here"]);
    // Nothing is kept for it any more, and publishers see that.
    const left = await link.redis.hkeys(keys.readers(TOPIC));
    expect(left.sort()).toEqual(["back~1", "gone-not~1", "here~1"]);
    expect(Number(await link.redis.get(keys.version(TOPIC)))).toBe(7);
  });

  it("are streams that nobody reads: taken away once nothing was added for long, by whoever leads", async () => {
    const entries = { old: "1000-0", young: "*" };
    for (const [topic, id] of Object.entries(entries)) await link.redis.xadd(keys.log(topic), id, "head", "{}");
    await link.redis.xadd(keys.log("read"), "1000-0", "head", "{}");
    await link.redis.xgroup("CREATE", keys.log("read"), "here", "$");
    const janitor = new Janitor({ link, keys, lease, clock: new VirtualClock(), log, absenceMs: ABSENCE_MS });
    const left = async (): Promise<number[]> =>
      Promise.all(["old", "young", "read"].map((topic) => link.redis.exists(keys.log(topic))));
    await janitor.tidy(TOKEN - 1);
    expect(await left()).toEqual([1, 1, 1]);
    await janitor.tidy(TOKEN);
    expect(await left()).toEqual([0, 1, 1]);
  });
});
