// What does a publication to 18 subscribers cost through the bus (same tick, through bounded queues, counted) against a bare
// emit of eventemitter3 to 18 listeners?
import { EventEmitter } from "eventemitter3";
import { createMemoryBus } from "../src/buses/memory-bus.js";
import { CHANNEL_NAMES, type ChannelName } from "../src/contracts/channel.js";
import type { Envelope } from "../src/contracts/envelope.js";
import { createEnvelopeFactory } from "../src/kernel/envelope-factory.js";
import { createIds } from "../src/kernel/ids.js";
import { createRandom } from "../src/kernel/seeded-random.js";
import { systemClock } from "../src/kernel/system-clock.js";
import { interleave, report, type Spread, type Subject } from "./harness.js";

const SUBSCRIBERS = 18;
const TOPIC = "market.bar@1";

/** So few that they stay in the processor's cache: what is measured is the way of a message, not the reading of it. */
const MESSAGES = 64;
/** engineLogic gets more ids than its subscriptions remember, since it would not deliver one twice. */
const MESSAGES_OF: Partial<Record<string, number>> = { engineLogic: 16_384 };

interface Fan {
  readonly subject: Subject;
  /** Whether every subscriber has had every message. */
  readonly complete: () => boolean;
}

/** Each subscriber is a closure of its own, as in life, and sums what it reads, so that no work can be left out. */
class Subscriber {
  sum = 0;
  readonly handle = (message: Envelope): void => {
    this.sum += message.sequence;
  };
}

function createFan(name: string, connect: (subscribers: readonly Subscriber[]) => (message: Envelope) => unknown): Fan {
  const subscribers = Array.from({ length: SUBSCRIBERS }, () => new Subscriber());
  const publish = connect(subscribers);
  const messages = createMessages(MESSAGES_OF[name] ?? MESSAGES);
  let next = 0;
  let published = 0;
  const run = (operations: number): void => {
    for (let done = 0; done < operations; done += 1) {
      const message = messages[next] as Envelope;
      published += message.sequence;
      publish(message);
      next = next + 1 === messages.length ? 0 : next + 1;
    }
  };
  return { subject: { name, run }, complete: () => subscribers.every(({ sum }) => sum === published) };
}

function createMessages(count: number): readonly Envelope[] {
  const ids = createIds(createRandom(count), "bench");
  const envelopes = createEnvelopeFactory({ nodeId: "bench", incarnation: 1, clock: systemClock, ids });
  return Array.from({ length: count }, (_, index) =>
    envelopes.create(TOPIC, { close: index }, { topic: TOPIC, subject: `S${index % 30}` }),
  );
}

function overBus(name: ChannelName): Fan {
  return createFan(name, (subscribers) => {
    const channel = createMemoryBus().channel(name);
    for (const [index, { handle }] of subscribers.entries()) {
      channel.subscribe(TOPIC, handle, { name: `reader-${index}` });
    }
    return (message) => channel.publish(TOPIC, message);
  });
}

const bare = createFan("bare", (subscribers) => {
  const emitter = new EventEmitter();
  for (const { handle } of subscribers) emitter.on(TOPIC, handle);
  return (message) => emitter.emit(TOPIC, message);
});

const fans = [bare, ...CHANNEL_NAMES.map(overBus)];
const comparison = await interleave(fans.map(({ subject }) => subject));

const ratioToBare = (name: ChannelName): Spread => comparison.ratio(name, "bare");
const perSecond = (name: string): number => comparison.opsPerSecond(name).median;

report({
  name: "fan-out",
  ratio: Object.fromEntries(CHANNEL_NAMES.map((name) => [`${name}ToBare`, ratioToBare(name)])),
  absolute: Object.fromEntries(fans.map(({ subject: { name } }) => [`${name}PublicationsPerSecond`, perSecond(name)])),
  bar: { marketDataToBare: { atLeast: 0.5 } },
  pass: fans.every(({ complete }) => complete()),
});
