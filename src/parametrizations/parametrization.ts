import type { Penalty } from "../penalties";

/**
 * A smooth map `beta = K(xi)` with a smooth penalty `R_xi` that induces a sparsity penalty:
 * `R(beta) = min { R_xi(xi) : K(xi) = beta }` (a smooth variational form, arXiv 2307.03571).
 *
 * `nFeatures` is the length of `beta`; `xi` has `surrogateSize(nFeatures)` entries. The out-parameter comes last.
 * `checkParametrization` runs the laws that a member must obey.
 */
export interface Parametrization {
  /** With its parameters, such as `"hadamardProduct(3)"`. */
  readonly name: string;

  /** `R`, with coefficient exactly one unless another convention of `lambda` was asked for. */
  readonly inducedPenalty: Penalty;

  /** How often `K` and `R_xi` are continuously differentiable; fractional values are Hölder exponents. */
  readonly smoothness: number;

  /** The number of features, where groups or weights fix it. */
  readonly nFeatures?: number;

  /** @throws InputError when groups or weights are made for another number of features. */
  surrogateSize(nFeatures: number): number;

  /** The factors that `xi` consists of, one after the other: what starting points and learning rates go by. */
  factors?(nFeatures: number): readonly Factor[];

  /** `beta = K(xi)` */
  forward(xi: Float64Array, beta: Float64Array): void;

  /** `out += J_K(xi)' cotangent` */
  pullback(xi: Float64Array, cotangent: Float64Array, out: Float64Array): void;

  /** `R_xi(xi)` */
  surrogatePenalty(xi: Float64Array): number;

  /** `out += scale * grad R_xi(xi)` */
  addSurrogateGradient(xi: Float64Array, scale: number, out: Float64Array): void;

  /** The balanced preimage: `K(xi) = beta` and `R_xi(xi) = R(beta)`. */
  rightInverse(beta: Float64Array, xi: Float64Array): void;

  /** `R_xi(xi) - R(K(xi))`, at least 0, computed without cancellation; by subtraction where it is left out. */
  misalignment?(xi: Float64Array): number;

  /**
   * An unbalanced preimage, `K(xi) = beta`, from which a gradient method can move every coordinate in either
   * direction: no coordinate of `beta` has a zero derivative, and none is locked to its sign.
   * Where it is left out, the balanced preimage is perturbed at random.
   *
   * @param magnitude size of a typical coefficient, positive: what the factors are scaled by.
   */
  startingPoint?(beta: Float64Array, magnitude: number, xi: Float64Array): void;
}

/** One factor of a parametrization, a run of entries of `xi`. */
export interface Factor {
  /** Number of its entries. */
  readonly size: number;
  /** The power with which an entry enters a coefficient. */
  readonly power: number;
}

/** Options that every parametrization on groups takes. */
export interface GroupParametrizationOptions extends ConventionOptions {
  /** One positive finite weight a group, in order of first appearance, of both `R_xi` and `R`. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
}

/** Options of a parametrization that has a depth. */
export interface DepthOptions {
  /** The depth `k`: the number of factors, or the power of one. Default: 2. */
  readonly depth?: number;
}

/** Options that every elementwise parametrization takes. */
export interface ParametrizationOptions extends ConventionOptions {
  /** One positive finite weight a coordinate, of both `R_xi` and `R`. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
}

/**
 * The convention by which `lambda` multiplies `S(xi)`, the sum of squares of the factors:
 *
 * - `"normalized"`: `S / c`, so that the induced penalty has coefficient one;
 * - `"raw"`: `S`, as a Keras regularizer `l2(lambda)` on every factor; the induced penalty has coefficient `c`;
 * - `"weight-decay"`: `S / 2`, as the option `weight_decay` of a PyTorch optimizer, which adds `lambda xi` to the
 *   gradient; the coefficient is `c / 2`.
 *
 * `c` is `k` for a product of `k` factors, `k (k-1)^((1-k)/k)` if `k - 1` of them are shared plainly, and 1 for a difference,
 * a single power or a square. In the sum a factor that stands for `k - 1` counts `k - 1` times unless shared plainly.
 */
export type LambdaConvention = "normalized" | "raw" | "weight-decay";

/** Options that every parametrization takes. */
export interface ConventionOptions {
  /** The sum of squares that `lambda` multiplies. Default: `"normalized"`. */
  readonly lambdaConvention?: LambdaConvention;
}
