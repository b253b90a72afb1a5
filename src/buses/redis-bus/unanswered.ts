// Publishes without an answer. The server writes its answer to a publisher before it tells those who listen, and wakes it for
// that; where the listeners' own word is waited for, the answer says nothing. Written past the library, which waits for an answer
// to whatever it sends; and over a connection of its own: should the server answer all the same, no answer to anything else is
// taken for another's.
import type { Clock } from "../../contracts/clock.js";
import type { RedisLink } from "./redis-link.js";

const SKIP = "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n";
/** How the library begins to say that it was sent an answer to nothing. */
const UNASKED = "Command queue state error";
/** After such an answer. */
const PAUSE_MS = 10_000;
/** Channels whose beginnings are kept. */
const MAX_CHANNELS = 4096;

export class Unanswered {
  readonly #link: RedisLink;
  readonly #beginnings = new Map<string, string>();
  #pausedUntilMs = 0;
  readonly #clock: Clock;
  #isAllowed = false;
  /** Whether it is allowed is to be asked, and from when on, on `Clock.nowMs`. */
  #askFromMs = Infinity;

  constructor(link: RedisLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    link.onReady(() => {
      this.#isAllowed = false;
      this.#askFromMs = Math.max(this.#pausedUntilMs, clock.nowMs());
      this.#ask();
    });
    link.redis.on("error", ({ message }: Error) => {
      if (message.startsWith(UNASKED)) this.#wasAnswered();
    });
  }

  /** Not where the server does not know how, or the connection is not there. */
  get isPossible(): boolean {
    const { redis, isReady } = this.#link;
    if (!this.#isAllowed) this.#ask();
    return this.#isAllowed && isReady && redis.stream.writable;
  }

  /** Where it is possible. Whether it arrives is not told. */
  publish(channel: string, payload: string): void {
    const { stream } = this.#link.redis;
    stream.write(`${this.#beginning(channel)}$${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
  }

  #beginning(channel: string): string {
    const known = this.#beginnings.get(channel);
    if (known !== undefined) return known;
    if (this.#beginnings.size >= MAX_CHANNELS) this.#beginnings.clear();
    const beginning = `${SKIP}*3\r\n$7\r\nPUBLISH\r\n$${Buffer.byteLength(channel)}\r\n${channel}\r\n`;
    this.#beginnings.set(channel, beginning);
    return beginning;
  }

  /** What is allowed when the connection is made may not be so for as long as it lasts, and a busy server refuses it too. */
  #wasAnswered(): void {
    this.#isAllowed = false;
    this.#pausedUntilMs = this.#clock.nowMs() + PAUSE_MS;
    // Which answer is whose, nobody knows any more.
    this.#link.redis.disconnect(true);
  }

  /** A proxy, or the rights of the user, may not have it: an answer that nobody waits for would be taken for another's. */
  #ask(): void {
    if (this.#clock.nowMs() < this.#askFromMs || !this.#link.isReady) return;
    this.#askFromMs = Infinity;
    const { redis } = this.#link;
    const { stream } = redis;
    redis.call("CLIENT", "REPLY", "ON").then(
      (said) => {
        if (redis.stream === stream) this.#isAllowed = said === "OK";
      },
      () => undefined,
    );
  }
}
