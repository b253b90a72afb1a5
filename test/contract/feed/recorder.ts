// A listener that writes down what it was given.
import type { FeedListener, Frame } from "../../../src/domain/market-feed.js";

export interface Recorder extends FeedListener {
  readonly past: readonly Frame[];
  readonly live: readonly Frame[];
  /** Calls of `history`. */
  readonly parts: number;
  /** Everything, in order. */
  readonly all: readonly Frame[];
  /** Was history ever given after a live frame? */
  readonly mixed: boolean;
}

export function recorder(onFrame: (frame: Frame) => void = () => {}): Recorder {
  const past: Frame[] = [];
  const live: Frame[] = [];
  let parts = 0;
  let mixed = false;
  return {
    past,
    live,
    get parts() {
      return parts;
    },
    get all() {
      return [...past, ...live];
    },
    get mixed() {
      return mixed;
    },
    history(frames) {
      parts += 1;
      mixed ||= live.length > 0;
      past.push(...frames);
    },
    frame(frame) {
      live.push(frame);
      onFrame(frame);
    },
  };
}
