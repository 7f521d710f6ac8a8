/** Reads the record of an estimator, its parts made again by the factories of the library. */
import * as datafits from "../../datafits";
import { recordOf } from "../../json-record";
import * as optimizers from "../../optimizers";
import * as parametrizations from "../../parametrizations";
import * as penalties from "../../penalties";
import { balanced, equalFactors, unbalanced, unitGates, varianceMatched } from "../../problem/initialization";
import { type Factories, fromPlain } from "../../recipe";
import * as solvers from "../../solvers";
import * as classical from "../../solvers/classical";
import { fitFromJSON } from "../json/from-json";
import { BestSubset } from "./best-subset";
import type { AnyEstimator } from "./estimator";
import { MultiTaskLasso } from "./multi-task-lasso";
import { QuantileLasso, SvmLasso } from "./quantile-svm-lasso";
import { SmoothBridge } from "./smooth-bridge";
import { SmoothElasticNet } from "./smooth-elastic-net";
import { SmoothGroupBridge } from "./smooth-group-bridge";
import { SmoothGroupLasso } from "./smooth-group-lasso";
import { SmoothGroupMcp, SmoothGroupScad } from "./smooth-group-mcp-scad";
import { SmoothLasso } from "./smooth-lasso";
import { SmoothMcp, SmoothScad } from "./smooth-mcp-scad";
import { SmoothSparseGroupLasso } from "./smooth-sparse-group-lasso";
import { SparseLinearModel } from "./sparse-linear-model";

const where = "estimatorFromJSON";

const classes: Readonly<Record<string, new (options: never) => unknown>> = {
  BestSubset,
  MultiTaskLasso,
  QuantileLasso,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothGroupMcp,
  SmoothGroupScad,
  SmoothLasso,
  SmoothMcp,
  SmoothScad,
  SmoothSparseGroupLasso,
  SparseLinearModel,
  SvmLasso,
};

/**
 * Reads the record of an estimator.
 *
 * @throws InputError naming the field that is not as it was written.
 */
export function readEstimator(json: unknown): AnyEstimator {
  const record = recordOf(where, json, "smooth-edges/estimator");
  const Class = classes[record.choice("estimator", Object.keys(classes))];
  record.record("params");
  const params = fromPlain(where, "params", record.get("params"), { ...libraryParts(), fitFromJSON });
  const estimator = new Class(params as never);
  return estimator as AnyEstimator;
}

/** The factories that the parts of an estimator are made by, under the names that they are exported under. */
export function libraryParts(): Factories {
  return {
    ...datafits,
    ...penalties,
    ...parametrizations,
    ...{ balanced, equalFactors, unbalanced, unitGates, varianceMatched },
    ...optimizers,
    ...solvers,
    ...classical,
  };
}
