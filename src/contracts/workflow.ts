// Workflows, and requests: what a caller may ask for, in the domain's own fields and in those that every run has. A plan is
// found, never listed.
import { z } from "zod";
import { NautilusError } from "./errors.js";
import { PLAN_PREFERENCES } from "./plan.js";
import type { Product } from "./product.js";

const runShape = {
  preference: z.enum(PLAN_PREFERENCES).default("balanced").describe("What a plan is chosen by."),
  fresh: z.boolean().default(false).describe("Compute anew: no result of an earlier run is used."),
  deadlineMs: z.int().min(1).max(600_000).default(10_000).describe("The run fails when it takes longer."),
};

const goalShape = {
  products: z.array(z.string().min(3).max(128)).min(1).max(16).describe("Products wanted: `name` or `name@version`."),
  facts: z
    .record(z.string().max(128), z.unknown())
    .default({})
    .describe("Further facts, by product: what the program's engines need from the caller."),
};

type Fields = Readonly<Record<string, unknown>>;
type Strict<S extends z.ZodRawShape> = z.ZodObject<S, z.core.$strict>;

/** Body of `POST /api/v1/workflows/{name}/execute`, parsed. */
export type ExecuteRequest = z.output<Strict<typeof runShape>> & Fields;
/** Body of `POST /api/v1/goals`, parsed: any products, by name (the newest version) or `name@version`. */
export type GoalRequest = z.output<Strict<typeof goalShape & typeof runShape>> & Fields;

/** @throws RangeError as `fieldsOf` does */
export function executeRequest<S extends z.ZodRawShape>(request: z.ZodObject<S>): Strict<S & typeof runShape> {
  return z.strictObject({ ...fieldsOf(request, runShape), ...runShape });
}

/** @throws RangeError as `fieldsOf` does */
export function goalRequest<S extends z.ZodRawShape>(
  request: z.ZodObject<S>,
): Strict<typeof goalShape & S & typeof runShape> {
  return z.strictObject({ ...goalShape, ...fieldsOf(request, { ...goalShape, ...runShape }), ...runShape });
}

/** @throws RangeError for what is no plain zod object, and for a field that every request has */
function fieldsOf<S extends z.ZodRawShape>({ shape, def }: z.ZodObject<S>, taken: z.ZodRawShape): S {
  if ((def as { type?: unknown } | undefined)?.type !== "object") throw new RangeError("request: must be a zod object");
  // What is checked beyond the fields would be lost with the object.
  if ((def.checks ?? []).length > 0) throw new RangeError("request: what is refined is checked in facts instead");
  const twice = Object.keys(shape).find((field) => field in taken);
  if (twice !== undefined) throw new RangeError(`request: every request has a field ${twice} already`);
  return shape;
}

/** A fact that the caller supplies. */
export type FactPair = readonly [product: Product, value: unknown];

export interface RequestExample {
  readonly summary: string;
  readonly value: Fields;
}

/** What a caller says in the domain's words, and which facts it comes to. */
export interface RequestForm<S extends z.ZodObject = z.ZodObject> {
  /** A zod object of its fields; what none of them can refuse alone is refused by `facts`. */
  readonly request: S;
  /** @throws NautilusError for what cannot be asked */
  readonly facts: (request: z.output<S>) => readonly FactPair[];
  /** For the documentation, by name. */
  readonly examples?: Readonly<Record<string, RequestExample>>;
}

export interface WorkflowOptions<S extends z.ZodObject> extends RequestForm<S> {
  readonly name: string;
  readonly description: string;
  /** Name in the answer's `result` → product. */
  readonly wants: Readonly<Record<string, Pick<Product, "key">>>;
}

export interface Workflow {
  readonly name: string;
  readonly description: string;
  /** The domain's fields, and those of every run. */
  readonly request: Strict<typeof runShape>;
  /** By product key, as `factsOf` gives them. */
  readonly facts: (request: ExecuteRequest) => Fields;
  readonly examples: Readonly<Record<string, RequestExample>>;
  /** Name in the answer's `result` → product key. */
  readonly wants: Readonly<Record<string, string>>;
  /** Keys of the products that its requests supply, as the first example does that can be taken. */
  readonly supplies: readonly string[];
}

const WORKFLOW_NAME = /^[a-z][a-z0-9_]{0,127}$/;

/**
 * Declares a goal with a name.
 *
 * @example
 * const brew = defineWorkflow({
 *   name: "brew", description: "A cup of tea.", request: z.strictObject({ cups: z.int().default(1) }),
 *   facts: ({ cups }) => [[TeaOrder, { cups }]], wants: { tea: Tea },
 * });
 * @throws RangeError naming the field that does not fit: a request that has needed fields must come with an example
 */
export function defineWorkflow<S extends z.ZodObject>(options: WorkflowOptions<S>): Workflow {
  const { name, description, wants, facts, examples = {} } = options;
  if (!WORKFLOW_NAME.test(name)) throw new RangeError(`workflow name "${name}" must be snake case`);
  try {
    const request: Workflow["request"] = executeRequest<z.ZodRawShape>(options.request);
    const form: RequestForm = { request: options.request, facts: facts as RequestForm["facts"] };
    if (Object.keys(wants).length === 0) throw new RangeError("wants: names no product");
    const wanted = Object.fromEntries(Object.entries(wants).map(([alias, { key }]) => [alias, key]));
    const supplies = Object.keys(factsOf(form, sampleOf(request, examples)));
    return {
      name,
      description,
      request,
      facts: (asked) => factsOf(form, asked),
      examples,
      wants: wanted,
      supplies,
    };
  } catch (thrown) {
    throw new RangeError(`workflow ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
      cause: thrown,
    });
  }
}

/** A request that can be made: the empty one, or an example. */
function sampleOf(request: Workflow["request"], examples: Workflow["examples"]): ExecuteRequest {
  const tried = [{}, ...Object.values(examples).map(({ value }) => value)].map((value) => request.safeParse(value));
  const sample = tried.find(({ success }) => success)?.data;
  if (sample === undefined) throw new RangeError("examples: none of them fits the request, nor does {}");
  return sample;
}

/**
 * By product key, as the schema of each product gives them.
 * @throws NautilusError INVALID_INPUT naming the product and the field that does not fit it, and what `facts` throws
 */
export function factsOf(form: RequestForm, request: Fields): Fields {
  return Object.fromEntries(
    form.facts(request).map(([product, value]) => [product.key, parseFact(product, value, product.key)]),
  );
}

/** @throws NautilusError INVALID_INPUT, under `name` */
export function parseFact({ schema }: Product, value: unknown, name: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new NautilusError("INVALID_INPUT", `${["facts", name, ...(issue?.path ?? [])].join(".")}: ${issue?.message}`);
}

/** @throws NautilusError NOT_FOUND naming the workflows there are */
export function workflowNamed(name: string, workflows: readonly Workflow[]): Workflow {
  const workflow = workflows.find((each) => each.name === name);
  if (workflow !== undefined) return workflow;
  const known = workflows.map((each) => each.name);
  throw new NautilusError("NOT_FOUND", `no workflow ${name}; there are ${known.join(", ")}`, { details: { known } });
}
