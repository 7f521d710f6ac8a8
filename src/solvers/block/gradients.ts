/**
 * The gradient of the datafit at one point after another ({@link Gradients}), computed in the cheapest way that does not change
 * certificates: by a pass over the columns whose coefficients may leave zero, by the Gram matrix of all columns, or by a pass over the
 * design.
 */
import {
  curvatureOfProfile,
  hasConstantHessian,
  type PredictorProfile,
  type Profile,
  predictedAt,
  type SparseProblem,
  withLateGradient,
} from "../../problem/problem";
import type { Point } from "../solver";
import { GramProfiles, isGramCheaper, type QuadraticModel } from "../subproblem/quadratic-model";
import { ScreenedCorrelations, slack, squaredNorms } from "../subproblem/residual-subspace";
import type { Blocks } from "./blocks";

/** Minimum number of entries of a design for which a pass over it costs more than bounds on its columns. */
const MIN_SCREENED_ENTRIES = 5e5;

/** The number of residuals that bounds are computed from; along a path a fourth residual hardly tightens them. */
const RESIDUALS = 3;

/**
 * Profiles of one problem whose gradients are exact where it matters.
 *
 * With a combination `c` of residuals whose products with the columns are known, `||X_g'r|| <= ||X_g'c|| + ||X_g||_F ||r - c||`. While that
 * is below what the zero of block `g` withstands, the block stays at zero whatever its gradient is: then `X_g'c` stands for it, and
 * certificates come out the same. With many more rows than columns and a squared error the Gram matrix of all columns gives the gradient.
 *
 * @see El Ghaoui, Viallon and Rabbani, Safe feature elimination for the lasso (2010), for bounds of this kind
 */
export class Gradients {
  readonly #problem: SparseProblem;
  readonly #blocks: Blocks;
  readonly #screened: ScreenedCorrelations | undefined;
  readonly #isActive: Uint8Array;
  readonly #sizes: Float64Array;
  /** The Frobenius norm of each block's columns, computed for the first bound. */
  #columnNorms: Float64Array | undefined;
  #zeroBounds: { readonly lambda: number; readonly bounds: Float64Array } | undefined;
  #gram: GramProfiles | undefined;
  #nPasses = 0;
  /** The last gradient, and the smallest lambda at which it certifies zeros. */
  #certified: { readonly gradient: Float64Array; readonly lambda: number } | undefined;

  constructor(problem: SparseProblem, blocks: Blocks, origin: Profile | undefined) {
    this.#problem = problem;
    this.#blocks = blocks;
    this.#isActive = new Uint8Array(blocks.nBlocks);
    this.#sizes = new Float64Array(blocks.nBlocks);
    const { design, penalty } = problem;
    if (design.nSamples * design.nFeatures < MIN_SCREENED_ENTRIES) return;
    if (!penalty.convex && !hasConstantHessian(problem)) return;
    if (blocks.zeroBounds(1, penalty.convex ? undefined : new Float64Array(design.nFeatures)) === undefined)
      return;
    this.#screened = new ScreenedCorrelations(problem, RESIDUALS);
    if (origin) this.#screened.addKnown(origin.residual, origin.gradient);
  }

  /** Whether the Gram matrix of all columns costs less than the passes over the design that it saves. */
  get wantsGram(): boolean {
    const problem = this.#problem;
    return (
      this.#gram === undefined && hasConstantHessian(problem) && isGramCheaper(problem, this.#nPasses + 1)
    );
  }

  /** From now on, computes gradients of a quadratic loss by the Gram matrix of a model. */
  useGram(model: QuadraticModel, origin: Profile | undefined): void {
    this.#gram = new GramProfiles(this.#problem, model, origin);
  }

  /**
   * Returns the profile at some coefficients.
   *
   * @param lambda the smallest one at which zeros are to be certified.
   * @param inSet 1 for each block whose gradient must be exact.
   */
  at(beta: Float64Array, psi: Float64Array, lambda: number, inSet: Uint8Array): Profile {
    if (this.#gram) return this.#gram.at(beta);
    return this.complete(beta, predictedAt(this.#problem, beta, psi), lambda, inSet);
  }

  /** Returns the profile of a point with a gradient that is exact enough at another lambda. */
  again({ beta, profile }: Point, lambda: number, inSet: Uint8Array): Profile {
    if (this.#gram || !this.#screened) return profile;
    const certified = this.#certified;
    const isLow = certified?.gradient === profile.gradient && lambda >= certified.lambda;
    return isLow ? profile : this.complete(beta, profile, lambda, inSet);
  }

  /** Adds the gradient to a profile. */
  complete(beta: Float64Array, predicted: PredictorProfile, lambda: number, inSet: Uint8Array): Profile {
    this.#nPasses++;
    const { loss, psi, eta, residual } = predicted;
    const gradient = new Float64Array(beta.length);
    this.#certified = { gradient, lambda };
    if (this.#screened) gradient.set(this.#screen(this.#screened, beta, predicted, lambda, inSet));
    else this.#problem.design.rmatvec(residual, gradient);
    return { loss, psi, eta, residual, gradient };
  }

  /** Returns a profile with an exact gradient, computed when it is first read. */
  exact(profile: Profile): Profile {
    return this.#screened && !this.#gram ? withLateGradient(this.#problem, profile) : profile;
  }

  #screen(
    products: ScreenedCorrelations,
    beta: Float64Array,
    predicted: PredictorProfile,
    lambda: number,
    inSet: Uint8Array,
  ): Float64Array {
    const blocks = this.#blocks;
    const [isActive, sizes] = [this.#isActive, this.#sizes];
    const bounds = this.#boundsAt(lambda, predicted);
    products.setResidual(predicted.residual);
    if (this.#columnNorms === undefined) {
      this.#columnNorms = new Float64Array(blocks.nBlocks);
      blocks.norms(squaredNorms(this.#problem).map(Math.sqrt), this.#columnNorms);
    }
    const norms = this.#columnNorms;
    const { distance } = products;
    blocks.active(beta, isActive);
    blocks.norms(products.products, sizes);
    for (let g = 0; g < bounds.length; g++) {
      const isNeeded = inSet[g] === 1 || isActive[g] === 1;
      if (!isNeeded && sizes[g] + norms[g] * distance < (1 - slack) * bounds[g]) continue;
      const columns = blocks.columnsOf(g);
      for (let k = 0; k < columns.length; k++) products.request(columns[k], isNeeded);
    }
    products.computeRequested();
    return products.products;
  }

  #boundsAt(lambda: number, profile: Pick<Profile, "eta">): Float64Array {
    if (this.#zeroBounds?.lambda === lambda) return this.#zeroBounds.bounds;
    const { convex } = this.#problem.penalty;
    const curvature = convex ? undefined : curvatureOfProfile(this.#problem, profile);
    const bounds = this.#blocks.zeroBounds(lambda, curvature)!;
    this.#zeroBounds = { lambda, bounds };
    return bounds;
  }
}
