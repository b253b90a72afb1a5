// The engines of this build. A new one is one more line.
import type { EngineDefinition } from "../../contracts/engine.js";
import type { Feed } from "../../contracts/feed.js";
import { collateralEngine } from "../../engines/collateral/collateral-engine.js";
import { factorEngine } from "../../engines/factor/factor-engine.js";
import { featuresEngine } from "../../engines/features/features-engine.js";
import { createIbkrKeepaliveEngine } from "../../engines/ibkr-keepalive/ibkr-keepalive-engine.js";
import { mlEngine } from "../../engines/ml/ml-engine.js";
import { quantumPortfolioEngine } from "../../engines/quantum-portfolio/quantum-portfolio-engine.js";
import { riskEngine } from "../../engines/risk/risk-engine.js";

export interface CatalogueEntry {
  readonly definition: EngineDefinition;
  /** Market data comes in through it: the node plays its feed only where it hosts such an engine. */
  readonly readsFeed: boolean;
}

export function engineCatalogue(feed: Feed): readonly CatalogueEntry[] {
  return [
    { definition: createIbkrKeepaliveEngine({ feed }), readsFeed: true },
    { definition: factorEngine, readsFeed: false },
    { definition: featuresEngine, readsFeed: false },
    { definition: mlEngine, readsFeed: false },
    { definition: riskEngine, readsFeed: false },
    { definition: quantumPortfolioEngine, readsFeed: false },
    { definition: collateralEngine, readsFeed: false },
  ];
}
