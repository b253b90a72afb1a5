// What a node can be told, from the command line, the environment, a file or a program. One schema for all of them.
import { z } from "zod";
import { BridgePatternSchema } from "./bridge.js";
import { LOG_LEVELS } from "./logger.js";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be letters, digits, dot, dash or underscore");
const channel = z.string().regex(/^[A-Za-z0-9:._-]{1,128}$/, "must be letters, digits, colon, dot, dash or underscore");
const engineId = z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/, "must be an engine id, like FACTOR_ENGINE");

const redisUrl = z
  .url({ protocol: /^rediss?$/, error: "must be a Redis address, like redis://127.0.0.1:6379" })
  // The client would take anything else for an option of its own, or for another database.
  .refine((url) => !URL.canParse(url) || (/^(?:\/\d{0,5})?$/.test(new URL(url).pathname) && !/[?#]/.test(url)), {
    error: "must end with the port or the number of a database, like redis://127.0.0.1:6379/1",
  });

export const BUS_NAMES = ["memory", "redis"] as const;
export const REDIS_AT_START = ["wait", "fail"] as const;

export const NodeOptionsSchema = z.strictObject({
  /** Absent: drawn at random, so that nodes that meet later differ. */
  nodeId: name.optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /** By name; absent: the first that there is. `false`: nothing comes in on this node. */
  feed: z.union([name, z.literal(false)]).optional(),
  /** Files or folders, for the csv feed. */
  data: z.array(z.string().min(1)).min(1).max(1000).optional(),
  /** Bars a second; `max`: as fast as they are taken in. */
  speed: z.union([z.number().positive().max(100_000), z.literal("max")]).default(1),
  /** Generated constituents beside the real series (replay), or series in all (simulated). */
  universe: z.int().min(0).max(1000).default(30),
  /** Last bars of the data that are played live instead of being loaded as history. */
  liveBars: z.int().min(0).max(1_000_000).default(500),
  /** Stop at the first bad row instead of skipping and counting it. */
  strictData: z.boolean().default(false),
  /** Engines of the catalogue to host; absent: all. */
  engines: z.array(engineId).max(100).optional(),
  /** Instances per engine; 1 unless named. */
  replicas: z.record(engineId, z.int().min(1).max(64)).default({}),
  /** What carries messages: `memory` stays within this process. */
  bus: z.enum(BUS_NAMES).default("memory"),
  redisMarketData: redisUrl.default("redis://127.0.0.1:6380"),
  redisEngineLogic: redisUrl.default("redis://127.0.0.1:6381"),
  redisNeuralGpu: redisUrl.default("redis://127.0.0.1:6382"),
  /** Networks that share Redis servers are kept apart by it. */
  namespace: name.default("nautilus"),
  /** Without Redis at the start: work alone and go on trying, or fail. */
  redisAtStart: z.enum(REDIS_AT_START).default("wait"),
  /** Stream products that go to Redis for other programs (`market.*:out`), or come in from them (`foo.bar@1:in`). */
  bridge: z.array(BridgePatternSchema).max(64).default([]),
  heartbeatIntervalMs: z.int().min(50).max(3_600_000).default(30_000),
  discoveryChannel: channel.default("nautilus:engine_discovery"),
  partnershipChannel: channel.default("nautilus:engine_partnerships"),
  /** Allows the crash verb. */
  chaos: z.boolean().default(false),
  /** Where given, everything but health needs `Authorization: Bearer`. */
  token: z
    .string()
    .regex(/^[\x21-\x7e]{8,512}$/, "must be 8 to 512 printable characters without spaces")
    .optional(),
  logLevel: z.enum(LOG_LEVELS).default("info"),
});

/** As a caller gives them. */
export type NodeOptions = z.input<typeof NodeOptionsSchema>;
/** With every default filled in. */
export type ResolvedNodeOptions = z.output<typeof NodeOptionsSchema>;
