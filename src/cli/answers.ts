// Answers of a node, checked before they are told: what answers may be another version, or no node at all.
import { z } from "zod";
import { CliFailure } from "./cli-failure.js";

/** @throws CliFailure 1 saying what does not fit */
export function expectAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? "" : `${issue.path.join(".")}: ${issue.message}`;
  throw new CliFailure(`the node answers in another way than this version knows: ${where}`, 1);
}
