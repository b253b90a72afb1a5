// Whoever is let go for another is so by the word of one that led, and so is whoever is turned away by such a word, which was really
// said; and nobody waits for it for ever.
import type { Verdict } from "../../partnerships/matching.js";
import type { Invariant } from "../invariant.js";

/** A heartbeat in which it is asked, the steps that it is asked in, and the clock that may be slow. */
const LONGEST_HEARTBEATS = 2;
const MARGIN_MS = 1000;
const LET_GO = "others came first";
const DECIDED = /^(?:others came first|there is no room): decided by (\S+) \((\d+)\)$/;

export function placesAreSettled(): Invariant {
  /** What leaders decided: `leader token consumer provider` of each that was let go or turned away. */
  const said = new Set<string>();
  /** Since when each pair was contested whenever it was looked at, awake. */
  let sinceMs = new Map<object, number>();
  return {
    name: "places are settled",
    on: {
      nodeEvent: ({ nodeId, event: { type, subject, data } }) => {
        if (type === "places.settled") {
          const verdicts = data["verdicts"] as readonly Verdict[];
          const by = `${nodeId} ${String(data["token"])}`;
          for (const { consumer, admitted, displaced } of verdicts) {
            if (!admitted) said.add(`${by} ${consumer} ${subject}`);
            if (displaced !== undefined) said.add(`${by} ${displaced} ${subject}`);
          }
        }
        if (type !== "partnership.dissolved" && type !== "partnership.rejected") return undefined;
        const reason = String(data["reason"]);
        const decided = DECIDED.exec(reason);
        if (decided === null && !reason.startsWith(LET_GO)) return undefined;
        const [, leader = "", token = ""] = decided ?? [];
        const [consumer = "", provider = ""] = subject.split("#")[0]?.split(">") ?? [];
        const isSaid = said.has(`${leader} ${token} ${consumer} ${provider}`);
        return isSaid ? undefined : `${subject} ended (${reason}), which nobody decided`;
      },
    },
    check: ({ nodes, nowMs, heartbeatMs }) => {
      const contested = [...nodes.values()]
        .filter(({ isPaused }) => !isPaused)
        .flatMap(({ life }) => [...(life?.parts.partnering.desk.ledger.book.all() ?? [])])
        .filter((entry) => entry.contested);
      sinceMs = new Map(contested.map((entry) => [entry, sinceMs.get(entry) ?? nowMs]));
      const late = contested.find(
        (entry) => nowMs - (sinceMs.get(entry) ?? nowMs) > LONGEST_HEARTBEATS * heartbeatMs + MARGIN_MS,
      );
      return late && `${late.pair} has been contested for ${Math.round(nowMs - (sinceMs.get(late) ?? 0))} ms`;
    },
  };
}
