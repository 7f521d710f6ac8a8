import { maxAbs, supportOf } from "../../linalg/vector";
import { isSeparable } from "../../penalties";
import {
  hasConstantHessian,
  type Profile,
  type SparseProblem,
  withLateGradient,
} from "../../problem/problem";
import { CoordinateScreening } from "./coordinate-screening";
import type { PredictorProfile } from "./predictor-cache";
import { slack } from "./screened-correlations";

/** Entries of a design from which on a pass over it costs more than bounds of its columns. */
const smallestBounded = 5e5;

/**
 * Profiles of a squared error under a norm, their gradients exact only where zero may not hold a coefficient.
 *
 * Certificates at the lambda asked for, or a larger one, are those of exact gradients, see {@link CoordinateScreening}.
 */
export class ScreenedProfile {
  readonly #problem: SparseProblem;
  readonly #slopes: CoordinateScreening;
  readonly #zeroGradientBound: (lambda: number) => number;
  readonly #held: Float64Array;
  /** Profiles with a gradient that is not exact everywhere, each with the lambda that it serves down to. */
  readonly #lambdas = new WeakMap<Profile, number>();

  /** Undefined where bounds do not pay, or zeros are not held alike. */
  static of(problem: SparseProblem, origin: Profile | undefined): ScreenedProfile | undefined {
    const { penalty, design } = problem;
    if (
      !hasConstantHessian(problem) ||
      !isSeparable(penalty) ||
      !penalty.dualNorm ||
      !penalty.zeroGradientBound
    ) {
      return undefined;
    }
    if (design.nSamples * design.nFeatures < smallestBounded) return undefined;
    return new ScreenedProfile(problem, (lambda) => penalty.zeroGradientBound!(lambda), origin);
  }

  private constructor(
    problem: SparseProblem,
    zeroGradientBound: (lambda: number) => number,
    origin: Profile | undefined,
  ) {
    this.#problem = problem;
    this.#zeroGradientBound = zeroGradientBound;
    this.#slopes = new CoordinateScreening(problem);
    this.#held = new Float64Array(problem.design.nFeatures);
    if (origin) this.#slopes.learn(origin.residual, origin.gradient);
  }

  /** @param lambda the smallest at which the point is to be certified. */
  at(beta: Float64Array, { loss, psi, eta, residual }: PredictorProfile, lambda: number): Profile {
    this.#held.fill(this.#zeroGradientBound(lambda));
    const gradient = this.#slopes.at(residual, this.#held, 1, [supportOf(beta)]).slice();
    const profile = { loss, psi, eta, residual, gradient };
    if (!this.#slopes.isExact) this.#lambdas.set(profile, lambda);
    return profile;
  }

  /** Makes the gradient of a profile exact in some columns as well, if it is the last one that was asked for. */
  completeIn(columns: Int32Array, { residual }: Profile, gradient: Float64Array): void {
    this.#slopes.complete(residual, columns, gradient);
  }

  /**
   * Whether a certificate at some lambda may not be that of an exact gradient. Gap and violation take the largest slope only; they
   * are exact where an exact slope is at least what the others may be.
   *
   * @param isFinal whether all of it matters.
   */
  isVague(profile: Profile, lambda: number, isFinal: boolean): boolean {
    const least = this.#lambdas.get(profile);
    if (least === undefined || lambda >= least) return false;
    return isFinal || !(maxAbs(profile.gradient) >= (1 - slack) * this.#zeroGradientBound(least));
  }

  /** The profile with a gradient that is exact everywhere, once it is asked for. */
  exact(profile: Profile): Profile {
    return this.#lambdas.has(profile) ? withLateGradient(this.#problem, profile) : profile;
  }
}
