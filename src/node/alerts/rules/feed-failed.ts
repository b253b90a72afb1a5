// What comes in no more because the source of the feed cannot be read.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

export const feedFailed: CreateRule<NodeParts> = alertRule({
  name: "feed.failed",
  read: ({ feed }) => feed?.status(),
  judge: (status) => {
    if (status?.state !== "failed") return [];
    const { name, state, problems } = status;
    const figures = Object.entries(status).filter((entry): entry is [string, number] => typeof entry[1] === "number");
    return [
      {
        subject: name,
        severity: "critical",
        summary: `the ${name} feed failed${problems[0] === undefined ? "" : `: ${problems[0]}`}`,
        evidence: {
          measured: { state, ...Object.fromEntries(figures), problems: problems.slice(0, 5) },
          crossed: null,
        },
      },
    ];
  },
});
