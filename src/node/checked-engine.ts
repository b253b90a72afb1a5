// Definitions come from programs that no compiler may have seen: what is wrong with one is said when the node is made, by engine
// and field, and not by whatever stumbles over it first.
import { checkBehaviour, type EngineBehaviour, type EngineDefinition } from "../contracts/engine.js";
import { messageOf, NautilusError } from "../contracts/errors.js";
import type { Feed } from "../contracts/feed.js";
import { toJsonSchema, type Product } from "../contracts/product.js";

/** What each engine publishes of itself has to be JSON; schemas that were found to be are not written again. */
type KnownSchemas = WeakSet<Product["schema"]>;

/**
 * The same engines, each of which checks what its `create` gives, now and at every later start of an instance.
 * @throws NautilusError INVALID_INPUT for what no `defineEngine` made
 */
export function checkedEngines(
  field: "definitions" | "engines",
  definitions: readonly EngineDefinition[],
): readonly EngineDefinition[] {
  if (!Array.isArray(definitions)) throw new NautilusError("INVALID_INPUT", `${field}: must be a list`);
  const known: KnownSchemas = new WeakSet();
  return definitions.map((definition: unknown, index) => {
    if (!isDefinition(definition)) {
      throw new NautilusError("INVALID_INPUT", `${field}.${index}: no engine that defineEngine made`);
    }
    return { ...definition, create: (feed) => checkedBehaviour(definition, known, feed) };
  });
}

/** @throws NautilusError INVALID_INPUT naming the engine and the field that does not fit */
function checkedBehaviour({ id, create }: EngineDefinition, known: KnownSchemas, feed?: Feed): EngineBehaviour {
  let behaviour: unknown;
  try {
    behaviour = create(feed);
  } catch (thrown) {
    throw new NautilusError("INVALID_INPUT", `engine ${id}: create threw: ${messageOf(thrown)}`, { cause: thrown });
  }
  try {
    checkBehaviour(id, behaviour);
  } catch (thrown) {
    throw new NautilusError("INVALID_INPUT", messageOf(thrown), { cause: thrown });
  }
  for (const [field, product] of productsWithin(behaviour)) checkSchema(`engine ${id}: ${field}`, product, known);
  return behaviour;
}

function checkSchema(where: string, { key, schema }: Product, known: KnownSchemas): void {
  if (known.has(schema)) return;
  try {
    JSON.stringify(toJsonSchema(schema));
  } catch (thrown) {
    const message = `${where}: the schema of ${key} cannot be written as JSON Schema: ${messageOf(thrown)}`;
    throw new NautilusError("INVALID_INPUT", message, { cause: thrown });
  }
  known.add(schema);
}

function productsWithin({ operations = [], streams = [], publishes = [] }: EngineBehaviour): [string, Product][] {
  return [
    ...operations.flatMap(({ name, needs, uses, gives }): [string, Product][] => [
      ...Object.values(needs).map((product): [string, Product] => [`operation ${name}: needs`, product]),
      ...uses.map((product): [string, Product] => [`operation ${name}: uses`, product]),
      [`operation ${name}: gives`, gives],
    ]),
    ...streams.map(({ on }): [string, Product] => ["streams", on]),
    ...publishes.map((product): [string, Product] => ["publishes", product]),
  ];
}

function isDefinition(value: unknown): value is EngineDefinition {
  if (typeof value !== "object" || value === null) return false;
  const { id, create, kernels, limits, definedAt } = value as Partial<Record<keyof EngineDefinition, unknown>>;
  return (
    typeof id === "string" &&
    typeof create === "function" &&
    typeof definedAt === "string" &&
    Array.isArray(kernels) &&
    Boolean(limits)
  );
}
