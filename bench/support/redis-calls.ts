// The same call to the other process in four ways.
import { createBreaker } from "../../src/actors/breaker/breaker.js";
import { RemoteCalls } from "../../src/actors/remote-calls/remote-calls.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { Router } from "../../src/routing/router.js";
import { bounded } from "./bounded.js";
import { giveUp, RAW, rawReader, rawWriter, readStream } from "./raw-redis.js";
import type { RedisNode } from "./redis-node.js";
import { SIDES } from "./redis-sides.js";
import { OPERATION, REQUEST } from "./routed-engines.js";

export type Call = () => Promise<unknown>;

/** Through the router, as a node would that knows of one instance elsewhere. */
export function routedCall(node: RedisNode): Call {
  const { clock } = node;
  const router = new Router({
    clock,
    random: createRandom(1),
    createBreaker: (gate) => createBreaker(gate, clock),
  });
  const remote = new RemoteCalls({ ...node, incarnationOf: () => 0, onSilent: () => undefined });
  remote.open();
  const link = remote.linkTo(`ADDER.1@${SIDES.far}`, SIDES.far);
  const operations = [{ id: OPERATION, gives: "bench.sum@1", effects: false }];
  router.networkChanged(() => [{ link, lifecycle: "running", operations }]);
  const options = { consumer: `BENCH.1@${SIDES.near}` };
  return () => router.call(OPERATION, REQUEST, options);
}

/** Answers by the number of the question. */
class Replies {
  readonly #waiting = new Map<number, (value: unknown) => void>();
  #count = 0;

  ask(send: (text: string) => Promise<unknown>): Promise<unknown> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      send(JSON.stringify({ id, a: 1, b: 2 })).catch(reject);
    });
  }

  readonly take = (text: string): void => {
    const { id, sum } = JSON.parse(text) as { id: number; sum: number };
    this.#waiting.get(id)?.(sum);
    this.#waiting.delete(id);
  };
}

export async function pubSubCall(url: string): Promise<Call> {
  const [writer, reader, replies] = [rawWriter(url), rawReader(url), new Replies()];
  reader.on("message", (_channel: string, text: string) => {
    replies.take(text);
  });
  await reader.subscribe(RAW.reply);
  return () => replies.ask((text) => writer.publish(RAW.request, text));
}

export function streamCall(url: string): Call {
  const [writer, reader, replies] = [rawWriter(url), rawReader(url), new Replies()];
  readStream(reader, RAW.replies, replies.take).catch(giveUp);
  return () => replies.ask((text) => writer.xadd(RAW.requests, "MAXLEN", "~", 10_000, "*", "data", text));
}

/** The first of each: that it works at all. */
export async function tryOut(calls: Readonly<Record<string, Call>>): Promise<void> {
  for (const [name, call] of Object.entries(calls)) await bounded(`the first call of ${name}`, call());
}
