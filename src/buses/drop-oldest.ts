// Overflow: the newest matter most, the oldest makes room.
import type { CreateOverflow } from "./overflow.js";

export const dropOldest: CreateOverflow = ({ queue, counts }) => ({
  waiting: 0,
  take: (message) => {
    queue.shift();
    queue.push(message);
    counts.dropped += 1;
    return undefined;
  },
  next: () => undefined,
  close: () => undefined,
});
