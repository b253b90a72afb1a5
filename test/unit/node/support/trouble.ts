// Decides what becomes of each piece of an engine's code that runs, and counts what was really thrown.
import type { Clock } from "../../../../src/contracts/clock.js";
import type { Random } from "../../../../src/contracts/random.js";
import { hostileValue } from "./hostile-values.js";

export type Place = "create" | "start" | "close" | "run" | "quality" | "pin" | "handle";

const LATEST_MS = 2_000;

export class Trouble {
  isOn = false;
  /** Throws and rejections by where they came from. */
  readonly thrown = new Map<Place, number>();
  neverSettled = 0;
  /** Sends one message on every stream. */
  publish: () => void = () => undefined;
  readonly #random: Random;
  readonly #clock: Clock;

  constructor(random: Random, clock: Clock) {
    this.#random = random;
    this.#clock = clock;
  }

  /** The outcome of `calm`, now or later, or something else. */
  at(place: Place, calm: () => unknown): unknown {
    const draw = this.isOn ? this.#random.next() : 0;
    if (draw < 0.25) return calm();
    if (draw < 0.35) return Promise.resolve().then(calm);
    if (draw < 0.45) return this.#later().then(calm);
    if (draw < 0.7) throw this.#value(place);
    if (draw < 0.86) return Promise.reject(this.#value(place)); // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
    if (draw < 0.94) return this.#later().then(() => Promise.reject(this.#value(place))); // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
    if (draw < 0.99) return this.#thenable(place);
    this.neverSettled += 1;
    return new Promise(() => undefined);
  }

  /** Where nothing may be waited for. */
  plainly<T>(place: Place, value: T): T {
    if (this.isOn && this.#random.next() < 0.2) throw this.#value(place);
    return value;
  }

  #later(): Promise<void> {
    const afterMs = this.#random.integer(LATEST_MS);
    return new Promise((resolve) => this.#clock.setTimeout(resolve, afterMs));
  }

  #value(place: Place, withPromises = true): unknown {
    this.thrown.set(place, (this.thrown.get(place) ?? 0) + 1);
    return hostileValue(this.#random, withPromises);
  }

  /** Settles twice, throws after it has settled, or settles with another one. */
  #thenable(place: Place): unknown {
    const first = this.#value(place, false);
    const kind = this.#random.integer(4);
    const inner = { then: (_: unknown, reject: (thrown: unknown) => void): void => reject(first) };
    const behaviours: ((resolve: (value: unknown) => void, reject: (thrown: unknown) => void) => void)[] = [
      (_, reject) => {
        reject(first);
        reject(first);
      },
      (resolve) => {
        resolve(undefined);
        throw first;
      },
      () => {
        throw first;
      },
      (resolve) => resolve(inner),
    ];
    return { then: behaviours[kind] };
  }
}
