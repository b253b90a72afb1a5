// The connection that waits at the server, as the server knows it, and those that it replaced.
import { failureOf } from "./redis-errors.js";
import type { RedisLink } from "./redis-link.js";

export class ReadingClient {
  readonly #link: RedisLink;
  #id = 0;
  /** Of connections that were lost, as far as the server may still take them for open. */
  readonly #former = new Set<number>();

  constructor(link: RedisLink) {
    this.#link = link;
  }

  /** Zero before the first connection. */
  get id(): number {
    return this.#id;
  }

  /**
   * Where only this side knows that the connection before was lost, the server goes on waiting on its behalf for a while, and
   * would give it what is for this one.
   */
  async succeed(): Promise<void> {
    const { redis, name } = this.#link;
    if (this.#id !== 0) this.#former.add(this.#id);
    this.#id = await redis.client("ID");
    this.#former.delete(this.#id);
    for (const former of this.#former) {
      try {
        // A server that was started anew counts from one again: it may be anybody's.
        const found = (await redis.client("LIST", "ID", former)) as string;
        if (found.includes(` name=${name} `)) await redis.client("KILL", "ID", former);
      } catch (thrown) {
        if (failureOf(thrown as Error) === "unknown") throw thrown;
      }
      this.#former.delete(former);
    }
  }
}
