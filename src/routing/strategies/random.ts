import type { Strategy } from "../strategy.js";

/** Any of them, by a draw. */
export const random: Strategy = { name: "random", ties: "drawn", score: () => 0 };
