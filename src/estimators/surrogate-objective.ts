import { type Datafit, squaredError } from "../datafits";
import { asDesignMatrix } from "../design/as-design-matrix";
import { asTarget } from "../design/as-target";
import type { DesignInput, TargetInput } from "../design/design-input";
import { mustBe, rowCountMismatch } from "../errors";
import { FreeColumns } from "../objectives/free-columns";
import { columnCurvature, profileAt, type SparseProblem } from "../objectives/sparse-problem";
import { startingPoint } from "../objectives/starting-point";
import type { StochasticObjective } from "../objectives/stochastic-objective";
import { Surrogate } from "../objectives/surrogate";
import { checkKeys } from "../options";
import type { Parametrization } from "../parametrizations";
import { typicalMagnitude } from "./working-problem";

/** Which surrogate {@link surrogateObjective} makes. */
export interface SurrogateObjectiveOptions {
  readonly parametrization: Parametrization;
  /** Strength of the penalty, finite and at least 0. */
  readonly lambda: number;
  /** The loss. Default: `squaredError()`. */
  readonly datafit?: Datafit;
  /** Whether the last entry of a point is an unpenalized intercept. Default: false. */
  readonly fitIntercept?: boolean;
}

/** A surrogate made of data, for any optimizer; with batches where the datafit is a mean over samples. */
export interface SurrogateObjective extends StochasticObjective {
  /** A point over zero coefficients from which a gradient method can move each in either direction. */
  startingPoint(): Float64Array;
  /** What a point stands for: `K(xi)`, without exact zeros, and the intercept (0 without one). */
  coefficients(x: Float64Array): { readonly coef: Float64Array; readonly intercept: number };
}

/**
 * The smooth surrogate `Q(xi, b0) = f(b0 + X K(xi)) + lambda R_xi(xi)` of data as they are, neither centred nor scaled:
 * what an optimizer of one's own, or a study of saddles and minima, works on.
 *
 * @param X n rows and p columns: rows, a matrix, columns by name, or any data frame.
 * @param y n responses of the datafit.
 * @throws InputError when an option is outside its domain, or data and parametrization do not fit each other.
 * @see arXiv 2307.03571
 * @example
 * ```ts
 * const Q = surrogateObjective(X, y, { parametrization: hadamardProduct(2), lambda: 0.1 });
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
    throw mustBe(where, "parametrization", "one such as hadamardProduct(2)", parametrization);
  if (typeof Object(datafit).valueAndGradient !== "function")
    throw mustBe(where, "datafit", "one such as squaredError()", datafit);
  if (typeof fitIntercept !== "boolean") throw mustBe(where, "fitIntercept", "true or false", fitIntercept);
  const design = asDesignMatrix(where, X);
  const target = asTarget(where, y);
  if (target.length !== design.nSamples) throw rowCountMismatch(where, design.nSamples, target.length);
  datafit.checkTarget(where, target);
  const columns = fitIntercept ? [new Float64Array(target.length).fill(1)] : [];
  const free = new FreeColumns(target.length, columns);
  const problem: SparseProblem = { design, free, target, datafit, penalty: parametrization.inducedPenalty };
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
      const [intercept = 0] = free.coefficients(surrogate.freePart(x), free.size);
      return { coef, intercept };
    },
  };
}
