// What a schema finds wrong with a request, as one INVALID_INPUT that names every bad field.
import type { z, ZodError } from "zod";
import { NautilusError } from "../contracts/errors.js";

const SHOWN_ISSUES = 20;
const TOLD_ISSUES = 5;

const PLACES: Readonly<Record<string, string>> = { json: "body", query: "query", param: "path", header: "header" };

interface FieldIssue {
  readonly in: string;
  /** Dotted, `body` itself where empty. */
  readonly path: string;
  readonly message: string;
}

type Validation = { readonly target: string } & (
  { readonly success: true } | { readonly success: false; readonly error: ZodError }
);

/**
 * The hook of every validator of the API.
 * @throws NautilusError INVALID_INPUT; `details.issues` has the first 20 issues, `details.issueCount` counts all
 */
export function refuseInvalid(result: Validation): void {
  if (!result.success) throw invalid(result.target, result.error);
}

function invalid(target: string, error: ZodError): NautilusError {
  const issues = error.issues.flatMap((issue) => fieldIssues(PLACES[target] ?? target, issue));
  const told = issues.slice(0, TOLD_ISSUES).map((issue) => `${issue.path || issue.in}: ${issue.message}`);
  if (issues.length > TOLD_ISSUES) told.push(`and ${issues.length - TOLD_ISSUES} more`);
  return new NautilusError("INVALID_INPUT", told.join("; "), {
    details: { issues: issues.slice(0, SHOWN_ISSUES), issueCount: issues.length },
  });
}

/** @throws NautilusError as `refuseInvalid` does */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalid("json", parsed.error);
}

function fieldIssues(place: string, issue: ZodError["issues"][number]): FieldIssue[] {
  const at = (path: readonly PropertyKey[], message: string): FieldIssue => ({
    in: place,
    path: path.map(String).join("."),
    message,
  });
  if (issue.code !== "unrecognized_keys") return [at(issue.path, issue.message)];
  return issue.keys.map((key) => at([...issue.path, key], "not a field that is known here"));
}
