// Whether all is heard that is published on a channel: not from when a connection is made, but from when it is subscribed to.
import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { PushLine } from "../../../../src/buses/redis-bus/push-line.js";
import { settle } from "../../../../src/kernel/virtual-clock.js";

/** A link that is connected by hand, whose server confirms subscriptions when it is told to. */
class Link {
  readonly redis = Object.assign(new EventEmitter(), {
    stream: {},
    subscribe: () => new Promise<void>((resolve) => this.confirmations.push(resolve)),
  });
  readonly confirmations: (() => void)[] = [];
  isReady = false;
  reconnects = -1;
  #listener: () => void = () => undefined;

  onReady(listener: () => void): void {
    this.#listener = listener;
  }

  connect(): void {
    this.redis.stream = {};
    this.isReady = true;
    this.reconnects += 1;
    this.#listener();
  }
}

it("tells when nothing goes unheard on a channel, and when it may again", async () => {
  const link = new Link();
  const line = new PushLine(link as never, () => undefined);
  const told: boolean[] = [];
  line.open(
    "news",
    () => undefined,
    (isHeard) => told.push(isHeard),
  );
  link.connect();
  expect(told).toEqual([false]);
  link.confirmations.shift()?.();
  await settle();
  expect(told).toEqual([false, true]);
  link.connect();
  expect(told).toEqual([false, true, false]);
  // A connection later, it says nothing that it was subscribed to before.
  link.connect();
  link.confirmations.shift()?.();
  await settle();
  expect(told).toEqual([false, true, false, false]);
  link.confirmations.shift()?.();
  await settle();
  expect(told).toEqual([false, true, false, false, true]);
});
