// A large array to the other process: until its handler is done with it there, and until the other has read the bytes of a key.
import { RAW, rawReader, rawWriter } from "./raw-redis.js";
import { bounded } from "./bounded.js";
import type { RedisNode } from "./redis-node.js";
import { TOPICS } from "./redis-sides.js";

const VALUES = 380_000;

export interface TensorTimes {
  readonly nautilus: readonly number[];
  readonly raw: readonly number[];
}

/** Milliseconds of each, taken in turns; the other process says that it is done in the same way for both. */
export async function timeTensors(node: RedisNode, url: string, times: number): Promise<TensorTimes> {
  const values = Float64Array.from({ length: VALUES }, (_, index) => index / 7);
  const bytes = Buffer.from(values.buffer);
  const [writer, reader] = [rawWriter(url), rawReader(url)];
  let onDone: ((text: string) => void) | undefined;
  reader.on("message", (_channel: string, text: string) => onDone?.(text));
  await reader.subscribe(RAW.tensorRead);
  const timed = async (publish: () => unknown): Promise<number> => {
    const done = new Promise<string>((resolve) => {
      onDone = resolve;
    });
    const began = performance.now();
    publish();
    const read = await bounded("the reading of a tensor", done);
    const took = performance.now() - began;
    if (Number(read) !== bytes.byteLength) throw new Error(`${read} bytes were read of ${bytes.byteLength}`);
    return took;
  };
  const ours = (): unknown =>
    node.bus.channel("neuralGpu").publish(TOPICS.tensor, node.createEnvelope(TOPICS.tensor, TOPICS.tensor, values));
  // In one pipeline: the key is there before anybody is told.
  const raw = (): unknown => Promise.all([writer.set(RAW.tensor, bytes), writer.publish(RAW.tensorSet, "")]);
  const [nautilus, plain]: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < times; round += 1) {
    const [first, second] = round % 2 === 0 ? [ours, raw] : [raw, ours];
    const [one, other] = [await timed(first), await timed(second)];
    if (round < 0) continue;
    nautilus.push(first === ours ? one : other);
    plain.push(first === ours ? other : one);
  }
  return { nautilus, raw: plain };
}

const WARM_UP = 10;
