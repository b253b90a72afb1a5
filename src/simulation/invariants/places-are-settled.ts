// Whoever is let go for another, is so by the word of one that led, which really said so; and nobody waits for that word for ever.
import type { Verdict } from "../../partnerships/matching.js";
import type { Invariant } from "../invariant.js";

/** A heartbeat in which it is asked, the steps that it is asked in, and the clock that may be slow. */
const LONGEST_HEARTBEATS = 2;
const MARGIN_MS = 1000;
const BY_LEADER = /^others came first: decided by (\S+) \((\d+)\)$/;

export function placesAreSettled(): Invariant {
  /** What leaders decided: `leader token consumer provider` of each that was let go. */
  const said = new Set<string>();
  /** Since when each pair was contested whenever it was looked at, awake. */
  let sinceMs = new Map<object, number>();
  return {
    name: "places are settled",
    on: {
      nodeEvent: ({ nodeId, event: { type, subject, data } }) => {
        if (type === "places.settled") {
          const verdicts = data["verdicts"] as readonly Verdict[];
          for (const { displaced } of verdicts)
            said.add(`${nodeId} ${String(data["token"])} ${displaced ?? ""} ${subject}`);
        }
        if (type !== "partnership.dissolved") return undefined;
        const reason = String(data["reason"]);
        if (!reason.startsWith("others came first")) return undefined;
        const [, leader = "", token = ""] = BY_LEADER.exec(reason) ?? [];
        const [consumer = "", provider = ""] = subject.split("#")[0]?.split(">") ?? [];
        const isSaid = said.has(`${leader} ${token} ${consumer} ${provider}`);
        return isSaid ? undefined : `${subject} was let go (${reason}), which nobody decided`;
      },
    },
    check: ({ nodes, nowMs, heartbeatMs }) => {
      const contested = [...nodes.values()]
        .filter(({ isPaused }) => !isPaused)
        .flatMap(({ life }) => [...(life?.parts.partnering.desk.ledger.book.all() ?? [])])
        .filter((entry) => entry.contested);
      sinceMs = new Map(contested.map(({ agreement }) => [agreement, sinceMs.get(agreement) ?? nowMs]));
      const late = contested.find(
        ({ agreement }) => nowMs - (sinceMs.get(agreement) ?? nowMs) > LONGEST_HEARTBEATS * heartbeatMs + MARGIN_MS,
      );
      return late && `${late.pair} has been contested for ${Math.round(nowMs - (sinceMs.get(late.agreement) ?? 0))} ms`;
    },
  };
}
