// What a domain adds to a node beside its engines, workflows and feeds: the framework knows the shapes, the domain the words.
import { z } from "zod";
import type { CreateRule } from "./alert-rule.js";
import type { Feed, FeedStatus } from "./feed.js";
import type { Metric } from "./metric.js";
import type { NodePort } from "./node-port.js";
import { goalRequest, type GoalRequest, type RequestForm } from "./workflow.js";

export interface Domain {
  /** What goals without a name may say beyond their products. */
  readonly goal?: RequestForm;
  readonly runFields?: readonly RunField[];
  /** Of the status of its feeds, for the documentation. */
  readonly feedStatus?: z.ZodType;
  readonly feedMetrics?: (feed: FeedStatus) => readonly Metric[];
  readonly alerts?: readonly CreateRule<AlertSources>[];
  readonly resources?: readonly Resource[];
  /** Which of its own engines and products the documentation shows where the framework has these. */
  readonly examples?: Readonly<Partial<Record<"SOME_ENGINE" | "OTHER_ENGINE" | "some.product", string>>>;
}

/** Body of `POST /api/v1/goals`. */
export function goalRequestOf({ goal }: Domain): z.ZodType<GoalRequest> {
  return goalRequest(goal?.request ?? z.strictObject({}));
}

/** What a domain's alert rules may read. */
export interface AlertSources {
  /** Undefined where no engine of the node reads one. */
  readonly feed: Feed | undefined;
}

/** A field of the view of a run, read from what sources pinned. */
export interface RunField {
  readonly name: string;
  /** The field of the view that it follows; the last one unless given. */
  readonly after?: string;
  readonly schema: z.ZodType;
  /** Left out where runs are listed. */
  readonly isLarge?: boolean;
  /** @param pinned the facts that sources resolved, by product key */
  readonly read: (pinned: Readonly<Record<string, unknown>>) => unknown;
}

/** The entries of the view of a run, or of its schema, with the domain's in their places. */
export function withRunFields<T>(
  own: Readonly<Record<string, T>>,
  fields: readonly RunField[],
  valueOf: (field: RunField) => T,
): Record<string, T> {
  const entries = Object.entries(own);
  for (const field of fields) {
    const at = entries.findIndex(([name]) => name === field.after);
    entries.splice(at < 0 ? entries.length : at + 1, 0, [field.name, valueOf(field)]);
  }
  return Object.fromEntries(entries);
}

/** A resource of the API: `GET /api/v1/{path}`. */
export interface Resource {
  readonly path: string;
  /** Its operation id in the documentation. */
  readonly name: string;
  readonly summary: string;
  /** Query parameters: each parses a text. */
  readonly query?: z.ZodRawShape;
  readonly answer: z.ZodType;
  /** @throws NautilusError INVALID_INPUT or NOT_FOUND */
  readonly read: (query: Readonly<Record<string, unknown>>, node: NodePort) => unknown;
}
