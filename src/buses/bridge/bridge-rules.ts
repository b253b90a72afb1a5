// How each channel goes over the bridge, as data.
import type { ChannelName } from "../../contracts/channel.js";
import { EVENT_FIELD } from "./bridge-event.js";
import type { OutMessage, Pipeline } from "./bridge-outbox.js";

export interface BridgeRule {
  readonly carrier: "pubsub" | "stream";
  /** While Redis cannot be reached messages wait, within bounds; or they are dropped. */
  readonly keeps: boolean;
  /** Entries of one stream that are read at a time. */
  readonly count: number;
  readonly command: (pipeline: Pipeline, message: OutMessage) => void;
}

/** Entries that a stream keeps, about. */
const LOGIC_ENTRIES = 10_000;
/** Tensors are large. */
const TENSOR_ENTRIES = 64;

export const BRIDGE_RULES: Readonly<Record<ChannelName, BridgeRule>> = {
  marketData: {
    carrier: "pubsub",
    keeps: false,
    count: 1,
    command: (pipeline, { key, event }) => {
      pipeline.publish(key, event.text);
    },
  },
  engineLogic: { carrier: "stream", keeps: true, count: 64, command: appending(LOGIC_ENTRIES) },
  neuralGpu: { carrier: "stream", keeps: false, count: 2, command: appending(TENSOR_ENTRIES) },
};

function appending(entries: number): BridgeRule["command"] {
  return (pipeline, { key, event }) => {
    const arrays = event.arrays.flatMap(({ name, bytes }) => [name, bytes as Buffer]);
    pipeline.xadd(key, "MAXLEN", "~", entries, "*", EVENT_FIELD, event.text, ...arrays);
  };
}
