// Operations and products as a directed hypergraph over small integers: an operation leads from all its needs to what it
// gives. Operations stand in order of id, products in order of key, so that the order of the input cannot matter.
import { assert } from "../kernel/assert.js";
import type { PlannableOperation, PlanRequest } from "../contracts/plan.js";
import { isUsable } from "./preferences.js";

/** The items of index i are `items[start[i]]` up to `items[start[i + 1]]`, in ascending order. */
export interface Links {
  readonly start: Int32Array;
  readonly items: Int32Array;
}

export interface Hypergraph {
  readonly operations: readonly PlannableOperation[];
  readonly products: readonly string[];
  /** Products wanted that are not facts. */
  readonly wants: Int32Array;
  /** Operation → its product. */
  readonly gives: Int32Array;
  /** Operation → the products it needs that are not facts. */
  readonly needs: Links;
  /** Operation → how many those are. */
  readonly needCounts: Int32Array;
  /** Product → operations that give it. */
  readonly givers: Links;
  /** Product → operations that need it. */
  readonly users: Links;
}

/**
 * Everything the request could use: the usable operations whose product is not a fact.
 * @throws AssertionError when two operations have one id
 */
export function toHypergraph({ wants, facts }: PlanRequest, offered: readonly PlannableOperation[]): Hypergraph {
  const given = new Set(facts);
  const operations = offered
    .filter((operation) => isUsable(operation) && !given.has(operation.gives))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const twice = operations.find(({ id }, index) => id === operations[index + 1]?.id);
  assert(twice === undefined, `operation ${twice?.id} is offered twice`);
  const indexOf = new Map<string, number>();
  for (const key of productsOf(wants, operations)) if (!given.has(key)) indexOf.set(key, indexOf.size);
  const indicesOf = (keys: readonly string[]): number[] => {
    const indices: number[] = [];
    for (const key of keys) {
      const index = indexOf.get(key);
      if (index !== undefined && !indices.includes(index)) indices.push(index);
    }
    return indices.sort((a, b) => a - b);
  };
  return connect({
    operations,
    products: [...indexOf.keys()],
    wants: Int32Array.from(indicesOf(wants)),
    gives: Int32Array.from(operations.map((operation) => indexOf.get(operation.gives)!)),
    needs: linksOf(operations.map((operation) => indicesOf(operation.needs))),
  });
}

/** Every product there is mention of, in order. */
function productsOf(wants: readonly string[], operations: readonly PlannableOperation[]): readonly string[] {
  const keys = new Set(wants);
  for (const { gives, needs } of operations) {
    keys.add(gives);
    for (const need of needs) keys.add(need);
  }
  return [...keys].sort();
}

/** The part that consists of the marked operations and what they give; every need of theirs must be among that. */
export function shrink(graph: Hypergraph, kept: Uint8Array): Hypergraph {
  if (!kept.includes(0)) return graph;
  const isKept = (_: unknown, operation: number): boolean => kept[operation] === 1;
  const gives = graph.gives.filter(isKept);
  const renamed = new Int32Array(graph.products.length).fill(-1);
  for (const product of gives) renamed[product] = 0;
  const products = graph.products.filter((_, product) => renamed[product] === 0);
  let count = 0;
  for (let product = 0; product < renamed.length; product += 1) if (renamed[product] === 0) renamed[product] = count++;
  return connect({
    operations: graph.operations.filter(isKept),
    products,
    wants: graph.wants.map((product) => renamed[product]!),
    gives: gives.map((product) => renamed[product]!),
    needs: keptLinks(graph.needs, kept, renamed),
  });
}

function keptLinks({ start, items }: Links, kept: Uint8Array, renamed: Int32Array): Links {
  const starts = new Int32Array(kept.length + 1);
  const left = new Int32Array(items.length);
  let sources = 0;
  let links = 0;
  for (let source = 0; source < kept.length; source += 1) {
    if (kept[source] === 0) continue;
    for (let link = start[source]!; link < start[source + 1]!; link += 1) left[links++] = renamed[items[link]!]!;
    starts[++sources] = links;
  }
  return { start: starts.slice(0, sources + 1), items: left.slice(0, links) };
}

function connect(graph: Omit<Hypergraph, "needCounts" | "givers" | "users">): Hypergraph {
  const size = graph.products.length;
  const single = { start: new Int32Array(graph.gives.length + 1).map((_, index) => index), items: graph.gives };
  const needCounts = graph.gives.map(
    (_, operation) => graph.needs.start[operation + 1]! - graph.needs.start[operation]!,
  );
  return { ...graph, needCounts, givers: reversed(single, size), users: reversed(graph.needs, size) };
}

function linksOf(lists: readonly (readonly number[])[]): Links {
  const start = new Int32Array(lists.length + 1);
  for (let index = 0; index < lists.length; index += 1) start[index + 1] = start[index]! + lists[index]!.length;
  const items = new Int32Array(start[lists.length]!);
  lists.forEach((list, index) => items.set(list, start[index]));
  return { start, items };
}

/** From each of `size` items to the indices that link to it. */
function reversed({ start, items }: Links, size: number): Links {
  const from = new Int32Array(size + 1);
  for (const item of items) from[item + 1]!++;
  for (let index = 0; index < size; index += 1) from[index + 1]! += from[index]!;
  const next = from.slice();
  const sources = new Int32Array(items.length);
  for (let source = 0; source + 1 < start.length; source += 1) {
    for (let link = start[source]!; link < start[source + 1]!; link += 1) sources[next[items[link]!]!++] = source;
  }
  return { start: from, items: sources };
}
