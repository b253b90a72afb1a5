// The domain of this build: what trading adds to a node beside its engines, workflows and feeds.
import type { Domain } from "../contracts/domain.js";
import type { FeedStatus } from "../contracts/feed.js";
import type { Metric } from "../contracts/metric.js";
import { MarketFeedStatusSchema } from "./market-feed.js";
import { goalForm } from "./requests.js";
import { runFields } from "./run-fields.js";

export const trading: Domain = {
  goal: goalForm,
  runFields,
  feedStatus: MarketFeedStatusSchema,
  feedMetrics,
  examples: {
    SOME_ENGINE: "FACTOR_ENGINE",
    OTHER_ENGINE: "IBKR_KEEPALIVE_ENGINE",
    "some.product": "factor.matrix",
  },
};

function feedMetrics({ position, rowsSkipped }: FeedStatus): readonly Metric[] {
  return [
    {
      name: "nautilus_feed_position",
      help: "Live frames delivered",
      type: "gauge",
      samples: [[{}, typeof position === "number" ? position : null]],
    },
    {
      name: "nautilus_feed_rows_skipped_total",
      help: "Rows of data that were bad",
      type: "counter",
      samples: [[{}, typeof rowsSkipped === "number" ? rowsSkipped : null]],
    },
  ];
}
