// What two engines agree on: a consumer, a provider, the products between them, a service level, and how close they are. The
// consumer owns the agreement, the provider holds a copy, and this is how it travels between them and is shown to people.
import { z } from "zod";
import { PRIORITIES } from "./priority.js";

/** From the loosest to the closest. */
export const RELATIONSHIPS = ["optional", "secondary", "primary"] as const;
export type Relationship = (typeof RELATIONSHIPS)[number];

const PARTNERSHIP_PHASES = ["proposed", "negotiating", "trial", "active", "suspended", "dissolved"] as const;
export type PartnershipPhase = (typeof PARTNERSHIP_PHASES)[number];

const PARTNERSHIP_SIDES = ["consumer", "provider"] as const;
export type PartnershipSide = (typeof PARTNERSHIP_SIDES)[number];

/** What may be done to an agreement; each is one epoch of it. */
export const PARTNERSHIP_VERBS = [
  "propose",
  "counter",
  "accept",
  "reject",
  "confirm",
  "strain",
  "relieve",
  "promote",
  "demote",
  /** The consumer has no other partner any more: the agreement is no longer a spare one. */
  "amend",
  "suspend",
  "resume",
  "dissolve",
] as const;
export type PartnershipVerb = (typeof PARTNERSHIP_VERBS)[number];

/** What a provider may answer; the consumer does the rest. */
export const PROVIDER_VERBS = ["accept", "counter", "reject", "suspend", "dissolve"] as const;

const instanceId = z.string().min(1).max(256);
const nodeId = z.string().min(1).max(128);

const ServiceLevelSchema = z.object({
  latencyMs: z.number().positive().describe("An answer that takes longer misses the service level."),
  reliabilityPct: z.number().min(0).max(100).describe("Share of calls that are to be answered well and in time."),
  basis: z
    .enum(["declared", "measured", "usual"])
    .describe(
      "From a declared preference, from what the provider measured of itself, or as usual for what nobody has measured.",
    ),
});
export type ServiceLevel = z.infer<typeof ServiceLevelSchema>;

/** Calls that met the service level and calls that missed it; older ones count less. */
const TrustEvidenceSchema = z.object({ met: z.number().min(0), missed: z.number().min(0) });
export type TrustEvidence = z.infer<typeof TrustEvidenceSchema>;

export const AgreementSchema = z.object({
  id: z.string().min(1).max(768).describe("Consumer, provider, and which proposal of which start of a node."),
  consumer: instanceId,
  consumerNode: nodeId,
  provider: instanceId,
  providerNode: nodeId,
  /** Of the consumer's node when it was proposed, and which proposal of that node it was: later ones replace earlier ones. */
  born: z.object({ incarnation: z.int().min(0), ordinal: z.int().min(0) }),
  products: z.array(z.string().min(1).max(160)).min(1).max(64).describe("Product keys, sorted."),
  terms: ServiceLevelSchema,
  relationship: z.enum(RELATIONSHIPS),
  priority: z
    .enum(PRIORITIES)
    .describe("Of the consumer's need, as it declares: decides, after trust, who is served of too many."),
  spare: z.boolean().describe("The consumer had, or asked, another partner for each of the products."),
  phase: z.enum(PARTNERSHIP_PHASES),
  strained: z.boolean().describe("Active, but the service level was missed lately."),
  trust: TrustEvidenceSchema,
  epoch: z.int().min(1).describe("Grows by one with every change."),
  by: z.enum(PARTNERSHIP_SIDES).describe("The side whose word the last change was."),
  verb: z.enum(PARTNERSHIP_VERBS).describe("The last change."),
  reason: z.string().max(300),
});
export type Agreement = z.infer<typeof AgreementSchema>;

export const PARTNERSHIP_STATES = [
  "proposed",
  "negotiating",
  "trial",
  "nominal",
  "strained",
  "suspended",
  "dissolved",
] as const;
export type PartnershipState = (typeof PARTNERSHIP_STATES)[number];

/** The phase, with an active agreement told apart by how it goes. */
export function stateOf({ phase, strained }: Pick<Agreement, "phase" | "strained">): PartnershipState {
  if (phase !== "active") return phase;
  return strained ? "strained" : "nominal";
}

const TrustViewSchema = z.object({
  mean: z.number().min(0).max(1).describe("Mean of the Beta posterior over met and missed calls."),
  lower: z.number().min(0).max(1).describe("Its lower bound at 95 %: what promotions go by."),
  met: z.number().min(0),
  missed: z.number().min(0),
});

const ServiceWindowSchema = z.object({
  at: z.iso.datetime(),
  calls: z.int().min(0),
  met: z.int().min(0),
  failures: z.int().min(0),
  late: z.int().min(0),
  allowed: z.number().describe("Misses that chance may do to a provider which keeps its level; more are bad."),
  meanMs: z.number().nullable().describe("Null for streams, whose messages take no time that could be measured here."),
  verdict: z.enum(["good", "bad"]),
});
export type ServiceWindow = z.infer<typeof ServiceWindowSchema>;

const PartnershipViewSchema = AgreementSchema.omit({
  trust: true,
  phase: true,
  strained: true,
  born: true,
}).extend({
  state: z.enum(PARTNERSHIP_STATES),
  side: z.enum([...PARTNERSHIP_SIDES, "both"]).describe("Which sides of it live on this node."),
  since: z.iso.datetime().describe("When it came into this state."),
  trust: TrustViewSchema,
  measured: ServiceWindowSchema.nullable().describe(
    "The last window; null before the first, and on a provider's side.",
  ),
});
export type PartnershipView = z.infer<typeof PartnershipViewSchema>;

const PartnershipEventSchema = z.object({
  at: z.iso.datetime(),
  agreement: z.string(),
  epoch: z.int(),
  from: z.enum(PARTNERSHIP_STATES).nullable(),
  to: z.enum(PARTNERSHIP_STATES),
  verb: z.enum(PARTNERSHIP_VERBS),
  by: z.enum(PARTNERSHIP_SIDES),
  relationship: z.enum(RELATIONSHIPS),
  reason: z.string(),
  trust: TrustEvidenceSchema,
});
export type PartnershipEvent = z.infer<typeof PartnershipEventSchema>;

export const PartnershipDetailSchema = PartnershipViewSchema.extend({
  history: z
    .array(PartnershipEventSchema)
    .describe("Of this pair, over all of its agreements; oldest first, the last 64."),
  windows: z.array(ServiceWindowSchema).describe("Oldest first, the last 32."),
});
export type PartnershipDetail = z.infer<typeof PartnershipDetailSchema>;

export const PartnershipListSchema = z.object({
  statistics: z.object({
    total: z.int().describe("Pairs that this node knows, dissolved ones included while they are remembered."),
    byState: z.record(z.enum(PARTNERSHIP_STATES), z.int()),
    byRelationship: z.record(z.enum(RELATIONSHIPS), z.int()).describe("Of those that are on trial or active."),
    formed: z.int().describe("Agreements that came to a trial since the node started."),
    dissolved: z.int(),
    messages: z.object({ sent: z.int(), received: z.int(), repeated: z.int(), refused: z.int() }),
  }),
  partnerships: z.array(PartnershipViewSchema),
});
export type PartnershipList = z.infer<typeof PartnershipListSchema>;

const FigureSchema = z.object({
  instanceId: z.string(),
  calls: z.number(),
  latencyMs: z.number().nullable(),
  reliabilityPct: z.number().nullable(),
  source: z
    .enum(["exchanged", "announced"])
    .describe("Measured on calls of this consumer, or announced by the provider."),
});

export const RecommendationSchema = z.object({
  kind: z.enum(["prefer", "partner", "replicate"]),
  consumer: z.string(),
  product: z.string(),
  provider: z
    .string()
    .nullable()
    .describe("Whom to prefer or to partner with; null where one more instance is wanted."),
  instead: z.string().nullable(),
  expectedGain: z.object({
    latencyMs: z.number().nullable().describe("Mean latency saved per call; null where it was not measured on both."),
    availabilityPct: z.number().nullable().describe("Share of calls that would no longer fail."),
  }),
  evidence: z.array(FigureSchema),
  reason: z.string(),
});
export type Recommendation = z.infer<typeof RecommendationSchema>;

/** A partner as an engine sees it. */
export interface Partner {
  readonly instanceId: string;
  /** `provider`: it gives the products; `consumer`: it takes them. */
  readonly role: PartnershipSide;
  readonly products: readonly string[];
  readonly relationship: Relationship;
  readonly state: PartnershipState;
}
