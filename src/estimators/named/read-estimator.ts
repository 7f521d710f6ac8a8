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
import { acceptingFormerArguments } from "../json/former-arguments";
import { fitFromJSON } from "../json/from-json";
import { estimatorFormat, estimatorVersion } from "../options/estimator-json";
import type { AnyEstimator } from "./estimator-from-json";
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
 * @throws InputError naming the field that is not as it was written, or where its version leaves open what `lambda` means.
 */
export function readEstimator(json: unknown): AnyEstimator {
  const record = recordOf(where, json, estimatorFormat, estimatorVersion);
  const Class = classes[record.choice("estimator", Object.keys(classes))];
  record.record("params");
  const params = fromPlain(where, "params", record.get("params"), { ...libraryParts(), fitFromJSON });
  const estimator = new Class(params as never);
  if (record.count("version") < 2 && estimator instanceof SmoothElasticNet && estimator.dividesRidge) {
    const loss = estimator.params.datafit?.name ?? "squaredError";
    const remedy =
      "version 1 does not say whether its ridge part is divided by the deviation of the response, so make it again by new SmoothElasticNet(options)";
    throw record.mustBe("version", `2 for SmoothElasticNet with ${loss}`, remedy);
  }
  return estimator as AnyEstimator;
}

/** The factories that the parts of an estimator are made by, under the names that they are exported under. */
export function libraryParts(): Factories {
  const currentSolvers = acceptingFormerArguments(solvers);
  return {
    ...acceptingFormerArguments(datafits),
    ...acceptingFormerArguments(penalties),
    ...acceptingFormerArguments(parametrizations),
    ...{ balanced, equalFactors, unbalanced, unitGates, varianceMatched },
    ...optimizers,
    ...currentSolvers,
    ...classical,
    // Files that were written before these solvers got their present names.
    inTurn: solvers.withFallback,
    severalStarts: currentSolvers.multiStart,
    leavingSaddles: solvers.saddleEscape,
    // Files that were written before these solvers were merged with another, or went.
    blockDescent: classical.coordinateDescent,
    fista: () => classical.proximalGradient({ accelerated: true }),
    subgradientDescent: () => classical.proximalGradient(),
  };
}
