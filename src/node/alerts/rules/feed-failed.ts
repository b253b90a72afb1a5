// Market data that comes in no more because its source cannot be read.
import { alertRule, type CreateRule } from "../rule.js";

export const feedFailed: CreateRule = alertRule({
  name: "feed.failed",
  read: ({ feed }) => feed?.status(),
  judge: (status) => {
    if (status?.state !== "failed") return [];
    const { name, state, position, rowsRead, rowsSkipped, problems } = status;
    return [
      {
        subject: name,
        severity: "critical",
        summary: `the ${name} feed failed${problems[0] === undefined ? "" : `: ${problems[0]}`}`,
        evidence: {
          measured: { state, position, rowsRead, rowsSkipped, problems: problems.slice(0, 5) },
          crossed: null,
        },
      },
    ];
  },
});
