// What a node reports as not being as it should be, with the numbers that it measured.
import { z } from "zod";

/** The least urgent first. */
export const ALERT_SEVERITIES = ["info", "warning", "critical"] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export const ALERT_STATES = ["active", "cleared"] as const;
type AlertState = (typeof ALERT_STATES)[number];

const AlertEvidenceSchema = z.object({
  measured: z
    .record(z.string(), z.union([z.number(), z.string(), z.array(z.string())]))
    .describe("What was measured when the condition was last seen, by name."),
  crossed: z
    .object({ measure: z.string(), comparison: z.enum([">", "≥"]), threshold: z.number() })
    .nullable()
    .describe("Which of the measures is beyond which threshold; null where the condition is a state and no number."),
});
export type AlertEvidence = z.infer<typeof AlertEvidenceSchema>;

const AlertSchema = z.object({
  id: z.string().describe("One for as long as the condition lasts; a later occurrence is another alert."),
  rule: z.string(),
  severity: z.enum(ALERT_SEVERITIES),
  subject: z.string().describe("What it is about: an instance, a node, a workflow, a subscription, …"),
  state: z.enum(ALERT_STATES),
  summary: z.string(),
  evidence: AlertEvidenceSchema,
  since: z.iso.datetime().describe("When the condition was first seen."),
  lastSeen: z.iso.datetime().describe("When it was last seen: earlier than now where it is about to be cleared."),
  clearedAt: z.iso.datetime().nullable(),
});
export type Alert = z.infer<typeof AlertSchema>;

export const AlertListSchema = z.object({
  alerts: z.array(AlertSchema),
  active: z.record(z.enum(ALERT_SEVERITIES), z.int().min(0)).describe("All that are active, by severity."),
  raised: z.int().min(0).describe("All there ever were."),
  unlisted: z.int().min(0).describe("Active conditions beyond the number that is kept, at this moment."),
});
export type AlertList = z.infer<typeof AlertListSchema>;

export interface AlertQuery {
  /** Default active. */
  readonly state?: AlertState | "all" | undefined;
  readonly severity?: AlertSeverity | undefined;
  readonly limit: number;
}
