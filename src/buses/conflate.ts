// Overflow: the latest per subject wins; the oldest makes room for a subject that does not wait yet.
import { dropOldest } from "./drop-oldest.js";
import type { CreateOverflow } from "./overflow.js";

export const conflate: CreateOverflow = (context) => {
  const { queue, counts } = context;
  const otherwise = dropOldest(context);
  return {
    ...otherwise,
    take: (message) => {
      const { subject } = message;
      // The newest one: an older one would let it overtake those between.
      if (!queue.replace((waiting) => waiting.subject === subject, message)) return otherwise.take(message);
      counts.conflated += 1;
      return undefined;
    },
  };
};
