// How an engine is declared: an identity plus typed operations and streams. What it declares is what the network plans with.
import { z } from "zod";
import { LimitsSchema, PreferenceSchema, WordSchema, type Limits, type Preference } from "./identity.js";
import type { Feed } from "./feed.js";
import type { Logger } from "./logger.js";
import type { Partner } from "./partnership.js";
import { isKernel, type Kernel, type Pool } from "./pool.js";
import { isProduct, type Product, type ProductValue } from "./product.js";
import type { Random } from "./random.js";

export type Needs = Readonly<Record<string, Product>>;
export type Inputs<N extends Needs> = { readonly [K in keyof N]: ProductValue<N[K]> };

export interface EngineContext {
  readonly engineId: string;
  readonly instanceId: string;
  readonly log: Logger;
  readonly pool: Pool;
  /** Whom this instance has agreed with, as it stands now; suspended partners included. */
  readonly partners: readonly Partner[];
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
  const { name, needs, uses = [], effects = false } = options;
  checkOperationName(options);
  const keys = Object.values(needs).map((need) => need.key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new RangeError(`operation ${name} needs ${twice} twice`);
  return { ...options, uses, effects };
}

function checkOperationName({ name, version }: Pick<Operation, "name" | "version">): void {
  if (!OPERATION_NAME.test(name)) throw new RangeError(`operation name "${name}" must be snake case`);
  if (!Number.isInteger(version) || version < 1) {
    throw new RangeError(`operation ${name}: version must be a positive integer, not ${version}`);
  }
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
  readonly roles: readonly string[];
  readonly capabilities: readonly string[];
  readonly preferences: readonly Preference[];
  readonly limits: Limits;
}

export interface EngineDefinition extends EngineHeader {
  /**
   * Called anew for every start of an instance: a restarted engine begins with fresh state. Must not do work. Without a feed,
   * an engine that reads one is only asked what it declares.
   */
  readonly create: (feed?: Feed) => EngineBehaviour;
  /** What the node's feed gives comes in through it: the node plays its feed only where it hosts such an engine. */
  readonly readsFeed: boolean;
  /** What its operations run on the pool; the threads of a node that hosts it load them. */
  readonly kernels: readonly Kernel[];
  /** The stack where the engine was defined: how a stray throw is traced back to it. */
  readonly definedAt: string;
}

const HeaderSchema = z.object({
  id: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/, "must be upper snake case, like FACTOR_ENGINE"),
  name: z.string().min(1).max(128),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, "must be like 1.0.0"),
  roles: z.array(WordSchema),
  capabilities: z.array(WordSchema),
  preferences: z.array(PreferenceSchema),
  limits: LimitsSchema,
});

type HeaderOptions = Pick<EngineHeader, "id" | "name" | "version"> &
  Partial<Omit<EngineHeader, "id" | "name" | "version">>;

type Stateless = EngineBehaviour & { readonly create?: never; readonly readsFeed?: false };
type Stateful = { readonly create: () => EngineBehaviour; readonly readsFeed?: false };
type FeedReading<F extends Feed> = {
  readonly readsFeed: true;
  /** `feed` is the node's, of the kind that the engine expects. */
  readonly create: (given: { readonly feed: F }) => EngineBehaviour;
};

export type EngineOptions<F extends Feed = Feed> = HeaderOptions & {
  readonly kernels?: readonly Kernel[];
} & (Stateless | Stateful | FeedReading<F>);

const DEFAULT_LIMITS: Limits = { concurrency: 4, queue: 256 };

/**
 * Declares an engine: stateless with its operations inline, or with `create` when its operations and streams share state or
 * read the feed. What `create` gives is looked at by the node.
 * @throws RangeError naming the field that does not fit
 */
export function defineEngine<F extends Feed = Feed>(options: EngineOptions<F>): EngineDefinition {
  const { id, name, version, roles = [], capabilities = [], preferences = [], limits = DEFAULT_LIMITS } = options;
  const parsed = HeaderSchema.safeParse({ id, name, version, roles, capabilities, preferences, limits });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new RangeError(`engine ${id}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { readsFeed = false, kernels = [] } = options;
  const wrong = kernels.findIndex((kernel) => !isKernel(kernel));
  if (wrong >= 0) throw new RangeError(`engine ${id}: kernels.${wrong}: must be what defineKernel makes`);
  const create: unknown = options.create ?? ((): unknown => options);
  if (!isCreate(create)) throw new RangeError(`engine ${id}: create: must be a function`);
  if (options.create === undefined) checkBehaviour(id, options);
  return {
    ...parsed.data,
    create: (feed = NO_FEED) => create({ feed }),
    readsFeed,
    kernels,
    definedAt: new Error().stack ?? "",
  };
}

function isCreate(value: unknown): value is (given: { readonly feed: Feed }) => EngineBehaviour {
  return typeof value === "function";
}

const NO_FEED: Feed = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  status: () => ({ name: "none", description: "nothing comes in", state: "idle", problems: [] }),
};

type Unchecked<T> = { readonly [K in keyof T]?: unknown };

/**
 * Whether an engine can do what it says, for behaviours that no compiler has seen.
 * @throws RangeError naming the engine and the field that does not fit
 */
export function checkBehaviour(engineId: string, behaviour: unknown): asserts behaviour is EngineBehaviour {
  const problem = problemOfBehaviour(behaviour);
  if (problem !== undefined) throw new RangeError(`engine ${engineId}: ${problem}`);
}

function problemOfBehaviour(behaviour: unknown): string | undefined {
  if (Object.prototype.toString.call(behaviour) !== "[object Object]") {
    return "create: must give an object, at once: what takes time belongs into start";
  }
  const { operations = [], streams = [], publishes = [], start } = behaviour as Unchecked<EngineBehaviour>;
  if (!Array.isArray(operations)) return "operations: must be a list";
  if (!Array.isArray(streams)) return "streams: must be a list";
  if (!Array.isArray(publishes)) return "publishes: must be a list";
  if (start !== undefined && typeof start !== "function") return "start: must be a function";
  return (
    firstProblem("operations", operations, problemOfOperation) ??
    firstProblem("streams", streams, problemOfStream) ??
    firstProblem("publishes", publishes, (each) => (isProduct(each) ? undefined : NO_PRODUCT)) ??
    problemOfTwins(operations as readonly Operation[])
  );
}

const NO_PRODUCT = "must be what product() makes, with a zod schema";

function firstProblem(
  field: string,
  list: readonly unknown[],
  problemOf: (value: unknown) => string | undefined,
): string | undefined {
  // By index, since a list may have holes.
  for (let index = 0; index < list.length; index += 1) {
    const problem = problemOf(list[index]);
    if (problem !== undefined) return `${field}.${index}: ${problem}`;
  }
  return undefined;
}

function problemOfOperation(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "must be what operation() makes";
  const { name, needs, uses, gives, run } = value as Unchecked<Operation>;
  try {
    checkOperationName(value as Operation);
  } catch (thrown) {
    return (thrown as RangeError).message;
  }
  const problem = (field: string, words: string): string => `operation ${String(name)}: ${field}: ${words}`;
  if (typeof needs !== "object" || needs === null) return problem("needs", "must be products by name");
  if (!Array.isArray(uses)) return problem("uses", "must be a list");
  if (typeof run !== "function") return problem("run", "must be a function");
  const products: readonly (readonly [string, unknown])[] = [
    ...Object.entries(needs).map(([alias, need]) => [`needs.${alias}`, need] as const),
    ...uses.map((used, index) => [`uses.${index}`, used] as const),
    ["gives", gives],
  ];
  const wrong = products.find(([, product]) => !isProduct(product));
  return wrong === undefined ? undefined : problem(wrong[0], NO_PRODUCT);
}

function problemOfStream(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "must be what stream() makes";
  const { on, handle } = value as Unchecked<Stream>;
  if (!isProduct(on)) return `on: ${NO_PRODUCT}`;
  return typeof handle === "function" ? undefined : "handle: must be a function";
}

/** Of two operations with one id, only one would ever be called. */
function problemOfTwins(operations: readonly Operation[]): string | undefined {
  const ids = operations.map(({ name, version }) => `${name}@${version}`);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? undefined : `operation ${twice} is declared twice`;
}

/** `ENGINE_ID.name@version`. */
export function operationId(engineId: string, { name, version }: Pick<Operation, "name" | "version">): string {
  return `${engineId}.${name}@${version}`;
}
