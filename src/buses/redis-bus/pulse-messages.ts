// What a node tells the thread that speaks for it.
import type { PulseSpeech } from "../../contracts/bus.js";

export interface PulseThreadData {
  readonly url: string;
  readonly namespace: string;
  readonly nodeId: string;
  /** Apart from the node's own: what it says is counted by itself. */
  readonly view: string;
}

export interface PulseWord {
  readonly speech: PulseSpeech;
}
