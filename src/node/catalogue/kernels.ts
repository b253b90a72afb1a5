// Every kernel that may run on a pool thread: this module is what the threads load. A new kernel is one more line.
import type { Kernel } from "../../contracts/pool.js";
import { factorRowsKernel } from "../../engines/factor/factor-rows.js";
import { featureMatrixKernel } from "../../engines/features/feature-matrix.js";
import { predictReturnsKernel } from "../../engines/ml/predict-returns.js";
import { optimisePortfolioKernel } from "../../engines/quantum-portfolio/optimise-portfolio.js";
import { allocationRiskKernel } from "../../engines/risk/allocation-risk.js";
import { riskModelKernel } from "../../engines/risk/risk-model.js";

export const kernels: readonly Kernel[] = [
  factorRowsKernel,
  featureMatrixKernel,
  predictReturnsKernel,
  riskModelKernel,
  allocationRiskKernel,
  optimisePortfolioKernel,
];
