// Reproducible chance: xoshiro128** seeded by SHA-256, one independent stream per label.
import { hash } from "node:crypto";
import type { Random } from "../contracts/random.js";

const TWO_POW_32 = 4_294_967_296;
const TWO_POW_53 = 9_007_199_254_740_992;

/**
 * A stream that depends on `seed` alone.
 * Generator: Blackman and Vigna (2021), "Scrambled linear pseudorandom number generators", xoshiro128** 1.1.
 */
export function createRandom(seed: number | string): Random {
  // One character a byte: made faster than a buffer.
  const digest = hash("sha256", `nautilus:${seed}`, "binary");
  const state = new Uint32Array(4);
  for (let byte = 0; byte < 16; byte += 1) state[byte >> 2]! |= digest.charCodeAt(byte) << (8 * (byte & 3));
  if (state.every((word) => word === 0)) state[0] = 1;
  return new Xoshiro128(state, String(seed));
}

/** The raw generator from four 32-bit words, not all zero: for comparison with the published sequence. */
export function xoshiro128StarStar(state: Uint32Array): () => number {
  return () => {
    const s1 = state[1] as number;
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= s1;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    const s3 = state[3] as number;
    state[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  };
}

class Xoshiro128 implements Random {
  readonly #draw: () => number;
  readonly #seed: string;
  #spare: number | undefined;

  constructor(state: Uint32Array, seed: string) {
    this.#draw = xoshiro128StarStar(state);
    this.#seed = seed;
  }

  next(): number {
    return ((this.#draw() >>> 5) * 67_108_864 + (this.#draw() >>> 6)) / TWO_POW_53;
  }

  integer(bound: number): number {
    // Multiply and shift: no value is likelier than another by more than bound / 2^32.
    return Math.floor((this.#draw() / TWO_POW_32) * bound);
  }

  /** Marsaglia's polar method. */
  normal(): number {
    const spare = this.#spare;
    if (spare !== undefined) {
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.next() - 1;
      const v = 2 * this.next() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = v * scale;
      return u * scale;
    }
  }

  fork(label: string): Random {
    return createRandom(`${this.#seed}/${escaped(label)}`);
  }
}

/** As in a JSON pointer (RFC 6901): a slash within a label is no step down to another stream. */
function escaped(label: string): string {
  return label.replaceAll("~", "~0").replaceAll("/", "~1");
}
