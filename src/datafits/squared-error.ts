import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { Datafit, MultiResponseDatafit } from "./datafit";
import { separableDatafit } from "./separable-datafit";

/** Options of {@link squaredError}. */
export interface SquaredErrorOptions {
  /**
   * Number of responses of a sample, an integer of at least 1. Where it is given, `y` has rows of so many numbers, even
   * of one. Default: one response, `y` a vector.
   */
  readonly nResponses?: number;
}

/**
 * The squared error `f(eta) = (1/2n) ||y - eta||^2`, `n` the number of samples.
 *
 * With several responses `y` and `eta` are matrices of `n` rows, one response after the other, and the norm is
 * Frobenius': errors are summed over responses, not averaged.
 *
 * @param options `nResponses`: left out for one response.
 * @throws InputError when `nResponses` is not an integer of at least 1.
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
  if (!(Number.isInteger(nResponses) && nResponses >= 1)) {
    throw mustBe("squaredError", "nResponses", "an integer >= 1", nResponses);
  }
  return options.nResponses === undefined ? single : squaredErrorOf(options);
}

function squaredErrorOf(options: SquaredErrorOptions): Datafit {
  const { nResponses = 1 } = options;
  const datafit = separableDatafit({
    name: "squaredError",
    response: "numbers",
    piecewiseQuadratic: true,
    coercive: true,
    quadratic: true,
    dependsOnResidual: true,
    nResponses,
    responses: options.nResponses === undefined ? undefined : "tasks",
    value: (y, eta) => (eta - y) ** 2 / 2,
    slope: (y, eta) => eta - y,
    curvature: () => 1,
    inverseLink: (eta) => eta,
    saturatedValue: () => 0,
    leastSlope: () => Number.NEGATIVE_INFINITY,
    largestSlope: () => Number.POSITIVE_INFINITY,
    fenchelYoung: (y, eta, dual) => (dual - (eta - y)) ** 2 / 2,
  });
  return serializable("squaredError", [options], datafit);
}

/** One object for all calls: V8 keeps what it has compiled of these functions as long as they live. */
const single = squaredErrorOf({});
