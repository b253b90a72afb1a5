// A workflow that engines of this build could reach, and that cannot be reached now.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

export const workflowUnreachable: CreateRule<NodeParts> = alertRule({
  name: "workflow.unreachable",
  read: ({ planning }) => planning.lost,
  judge: (unreachable) =>
    unreachable.map(({ name, missing }) => ({
      subject: name,
      severity: "critical",
      summary: `${name} cannot be reached: ${missing.map(wordsOf).join("; ")}`,
      evidence: {
        measured: {
          missing: missing.map(({ product }) => product),
          couldGive: [...new Set(missing.flatMap(({ couldGive }) => couldGive))],
        },
        crossed: null,
      },
    })),
});

function wordsOf({ product, couldGive }: { readonly product: string; readonly couldGive: readonly string[] }): string {
  return `${product} is missing, which ${couldGive.join(" or ")} could give`;
}
