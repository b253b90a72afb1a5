// The bus between processes: three channels, each on a Redis server of its own or all on one.
import type { Bus } from "../../contracts/bus.js";
import type { ChannelName } from "../../contracts/channel.js";
import type { Clock } from "../../contracts/clock.js";
import { messageOf, NautilusError } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import { DeadLetters } from "../dead-letters.js";
import type { ChannelContext, RedisChannel } from "./channel-context.js";
import { viewName } from "./keys.js";
import { PubSubChannel } from "./pubsub-channel.js";
import { REDIS_LIMITS, type RedisLimits } from "./redis-limits.js";
import { RedisLink } from "./redis-link.js";
import { StreamChannel } from "./stream-channel.js";

export interface RedisBusOptions {
  readonly urls: Readonly<Record<ChannelName, string>>;
  /** Networks that share a server are kept apart by it. */
  readonly namespace: string;
  readonly nodeId: string;
  /** Tells this start of the node from every other. */
  readonly incarnation: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Without Redis at the start: go on trying, or fail. Default wait. */
  readonly atStart?: "wait" | "fail";
  /** Where they differ from the limits that every bus keeps. */
  readonly limits?: Partial<RedisLimits>;
}

export interface RedisBus extends Bus {
  /** Resolves when every subscription made so far is in force at the servers, as far as they are reachable. */
  settled(): Promise<void>;
}

/** What stopping takes where Redis answers no more. */
const LEAVE_MS = 1_000;

/** A bus that serves the readers of this process from the beginning, and those of others while Redis is reachable. */
export function createRedisBus(options: RedisBusOptions): RedisBus {
  const { urls, namespace, nodeId, incarnation, clock, log, atStart = "wait" } = options;
  const limits = { ...REDIS_LIMITS, ...options.limits };
  const deadLetters = new DeadLetters(limits.deadLetters);
  const context: ChannelContext = {
    view: viewName(nodeId, incarnation),
    namespace,
    clock,
    log,
    limits,
    createLink: (channel, role) =>
      new RedisLink({ url: urls[channel], name: `nautilus:${nodeId}:${channel}:${role}`, clock, log }),
    onDeadLetter: (letter) => {
      deadLetters.add(letter);
    },
  };
  const channels: Readonly<Record<ChannelName, RedisChannel>> = {
    marketData: new PubSubChannel("marketData", context),
    engineLogic: new StreamChannel("engineLogic", context),
    neuralGpu: new StreamChannel("neuralGpu", context),
  };
  const all = Object.values(channels);
  const perChannel = <T>(read: (channel: RedisChannel) => T): Record<ChannelName, T> => ({
    marketData: read(channels.marketData),
    engineLogic: read(channels.engineLogic),
    neuralGpu: read(channels.neuralGpu),
  });
  let stopping: Promise<void> | undefined;
  let starting: Promise<void> | undefined;
  const connect = async (): Promise<void> => {
    const links = all.flatMap((channel) => channel.links);
    const failures = (await Promise.allSettled(links.map((link) => link.connect()))).flatMap((end, index) =>
      end.status === "rejected" ? [`${links[index]?.address}: ${messageOf(end.reason)}`] : [],
    );
    if (failures.length === 0) {
      await Promise.all(all.map((channel) => channel.settled()));
      return;
    }
    const what = `Redis is not reachable: ${[...new Set(failures)].join("; ")}`;
    if (atStart === "fail") throw new NautilusError("NOT_SERVING", what);
    log.warn({ namespace }, `${what}; this node works alone until it is`);
  };
  return {
    channel: (name) => channels[name],
    start: async () => {
      if (stopping !== undefined) throw new NautilusError("NOT_SERVING", "a stopped bus does not start again");
      starting ??= connect();
      await starting;
    },
    stop: async () => {
      stopping ??= withLimit(Promise.all(all.map((channel) => channel.leave())), LEAVE_MS, clock).then(() => {
        // Of all at once, and last: whoever waits learns of it when it is done.
        for (const channel of all) channel.end();
      });
      await stopping;
    },
    stats: () => ({
      published: perChannel(({ published }) => published),
      subscriptions: perChannel(({ subscriptions }) => subscriptions),
      deadLetters: deadLetters.total,
      links: perChannel((channel) => channel.stats()),
    }),
    deadLetters: () => deadLetters.list(),
    settled: async () => {
      await Promise.all(all.map((channel) => channel.settled()));
    },
  };
}

/** Resolves with the promise, but not later. */
function withLimit(promise: Promise<unknown>, limitMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = clock.setTimeout(resolve, limitMs);
    promise.then(() => {
      clock.clearTimeout(limit);
      resolve();
    }, reject);
  });
}
