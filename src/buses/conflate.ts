// Overflow: the latest per subject wins. Nothing but stale messages is given up while no more subjects wait than there are
// places.
import type { Envelope } from "../contracts/envelope.js";
import { dropOldest } from "./drop-oldest.js";
import type { CreateOverflow } from "./overflow.js";

export const conflate: CreateOverflow = (context) => {
  const { queue, counts } = context;
  const otherwise = dropOldest(context);

  /** Takes out what waits though a later message of its subject waits too. */
  const removeStale = (): number => {
    const left = new Map<string | undefined, number>();
    for (const { subject } of queue.toArray()) left.set(subject, (left.get(subject) ?? 0) + 1);
    const isStale = ({ subject }: Envelope): boolean => {
      const later = (left.get(subject) ?? 0) - 1;
      left.set(subject, later);
      return later > 0;
    };
    return queue.extract(isStale).length;
  };

  return {
    ...otherwise,
    take: (message) => {
      // In the place of the newest: in an older one it would overtake those between; at the end, a busy subject would never
      // get its turn.
      const replaced = queue.replace(({ subject }) => subject === message.subject, message);
      const conflated = replaced ? 1 : removeStale();
      counts.conflated += conflated;
      if (conflated === 0) return otherwise.take(message);
      if (!replaced) queue.push(message);
      return undefined;
    },
  };
};
