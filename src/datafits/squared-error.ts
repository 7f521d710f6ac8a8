import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { Datafit, MultiResponseDatafit } from "./datafit";
import { separableDatafit } from "./separable-datafit";

/** Options of {@link squaredError}: how many responses a row has. */
export interface SquaredErrorOptions {
  /**
   * Number of responses of a sample, an integer of at least 1, or `"any"` for as many as `y` has columns. Where it is given, `y` has
   * rows of so many numbers, even of one. Default: one response, `y` a vector.
   */
  readonly nResponses?: number | "any";
}

/**
 * The squared error `f(eta) = (1/2n) ||y - eta||^2`, `n` the number of samples.
 *
 * With several responses `y` and `eta` are matrices of `n` rows, one response after the other, and the norm is
 * Frobenius': errors are summed over responses, not averaged.
 *
 * @param options `nResponses`: left out for one response.
 * @throws InputError when `nResponses` is neither an integer of at least 1 nor `"any"`.
 * @example
 * ```ts
 * const gradient = new Float64Array(2);
 * squaredError().valueAndGradient(Float64Array.of(1, 3), Float64Array.of(0, 1), gradient); // 1.25
 * ```
 */
export function squaredError(options?: { readonly nResponses?: undefined }): Datafit;
export function squaredError(options: Required<SquaredErrorOptions>): MultiResponseDatafit<"tasks">;
export function squaredError(options: SquaredErrorOptions = {}): Datafit {
  checkKeys("squaredError", options, ["nResponses"]);
  const { nResponses = 1 } = options;
  if (nResponses === "any") return open;
  if (!(Number.isInteger(nResponses) && nResponses >= 1)) {
    throw mustBe("squaredError", "nResponses", 'an integer >= 1 or "any"', nResponses);
  }
  return options.nResponses === undefined ? single : squaredErrorOf(nResponses);
}

/** @param given the number of responses; undefined for one, as a vector. */
function squaredErrorOf(given: number | undefined): Datafit {
  const nResponses = given ?? 1;
  const datafit = separableDatafit({
    name: "squaredError",
    response: "numbers",
    piecewiseQuadratic: true,
    coercive: true,
    quadratic: true,
    dependsOnResidual: true,
    nResponses,
    responses: given === undefined ? undefined : "tasks",
    value: (y, eta) => (eta - y) ** 2 / 2,
    slope: (y, eta) => eta - y,
    curvature: () => 1,
    inverseLink: (eta) => eta,
    isLikelihood: true,
    varianceAt: () => 1,
    saturatedValue: () => 0,
    leastSlope: () => Number.NEGATIVE_INFINITY,
    largestSlope: () => Number.POSITIVE_INFINITY,
    fenchelYoung: (y, eta, dual) => (dual - (eta - y)) ** 2 / 2,
  });
  return serializable("squaredError", given === undefined ? [{}] : [{ nResponses }], datafit);
}

/** The loss before the number of its responses is known. */
function openSquaredError(): MultiResponseDatafit<"tasks"> {
  const refuse = (): never => {
    throw mustBe("squaredError", "nResponses", "a number where no rows of y tell it", "any");
  };
  const ofResponses = (nResponses: number) => squaredErrorOf(nResponses) as MultiResponseDatafit<"tasks">;
  return serializable("squaredError", [{ nResponses: "any" }], {
    ...ofResponses(1),
    nResponses: Number.NaN,
    forResponses: ofResponses,
    checkTarget: refuse,
    valueAndGradient: refuse,
    curvature: refuse,
    weighted: refuse,
    subset: refuse,
    inverseLink: refuse,
    saturatedValue: refuse,
    fenchelYoung: refuse,
  });
}

/** One object for all calls: V8 keeps what it has compiled of these functions as long as they live. */
const single = squaredErrorOf(undefined);
const open = openSquaredError();
