// The three channels every bus has, and what each promises to a slow reader.

export const CHANNEL_NAMES = ["marketData", "engineLogic", "neuralGpu"] as const;

/**
 * - `marketData`: at most once, in order per subject; a slow reader gets the latest per subject.
 * - `engineLogic`: at least once, effects once; a slow reader pushes back on the producer.
 * - `neuralGpu`: at most once, zero-copy in process; the producer needs credit from the reader.
 */
export type ChannelName = (typeof CHANNEL_NAMES)[number];
