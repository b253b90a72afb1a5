// What happened to an instance, by the state that it shows since.

/** Past-tense names of the states. */
const EVENT_OF: Readonly<Record<string, string>> = {
  healthy: "engine.running",
  degraded: "engine.degraded",
  critical: "engine.critical",
  starting: "engine.starting",
  draining: "engine.draining",
  stopped: "engine.stopped",
  faulted: "engine.faulted",
  restarting: "engine.restarting",
};

export function engineEvent(state: string): string {
  return EVENT_OF[state] ?? "engine.changed";
}
