// What commands take beside the options of a node.
import { z } from "zod";
import { NodeOptionsSchema, optionGroup, SERVER_OPTIONS, type OptionShape } from "../contracts/options.js";
import { FEED_NAMES } from "../domain/market-feed.js";

const { seed, token } = NodeOptionsSchema.shape;

/** Options that are said anew with each command: neither the environment nor the configuration file has them. */
export function flagGroup<S extends OptionShape>(heading: string, entries: S): S {
  return optionGroup(heading, entries, { flagOnly: true });
}

function textOf(placeholder: string, expects: string): z.ZodString {
  return z.string().min(1).meta({ placeholder, expects });
}

/** Of parts that this build does not have: accepted, checked, and answered with one line that says so. */
export const FUTURE_OPTIONS = optionGroup("Accepted, but not built into this version yet", {
  dashboardPort: z.int().min(0).max(65_535).optional(),
  agentWeights: z.record(z.string().meta({ placeholder: "NAME" }), z.number().min(0).max(1)).optional(),
  agents: z.enum(["act", "advise", "off"]).optional(),
  dataDir: textOf("DIR", "the path of a folder").optional(),
});

/** The feeds of this build, of which a program may have others. */
const FEED = optionGroup("Market data", {
  feed: z
    .union([z.enum(FEED_NAMES), z.literal(false)])
    .default("replay")
    .describe("where market data comes from"),
});

const DIAGNOSIS = flagGroup("Diagnosis", {
  inspect: textOf("FILE", "the path of a file")
    .optional()
    .describe("writes every event and state of the control plane into the file, as JSON lines"),
});

export const START_OPTIONS = {
  ...SERVER_OPTIONS,
  ...NodeOptionsSchema.shape,
  ...FEED,
  ...DIAGNOSIS,
  ...FUTURE_OPTIONS,
};

/** Where a running node is. */
export const NODE_ADDRESS = optionGroup("Running node", {
  port: SERVER_OPTIONS.port.describe("port of the node"),
  host: SERVER_OPTIONS.host.describe("host of the node"),
  token: token.describe("bearer token of the node"),
});

/** Whether there are other processes, and where they meet. */
export const REDIS_OPTIONS = NodeOptionsSchema.pick({
  bus: true,
  redisMarketData: true,
  redisEngineLogic: true,
  redisNeuralGpu: true,
}).shape;

export const GLOBAL_FLAGS = flagGroup("General", {
  config: textOf("PATH", "the path of a file").default("nautilus.config.json").describe("the configuration file"),
  help: z.literal(true).optional().describe("show this help"),
  version: z.literal(true).optional().describe("show the version"),
});

/** Of the commands that ask it. */
export const ASK_OPTIONS = {
  ...NODE_ADDRESS,
  ...flagGroup("General", { json: z.boolean().default(false).describe("print the answer as it came, as JSON") }),
};

export const PARTNERSHIP_FLAGS = flagGroup("Partnerships", {
  engine: textOf("ID", "the id of an engine or of an instance")
    .max(256)
    .optional()
    .describe("only those of this engine or instance, on either side"),
  recommendations: z
    .boolean()
    .default(false)
    .describe("list partners that would be better instead, by what was measured"),
});

/** Which scenarios and faults there are, the command itself knows. */
export const SIMULATE_OPTIONS = {
  ...optionGroup("Simulation", { seed }),
  ...flagGroup("Simulation", {
    seeds: z
      .string()
      .regex(/^\d{1,10}\.\.\d{1,10}$/)
      .refine((text) => {
        const [first, last] = text.split("..").map(Number);
        return first! <= last! && seed.safeParse(last).success;
      })
      .meta({ placeholder: "A..B", expects: "two whole numbers, the first not above the second, like 1..100" })
      .optional()
      .describe("several seeds, on all cores"),
    scenario: textOf("NAME", "the name of a scenario").default("mesh").describe("what is simulated"),
    hours: z.number().positive().max(10_000).default(1).describe("virtual hours to run"),
    faults: z
      .array(z.string())
      .min(1)
      .meta({
        placeholder: "all|none|KIND,…|FAULT,…",
        expects: "all, none, kinds like crash,drop, or faults like crash:a@60000+5000",
      })
      .default(["all"])
      .describe("kinds of faults to draw from, or the faults themselves"),
    jobs: z
      .int()
      .min(1)
      .max(256)
      .optional()
      .describe("processes that share the seeds; as many as there are cores unless given"),
  }),
  ...flagGroup("General", { json: ASK_OPTIONS.json.describe("print one line of JSON for each seed") }),
};
