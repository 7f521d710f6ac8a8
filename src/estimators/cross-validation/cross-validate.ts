import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import type { AnyFit } from "../fit/fit-of";
import type { FitRunner } from "../fit/fit-runner";
import { lossFor } from "../options/read-target";
import { responseRows } from "../results/response-rows";
import { CrossValidation, type CrossValidationFields, type OutOfFold } from "./cross-validation";
import { crossValidationScores } from "./cross-validation-scores";
import type { FoldResult } from "./fit-fold";
import { type Folds, rowsOf } from "./folds";
import { type Validated, validateAlong } from "./validate-along";
import { type CrossValidationOptions, type ValidationPlan, validationPlan } from "./validation-plan";

/** The same model at another depth, for estimators that have one. */
export type ModelAt = (depth: number) => FitRunner<AnyFit>;

/** Cross-validates a model, or one a depth on the same folds; `atDepth` makes the latter where there is a depth. */
export function crossValidate(
  model: FitRunner<AnyFit>,
  X: DesignInput,
  y: TargetInput,
  options: CrossValidationOptions,
  atDepth: ModelAt | undefined,
): CrossValidation<AnyFit> {
  const where = `${model.name}.crossValidate`;
  const plan = validationPlan(where, model, X, y, options, atDepth !== undefined);
  const models = plan.depths && atDepth ? plan.depths.map(atDepth) : [model];
  if (plan.workers > 1) for (const each of models) each.describe(where); // refused before the long work, not after
  return crossValidationOf(models, plan, validateAlong(models, plan, options));
}

/** The scores of what was validated, that of the best depth where depths are compared, and one warning. */
export function crossValidationOf(
  models: readonly FitRunner<AnyFit>[],
  plan: ValidationPlan,
  found: readonly Validated[],
): CrossValidation<AnyFit> {
  const members = found.map((each, m) => fieldsOf(models[m], plan, each, plan.depths?.[m]));
  const complete = members.filter((fields) => fields.status === "complete");
  const status = complete.length === models.length ? "complete" : "interrupted";
  const ends = found.flatMap(({ path, folds }) => [
    ...path.fits,
    ...folds.flatMap((fold) => fold?.ends ?? []),
  ]);
  models[0].warnOf(plan.where, ends);
  const byDepth = members.map((fields) => new CrossValidation(fields));
  if (plan.depths === undefined) return byDepth[0];
  // Scores over all folds and over some of them do not compare.
  const lowest = (cv: CrossValidation<AnyFit>): number =>
    cv.status === "complete" ? cv.meanScore.reduce((a, b) => Math.min(a, b)) : Number.POSITIVE_INFINITY;
  const best = byDepth.reduce((a, b) => (lowest(b) < lowest(a) ? b : a));
  return new CrossValidation({ ...members[byDepth.indexOf(best)], status, byDepth });
}

function fieldsOf(
  { name, datafit }: FitRunner<AnyFit>,
  { data, folds, keep }: ValidationPlan,
  { path, folds: results }: Validated,
  depth: number | undefined,
): CrossValidationFields<AnyFit> {
  const fitted = results.filter((result) => result !== undefined);
  return {
    estimator: name,
    measure: datafit.quadratic ? "mean squared error" : "deviance",
    path,
    foldId: folds.foldId,
    folds: folds.ids.filter((_, f) => results[f] !== undefined),
    foldLoss: fitted.map(({ fold }) => fold.loss),
    scores: crossValidationScores(
      fitted.flatMap(({ parts }) => parts),
      path.lambdas.length,
    ),
    outOfFold: keep ? outOfFold(folds, results, path.lambdas.length, lossFor(datafit, data)) : undefined,
    status: fitted.length === folds.ids.length ? "complete" : "interrupted",
    depth,
    byDepth: [],
  };
}

/** The linear predictors of all rows at each lambda, NaN where a fold was not fitted. */
function outOfFold(
  folds: Folds,
  results: readonly (FoldResult | undefined)[],
  nLambdas: number,
  { nResponses, responses }: Datafit,
): OutOfFold<AnyFit> {
  const nSamples = folds.foldId.length;
  const heldOut = folds.ids.map((id) => rowsOf(folds, id));
  const long = Array.from({ length: nLambdas }, (_, k) => {
    const all = new Float64Array(nSamples * nResponses).fill(Number.NaN);
    results.forEach((result, f) => {
      const { length } = heldOut[f];
      result?.predictors[k].forEach((eta, i) => {
        all[Math.floor(i / length) * nSamples + heldOut[f][i % length]] = eta;
      });
    });
    return all;
  });
  return responses ? long.map((all) => responseRows(all, nResponses)) : long;
}
