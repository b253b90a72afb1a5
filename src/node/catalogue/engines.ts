// The engines of this build. A new one is one more line.
import type { EngineDefinition } from "../../contracts/engine.js";
import { collateralEngine } from "../../engines/collateral/collateral-engine.js";
import { factorEngine } from "../../engines/factor/factor-engine.js";
import { featuresEngine } from "../../engines/features/features-engine.js";
import { ibkrKeepaliveEngine } from "../../engines/ibkr-keepalive/ibkr-keepalive-engine.js";
import { mlEngine } from "../../engines/ml/ml-engine.js";
import { quantumPortfolioEngine } from "../../engines/quantum-portfolio/quantum-portfolio-engine.js";
import { riskEngine } from "../../engines/risk/risk-engine.js";

export const ENGINES: readonly EngineDefinition[] = [
  ibkrKeepaliveEngine,
  factorEngine,
  featuresEngine,
  mlEngine,
  riskEngine,
  quantumPortfolioEngine,
  collateralEngine,
];
