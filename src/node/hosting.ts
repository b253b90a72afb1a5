// What this node is made for: which engines it hosts, from where what they read comes in, and the workflows of its domain.
import type { Domain } from "../contracts/domain.js";
import type { EngineDefinition } from "../contracts/engine.js";
import { NautilusError } from "../contracts/errors.js";
import type { Feed, FeedDeps, FeedFactory } from "../contracts/feed.js";
import type { Product } from "../contracts/product.js";
import type { Workflow } from "../contracts/workflow.js";
import { CATALOGUE } from "./catalogue/catalogue.js";
import { checkedEngines } from "./checked-engine.js";
import { containedFeed } from "./contained-feed.js";

/** What a node is made of, in the words of one domain. */
export interface Offer {
  readonly engines: readonly EngineDefinition[];
  readonly workflows: readonly Workflow[];
  /** By name; the first is taken unless the options name another. */
  readonly feeds: Readonly<Record<string, FeedFactory>>;
  readonly domain: Domain;
}

const NOTHING: Offer = { engines: [], workflows: [], feeds: {}, domain: {} };

/**
 * What the program hands in, and of the catalogue the rest: nothing where it has engines or workflows of its own.
 * @throws NautilusError INVALID_INPUT for an engine that is broken, and for two workflows of one name
 */
export function offerOf({ engines, workflows, feeds, domain }: Partial<Offer>): Offer {
  const names = workflows?.map(({ name }) => name) ?? [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new NautilusError("INVALID_INPUT", `workflow ${twice} is defined twice`);
  const rest = engines === undefined && workflows === undefined ? CATALOGUE : NOTHING;
  return {
    engines: engines === undefined ? rest.engines : checkedEngines("engines", engines),
    workflows: workflows ?? rest.workflows,
    feeds: feeds ?? rest.feeds,
    domain: domain ?? rest.domain,
  };
}

export interface Hosting {
  /** Every engine of this build, hosted here or not, and those that the program adds. */
  readonly definitions: readonly EngineDefinition[];
  readonly hosted: readonly EngineDefinition[];
  /** Undefined where no hosted engine reads one. */
  readonly feed: Feed | undefined;
}

/**
 * @param added engines beside those of the offer, hosted in any case
 * @throws NautilusError INVALID_INPUT for an engine or feed that there is not, or an engine that is broken
 */
export function decideHosting({ engines, feeds }: Offer, added: readonly EngineDefinition[], deps: FeedDeps): Hosting {
  const { options } = deps;
  const feed = createFeed(feeds, deps);
  const own = checkedEngines("definitions", added);
  checkKnown("engines", options.engines ?? [], engines);
  const chosen = engines.filter(({ id }) => options.engines?.includes(id) ?? true);
  const hosted = [...chosen, ...own].filter(({ readsFeed }) => !readsFeed || feed !== undefined);
  const ids = hosted.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new NautilusError("INVALID_INPUT", `engine ${twice} is defined twice; use replicas`);
  checkKnown("replicas", Object.keys(options.replicas), hosted);
  return {
    definitions: [...engines, ...own],
    hosted: hosted.map((definition) => ({ ...definition, create: () => definition.create(feed) })),
    feed: feed !== undefined && hosted.some(({ readsFeed }) => readsFeed) ? containedFeed(feed, deps.log) : undefined,
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

function createFeed(feeds: Offer["feeds"], deps: FeedDeps): Feed | undefined {
  const names = Object.keys(feeds);
  const { feed: name = names[0] } = deps.options;
  if (name === undefined || name === false) return undefined;
  const create = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
  if (create !== undefined) return create(deps);
  throw new NautilusError("INVALID_INPUT", `options.feed: this build has no feed ${name}; it has ${names.join(", ")}`);
}

function checkKnown(option: string, ids: readonly string[], among: readonly EngineDefinition[]): void {
  const known = among.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new NautilusError(
    "INVALID_INPUT",
    `options.${option}: no engine ${unknown} here; there are ${known.join(", ")}`,
  );
}
