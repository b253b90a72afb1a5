// Engines that compute nothing: a drawn network of operations in layers, which takes time, fails and gives as faults and draws say.
import { z } from "zod";
import type { Clock } from "../contracts/clock.js";
import { defineEngine, operation, type EngineDefinition } from "../contracts/engine.js";
import { NautilusError } from "../contracts/errors.js";
import type { Limits } from "../contracts/identity.js";
import { product, type Product } from "../contracts/product.js";
import type { Random } from "../contracts/random.js";
import type { Troubles } from "./troubles.js";

const GoalSchema = z.object({ goal: z.int() });
/** A value says what it is and what it was made for, so that one that went astray is told from the right one. */
const ValueSchema = z.object({ goal: z.int(), product: z.string(), body: z.string() });
type Value = z.infer<typeof ValueSchema>;
type Given = Readonly<Record<string, Value>>;
type Made = Pick<Value, "goal" | "product">;

const SimulatedGoal = product("simulated.goal", {
  version: 1,
  channel: "engineLogic",
  description: "Which goal something is made for: what makes the products of one goal differ from those of another.",
  schema: GoalSchema,
});

export interface ScriptedOperation {
  readonly engineId: string;
  readonly gives: Product<Value>;
  readonly needs: readonly Product<Value>[];
  readonly effects: boolean;
  readonly meanMs: number;
}

export interface Script {
  /** Engine ids, and the operations of each. */
  readonly engines: ReadonlyMap<string, readonly ScriptedOperation[]>;
  /** Consumers that each instance agrees with at once, where an engine says; few enough that some are turned away. */
  readonly partners: ReadonlyMap<string, number>;
  /** Names of the products that goals want. */
  readonly wanted: readonly string[];
  /** Of every instance. */
  readonly limits: Limits;
}

/** The outside world was changed for a goal, as the product says. */
export interface Effect {
  readonly goal: number;
  readonly product: string;
}

/** A handler ended, well or not. */
export interface Served extends Made {
  readonly instanceId: string;
  readonly failed: boolean;
  /** What it was given for what it had asked. */
  readonly inputs: readonly { readonly asked: string; readonly got: Made }[];
}

/** What the handlers of one node act on. */
export interface Stage {
  readonly clock: Clock;
  readonly troubles: Troubles;
  /** Draws times and failures, call by call. */
  readonly random: Random;
  /** An operation has changed the outside world. */
  readonly onEffect: (effect: Effect) => void;
  readonly onServed: (served: Served) => void;
}

/** Engines per layer; what one layer gives, the next needs. */
const LAYERS = [4, 4, 4, 3, 3];
/** Share of the engines beyond the first layer that can also give the product of their neighbour. */
const SHARED = 0.4;
/** Share of the operations that need two products of the layer below, and not one. */
const TWO_NEEDS = 0.75;
/** Share of the engines that have places for few partners, and for how many. */
const CHOOSY = 0.5;
const LEAST_PARTNERS = 2;
const MOST_PARTNERS = 4;
/** Coefficient of variation of service times. */
const VARIATION = 0.5;
const LEAST_MEAN_MS = 2;
const MEAN_SPREAD_MS = 16;
/** Time until a call is refused. */
const REFUSAL_MS = 1;
const MAX_BODY = 512;
const LIMITS: Limits = { concurrency: 4, queue: 64 };

export function drawScript(random: Random): Script {
  const engines = new Map<string, ScriptedOperation[]>();
  let below: Product<Value>[] = [];
  const wanted: string[] = [];
  for (const [layer, width] of LAYERS.entries()) {
    const given = Array.from({ length: width }, (_, index) => valueProduct(layer, index));
    const isLast = layer === LAYERS.length - 1;
    for (const [index, gives] of given.entries()) {
      const engineId = `SIM_${layer}_${index}`;
      const draw = (what: Product<Value>, effects: boolean): ScriptedOperation => ({
        engineId,
        gives: what,
        needs: drawNeeds(random, below),
        effects,
        meanMs: LEAST_MEAN_MS + MEAN_SPREAD_MS * random.next(),
      });
      const operations = [draw(gives, isLast && index === 0)];
      const next = (index + 1) % width;
      const neighbour = given[next];
      const isShared = layer > 0 && random.next() < SHARED;
      if (isShared && neighbour !== undefined) operations.push(draw(neighbour, isLast && next === 0));
      engines.set(engineId, operations);
    }
    if (layer >= LAYERS.length - 2) wanted.push(...given.map(({ name }) => name));
    below = given;
  }
  return { engines, partners: drawPartners(random.fork("partners"), [...engines.keys()]), wanted, limits: LIMITS };
}

function drawPartners(random: Random, engineIds: readonly string[]): ReadonlyMap<string, number> {
  const drawn = engineIds.map((engineId) => {
    const isChoosy = random.next() < CHOOSY;
    return [engineId, isChoosy, LEAST_PARTNERS + random.integer(1 + MOST_PARTNERS - LEAST_PARTNERS)] as const;
  });
  return new Map(drawn.filter(([, isChoosy]) => isChoosy).map(([engineId, , partners]) => [engineId, partners]));
}

export function scriptedEngine(engineId: string, script: Script, stage: Stage): EngineDefinition {
  const operations = script.engines.get(engineId) ?? [];
  const partners = script.partners.get(engineId);
  return defineEngine({
    id: engineId,
    name: engineId,
    version: "1.0.0",
    limits: { ...script.limits, ...(partners !== undefined && { partners }) },
    operations: operations.map((scripted) => scriptedOperation(scripted, stage)),
  });
}

/** The facts of a goal, by product name. */
export function goalFacts(goal: number): Readonly<Record<string, unknown>> {
  return { [SimulatedGoal.name]: { goal } };
}

function scriptedOperation(scripted: ScriptedOperation, stage: Stage): ReturnType<typeof operation> {
  const { gives, effects } = scripted;
  const needs = Object.fromEntries(scripted.needs.map((need, index) => [`input${index}`, need]));
  const asked = Object.entries(needs).map(([alias, need]) => [alias, need.name] as const);
  const name = `make_${gives.name.replace("simulated.", "")}`;
  return operation({
    name,
    version: 1,
    needs: { goal: SimulatedGoal, ...needs },
    gives,
    effects,
    run: (given, { random, instanceId }) =>
      new Promise<Value>((resolve, reject) => {
        const { goal } = given.goal;
        const body = "x".repeat(1 + random.integer(MAX_BODY));
        const made: Made = { goal, product: gives.name };
        const inputs = asked.map(([alias, name]) => ({
          asked: name,
          got: (given as unknown as Given)[alias] as Value,
        }));
        serve(scripted, { stage, instanceId }, (error) => {
          stage.onServed({ ...made, instanceId, failed: error !== undefined, inputs });
          if (error !== undefined) {
            reject(error);
            return;
          }
          if (effects) stage.onEffect(made);
          resolve({ ...made, body });
        });
      }),
  });
}

function serve(
  { engineId, meanMs }: ScriptedOperation,
  { stage: { clock, troubles, random }, instanceId }: { readonly stage: Stage; readonly instanceId: string },
  done: (error: Error | undefined) => void,
): void {
  const { failing, straggling } = troubles.of(engineId);
  const { refusing } = troubles.of(instanceId);
  if (refusing.value > 0 && random.next() < refusing.value) {
    clock.setTimeout(() => {
      done(new NautilusError("OVERLOADED", `${instanceId} was told to refuse`));
    }, REFUSAL_MS);
    return;
  }
  const sigma = Math.sqrt(Math.log(1 + VARIATION * VARIATION));
  const ms = meanMs * Math.exp(sigma * random.normal() - (sigma * sigma) / 2) * straggling.value;
  const draw = random.next();
  clock.setTimeout(() => {
    if (draw >= failing.value) done(undefined);
    // Half of the failures are errors that an engine answers with, the others bugs in it.
    else if (draw < failing.value / 2) done(new NautilusError("OVERLOADED", `${engineId} was told to fail`));
    else done(new Error(`${engineId} was told to throw`));
  }, ms);
}

export function valueProduct(layer: number, index: number): Product<Value> {
  return product(`simulated.value_${layer}_${index}`, {
    version: 1,
    channel: "engineLogic",
    description: `What the engines of layer ${layer} make.`,
    schema: ValueSchema,
  });
}

/** One or two different ones. */
function drawNeeds(random: Random, from: readonly Product<Value>[]): readonly Product<Value>[] {
  if (from.length === 0) return [];
  const first = random.integer(from.length);
  const second = (first + 1 + random.integer(from.length - 1)) % from.length;
  return (random.next() < TWO_NEEDS ? [first, second] : [first]).map((index) => from[index] as Product<Value>);
}
