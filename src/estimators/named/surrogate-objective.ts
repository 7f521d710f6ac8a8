import { type Datafit, squaredError } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { asDesignMatrix } from "../../design/sources/read-table";
import { stackResponses } from "../../design/stacked-responses";
import { asResponseMatrix, asTarget } from "../../design/targets/numeric-target";
import { mustBe, rowCountMismatch } from "../../errors";
import { checkKeys } from "../../options";
import type { Parametrization } from "../../parametrizations";
import { columnCurvature, profileAt, type SparseProblem } from "../../problem/problem";
import type { StochasticObjective } from "../../problem/smooth-objective";
import { startingPoint } from "../../problem/starting-point";
import { Surrogate } from "../../problem/surrogate";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import { typicalMagnitude } from "../fit/null-model";

/** Options of {@link surrogateObjective}: the map from factors to coefficients, the penalty and the loss. */
export interface SurrogateObjectiveOptions {
  /** How factors make coefficients, and what they are charged. */
  readonly parametrization: Parametrization;
  /** Strength of the penalty, finite and at least 0. */
  readonly lambda: number;
  /** The loss. Default: `squaredError()`. */
  readonly datafit?: Datafit;
  /** Whether the last entries of a point are unpenalized intercepts, one a response. Default: false. */
  readonly fitIntercept?: boolean;
}

/** A surrogate made of data, for any optimizer; with batches where the datafit is a mean over samples. */
export interface SurrogateObjective extends StochasticObjective {
  /** A point over zero coefficients from which a gradient method can move each in either direction. */
  startingPoint(): Float64Array;
  /** Returns the coefficients and intercepts that a point stands for. */
  coefficients(x: Float64Array): SurrogateCoefficients;
}

/** The coefficients that a point of a surrogate stands for, without exact zeros. */
export interface SurrogateCoefficients {
  /** `K(xi)`; of several responses, the coefficients of one after those of the other. */
  readonly coef: Float64Array;
  /** Intercept of the first response; 0 without one. */
  readonly intercept: number;
  /** One a response; zeros without. */
  readonly intercepts: Float64Array;
}

/**
 * The smooth surrogate `Q(xi, b0) = f(b0 + X K(xi)) + lambda R_xi(xi)` of data as they are, neither centred nor scaled:
 * what an optimizer of one's own, or a study of saddles and minima, works on.
 *
 * @param X n rows and p columns: rows, a matrix, columns by name, or any data frame.
 * With several responses (`multinomial`, `squaredError({ nResponses })`) the coefficients are a matrix `B`, one column a
 * response, stored one after the other: what `lowRankProduct` and the nuclear norm are for.
 *
 * @param y n responses of the datafit: numbers, or a column of a data frame; for a datafit of several, n rows of as many.
 * @throws InputError when an option is outside its domain, or data and parametrization do not fit each other.
 * @see arXiv 2307.03571
 * @example
 * ```ts
 * const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda: 0.1 });
 * const { x } = minimize(Q, lbfgs(), Q.startingPoint());
 * Q.coefficients(x).coef.length; // 2
 * ```
 */
export function surrogateObjective(
  X: DesignInput,
  y: TargetInput,
  options: SurrogateObjectiveOptions,
): SurrogateObjective {
  const where = "surrogateObjective";
  checkKeys(where, options, ["parametrization", "lambda", "datafit", "fitIntercept"]);
  const { parametrization, lambda, datafit = squaredError(), fitIntercept = false } = options;
  if (!(typeof lambda === "number" && lambda >= 0 && lambda < Infinity)) {
    throw mustBe(where, "lambda", "a finite number >= 0", lambda);
  }
  if (typeof Object(parametrization).surrogateSize !== "function")
    throw mustBe(where, "parametrization", "one such as hadamardProduct({ depth: 2 })", parametrization);
  if (typeof Object(datafit).valueAndGradient !== "function")
    throw mustBe(where, "datafit", "one such as squaredError()", datafit);
  if (typeof fitIntercept !== "boolean") throw mustBe(where, "fitIntercept", "true or false", fitIntercept);
  const { nResponses } = datafit;
  if (Number.isNaN(nResponses))
    throw mustBe(where, "the number of classes of the datafit", "given", undefined);
  const columnsOfX = asDesignMatrix(where, X);
  const { nSamples } = columnsOfX;
  const target =
    datafit.responses === undefined && nResponses === 1
      ? asTarget(where, y)
      : asResponseMatrix(where, y, nResponses).values;
  const nTargets = target.length / nResponses;
  if (nTargets !== nSamples) throw rowCountMismatch(where, nSamples, nTargets);
  datafit.checkTarget(where, target);
  const design = nResponses === 1 ? columnsOfX : stackResponses(columnsOfX, nResponses);
  const columns = Array.from({ length: fitIntercept ? nResponses : 0 }, (_, r) =>
    new Float64Array(target.length).fill(1, r * nSamples, (r + 1) * nSamples),
  );
  const free = new UnpenalizedColumns(target.length, columns);
  const problem: SparseProblem = {
    ...{ design, free, target, penalty: parametrization.inducedPenalty },
    datafit: datafit.forTarget?.(target) ?? datafit,
  };
  const surrogate = new Surrogate(problem, parametrization, lambda);

  return {
    size: surrogate.size,
    nSamples: surrogate.nSamples,
    valueAndGradient: (x, gradient) => surrogate.valueAndGradient(x, gradient),
    batchValueAndGradient: (x, rows, gradient) => surrogate.batchValueAndGradient(x, rows, gradient),
    checkStart: (where, x) => surrogate.checkStart(where, x),

    startingPoint() {
      const zeros = new Float64Array(design.nFeatures);
      const { gradient, eta, psi } = profileAt(problem, zeros, new Float64Array(free.size));
      const magnitude = typicalMagnitude(gradient, columnCurvature(problem, eta));
      return surrogate.pointOf(startingPoint(parametrization, zeros, magnitude), psi);
    },

    coefficients(x) {
      const coef = new Float64Array(design.nFeatures);
      parametrization.forward(surrogate.surrogatePart(x), coef);
      const intercepts = new Float64Array(nResponses);
      intercepts.set(free.coefficients(surrogate.freePart(x), free.size));
      return { coef, intercept: intercepts[0], intercepts };
    },
  };
}
