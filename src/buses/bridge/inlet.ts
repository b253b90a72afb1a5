// The way in from one Redis server.
import type { ArrayField } from "./bridge-event.js";

export interface Received {
  readonly text: Buffer;
  readonly arrays: readonly ArrayField[];
}

/** A promise while the readers of this node push back. Never throws, never rejects. */
export type Receive = (message: Received) => Promise<void> | undefined;

export interface Inlet {
  /** Resolves when it hears what is said, as far as the server is reachable. */
  settled(): Promise<void>;
  /** Nothing is handed on any more. */
  close(): void;
}
