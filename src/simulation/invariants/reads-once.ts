// Nobody is subscribed twice to one topic under one name: each message would take effect twice.
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

/** Subscriptions are looked at once in so many seconds: that costs more than all the rest. */
const LOOKS_EVERY = 15;

export function readsOnce(): Invariant {
  let seconds = 0;
  return {
    name: "nobody reads twice",
    check: ({ nodes }) => {
      seconds += 1;
      if (seconds % LOOKS_EVERY !== 0) return undefined;
      for (const { nodeId, life } of nodes.values()) {
        const twice = life && readTwice(life);
        if (twice !== undefined) return `${twice} twice on ${nodeId}`;
      }
      return undefined;
    },
  };
}

function readTwice({ bus }: Life): string | undefined {
  for (const readers of Object.values(bus.stats().subscriptions)) {
    const seen = new Set<string>();
    for (const { name, topic } of readers) {
      const words = `${name} reads ${topic}`;
      if (seen.has(words)) return words;
      seen.add(words);
    }
  }
  return undefined;
}
