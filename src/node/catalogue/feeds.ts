// The feeds of this build, by name. A new one is one more entry.
import { NautilusError } from "../../contracts/errors.js";
import type { FeedFactory } from "../../contracts/feed.js";
import { createCsvFeed } from "../../feeds/csv-feed.js";
import { createReplayFeed } from "../../feeds/replay-feed.js";
import { createSimulatedFeed } from "../../feeds/simulated-feed.js";

export const FEEDS: Readonly<Record<string, FeedFactory>> = {
  replay: ({ options, ...deps }) => {
    const { universe, liveBars, speed } = options;
    return createReplayFeed({ ...deps, universe, liveBars, speed });
  },
  csv: ({ options, clock, log }) => {
    const { data: paths, liveBars, speed, strictData } = options;
    if (paths === undefined) {
      throw new NautilusError("INVALID_INPUT", "options.data: the csv feed needs files or folders");
    }
    return createCsvFeed({ clock, log, paths, liveBars, speed, strictData });
  },
  simulated: ({ options, ...deps }) => {
    const { universe, liveBars, speed } = options;
    return createSimulatedFeed({ ...deps, universe, liveBars, speed });
  },
};
