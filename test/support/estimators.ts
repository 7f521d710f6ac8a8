import type { DesignInput, TargetInput } from "../../src/design/design-input";
import {
  type ModelOptions,
  type PathOptions,
  type RunOptions,
  SmoothLasso,
  type SparseLinearFit,
  type SparsePath,
} from "../../src/estimators";

/** What the contract suite needs of an estimator. */
export interface Estimator {
  fit(X: DesignInput, y: TargetInput, run?: RunOptions): SparseLinearFit;
  path(X: DesignInput, y: TargetInput, options?: PathOptions): SparsePath;
}

/** An estimator under the contract: a class, and options that make it complete but for `lambda`. */
export interface EstimatorCase {
  readonly name: string;
  readonly convex: boolean;
  make(options?: ModelOptions): Estimator;
}

/** Every estimator of the library. A new one joins here, and the contract suite tries it. */
export const estimators: readonly EstimatorCase[] = [
  { name: "SmoothLasso", convex: true, make: (options = {}) => new SmoothLasso(options) },
];
