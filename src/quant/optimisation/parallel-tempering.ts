// Simulated annealing of a QUBO by several replicas at once: hot ones roam, cold ones settle, and neighbours trade places.
import type { Random } from "../../contracts/random.js";
import { quboEnergy, type Qubo } from "./selection-qubo.js";

export interface TemperingOptions {
  readonly replicas: number;
  readonly sweeps: number;
  /** How many distinct low-energy states to return at most. */
  readonly keep: number;
  /** Ones in each starting state. */
  readonly ones: number;
}

export interface AnnealedState {
  /** Indices of the ones, ascending. */
  readonly ones: readonly number[];
  readonly energy: number;
}

/** Hottest temperature as a multiple of the typical energy of a move, and coldest as a share of the hottest. */
const HOTTEST = 1;
const COLDEST = 0.005;
const PROBES = 64;

/**
 * Parallel tempering: Metropolis sweeps at temperatures in a geometric ladder, then exchange of neighbouring replicas with
 * probability min(1, exp((1/T − 1/T')(E − E'))). Half the proposals flip one variable, half exchange a one for a zero.
 * All chance comes from `random`, all effort is set by the options. States are returned lowest energy first.
 *
 * Sources: Hukushima and Nemoto (1996), Journal of the Physical Society of Japan 65, 1604–1608; on QUBOs, beside digital and
 * quantum annealers: Aramon et al. (2019), Frontiers in Physics 7:48.
 */
export function temper(qubo: Qubo, random: Random, options: TemperingOptions): AnnealedState[] {
  const replicas = Array.from({ length: options.replicas }, () => new Replica(qubo, random, options.ones));
  const hottest = HOTTEST * typicalMove(replicas[0]!, random);
  const ratio = options.replicas > 1 ? COLDEST ** (1 / (options.replicas - 1)) : COLDEST;
  const temperatures = replicas.map((_, rank) => hottest * ratio ** rank);
  const found = new Shortlist(options.keep);
  for (let sweep = 0; sweep < options.sweeps; sweep += 1) {
    replicas.forEach((replica, rank) => {
      replica.sweep(temperatures[rank]!, random);
      found.offer(replica);
    });
    for (let rank = sweep % 2; rank + 1 < replicas.length; rank += 2) {
      const hot = replicas[rank]!;
      const cold = replicas[rank + 1]!;
      const gain = (1 / temperatures[rank + 1]! - 1 / temperatures[rank]!) * (cold.energy - hot.energy);
      if (gain >= 0 || random.next() < Math.exp(gain)) [replicas[rank], replicas[rank + 1]] = [cold, hot];
    }
  }
  return found.states();
}

/** Mean absolute energy of an exchange: the scale on which temperatures make sense. */
function typicalMove(replica: Replica, random: Random): number {
  let total = 0;
  let count = 0;
  for (let probe = 0; probe < PROBES; probe += 1) {
    const change = replica.exchangeChange(random.integer(replica.size), random.integer(replica.size));
    if (change === undefined) continue;
    total += Math.abs(change);
    count += 1;
  }
  return count > 0 && total > 0 ? total / count : 1;
}

class Replica {
  readonly size: number;
  readonly x: Uint8Array;
  energy: number;
  readonly #matrix: Float64Array;
  /** Energy of switching i on, given the others: Aᵢᵢ + 2 Σⱼ≠ᵢ Aᵢⱼxⱼ. */
  readonly #field: Float64Array;

  constructor(qubo: Qubo, random: Random, ones: number) {
    const n = qubo.size;
    this.size = n;
    this.x = new Uint8Array(n);
    for (let left = Math.min(ones, n); left > 0;) {
      const i = random.integer(n);
      if (this.x[i] === 1) continue;
      this.x[i] = 1;
      left -= 1;
    }
    this.#matrix = qubo.matrix;
    this.#field = new Float64Array(n);
    for (let i = 0; i < n; i += 1) {
      let field = qubo.matrix[i * n + i]!;
      for (let j = 0; j < n; j += 1) if (j !== i && this.x[j] === 1) field += 2 * qubo.matrix[i * n + j]!;
      this.#field[i] = field;
    }
    this.energy = quboEnergy(qubo, this.x);
  }

  sweep(temperature: number, random: Random): void {
    for (let proposal = 0; proposal < this.size; proposal += 1) {
      const i = random.integer(this.size);
      if (random.next() < 0.5) {
        if (accepts(this.#flipChange(i), temperature, random)) this.#flip(i);
        continue;
      }
      const j = random.integer(this.size);
      const change = this.exchangeChange(i, j);
      if (change === undefined || !accepts(change, temperature, random)) continue;
      this.#flip(i);
      this.#flip(j);
    }
  }

  /** Energy of exchanging the values of i and j; undefined when they are equal. */
  exchangeChange(i: number, j: number): number | undefined {
    if (this.x[i] === this.x[j]) return undefined;
    return this.#flipChange(i) + this.#flipChange(j) - 2 * this.#matrix[i * this.size + j]!;
  }

  #flipChange(i: number): number {
    return this.x[i] === 1 ? -this.#field[i]! : this.#field[i]!;
  }

  #flip(i: number): void {
    this.energy += this.#flipChange(i);
    const change = this.x[i] === 1 ? -2 : 2;
    this.x[i] = 1 - this.x[i]!;
    const row = i * this.size;
    for (let j = 0; j < this.size; j += 1) this.#field[j]! += change * this.#matrix[row + j]!;
    this.#field[i]! -= change * this.#matrix[row + i]!;
  }
}

function accepts(change: number, temperature: number, random: Random): boolean {
  return change <= 0 || random.next() < Math.exp(-change / temperature);
}

/** The distinct states of lowest energy seen so far. */
class Shortlist {
  readonly #limit: number;
  readonly #states = new Map<string, AnnealedState>();
  #worst = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer({ x, energy }: Replica): void {
    if (this.#states.size >= this.#limit && energy >= this.#worst) return;
    const ones = [...x.keys()].filter((i) => x[i] === 1);
    const key = ones.join();
    if (this.#states.has(key)) return;
    this.#states.set(key, { ones, energy });
    if (this.#states.size > this.#limit) this.#dropWorst();
    this.#worst = Math.max(...[...this.#states.values()].map((state) => state.energy));
  }

  states(): AnnealedState[] {
    return [...this.#states.values()].sort((a, b) => a.energy - b.energy);
  }

  #dropWorst(): void {
    let worst: string | undefined;
    for (const [key, { energy }] of this.#states) {
      if (worst === undefined || energy > this.#states.get(worst)!.energy) worst = key;
    }
    if (worst !== undefined) this.#states.delete(worst);
  }
}
