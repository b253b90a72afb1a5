// The port through which the outside world comes in by itself. What a feed gives its readers is between the two.
import { z } from "zod";
import type { Clock } from "./clock.js";
import type { Logger } from "./logger.js";
import type { ResolvedNodeOptions } from "./options.js";
import type { Random } from "./random.js";

/** What every feed says of itself; a domain's feeds add what is theirs, as JSON. */
export const FeedStatusSchema = z.looseObject({
  name: z.string(),
  description: z.string().describe("What it is, for people: where its data comes from and what of it is generated."),
  state: z
    .enum(["idle", "loading", "live", "ended", "failed"])
    .describe("`ended`: all was delivered, or the feed was stopped."),
  problems: z.array(z.string()).readonly().describe("The first of what could not be taken in; at most 100 are kept."),
});
export type FeedStatus = Readonly<z.infer<typeof FeedStatusSchema>>;

export interface Feed {
  /**
   * Resolves when what it has to give at first is handed out.
   * @throws NautilusError (rejected) INVALID_INPUT naming where the source cannot be read; CANCELLED when stopped before it
   * would have resolved
   */
  start(): Promise<void>;
  /** Leaves no timer behind; nothing is delivered after it. */
  stop(): Promise<void>;
  status(): FeedStatus;
}

/** What a feed is made from. */
export interface FeedDeps {
  readonly options: ResolvedNodeOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export type FeedFactory = (deps: FeedDeps) => Feed;
