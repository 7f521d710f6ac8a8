import type { EstimatorJson } from "../options/estimator-json";
import type { AnyEstimator } from "./estimator";

/**
 * Reads the estimator that `JSON.stringify(estimator)` wrote: of the same class, with the same options.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * const lasso = new SmoothLasso({ lambda: 0.1, solver: coordinateDescent() });
 * const again = estimatorFromJSON(JSON.stringify(lasso));
 * again.params.lambda; // 0.1
 * ```
 */
export function estimatorFromJSON(json: string | EstimatorJson | object): AnyEstimator {
  return loadEstimatorReader().readEstimator(json);
}

/** Loads the reader, which knows the factories of all parts of estimators. */
function loadEstimatorReader(): typeof import("./read-estimator") {
  return require("./read-estimator");
}
