// The options of a node: one entry each, which holds the schema with its range and default, the line of help, and the group. The
// flag, the environment variable, the field of the configuration file and the help are derived from the entry.
import { z } from "zod";
import { BridgePatternSchema } from "./bridge.js";
import { LOG_LEVELS } from "./logger.js";

/** Schemas by field; each is optional or has a default. */
export type OptionShape = Readonly<Record<string, z.ZodType>>;

/**
 * Entries that the help tells under one heading.
 * @param words further metadata that all of them bear
 */
export function optionGroup<S extends OptionShape>(heading: string, entries: S, words: z.core.GlobalMeta = {}): S {
  const told = Object.entries(entries).map(([field, schema]) => [field, schema.meta({ ...words, heading })]);
  return Object.fromEntries(told) as S;
}

/** A text of a form that cannot be read off its pattern: a refusal says it in these words. */
function text(placeholder: string, expects: string, pattern: RegExp): z.ZodString {
  return z.string().regex(pattern, `must be ${expects}`).meta({ placeholder, expects });
}

function whole(least: number, most: number): z.ZodInt {
  return z.int().min(least).max(most);
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const name = text("NAME", "1 to 64 letters, digits, dots, dashes or underscores", NAME);
const CHANNEL = /^[A-Za-z0-9:._-]{1,128}$/;
const channel = text("NAME", "1 to 128 letters, digits, colons, dots, dashes or underscores", CHANNEL);
const engineId = text("ENGINE", "an engine id, like FACTOR_ENGINE", /^[A-Z][A-Z0-9_]{1,63}$/);
const filePath = z.string().min(1).meta({ placeholder: "PATH", expects: "the path of a file or folder" });

const redisUrl = z
  .url({ protocol: /^rediss?$/, error: "must be a Redis address, like redis://127.0.0.1:6379" })
  // The client would take anything else for an option of its own, or for another database.
  .refine((url) => !URL.canParse(url) || (/^(?:\/\d{0,5})?$/.test(new URL(url).pathname) && !/[?#]/.test(url)), {
    error: "must end with the port or the number of a database, like redis://127.0.0.1:6379/1",
  })
  .meta({
    placeholder: "URL",
    expects: "a Redis address, like redis://127.0.0.1:6379 or redis://127.0.0.1:6379/1",
  });

/** Of the server around a node: a program that embeds a node has its own. */
export const SERVER_OPTIONS = optionGroup("HTTP API", {
  port: whole(0, 65_535).default(8000).describe("port of the HTTP API; 0 takes a free one"),
  host: text("HOST", "a host name or an address", /^[A-Za-z0-9._:-]{1,253}$/)
    .default("127.0.0.1")
    .describe("address of the HTTP API"),
});

export const NodeOptionsSchema = z.strictObject({
  ...optionGroup("HTTP API", {
    token: text("TOKEN", "8 to 512 printable characters without spaces", /^[\x21-\x7e]{8,512}$/)
      .optional()
      .describe("bearer token that everything but health needs"),
    chaos: z.boolean().default(false).describe("allow the crash verb"),
  }),
  ...optionGroup("Market data", {
    /** By name; absent: the first that there is. `false`: nothing comes in on this node. */
    feed: z
      .union([name.meta({ placeholder: "NAME", expects: "the name of a feed" }), z.literal(false)])
      .optional()
      .describe("where data comes from; the first feed there is unless named"),
    data: z.array(filePath).min(1).max(1000).optional().describe("files or folders of the csv feed; may be repeated"),
    speed: z
      .union([z.number().positive().max(100_000), z.literal("max")])
      .default(1)
      .describe("live bars a second; max: as fast as they are taken in"),
    universe: whole(0, 1000)
      .default(30)
      .describe("generated series beside the real ones (replay), or in all (simulated)"),
    liveBars: whole(0, 1_000_000).default(500).describe("last bars that are played live, not loaded as history"),
    strictData: z.boolean().default(false).describe("stop at the first bad row of data, not skip and count it"),
  }),
  ...optionGroup("Engines", {
    engines: z.array(engineId).max(100).optional().describe("engines to host; all unless named"),
    replicas: z
      .record(engineId, whole(1, 64))
      .default({})
      .describe("instances of an engine, 1 unless named; may be repeated"),
    seed: whole(0, 2 ** 32 - 1)
      .default(1)
      .describe("what everything random is drawn from"),
  }),
  ...optionGroup("Network", {
    /** Drawn at random where absent, so that nodes that meet later differ. */
    nodeId: name.meta({ placeholder: "ID" }).optional().describe("name of this node; drawn at random unless given"),
    bus: z.enum(["memory", "redis"]).default("memory").describe("what carries messages between nodes"),
    redisMarketData: redisUrl.default("redis://127.0.0.1:6380").describe("Redis server of market data"),
    redisEngineLogic: redisUrl
      .default("redis://127.0.0.1:6381")
      .describe("Redis server of calls, discovery and partnerships"),
    redisNeuralGpu: redisUrl.default("redis://127.0.0.1:6382").describe("Redis server of tensors"),
    namespace: name.default("nautilus").describe("keeps networks on the same Redis servers apart"),
    redisAtStart: z
      .enum(["wait", "fail"])
      .default("wait")
      .describe("without Redis at the start: work alone and go on trying, or end"),
    bridge: z
      .array(BridgePatternSchema)
      .max(64)
      .default([])
      .describe("products that other programs read, or write, over Redis"),
    heartbeatIntervalMs: whole(50, 3_600_000).default(30_000).describe("how often the node says that it lives"),
    discoveryChannel: channel.default("nautilus:engine_discovery").describe("channel that nodes find each other on"),
    partnershipChannel: channel
      .default("nautilus:engine_partnerships")
      .describe("channel that engines agree on partnerships on"),
  }),
  ...optionGroup("Logging", { logLevel: z.enum(LOG_LEVELS).default("info").describe("what is logged to stderr") }),
});

/** As a caller gives them. */
export type NodeOptions = z.input<typeof NodeOptionsSchema>;
/** With every default filled in. */
export type ResolvedNodeOptions = z.output<typeof NodeOptionsSchema>;
