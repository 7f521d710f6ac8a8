import { recordOf } from "../../json-record";
import { fromPlain } from "../../recipe";
import type { Estimator } from "../named/estimator";
import { SmoothBridge } from "../named/smooth-bridge";
import { SmoothElasticNet } from "../named/smooth-elastic-net";
import { SmoothGroupBridge } from "../named/smooth-group-bridge";
import { SmoothGroupLasso } from "../named/smooth-group-lasso";
import { SmoothLasso } from "../named/smooth-lasso";
import { SmoothSparseGroupLasso } from "../named/smooth-sparse-group-lasso";
import { SparseLinearModel } from "../named/sparse-linear-model";
import type { ModelOptions } from "../options/model-options";
import { type EstimatorJson, estimatorFormat, estimatorVersion } from "./estimator-to-json";
import { fitFromJSON } from "./fit-from-json";
import { libraryParts } from "./library-parts";

const where = "estimatorFromJSON";

/** An estimator of any class. */
export type AnyEstimator = Estimator<ModelOptions>;

const classes: Readonly<Record<string, new (options: never) => AnyEstimator>> = {
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
};

/**
 * The estimator that `JSON.stringify(estimator)` wrote: of the same class, with the same options.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when a newer version wrote it.
 * @example
 * ```ts
 * const lasso = new SmoothLasso({ lambda: 0.1, solver: coordinateDescent() });
 * const again = estimatorFromJSON(JSON.stringify(lasso));
 * again.params.lambda; // 0.1
 * ```
 */
export function estimatorFromJSON(json: string | EstimatorJson | object): AnyEstimator {
  const record = recordOf(where, json, estimatorFormat, estimatorVersion);
  const Class = classes[record.choice("estimator", Object.keys(classes))];
  record.record("params");
  const params = fromPlain(where, "params", record.get("params"), { ...libraryParts, fitFromJSON });
  return new Class(params as never);
}
