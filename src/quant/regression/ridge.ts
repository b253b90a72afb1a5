// Ridge regression without an intercept, from cross products. Features and outcome are to be centred by the caller.
import { factorise, solveFactorised } from "../linear-algebra/cholesky.js";
import { packedIndex } from "./cross-products.js";

/**
 * Coefficients β of (X'X + c·D) β = X'y with D = diag(X'X): ridge on features scaled to unit length, so that the penalty
 * does not depend on the units of a feature (Hoerl and Kennard 1970, "Ridge regression", Technometrics 12(1), in
 * correlation form; Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, equation 3.44).
 * `products` are those of rows [x₁ … x_p, y]; a feature that is zero throughout has the coefficient 0.
 * @param penalty c > 0
 * @throws RangeError when the system is not positive definite, as with a penalty of 0 and features that depend on another
 */
export function ridgeCoefficients(products: Float64Array, features: number, penalty: number): Float64Array {
  const system = new Float64Array(features * features);
  const right = new Float64Array(features);
  for (let i = 0; i < features; i++) {
    for (let j = 0; j <= i; j++) system[i * features + j] = products[packedIndex(i, j)]!;
    const diagonal = products[packedIndex(i, i)]!;
    system[i * features + i] = diagonal > 0 ? diagonal * (1 + penalty) : 1;
    right[i] = products[packedIndex(features, i)]!;
  }
  if (!factorise(system, features)) {
    throw new RangeError(`a ridge system with penalty ${penalty} is not positive definite`);
  }
  solveFactorised(system, features, right);
  return right;
}

/** Σ (y − x'β)² over the rows that `products` sums up: y'y − 2 β'X'y + β'X'Xβ. */
export function squaredError(products: Float64Array, coefficients: Float64Array): number {
  const features = coefficients.length;
  let total = products[packedIndex(features, features)]!;
  for (let i = 0; i < features; i++) {
    const coefficient = coefficients[i]!;
    let inner = 0;
    for (let j = 0; j < i; j++) inner += products[packedIndex(i, j)]! * coefficients[j]!;
    const own = products[packedIndex(i, i)]! * coefficient;
    total += coefficient * (2 * inner + own - 2 * products[packedIndex(features, i)]!);
  }
  return total;
}
