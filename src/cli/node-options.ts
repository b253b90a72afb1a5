// The options of a node, as a table. Where a part is not built yet, its row says what happens instead.
import { z } from "zod";
import { LOG_LEVELS } from "../contracts/logger.js";
import { BUS_NAMES, NodeOptionsSchema, REDIS_AT_START } from "../contracts/options.js";
import { FEED_NAMES } from "../domain/market-feed.js";
import { camelCase, type Option } from "./option.js";

const { shape } = NodeOptionsSchema;

export const PORT: Option = {
  name: "port",
  kind: "number",
  placeholder: "N",
  description: "port of the HTTP API; 0 takes a free one",
  expects: "a whole number from 0 to 65535",
  schema: z.int().min(0).max(65_535),
  fallback: "8000",
};

export const HOST: Option = {
  name: "host",
  kind: "text",
  placeholder: "HOST",
  description: "address of the HTTP API",
  expects: "a host name or an address",
  schema: z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/),
  fallback: "127.0.0.1",
};

export const TOKEN: Option = {
  name: "token",
  kind: "text",
  placeholder: "TOKEN",
  description: "bearer token that everything but health needs",
  expects: "8 to 512 printable characters without spaces",
  schema: shape.token,
};

function redis(channel: "market-data" | "engine-logic" | "neural-gpu", carries: string): Option {
  const option = `redis-${channel}`;
  const field = shape[camelCase(option) as "redisMarketData" | "redisEngineLogic" | "redisNeuralGpu"];
  return {
    name: option,
    kind: "text",
    placeholder: "URL",
    description: `Redis server of ${carries}`,
    expects: "a Redis address, like redis://127.0.0.1:6379 or redis://127.0.0.1:6379/1",
    schema: field,
    fallback: field.parse(undefined),
  };
}

export const BUS: Option = {
  name: "bus",
  kind: "text",
  placeholder: BUS_NAMES.join("|"),
  description: "what carries messages between nodes",
  expects: `one of ${BUS_NAMES.join(", ")}`,
  schema: z.enum(BUS_NAMES),
  fallback: "memory",
};

/** By channel. */
export const REDIS_SERVERS = {
  marketData: redis("market-data", "market data"),
  engineLogic: redis("engine-logic", "calls, discovery and partnerships"),
  neuralGpu: redis("neural-gpu", "tensors"),
} as const;

/** Whether there are other processes, and where they meet. */
export const REDIS_OPTIONS: readonly Option[] = [BUS, ...Object.values(REDIS_SERVERS)];

/** Those that `createNode` takes, under their names in camel case. */
export const NODE_OPTIONS: readonly Option[] = [
  {
    name: "feed",
    kind: "text",
    placeholder: FEED_NAMES.join("|"),
    description: "where market data comes from",
    expects: `one of ${FEED_NAMES.join(", ")}`,
    schema: z.enum(FEED_NAMES),
    fallback: "replay",
    notBuilt: (value) => (value === "ibkr" ? "no market data comes in on this node" : undefined),
  },
  {
    name: "data",
    kind: "list",
    placeholder: "PATH",
    description: "files or folders of the csv feed; may be repeated",
    expects: "paths of files or folders",
    schema: shape.data,
  },
  {
    name: "speed",
    kind: "number",
    placeholder: "N|max",
    description: "live bars a second",
    expects: "a number above 0, at most 100000, or max",
    schema: shape.speed,
    fallback: "1",
  },
  {
    name: "universe",
    kind: "number",
    placeholder: "N",
    description: "generated series beside the real ones",
    expects: "a whole number from 0 to 1000",
    schema: shape.universe,
    fallback: "30",
  },
  {
    name: "live-bars",
    kind: "number",
    placeholder: "N",
    description: "last bars that are played live, not loaded as history",
    expects: "a whole number from 0 to 1000000",
    schema: shape.liveBars,
    fallback: "500",
  },
  {
    name: "strict-data",
    kind: "flag",
    description: "stop at the first bad row of data",
    expects: "true or false",
    schema: shape.strictData,
  },
  {
    name: "engines",
    kind: "list",
    placeholder: "A,B",
    description: "engines to host; all unless named",
    expects: "engine ids, like FACTOR_ENGINE,RISK_ENGINE",
    schema: shape.engines,
  },
  {
    name: "replicas",
    kind: "counts",
    placeholder: "ENGINE=N",
    description: "instances of an engine; may be repeated",
    expects: "engine ids with a number from 1 to 64, like FACTOR_ENGINE=2",
    schema: shape.replicas,
  },
  {
    name: "seed",
    kind: "number",
    placeholder: "N",
    description: "what everything random is drawn from",
    expects: "a whole number from 0 to 4294967295",
    schema: shape.seed,
    fallback: "1",
  },
  {
    name: "node-id",
    kind: "text",
    placeholder: "ID",
    description: "name of this node; drawn at random unless given",
    expects: "1 to 64 letters, digits, dots, dashes or underscores",
    schema: shape.nodeId,
  },
  ...REDIS_OPTIONS,
  {
    name: "namespace",
    kind: "text",
    placeholder: "NAME",
    description: "keeps networks on the same Redis servers apart",
    expects: "1 to 64 letters, digits, dots, dashes or underscores",
    schema: shape.namespace,
    fallback: "nautilus",
  },
  {
    name: "redis-at-start",
    kind: "text",
    placeholder: REDIS_AT_START.join("|"),
    description: "without Redis at the start: go on trying, or end",
    expects: `one of ${REDIS_AT_START.join(", ")}`,
    schema: z.enum(REDIS_AT_START),
    fallback: "wait",
  },
  {
    name: "bridge",
    kind: "list",
    placeholder: "PRODUCT:in|out,…",
    description: "products that other programs read, or write, over Redis",
    expects: "products with a direction, like market.*:out or strategy.signals@1:in",
    schema: shape.bridge.unwrap().min(1),
  },
  {
    name: "heartbeat-interval-ms",
    kind: "number",
    placeholder: "N",
    description: "how often the node says that it lives",
    expects: "a whole number from 50 to 3600000",
    schema: shape.heartbeatIntervalMs,
    fallback: "30000",
  },
  {
    name: "discovery-channel",
    kind: "text",
    placeholder: "NAME",
    description: "channel that nodes find each other on",
    expects: "1 to 128 letters, digits, colons, dots, dashes or underscores",
    schema: shape.discoveryChannel,
    fallback: "nautilus:engine_discovery",
  },
  {
    name: "partnership-channel",
    kind: "text",
    placeholder: "NAME",
    description: "channel that engines agree on partnerships on",
    expects: "1 to 128 letters, digits, colons, dots, dashes or underscores",
    schema: shape.partnershipChannel,
    fallback: "nautilus:engine_partnerships",
  },
  {
    name: "chaos",
    kind: "flag",
    description: "allow the crash verb",
    expects: "true or false",
    schema: shape.chaos,
  },
  TOKEN,
  {
    name: "log-level",
    kind: "text",
    placeholder: LOG_LEVELS.join("|"),
    description: "what is logged to stderr",
    expects: `one of ${LOG_LEVELS.join(", ")}`,
    schema: z.enum(LOG_LEVELS),
    fallback: "info",
  },
];
