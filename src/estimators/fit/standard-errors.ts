/**
 * Standard errors of the coefficients of a model without a penalty ({@link coefficientInference}), from the Fisher information of its loss
 * ({@link modelColumns}, {@link factoredInformation}).
 */
import type { Datafit } from "../../datafits";
import { columnMoments, columnOf, type DesignMatrix } from "../../design/design-matrix";
import { listOf, mustBe, noDataAtHand } from "../../errors";
import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { ROUNDING } from "../../linalg/rounding";
import { dot } from "../../linalg/vector";
import { studentQuantile, studentTail } from "../../random/distributions";
import { type Note, sentenceOf } from "../notes";
import { countedLoss, type ModelData } from "../options/model-data";
import { CoefficientInference } from "../results/coefficient-inference";
import { linearPredictors, lossOf, notesOf } from "../results/fitted-model";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import { solvedProblemOf } from "./fitter";

/** Largest test statistic of all slopes together, a chi square, at which coefficients count as those of the least loss. */
const largestScore = 1e-3;

/** The notes of a fit of which other coefficients would be as good, so that its tests are of the features that it has. */
const ambiguities: readonly Note["code"][] = ["more-coefficients-than-rows", "dependent-columns"];

/** The notes of a fit on columns that got no coefficient, so that they have no row where R prints NA. */
const omissions: readonly Note["code"][] = [
  "dependent-columns-in-refit",
  "dependent-unpenalized-column",
  "constant-column",
  "nearly-constant-column",
];

/** The sentences that a reader of any of these tables must know. */
const selectionNote =
  "where the features were selected on the same data, standard errors are too small and p-values too low, since selection is not accounted for; selectiveInference does, for a lasso";

/**
 * Returns standard errors and tests of a fit without a penalty. The information is the expected one, as in R's `glm`, of a partial
 * likelihood the observed one, as in `coxph`. A dispersion that is not known is estimated by Pearson's residuals.
 *
 * @throws InputError when the fit has a penalty, no finite optimum, or coefficients that are held by bounds, the loss is no likelihood,
 * there are as many coefficients as rows, or the fit explains the response, so that there is no dispersion to estimate.
 */
export function coefficientInference(
  where: string,
  fit: SparseLinearFit,
  level: number,
): CoefficientInference {
  const { datafit: loss, fitIntercept } = lossOf(fit);
  if (fit.lambda !== 0) {
    throw mustBe(
      where,
      "lambda",
      "0, that of a fit without a penalty",
      fit.lambda,
      "take inference(fit.refit())",
    );
  }
  if (!loss.isLikelihood) {
    throw mustBe(where, "datafit", "minus a log-likelihood, such as squaredError() or logistic()", loss.name);
  }
  if (fit.hasNoMinimizer) {
    throw mustBe(where, "the coefficients", "finite at the least loss", "none that are best", fit.notes[0]);
  }
  const solved = solvedProblemOf(fit);
  if (solved === undefined) throw noDataAtHand(where);
  const { data } = solved.working;
  const { design, samples, target } = data;
  const { weights, offset, totalWeight, nCounted } = samples;
  const observed = countedLoss(loss, samples);
  const size = fit.support.length + (fitIntercept ? 1 : 0);
  const df = loss.varianceAt ? nCounted - size : Number.POSITIVE_INFINITY;
  if (df < 1) throw mustBe(where, "the number of rows", `above that of the ${size} coefficients`, nCounted);

  const eta = linearPredictors(design, [fit.coef], Float64Array.of(fit.intercept), offset);
  const columns = modelColumns(design, fit.support, weights, fitIntercept);
  const information = factoredInformation(where, columns.vectors, observed, target, eta);
  const gradient = new Float64Array(eta.length);
  observed.valueAndGradient(target, eta, gradient);
  const slopes = Float64Array.from(columns.vectors, (column) => dot(column, gradient));
  const dispersion = loss.varianceAt ? dispersionOf(where, loss, data, eta, df) : 1;
  if (totalWeight * inverseForm(information, slopes) > largestScore * dispersion) {
    throw mustBe(where, "the coefficients", "those of the least loss", "others, as where bounds hold them");
  }
  const variances = columns.toCoefficients.map(
    (combination) => (dispersion / totalWeight) * inverseForm(information, combination),
  );
  const estimates = Float64Array.of(
    ...(fitIntercept ? [fit.intercept] : []),
    ...Array.from(fit.support, (j) => fit.coef[j]),
  );
  const standardErrors = Float64Array.from(variances, Math.sqrt);
  const statistics = estimates.map((estimate, k) => estimate / standardErrors[k]);
  const width = studentQuantile((1 - level) / 2, df);
  return new CoefficientInference({
    title: `${fit.estimator}, ${loss.name} without a penalty: ${size} coefficients from ${nCounted} rows`,
    names: [...(fitIntercept ? ["(intercept)"] : []), ...fit.supportNames],
    estimates,
    standardErrors,
    statistics,
    pValues: statistics.map((statistic) => 2 * studentTail(Math.abs(statistic), df)),
    lower: estimates.map((estimate, k) => estimate - width * standardErrors[k]),
    upper: estimates.map((estimate, k) => estimate + width * standardErrors[k]),
    level,
    df,
    dispersion,
    notes: [
      ...notesOf(fit).flatMap((note) => {
        if (omissions.includes(note.code)) return [`${sentenceOf(note)}, and there is no row, as NA in R`];
        if (!ambiguities.includes(note.code)) return [];
        const without = design.featureNames.filter((_, j) => fit.coef[j] === 0);
        const rest = without.length > 0 ? `; without a row, as NA in R: ${listOf(without, "and")}` : "";
        return [`${sentenceOf(note)}${rest}`];
      }),
      selectionNote,
    ],
  });
}

/** The columns of a model as numbers of size one, and its coefficients as combinations of theirs. */
export interface ModelColumns {
  /** The error of the intercept comes first, where there is one, then those of the features, standardized. */
  readonly vectors: readonly Float64Array[];
  /** For each coefficient on the scale of the data its combination of the coefficients of `vectors`. */
  readonly toCoefficients: readonly Float64Array[];
}

/** Returns the columns of the features in `support`, and of an intercept. */
export function modelColumns(
  design: DesignMatrix,
  support: Int32Array,
  weights: Float64Array | undefined,
  fitIntercept: boolean,
): ModelColumns {
  const { means, deviations } = columnMoments(design, weights);
  const first = fitIntercept ? 1 : 0;
  const size = support.length + first;
  const vectors = Array.from(support, (j) =>
    columnOf(design, j).map((x) => (x - (fitIntercept ? means[j] : 0)) / (deviations[j] || 1)),
  );
  const toCoefficients = Array.from(support, (j, k) =>
    new Float64Array(size).fill(1 / (deviations[j] || 1), k + first, k + first + 1),
  );
  if (!fitIntercept) return { vectors, toCoefficients };
  const ofIntercept = new Float64Array(size).fill(1, 0, 1);
  support.forEach((j, k) => {
    ofIntercept[k + 1] = -means[j] / (deviations[j] || 1);
  });
  return {
    vectors: [new Float64Array(design.nSamples).fill(1), ...vectors],
    toCoefficients: [ofIntercept, ...toCoefficients],
  };
}

/** A matrix by its Cholesky factor. */
export interface FactoredMatrix {
  readonly factor: Float64Array;
  readonly size: number;
}

/** The information of one unit of weight. @throws InputError when columns depend on each other. */
export function factoredInformation(
  where: string,
  vectors: readonly Float64Array[],
  observed: Datafit,
  target: Float64Array,
  eta: Float64Array,
): FactoredMatrix {
  const size = vectors.length;
  const curvature = new Float64Array(eta.length);
  const product = new Float64Array(eta.length);
  if (observed.hasDiagonalHessian) {
    // The loss is linear in the response, so that its curvature at the mean is the expected one.
    const means = new Float64Array(eta.length);
    observed.inverseLink(eta, means);
    observed.curvature(means, eta, curvature);
  }
  const factor = new Float64Array(size * size);
  vectors.forEach((column, k) => {
    if (observed.hasDiagonalHessian)
      for (let i = 0; i < eta.length; i++) product[i] = curvature[i] * column[i];
    else observed.hessianProduct!(target, eta, column, product);
    for (let m = k; m < size; m++) factor[m * size + k] = dot(vectors[m], product);
  });
  if (!choleskyFactor(factor, size)) {
    throw mustBe(where, "the columns", "independent of each other", "some that are not");
  }
  return { factor, size };
}

/** `v' A^-1 v`, of a factored `A`. */
function inverseForm({ factor, size }: FactoredMatrix, v: Float64Array): number {
  const solved = v.slice();
  choleskySolve(factor, size, solved);
  return dot(v, solved);
}

/**
 * Pearson's estimate: the squared residuals in units of their variance, over the degrees of freedom.
 *
 * @throws InputError where the residuals are rounding.
 */
function dispersionOf(
  where: string,
  loss: Datafit,
  { target, samples }: ModelData,
  eta: Float64Array,
  df: number,
): number {
  const means = new Float64Array(eta.length);
  loss.inverseLink(eta, means);
  const scale = samples.totalWeight / eta.length;
  let [sum, negligible] = [0, 0];
  target.forEach((y, i) => {
    const weight = (scale * (samples.weights?.[i] ?? 1)) / loss.varianceAt!(means[i]);
    sum += weight * (y - means[i]) ** 2;
    negligible += weight * (ROUNDING * y) ** 2;
  });
  if (sum <= negligible) {
    const remedy =
      "the fit explains the response but for rounding, so that there are no errors to judge coefficients by";
    throw mustBe(where, "the variance of the residuals", "above 0", 0, remedy);
  }
  return sum / df;
}
