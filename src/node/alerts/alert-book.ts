// The alerts of one node: raised when a condition has held long enough, cleared when it has been gone long enough, both kept
// within a bound.
import {
  ALERT_SEVERITIES,
  type Alert,
  type AlertList,
  type AlertQuery,
  type AlertSeverity,
} from "../../contracts/views/alerts.js";
import type { Clock } from "../../contracts/clock.js";
import { BoundedQueue } from "../../kernel/bounded-queue.js";
import type { EventRecord } from "../event-log.js";
import type { AlertRule, Finding } from "../../contracts/alert-rule.js";

const MAX_ACTIVE = 256;
const MAX_CLEARED = 256;

/** A condition from when it was first seen. It is an alert once it has an id. */
interface Condition {
  readonly rule: AlertRule;
  readonly sinceMs: number;
  readonly sinceWallMs: number;
  id: string | undefined;
  finding: Finding;
  severity: AlertSeverity;
  lastSeenMs: number;
  lastSeenWallMs: number;
  /** When it was last as severe as the alert says. */
  lastSevereMs: number;
}

export interface AlertBookOptions {
  readonly clock: Clock;
  readonly record: (event: EventRecord) => void;
}

export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #conditions = new Map<string, Condition>();
  readonly #cleared = new BoundedQueue<Alert>(MAX_CLEARED);
  #raised = 0;
  #unlisted = 0;

  constructor(options: AlertBookOptions) {
    this.#options = options;
  }

  get active(): AlertList["active"] {
    const counts = { info: 0, warning: 0, critical: 0 };
    for (const { id, severity } of this.#conditions.values()) if (id !== undefined) counts[severity] += 1;
    return counts;
  }

  get raised(): number {
    return this.#raised;
  }

  get unlisted(): number {
    return this.#unlisted;
  }

  /** What each rule found at this moment. A rule that is not among them could not look: its alerts stay as they are. */
  update(found: ReadonlyMap<AlertRule, readonly Finding[]>, nowMs: number): void {
    this.#unlisted = 0;
    for (const [rule, findings] of found) for (const finding of findings) this.#see(rule, finding, nowMs);
    for (const [name, condition] of this.#conditions) {
      const { rule, id, sinceMs, lastSeenMs } = condition;
      if (!found.has(rule)) continue;
      if (id === undefined && lastSeenMs < nowMs) this.#conditions.delete(name);
      else if (id === undefined && nowMs - sinceMs >= rule.raiseAfterMs) this.#raise(condition);
      else if (nowMs - lastSeenMs >= Math.max(1, rule.clearAfterMs)) this.#clear(name, condition);
    }
  }

  /** The most severe first, of equals the newest; cleared ones after all active ones, the last cleared first. */
  list({ state = "active", severity, limit }: AlertQuery): AlertList {
    const active = [...this.#conditions.values()].filter(({ id }) => id !== undefined).map(viewOf);
    active.sort((a, b) => rankOf(b) - rankOf(a) || (a.since < b.since ? 1 : -1));
    const cleared = this.#cleared.toArray().reverse();
    const alerts = [...(state === "cleared" ? [] : active), ...(state === "active" ? [] : cleared)];
    return {
      alerts: alerts.filter((alert) => severity === undefined || alert.severity === severity).slice(0, limit),
      active: this.active,
      raised: this.#raised,
      unlisted: this.#unlisted,
    };
  }

  #see(rule: AlertRule, finding: Finding, nowMs: number): void {
    const name = `${rule.name} ${finding.subject}`;
    const nowWallMs = this.#options.clock.wallMs();
    const { severity } = finding;
    const known = this.#conditions.get(name);
    if (known === undefined) {
      if (!this.#makeRoom(severity)) {
        this.#unlisted += 1;
        return;
      }
      const times = { sinceMs: nowMs, sinceWallMs: nowWallMs, lastSeenMs: nowMs, lastSeenWallMs: nowWallMs };
      this.#conditions.set(name, { rule, id: undefined, finding, severity, lastSevereMs: nowMs, ...times });
      return;
    }
    Object.assign(known, { finding, lastSeenMs: nowMs, lastSeenWallMs: nowWallMs });
    const worse = rank(severity) - rank(known.severity);
    if (worse >= 0) known.lastSevereMs = nowMs;
    if (worse > 0) this.#escalate(known, severity);
    // It comes down as slowly as it is cleared.
    else if (worse < 0 && nowMs - known.lastSevereMs >= rule.clearAfterMs) known.severity = severity;
  }

  /** Where all places are taken, the newest of those that are less severe goes. */
  #makeRoom(severity: AlertSeverity): boolean {
    if (this.#conditions.size < MAX_ACTIVE) return true;
    const least = Math.min(...[...this.#conditions.values()].map((condition) => rank(condition.severity)));
    if (least >= rank(severity)) return false;
    const displaced = [...this.#conditions].findLast(([, condition]) => rank(condition.severity) === least);
    if (displaced === undefined) return false;
    this.#unlisted += 1;
    const [name, condition] = displaced;
    this.#conditions.delete(name);
    if (condition.id !== undefined) this.#tell("alert.cleared", condition, { displaced: true });
    return true;
  }

  #raise(condition: Condition): void {
    this.#raised += 1;
    condition.id = `alert-${this.#raised}`;
    this.#tell("alert.raised", condition);
  }

  #escalate(condition: Condition, severity: AlertSeverity): void {
    const from = condition.severity;
    condition.severity = severity;
    if (condition.id !== undefined) this.#tell("alert.raised", condition, { from });
  }

  #clear(name: string, condition: Condition): void {
    this.#conditions.delete(name);
    const clearedAt = new Date(this.#options.clock.wallMs()).toISOString();
    if (this.#cleared.isFull) this.#cleared.shift();
    this.#cleared.push({ ...viewOf(condition), state: "cleared", clearedAt });
    this.#tell("alert.cleared", condition);
  }

  #tell(type: string, condition: Condition, more: Readonly<Record<string, unknown>> = {}): void {
    const { id, rule, severity, finding } = condition;
    const { subject, summary, evidence } = finding;
    this.#options.record({ type, subject, data: { id, rule: rule.name, severity, summary, evidence, ...more } });
  }
}

function viewOf({ id = "", rule, severity, finding, sinceWallMs, lastSeenWallMs }: Condition): Alert {
  const { subject, summary, evidence } = finding;
  return {
    id,
    rule: rule.name,
    severity,
    subject,
    state: "active",
    summary,
    evidence,
    since: new Date(sinceWallMs).toISOString(),
    lastSeen: new Date(lastSeenWallMs).toISOString(),
    clearedAt: null,
  };
}

function rank(severity: AlertSeverity): number {
  return ALERT_SEVERITIES.indexOf(severity);
}

function rankOf({ severity }: Alert): number {
  return rank(severity);
}
