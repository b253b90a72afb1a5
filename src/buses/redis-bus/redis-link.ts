// One connection to one Redis server: comes back by itself, says when it went and came, and leaves no command without an end.
import { Redis, type RedisOptions } from "ioredis";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import { messageOf } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";

export interface RedisLinkOptions {
  /** `redis://` or `rediss://` with user, password and database. */
  readonly url: string;
  /** Shown in `CLIENT LIST`. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A socket that hears nothing for so long is dead, whatever it says of itself … */
const SILENCE_MS = 4_000;
/** … as something is asked of the server that often. */
const ASK_MS = 1_000;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** The other side may be gone. */
const DISCONNECT_TIMEOUT_MS = 500;

const RULES = {
  // Its replies have one shape, whatever the server.
  protocol: 2,
  // A command under way when the connection is lost fails: whoever sent it knows whether it may be sent again. Nothing else makes
  // the library end it; with any other number it would wait for ever.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  // Whoever subscribes does it at every connection: where the library does, nobody hears of a failure, which ends the process.
  autoResubscribe: false,
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: SILENCE_MS,
  retryStrategy: (times: number): number => Math.min(FIRST_RETRY_MS * 2 ** Math.min(times - 1, 10), LONGEST_RETRY_MS),
  lazyConnect: true,
} as const satisfies RedisOptions;

export class RedisLink {
  readonly redis: Redis;
  readonly name: string;
  /** Without credentials: for people. */
  readonly address: string;
  readonly #onReady = new Set<() => void>();
  #isReady = false;
  #connections = 0;
  #closed = false;
  #asking: TimerHandle | undefined;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #database: number;
  /** That it is not reachable was logged, and not yet that it is again. */
  #isTold = false;
  /** Resolves when the connection of the moment may be used; rejects where it may not. */
  #entering: Promise<void> = Promise.resolve();

  constructor({ url, name, clock, log }: RedisLinkOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#database = Number(new URL(url).pathname.slice(1));
    this.name = name;
    this.address = addressOf(url);
    this.redis = new Redis(url, { ...RULES, connectionName: name });
    this.redis.on("error", (error: Error) => {
      // Nothing but the message: a failed command comes with its arguments, a password among them.
      this.#tell(error.message);
    });
    this.redis.on("ready", () => {
      if (this.#database === 0) this.#enter();
      else this.#entering = this.#enterDatabase();
      this.#entering.catch(() => undefined);
    });
    this.redis.on("close", () => {
      this.#isReady = false;
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Times that it came back. */
  get reconnects(): number {
    return Math.max(0, this.#connections - 1);
  }

  /** At every connection, also the first. */
  onReady(listener: () => void): void {
    this.#onReady.add(listener);
  }

  /** Resolves at the first connection; rejects with why the first attempt failed, and goes on trying. */
  async connect(): Promise<void> {
    let why: string | undefined;
    const listen = ({ message }: Error): void => {
      why ??= message;
    };
    this.redis.on("error", listen);
    try {
      await this.redis.connect();
      await this.#entering;
    } catch (thrown) {
      // The library says no more than that the connection is closed; of a cause, its arguments would be shown.
      throw new Error(why ?? messageOf(thrown));
    } finally {
      this.redis.off("error", listen);
    }
  }

  /** Anything that was under way fails. */
  close(): void {
    this.#closed = true;
    if (this.#asking !== undefined) this.#clock.clearTimeout(this.#asking);
    this.redis.disconnect();
  }

  #tell(why: string): void {
    if (this.#isTold || this.#closed) return;
    this.#isTold = true;
    this.#log.warn({ redis: this.address, connection: this.name }, `Redis is not reachable: ${why}`);
  }

  #enter(): void {
    if (this.#isTold) this.#log.info({ redis: this.address, connection: this.name }, "Redis is reachable again");
    this.#isTold = false;
    this.#isReady = true;
    this.#connections += 1;
    this.#ask();
    for (const listener of this.#onReady) listener();
  }

  /** The library goes on in database 0 where the server refuses another, which may be that of somebody else. */
  async #enterDatabase(): Promise<void> {
    const { redis } = this;
    const about = await redis.client("INFO");
    if (about.includes(` db=${this.#database} `)) {
      this.#enter();
      return;
    }
    const why = `the server does not let it use database ${this.#database}`;
    this.#tell(why);
    redis.disconnect(true);
    throw new Error(why);
  }

  #ask(): void {
    if (this.#asking !== undefined) this.#clock.clearTimeout(this.#asking);
    this.#asking = this.#clock.setTimeout(() => {
      this.redis.ping().catch(() => undefined);
      if (this.#isReady) this.#ask();
    }, ASK_MS);
  }
}

function addressOf(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  return `${protocol}//${hostname}:${port === "" ? "6379" : port}${pathname}`;
}
