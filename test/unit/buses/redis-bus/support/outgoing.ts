// Messages on their way out, and how often each ended which way.
import type { Outgoing } from "../../../../../src/buses/redis-bus/sent-batch.js";
import { writeMessage } from "../../../../../src/buses/redis-bus/wire.js";
import { messageOf } from "./message.js";

export interface TrackedOutgoing extends Outgoing {
  readonly ends: string[];
}

export function trackedOutgoing(sequence: number, data?: unknown): TrackedOutgoing {
  const ends: string[] = [];
  return {
    ends,
    wire: writeMessage(messageOf("p", sequence, { data })),
    priority: "normal",
    taken: () => {
      ends.push("taken");
    },
    refused: ({ code }) => {
      ends.push(code);
    },
  };
}
