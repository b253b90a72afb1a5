// Trust: a Beta posterior over calls that met the service level and calls that missed it, with forgetting, so that what was
// long ago counts less, and what was never or no longer seen is believed no better than anybody.
import type { TrustEvidence } from "../contracts/partnership.js";

/** Windows after which evidence counts half. */
const HALF_LIFE_WINDOWS = 30;
const KEPT_PER_WINDOW = 0.5 ** (1 / HALF_LIFE_WINDOWS);
/** Bayes and Laplace: before any evidence, every share of met calls is as likely as any other. */
const PRIOR = 1;
/** Standard normal quantile of 95 %. */
const Z = 1.645;

export const NO_EVIDENCE: TrustEvidence = { met: 0, missed: 0 };

/** One window later, with what it brought; a quiet one brings nothing, and still lets the past fade. */
export function laterTrust(trust: TrustEvidence, { met, missed }: TrustEvidence = NO_EVIDENCE): TrustEvidence {
  return { met: trust.met * KEPT_PER_WINDOW + met, missed: trust.missed * KEPT_PER_WINDOW + missed };
}

/** Mean of the posterior, in (0, 1). */
export function trustMean({ met, missed }: TrustEvidence): number {
  return (met + PRIOR) / (met + missed + 2 * PRIOR);
}

/** Lower bound of the posterior at 95 %, by its mean and standard deviation. */
export function trustLower(trust: TrustEvidence): number {
  const mean = trustMean(trust);
  const deviation = Math.sqrt((mean * (1 - mean)) / (trust.met + trust.missed + 2 * PRIOR + 1));
  return Math.max(0, mean - Z * deviation);
}
