// What a conformance test stands on: a bus (or two views of one), topics nobody else uses, messages, and waits with an end.
import { afterAll, beforeAll } from "vitest";
import type { Bus, Subscription, SubscribeOptions } from "../../../src/contracts/bus.js";
import type { ChannelName } from "../../../src/contracts/channel.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import type { Priority } from "../../../src/contracts/priority.js";

const PATIENCE_MS = 10_000;

/** A started bus. */
export interface BusHarness {
  readonly bus: Bus;
  /** Another process's view of the same bus: where there is one, the tests publish there and read from `bus`. */
  readonly second?: Bus;
  /** Resolves when every subscription made so far is in force; absent where that is at once. */
  readonly ready?: () => Promise<void>;
  /** Also for a bus that a test has stopped. */
  close(): Promise<void>;
}

export type OpenBus = () => Promise<BusHarness>;

export interface MessageOptions {
  readonly subject?: string | undefined;
  readonly priority?: Priority;
  readonly data?: unknown;
}

/** One bus for the tests of a suite, which keep apart by topic. */
export class Scene {
  #harness: BusHarness | undefined;
  #count = 0;

  static ofSuite(open: OpenBus): Scene {
    const scene = new Scene();
    beforeAll(async () => {
      scene.#harness = await open();
    });
    afterAll(() => scene.#opened.close());
    return scene;
  }

  get bus(): Bus {
    return this.#opened.bus;
  }

  /** Whose publishers are others than the readers, where the bus has two views. */
  get publishing(): Bus {
    return this.#opened.second ?? this.#opened.bus;
  }

  topic(): string {
    return `conformance.topic-${(this.#count += 1)}`;
  }

  message(sequence: number, { subject, priority = "normal", data = { sequence } }: MessageOptions = {}): Envelope {
    const id = `conformance-${(this.#count += 1)}`;
    const stamp = {
      specversion: "1.0",
      source: "conformance",
      time: "2024-01-02T03:04:05.678Z",
      incarnation: 1,
    } as const;
    return {
      ...stamp,
      id,
      type: "conformance.tested",
      priority,
      sequence,
      data,
      ...(subject !== undefined && { subject }),
    };
  }

  messages(count: number, options: MessageOptions = {}): Envelope[] {
    return Array.from({ length: count }, (_, sequence) => this.message(sequence, options));
  }

  /** Resolves once the subscription is in force. */
  async read(at: Address, handler: Reading, options: Partial<SubscribeOptions> = {}): Promise<Subscription> {
    const subscription = this.bus.channel(at.channel).subscribe(at.topic, handler, { name: "reader", ...options });
    await this.#opened.ready?.();
    return subscription;
  }

  /** Begins the publication; resolves when every reader has taken the message. */
  send(at: Address, message: Envelope): Promise<void> {
    return this.publishing.channel(at.channel).publish(at.topic, message) ?? Promise.resolve();
  }

  async sendAll(at: Address, messages: readonly Envelope[]): Promise<void> {
    await Promise.all(messages.map((message) => this.send(at, message)));
  }

  get #opened(): BusHarness {
    if (this.#harness === undefined) throw new Error("the bus is not open");
    return this.#harness;
  }
}

export interface Address {
  readonly channel: ChannelName;
  readonly topic: string;
}

export type Reading = (message: Envelope) => void | Promise<void>;

/** Keeps what it is handed and lets others wait for it. */
export class Inbox {
  readonly messages: Envelope[] = [];
  readonly #watchers = new Set<() => void>();

  readonly put = (message: Envelope): void => {
    this.messages.push(message);
    for (const look of [...this.#watchers]) look();
  };

  get sequences(): number[] {
    return this.messages.map(({ sequence }) => sequence);
  }

  /** The messages, once there are `count`. */
  async hold(count: number): Promise<readonly Envelope[]> {
    await this.#until(() => this.messages.length >= count, `${count} messages`);
    return this.messages;
  }

  /** Resolves once that message is there. */
  async holdOf({ id }: Envelope): Promise<void> {
    await this.#until(() => this.messages.some((message) => message.id === id), `message ${id}`);
  }

  #until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const patience = AbortSignal.timeout(PATIENCE_MS);
      const look = (): void => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resolve();
      };
      patience.addEventListener("abort", () => {
        reject(new Error(`waited for ${what}, have ${this.messages.length}: ${JSON.stringify(this.sequences)}`));
      });
      this.#watchers.add(look);
      look();
    });
  }
}

/** A door that handlers wait at until it is opened. */
export class Gate {
  #open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  open(): void {
    this.#open();
  }
}

/** One turn of the event loop: every promise job that is ready has run after it. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** For what no handler tells of: looks once a turn of the event loop. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  while (!holds()) {
    if (patience.aborted) throw new Error(`never came true: ${what}`);
    await turn();
  }
}
