import type { DesignInput, TargetInput } from "../../design/design-input";
import type { DesignMatrix } from "../../design/design-matrix";
import { columnMoments } from "../../design/design-matrix";
import { asDesignMatrix } from "../../design/sources/read-table";
import { asTarget } from "../../design/targets/numeric-target";
import { asShare, counted, formatNumber, isOrAre } from "../../display/formatting";
import { displayable, Table } from "../../display/table";
import { trafficLightColour } from "../../display/traffic-light";
import { mustBe, rowCountMismatch } from "../../errors";
import { squaredNorm, supportOf } from "../../linalg/vector";
import { checkKeys, checkPositive } from "../../options";
import type { PiecewiseLinearDatafit } from "../../piecewise-linear";
import type { PiecewiseLinearCertificate } from "../../problem/piecewise-linear-problem";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import { liftedVarPro, type PiecewiseLinearSolution } from "./lifted-var-pro";

/** Options of {@link solvePiecewiseLinear}: the loss, the penalty, and when to stop. */
export interface PiecewiseLinearOptions {
  /** The loss: `pinball(tau)` or `hinge()`. */
  readonly datafit: PiecewiseLinearDatafit;
  /** Strength of the penalty, positive and finite. */
  readonly lambda: number;
  /** Whether an unpenalized intercept is fitted. Default: true. */
  readonly fitIntercept?: boolean;
  /** Largest number of iterations, an integer of at least 1. Default: 2000. */
  readonly maxIter?: number;
  /** The duality gap is at most `tol` times the objective, positive. Default: 1e-7. */
  readonly tol?: number;
}

/** A certified solution of a linear program, which shows itself in cells and in the console as fits do. */
export interface PiecewiseLinearFit
  extends Pick<PiecewiseLinearSolution, "status" | "nIter" | "trace" | "dual"> {
  /** One a feature, with exact zeros. */
  readonly coef: Float64Array;
  /** One a feature: `x0`, `x1`, ... where the columns have no names. */
  readonly featureNames: readonly string[];
  /** The standard deviation (divisor n) of each feature whose coefficient is not zero, ascending; tables and plots rank by it. */
  readonly supportDeviations: Float64Array;
  /** 0 when none was fitted. */
  readonly intercept: number;
  /** How far from optimal it is at most. */
  readonly certificate: PiecewiseLinearCertificate;
}

const known = ["datafit", "lambda", "fitIntercept", "maxIter", "tol"] as const;

/**
 * Quantile regression or a support vector machine with a lasso penalty, without smoothing the loss:
 *
 * `min f(b0 + X beta) + lambda ||beta||_1` with `f` piecewise linear, columns as they are.
 *
 * It is a linear program, solved by `liftedVarPro` and certified by a feasible point of its dual.
 *
 * @param X n rows and p columns: rows, a matrix, columns by name, or any data frame.
 * @param y n numbers, or labels 0 and 1 for `hinge()`.
 * @throws InputError when an option or the data are outside their domain.
 * @example
 * ```ts
 * const rows = [[0], [1], [2], [3], [4]];
 * solvePiecewiseLinear(rows, [0, 1, 2, 3, 400], { datafit: pinball(0.5), lambda: 0.1 }).coef; // [1]
 * ```
 */
export function solvePiecewiseLinear(
  X: DesignInput,
  y: TargetInput,
  options: PiecewiseLinearOptions,
): PiecewiseLinearFit {
  const where = "solvePiecewiseLinear";
  checkKeys(where, options, known);
  const { datafit, lambda, fitIntercept = true, maxIter = 2000, tol = 1e-7 } = options;
  if (typeof Object(datafit).terms !== "function") {
    throw mustBe(where, "datafit", "a piecewise linear one such as pinball(0.5)", datafit);
  }
  checkPositive(where, "lambda", lambda);
  if (typeof fitIntercept !== "boolean") throw mustBe(where, "fitIntercept", "true or false", fitIntercept);
  if (!Number.isInteger(maxIter) || maxIter < 1) throw mustBe(where, "maxIter", "an integer >= 1", maxIter);
  checkPositive(where, "tol", tol);
  const design = asDesignMatrix(where, X);
  const target = asTarget(where, y);
  if (target.length !== design.nSamples) throw rowCountMismatch(where, design.nSamples, target.length);
  datafit.checkTarget(where, target);

  const ones = new Float64Array(design.nSamples).fill(1);
  const free = new UnpenalizedColumns(design.nSamples, fitIntercept ? [ones] : []);
  // The loss sees c - eta only: off the intercept's span the residuals keep all their digits.
  const terms = datafit.terms(target);
  const shift = free.projectOut(terms.center);
  const { beta, psi, ...rest } = liftedVarPro({
    problem: { design, free, terms, lambda },
    beta: new Float64Array(design.nFeatures),
    psi: new Float64Array(free.size),
    magnitude: magnitudeOf(design, terms.center),
    maxIter,
    isOptimal: ({ dualityGap, objective }) => dualityGap <= tol * objective,
  });
  const { deviations } = columnMoments(design);
  const fit: PiecewiseLinearFit = {
    coef: beta,
    featureNames: design.featureNames,
    supportDeviations: Float64Array.from(supportOf(beta), (j) => deviations[j]),
    intercept: fitIntercept ? psi[0] + shift[0] : 0,
    ...rest,
  };
  const headline = `${where}, ${datafit.name}, lambda = ${formatNumber(lambda, 4)}`;
  return displayable(fit, (shown) => summaryOf(shown, headline, fitIntercept));
}

/**
 * The intercept where one was fitted and the coefficients that are not zero, each also standardized, times the standard deviation of its
 * feature, by which they are ranked; under a line that says how the run ended.
 */
function summaryOf(fit: PiecewiseLinearFit, headline: string, fitIntercept: boolean): Table {
  const { coef, featureNames, supportDeviations, intercept, status, nIter, certificate } = fit;
  const order = Array.from(supportOf(coef), (j, k) => ({ j, standardized: coef[j] * supportDeviations[k] }));
  order.sort((a, b) => Math.abs(b.standardized) - Math.abs(a.standardized));
  const kept = `${order.length} of ${coef.length} coefficients ${isOrAre(order.length)} not zero`;
  const { dualityGap, objective } = certificate;
  return new Table({
    title: `${headline}: ${kept}; ${status} after ${counted(nIter, "iteration")}`,
    lights: [
      {
        colour: status === "converged" ? "green" : trafficLightColour(dualityGap / objective),
        text: asShare("duality gap", dualityGap, objective, "the objective"),
        meaning: "no coefficients have an objective that is lower by more than this",
      },
    ],
    columns: ["feature", "coefficient", "standardized"],
    rows: [
      ...(fitIntercept ? [["(intercept)", intercept, null] as const] : []),
      ...order.map(({ j, standardized }) => [featureNames[j], coef[j], standardized] as const),
    ],
    bars: [...(fitIntercept ? [null] : []), ...order.map(({ standardized }) => standardized)],
  });
}

/** Size of a coefficient that explains the center by a column of average length. */
function magnitudeOf(design: DesignMatrix, center: Float64Array): number {
  const squares = new Float64Array(design.nFeatures);
  design.weightedSquaredNorms(new Float64Array(design.nSamples).fill(1), squares);
  const average = squares.reduce((sum, square) => sum + square / squares.length, 0);
  return Math.sqrt(squaredNorm(center) / average) || 1;
}
