// How an engine is declared: an identity plus typed operations and streams. What it declares is what the network plans with.
import { z } from "zod";
import {
  CAPABILITIES,
  LimitsSchema,
  PreferenceSchema,
  ROLES,
  type Capability,
  type Limits,
  type Preference,
  type Role,
} from "./identity.js";
import type { Logger } from "./logger.js";
import type { Pool } from "./pool.js";
import type { Product, ProductValue } from "./product.js";
import type { Random } from "./random.js";

export type Needs = Readonly<Record<string, Product>>;
export type Inputs<N extends Needs> = { readonly [K in keyof N]: ProductValue<N[K]> };

export interface EngineContext {
  readonly engineId: string;
  readonly instanceId: string;
  readonly log: Logger;
  readonly pool: Pool;
  /** Sends stream data to whoever consumes the product; `subject` is what it is ordered and conflated by. */
  publish<T>(product: Product<T>, value: T, subject?: string): void;
}

export interface OperationContext extends EngineContext {
  /**
   * Seeded from the operation, the content of its inputs and, in a run, the seed of the node that asks: the same inputs draw
   * the same numbers. A source has none.
   */
  readonly random: Random;
  /** Aborts when nobody waits for the result any more. Created on first use. */
  readonly signal: AbortSignal;
  /** Asks a giver of a product that the operation declares in `uses`; `inputs` by product key. */
  call<T>(product: Product<T>, inputs: Readonly<Record<string, unknown>>): Promise<T>;
}

export interface Operation {
  readonly name: string;
  readonly version: number;
  readonly needs: Needs;
  readonly uses: readonly Product[];
  readonly gives: Product;
  readonly effects: boolean;
  /** Set on a source: what of its inputs was resolved by reading the world, by product key. */
  readonly pin?: (output: never, inputs: never) => Readonly<Record<string, unknown>>;
  readonly quality?: (output: never) => number;
  readonly run: (inputs: never, context: OperationContext) => unknown;
}

export interface OperationOptions<N extends Needs, T> {
  readonly name: string;
  readonly version: number;
  readonly needs: N;
  readonly uses?: readonly Product[];
  readonly gives: Product<T>;
  /** Changes the outside world: then it is never tried twice. */
  readonly effects?: boolean;
  /**
   * Makes the operation a source: one that reads the world, and whose answer hence depends on when it is asked. The facts
   * that it resolved (an as-of, a universe), by product key, replace the caller's for the rest of the run: asked again with
   * them, it gives the same.
   */
  readonly pin?: (output: T, inputs: Inputs<N>) => Readonly<Record<string, unknown>>;
  /** What the output says of its own quality out of sample, in [0, 1]. */
  readonly quality?: (output: T) => number;
  /** A pure function of its inputs (a source: of the world as pinned). Inputs are read-only. */
  readonly run: (inputs: Inputs<N>, context: OperationContext) => T | Promise<T>;
}

const OPERATION_NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Declares an operation of an engine.
 * @throws RangeError when the name is not snake case, the version not a positive integer, or a product is needed twice
 */
export function operation<const N extends Needs, T>(options: OperationOptions<N, T>): Operation {
  const { name, version, needs, uses = [], effects = false } = options;
  if (!OPERATION_NAME.test(name)) throw new RangeError(`operation name "${name}" must be snake case`);
  if (!Number.isInteger(version) || version < 1) {
    throw new RangeError(`operation ${name}: version must be a positive integer, not ${version}`);
  }
  const keys = Object.values(needs).map((need) => need.key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new RangeError(`operation ${name} needs ${twice} twice`);
  return { ...options, uses, effects };
}

export interface Stream {
  readonly on: Product;
  readonly handle: (value: never, context: EngineContext) => void | Promise<void>;
}

/** Declares that an engine reads a stream product. State that the handler keeps lives in the engine's `create`. */
export function stream<T>(options: {
  readonly on: Product<T>;
  readonly handle: (value: T, context: EngineContext) => void | Promise<void>;
}): Stream {
  return options;
}

/** What one instance does. */
export interface EngineBehaviour {
  readonly operations?: readonly Operation[];
  readonly streams?: readonly Stream[];
  /** Products that it publishes as streams. */
  readonly publishes?: readonly Product[];
  /**
   * Runs before the instance serves, for at most a minute: longer counts as a failed start. What it returns runs when the
   * instance stops, faults or is crashed.
   */
  readonly start?: (context: EngineContext) => void | (() => void) | Promise<void | (() => void)>;
}

export interface EngineHeader {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly roles: readonly Role[];
  readonly capabilities: readonly Capability[];
  readonly preferences: readonly Preference[];
  readonly limits: Limits;
}

export interface EngineDefinition extends EngineHeader {
  /** Called anew for every start of an instance: a restarted engine begins with fresh state. Must not do work. */
  readonly create: () => EngineBehaviour;
  /** The stack where the engine was defined: how a stray throw is traced back to it. */
  readonly definedAt: string;
}

const HeaderSchema = z.object({
  id: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/, "must be upper snake case, like FACTOR_ENGINE"),
  name: z.string().min(1).max(128),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, "must be like 1.0.0"),
  roles: z.array(z.enum(ROLES)),
  capabilities: z.array(z.enum(CAPABILITIES)),
  preferences: z.array(PreferenceSchema),
  limits: LimitsSchema,
});

type HeaderOptions = Pick<EngineHeader, "id" | "name" | "version"> &
  Partial<Omit<EngineHeader, "id" | "name" | "version">>;

export type EngineOptions =
  | (HeaderOptions & EngineBehaviour & { readonly create?: never })
  | (HeaderOptions & { readonly create: () => EngineBehaviour });

const DEFAULT_LIMITS: Limits = { concurrency: 4, queue: 256 };

/**
 * Declares an engine: stateless with its operations inline, or with `create` when its operations and streams share state.
 * @throws RangeError naming the field that does not fit
 */
export function defineEngine(options: EngineOptions): EngineDefinition {
  const { id, name, version, roles = [], capabilities = [], preferences = [], limits = DEFAULT_LIMITS } = options;
  const parsed = HeaderSchema.safeParse({ id, name, version, roles, capabilities, preferences, limits });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new RangeError(`engine ${id}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const create = options.create ?? ((): EngineBehaviour => options);
  return { ...parsed.data, create, definedAt: new Error().stack ?? "" };
}

/** `ENGINE_ID.name@version`. */
export function operationId(engineId: string, { name, version }: Pick<Operation, "name" | "version">): string {
  return `${engineId}.${name}@${version}`;
}
