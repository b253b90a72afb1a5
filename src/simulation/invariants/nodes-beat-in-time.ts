// A node whose event loop turns beats at least once an interval, whatever held it up before.
import type { Invariant } from "../invariant.js";

/** Of an interval: as much as a clock may drift, and a bit. */
const MOST_OF_INTERVAL = 1.1;
/** What timers, and looking once a second, may be late. */
const SLACK_MS = 1500;

export function nodesBeatInTime(): Invariant {
  const beatMs = new Map<string, number>();
  return {
    name: "nodes beat in time",
    on: {
      sent: ({ from, topic, message: { type, data } }, { nodes, nowMs }) => {
        // What is said of a blocked event loop it does not say itself, and an answer to one node is no beat.
        const isBeat = type === "discovery.heartbeat" && !(data as { readonly lagging: boolean }).lagging;
        const channel = nodes.get(from)?.life?.parts.options.discoveryChannel;
        if (isBeat && topic === channel) beatMs.set(from, nowMs);
        return undefined;
      },
    },
    check: ({ nodes, nowMs, heartbeatMs }) => {
      for (const { nodeId, isServing, isPaused, changedMs, awakeSinceMs } of nodes.values()) {
        // Time that the event loop stood still does not count, but no beat is put off by it either.
        if (!isServing || isPaused || nowMs - awakeSinceMs < SLACK_MS) continue;
        const silentMs = nowMs - Math.max(changedMs, beatMs.get(nodeId) ?? 0);
        if (silentMs > MOST_OF_INTERVAL * heartbeatMs + SLACK_MS) {
          return `${nodeId} has not beaten for ${Math.round(silentMs)} ms, with an interval of ${heartbeatMs} ms`;
        }
      }
      return undefined;
    },
  };
}
