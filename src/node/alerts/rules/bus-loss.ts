// A subscription that is too slow for what it is sent: its publishers wait or are refused, or messages are dropped.
import type { SubscriptionStats } from "../../../contracts/bus.js";
import { CHANNEL_NAMES } from "../../../contracts/channel.js";
import { alertRule, type CreateRule, type Finding } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

const WINDOW_MS = 30_000;
/** Pushing back for a moment is what a queue is for. */
const RAISE_AFTER_MS = 2_000;

type Loss = Pick<SubscriptionStats, "waiting" | "refused" | "dropped" | "queued">;

export const busLoss: CreateRule<NodeParts> = alertRule({
  name: "bus.slow_subscription",
  windowMs: WINDOW_MS,
  raiseAfterMs: RAISE_AFTER_MS,
  read: ({ bus }) => {
    const { subscriptions } = bus.stats();
    const losses = new Map<string, Loss>();
    for (const channel of CHANNEL_NAMES) {
      for (const stats of subscriptions[channel]) {
        // Only what is worth comparing later: most subscriptions never lose anything.
        if (stats.waiting + stats.refused + stats.dropped === 0) continue;
        losses.set(`${channel} ${stats.topic} (${stats.name})`, stats);
      }
    }
    return losses;
  },
  judge: (now, earlier) => [...now].flatMap(([subject, loss]) => findingOf(subject, loss, earlier.get(subject))),
});

function findingOf(subject: string, now: Loss, earlier: Loss | undefined): Finding[] {
  // A subscription that was opened anew counts from nothing.
  const refusedInWindow = Math.max(0, now.refused - (earlier?.refused ?? 0));
  const droppedInWindow = Math.max(0, now.dropped - (earlier?.dropped ?? 0));
  const { waiting, queued } = now;
  if (waiting + refusedInWindow + droppedInWindow === 0) return [];
  const what = [
    ...(refusedInWindow > 0 ? [`${refusedInWindow} messages refused`] : []),
    ...(droppedInWindow > 0 ? [`${droppedInWindow} messages dropped`] : []),
    ...(waiting > 0 ? [`${waiting} publishers wait`] : []),
  ];
  const measure = refusedInWindow > 0 ? "refusedInWindow" : droppedInWindow > 0 ? "droppedInWindow" : "waiting";
  return [
    {
      subject,
      severity: refusedInWindow > 0 ? "critical" : "warning",
      summary: `${subject} is too slow: ${what.join(", ")}`,
      evidence: {
        measured: { waiting, queued, refusedInWindow, droppedInWindow, windowMs: WINDOW_MS },
        crossed: { measure, comparison: "≥", threshold: 1 },
      },
    },
  ];
}
