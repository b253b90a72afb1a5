// Options of parts that this build does not have: accepted, checked, and answered with one line that says so.
import { z } from "zod";
import type { Option } from "./option.js";

function future(option: Pick<Option, "name" | "placeholder" | "expects" | "schema"> & Partial<Option>): Option {
  return { kind: "text", description: "", notBuilt: () => "it has no effect", ...option };
}

export const FUTURE_OPTIONS: readonly Option[] = [
  future({
    name: "dashboard-port",
    kind: "number",
    placeholder: "N",
    expects: "a whole number from 0 to 65535",
    schema: z.int().min(0).max(65_535),
  }),
  future({
    name: "agent-weights",
    kind: "counts",
    placeholder: "NAME=N,…",
    expects: "names with a weight from 0 to 1, like performance=0.4,risk=0.6",
    schema: z.record(z.string(), z.number().min(0).max(1)),
  }),
  future({
    name: "agents",
    placeholder: "act|advise|off",
    expects: "one of act, advise, off",
    schema: z.enum(["act", "advise", "off"]),
  }),
  future({ name: "data-dir", placeholder: "DIR", expects: "the path of a folder", schema: z.string().min(1) }),
];
