// What changes the outside world does so at most once for each goal.
import type { Invariant } from "../invariant.js";

export function noEffectTwice(): Invariant {
  const applied = new Set<string>();
  return {
    name: "no effect twice",
    on: {
      effect: ({ goal, product }) => {
        const key = `${product} for goal ${goal}`;
        if (applied.has(key)) return `${key} had its effect twice`;
        applied.add(key);
        return undefined;
      },
    },
  };
}
