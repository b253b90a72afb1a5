// A feed as the node sees it: one of a program may throw whenever it is asked, and the node goes on.
import { messageOf } from "../contracts/errors.js";
import type { Feed } from "../contracts/feed.js";
import type { Logger } from "../contracts/logger.js";

/** A feed whose status throws counts as failed; one that does not stop is said to in the log. */
export function containedFeed(feed: Feed, log: Logger): Feed {
  return {
    start: () => feed.start(),
    stop: async () => {
      try {
        await feed.stop();
      } catch (thrown) {
        log.error({ err: thrown }, `the feed did not stop: ${messageOf(thrown)}`);
      }
    },
    status: () => {
      try {
        return feed.status();
      } catch (thrown) {
        return { name: "feed", description: "", state: "failed", problems: [`its status threw: ${messageOf(thrown)}`] };
      }
    },
  };
}
