// The flags of a request, derived from the schema of its body: each field is one, those within an object like the others.
import { z } from "zod";
import { ExecuteRequestSchema } from "../domain/requests.js";
import type { OptionShape } from "../contracts/options.js";
import { flagGroup } from "./command-options.js";

/** What the command line says otherwise than the schema, by field. */
const OTHERWISE: Readonly<Record<string, Readonly<{ flag?: string } & z.core.GlobalMeta>>> = {
  universe: { flag: "symbols", placeholder: "SYMBOL,…", expects: "a symbol, like SPX" },
  minWeight: { description: "least weight of a held asset" },
  maxWeight: { description: "greatest weight of a held asset" },
  maxAssets: { description: "greatest number of held assets" },
};

interface RequestFlag {
  readonly flag: string;
  /** Of the field in the request. */
  readonly path: readonly string[];
  readonly schema: z.ZodType;
}

const FLAGS = flagsOf(ExecuteRequestSchema.shape);

export const REQUEST_FLAGS: OptionShape = flagGroup(
  "Request",
  Object.fromEntries(FLAGS.map(({ flag, schema }) => [flag, schema])),
);

function flagsOf(shape: OptionShape, parents: readonly string[] = []): RequestFlag[] {
  return Object.entries(shape).flatMap(([field, schema]) => {
    const path = [...parents, field];
    const inner = innermost(schema);
    if (inner instanceof z.ZodObject) return flagsOf(inner.shape, path);
    const { flag = field, ...words } = OTHERWISE[field] ?? {};
    return [{ flag, path, schema: schema.meta({ description: lineOf(schema.description), ...words }) }];
  });
}

/** Without what makes it optional or gives it a default. */
function innermost(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return innerType === undefined ? schema : innermost(innerType);
}

/** A sentence as a line of the help. */
function lineOf(sentence = ""): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}

/** The request, with only what was given: the node fills in the rest. */
export function requestOf(given: Readonly<Record<string, unknown>>): object {
  const request: Record<string, unknown> = {};
  for (const { flag, path } of FLAGS) {
    if (given[flag] === undefined) continue;
    let part = request;
    for (const field of path.slice(0, -1)) part = (part[field] ??= {}) as typeof request;
    part[path.at(-1)!] = given[flag];
  }
  return request;
}
