// The feeds of this build, by name. A new one is one more entry.
import type { Clock } from "../../contracts/clock.js";
import type { Feed } from "../../contracts/feed.js";
import type { Logger } from "../../contracts/logger.js";
import type { ResolvedNodeOptions } from "../../contracts/options.js";
import type { Random } from "../../contracts/random.js";
import { createCsvFeed } from "../../feeds/csv-feed.js";
import { createReplayFeed } from "../../feeds/replay-feed.js";
import { createSimulatedFeed } from "../../feeds/simulated-feed.js";

export interface FeedDeps {
  readonly options: ResolvedNodeOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export const FEED_FACTORIES: Readonly<Record<string, (deps: FeedDeps) => Feed>> = {
  replay: ({ options, ...deps }) => {
    const { universe, liveBars, speed } = options;
    return createReplayFeed({ ...deps, universe, liveBars, speed });
  },
  csv: ({ options, clock, log }) => {
    const { data = [], liveBars, speed, strictData } = options;
    return createCsvFeed({ clock, log, paths: data, liveBars, speed, strictData });
  },
  simulated: ({ options, ...deps }) => {
    const { universe, liveBars, speed } = options;
    return createSimulatedFeed({ ...deps, universe, liveBars, speed });
  },
};
