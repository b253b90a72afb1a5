// Which engines this node hosts, and from where their data comes.
import type { EngineDefinition } from "../contracts/engine.js";
import { NautilusError } from "../contracts/errors.js";
import type { Feed } from "../contracts/feed.js";
import type { Product } from "../contracts/product.js";
import { checkedEngines } from "./checked-engine.js";
import { engineCatalogue } from "./catalogue/engines.js";
import { FEED_FACTORIES, type FeedDeps } from "./catalogue/feeds.js";

export interface Hosting {
  /** Every engine of this build, hosted here or not, and the program's own. */
  readonly definitions: readonly EngineDefinition[];
  readonly hosted: readonly EngineDefinition[];
  /** Undefined where no hosted engine takes market data in. */
  readonly feed: Feed | undefined;
}

/** @throws NautilusError INVALID_INPUT for an engine or feed that this build does not have, or an own engine that is broken */
export function decideHosting(own: readonly EngineDefinition[], deps: FeedDeps): Hosting {
  const { options } = deps;
  const added = checkedEngines(own);
  const feed = createFeed(deps);
  const catalogue = engineCatalogue(feed ?? noFeed);
  const known = catalogue.map(({ definition }) => definition.id);
  checkKnown("engines", options.engines ?? [], known);
  const entries = catalogue.filter(({ definition, readsFeed }) => {
    if (readsFeed && feed === undefined) return false;
    return options.engines?.includes(definition.id) ?? true;
  });
  const hosted = [...entries.map(({ definition }) => definition), ...added];
  const ids = hosted.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new NautilusError("INVALID_INPUT", `engine ${twice} is defined twice; use replicas`);
  checkKnown("replicas", Object.keys(options.replicas), ids);
  return {
    definitions: [...catalogue.map(({ definition }) => definition), ...added],
    hosted,
    feed: entries.some(({ readsFeed }) => readsFeed) ? feed : undefined,
  };
}

export interface DeclaredProducts {
  /** Every product that one of the engines needs, uses, gives, reads or publishes. */
  readonly all: readonly Product[];
  /** Those that flow by themselves. */
  readonly streams: readonly StreamProduct[];
}

export interface StreamProduct {
  readonly product: Product;
  readonly publishers: readonly string[];
  readonly readers: readonly string[];
}

export function productsOf(definitions: readonly EngineDefinition[]): DeclaredProducts {
  const behaviours = definitions.map((definition) => ({ id: definition.id, ...definition.create() }));
  const published = behaviours.flatMap(({ id, publishes = [] }) => publishes.map((product) => ({ id, product })));
  const read = behaviours.flatMap(({ id, streams = [] }) => streams.map(({ on: product }) => ({ id, product })));
  const flowing = unique([...published, ...read].map(({ product }) => product));
  const fetched = behaviours.flatMap(({ operations = [] }) =>
    operations.flatMap(({ needs, uses, gives }) => [...Object.values(needs), ...uses, gives]),
  );
  const enginesIn = (ends: typeof published, { key }: Product): readonly string[] =>
    ends.filter(({ product }) => product.key === key).map(({ id }) => id);
  return {
    all: unique([...fetched, ...flowing]),
    streams: flowing.map((product) => ({
      product,
      publishers: enginesIn(published, product),
      readers: enginesIn(read, product),
    })),
  };
}

function unique(products: readonly Product[]): readonly Product[] {
  return [...new Map(products.map((product) => [product.key, product])).values()];
}

function createFeed(deps: FeedDeps): Feed | undefined {
  const { feed, data } = deps.options;
  if (feed === false) return undefined;
  if (feed === "csv" && data === undefined) {
    throw new NautilusError("INVALID_INPUT", "options.data: the csv feed needs files or folders");
  }
  const create = FEED_FACTORIES[feed];
  if (create !== undefined) return create(deps);
  const built = Object.keys(FEED_FACTORIES).join(", ");
  throw new NautilusError("INVALID_INPUT", `options.feed: this build has no feed ${feed}; it has ${built}`);
}

function checkKnown(option: string, ids: readonly string[], known: readonly string[]): void {
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new NautilusError(
    "INVALID_INPUT",
    `options.${option}: no engine ${unknown} here; there are ${known.join(", ")}`,
  );
}

/** Stands in the catalogue of a node without market data; the engine that would read it is not hosted. */
const noFeed: Feed = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  subscribe: () => () => undefined,
  status: () => ({
    name: "none",
    description: "no market data",
    state: "idle",
    series: [],
    historyFrames: 0,
    liveFrames: 0,
    position: 0,
    lastDate: undefined,
    rowsRead: 0,
    rowsSkipped: 0,
    problems: [],
  }),
};
