// What `nautilus simulate` can be told. Which scenarios and faults there are, the command itself knows.
import { z } from "zod";
import { JSON_FLAG } from "./request-options.js";
import type { Option } from "./option.js";

const MAX_SEED = 2 ** 32 - 1;

export const SEED: Option = {
  name: "seed",
  kind: "number",
  placeholder: "N",
  description: "what everything random is drawn from",
  expects: `a whole number from 0 to ${MAX_SEED}`,
  schema: z.int().min(0).max(MAX_SEED),
  fallback: "1",
};

export const SEEDS: Option = {
  name: "seeds",
  kind: "text",
  placeholder: "A..B",
  description: "several seeds, on all cores",
  expects: "two whole numbers, the first not above the second, like 1..100",
  schema: z
    .string()
    .regex(/^\d{1,10}\.\.\d{1,10}$/)
    .refine((text) => {
      const [first = 0, last = 0] = text.split("..").map(Number);
      return first <= last && last <= MAX_SEED;
    }),
  flagOnly: true,
};

export const SCENARIO: Option = {
  name: "scenario",
  kind: "text",
  placeholder: "NAME",
  description: "what is simulated",
  expects: "the name of a scenario",
  schema: z.string().min(1),
  fallback: "mesh",
  flagOnly: true,
};

export const HOURS: Option = {
  name: "hours",
  kind: "number",
  placeholder: "H",
  description: "virtual hours to run",
  expects: "a number above 0, at most 10000",
  schema: z.number().positive().max(10_000),
  fallback: "1",
  flagOnly: true,
};

export const FAULTS: Option = {
  name: "faults",
  kind: "list",
  placeholder: "all|none|KIND,…|FAULT,…",
  description: "kinds of faults to draw from, or the faults themselves",
  expects: "all, none, kinds like crash,drop, or faults like crash:a@60000+5000",
  schema: z.array(z.string()).min(1),
  fallback: "all",
  flagOnly: true,
};

export const JOBS: Option = {
  name: "jobs",
  kind: "number",
  placeholder: "N",
  description: "processes that share the seeds; as many as there are cores unless given",
  expects: "a whole number from 1 to 256",
  schema: z.int().min(1).max(256),
  flagOnly: true,
};

export const SIMULATE_OPTIONS = [
  SEED,
  SEEDS,
  SCENARIO,
  HOURS,
  FAULTS,
  JOBS,
  { ...JSON_FLAG, description: "print one line of JSON for each seed" },
];
