// Publishes without an answer. The server writes its answer to a publisher before it tells those who listen, and wakes it for
// that; where the listeners' own word is waited for, the answer says nothing. Written past the library, which waits for an answer
// to whatever it sends.
import type { RedisLink } from "./redis-link.js";

const SKIP = "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n";
/** Channels whose beginnings are kept. */
const MAX_CHANNELS = 4096;

export class Unanswered {
  readonly #link: RedisLink;
  readonly #beginnings = new Map<string, string>();
  #isAllowed = false;

  constructor(link: RedisLink) {
    this.#link = link;
    link.onReady(() => {
      this.#isAllowed = false;
      void this.#ask();
    });
  }

  /** False where it was not sent: the server does not know how, or the connection is not there. Whether it arrives is not told. */
  publish(channel: string, payload: string): boolean {
    const { redis, isReady } = this.#link;
    if (!this.#isAllowed || !isReady || !redis.stream.writable) return false;
    redis.stream.write(`${this.#beginning(channel)}$${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
    return true;
  }

  #beginning(channel: string): string {
    const known = this.#beginnings.get(channel);
    if (known !== undefined) return known;
    if (this.#beginnings.size >= MAX_CHANNELS) this.#beginnings.clear();
    const beginning = `${SKIP}*3\r\n$7\r\nPUBLISH\r\n$${Buffer.byteLength(channel)}\r\n${channel}\r\n`;
    this.#beginnings.set(channel, beginning);
    return beginning;
  }

  /** A proxy, or the rights of the user, may not have it: an answer that nobody waits for would be taken for another's. */
  async #ask(): Promise<void> {
    const { redis } = this.#link;
    const { stream } = redis;
    const said = await redis.call("CLIENT", "REPLY", "ON").catch(() => undefined);
    if (redis.stream === stream) this.#isAllowed = said === "OK";
  }
}
