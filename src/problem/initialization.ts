/**
 * Where descent on a surrogate may start.
 *
 * Two traps decide which starts are good. **Zero**: where two factors of a coefficient are zero every derivative
 * vanishes, and no first-order method moves. **Sign lock**: from `|u_j| = |v_j|` the factors stay equal and the sign of
 * `beta_j` stays what it is, so that a coefficient with the wrong sign dies at zero. Unbalanced starts have neither; they
 * are the default everywhere.
 */
import { warn } from "#platform";
import { mustBe, signLockedStart, trappedStart } from "../errors";
import { checkKeys, checkPositive, didYouMean } from "../options";
import type { Parametrization } from "../parametrizations";
import { type SeededRandom, seededRandom } from "../random/random";
import { serializable } from "../recipe";
import { deadCoordinates } from "./dead-coordinates";
import { signLockedCoordinates } from "./sign-lock";
import { startingPoint } from "./starting-point";

/** A way to choose the parameters `xi`, of length `surrogateSize(nFeatures)`, that a method starts from. */
export type Initialization = (parametrization: Parametrization, nFeatures: number) => Float64Array;

/**
 * The start that a scheme chooses, checked for the two traps.
 *
 * @param nFeatures number of coefficients, an integer of at least 1.
 * @param scheme such as `unitGates()`, or a function of one's own. Default: `unbalanced()`.
 * @returns `xi`, a new vector. Where it locks signs one warning says so and how many.
 * @throws InputError when a coefficient could never move, or `xi` is not finite or of the wrong length.
 * @example
 * ```ts
 * initialize(hadamardProduct({ depth: 2 }), 2); // [0, 0, 1, 1]
 * ```
 */
export function initialize(
  parametrization: Parametrization,
  nFeatures: number,
  scheme: Initialization = unbalanced(),
): Float64Array {
  const where = "initialize";
  if (typeof scheme !== "function") throw mustBe(where, "scheme", "one such as unbalanced()", scheme);
  if (!Number.isInteger(nFeatures) || nFeatures < 1)
    throw mustBe(where, "nFeatures", "an integer >= 1", nFeatures);
  const xi = scheme(parametrization, nFeatures);
  const size = parametrization.surrogateSize(nFeatures);
  if (xi.length !== size) throw mustBe(where, "the length of the start", `${size}`, xi.length);
  xi.forEach((entry, i) => {
    if (!Number.isFinite(entry)) throw mustBe(where, `entry ${i} of the start`, "a finite number", entry);
  });
  const dead = deadCoordinates(parametrization, xi);
  if (dead.length > 0) throw trappedStart(where, dead, nFeatures);
  const locked = signLockedCoordinates(parametrization, xi);
  if (locked.length > 0) warn(signLockedStart(where, locked, nFeatures), "SignLockWarning");
  return xi;
}

/**
 * All coefficients zero and free to go either way: the unbalanced preimage of zero, the parametrization's own
 * `startingPoint`. Of a product it is `u = 0` with all other factors `magnitude^(1/k)`, of a difference `u = v`.
 *
 * @param options `magnitude`: size of a typical coefficient, positive. Default: 1.
 * @throws InputError when the magnitude is not a positive finite number.
 * @see Vaškevičius, Kanade and Rebeschini, Implicit regularization for optimal sparse recovery (2019)
 */
export function unbalanced(options: { readonly magnitude?: number } = {}): Initialization {
  checkKeys("unbalanced", options, ["magnitude"]);
  const { magnitude = 1 } = options;
  checkPositive("unbalanced", "magnitude", magnitude);
  return serializable("unbalanced", [options], (parametrization, nFeatures) =>
    startingPoint(parametrization, new Float64Array(nFeatures), magnitude),
  );
}

/**
 * Every parameter the same, `xi_i = value`. A difference form starts from zero coefficients and is free to go either
 * way; a product starts from `value^k` with **every sign locked**.
 *
 * @param value a positive finite number. Small values leave implicit regularization visible.
 * @throws InputError when the value is not a positive finite number.
 */
export function equalFactors(value: number): Initialization {
  checkPositive("equalFactors", "value", value);
  return serializable("equalFactors", [value], (parametrization, nFeatures) =>
    new Float64Array(parametrization.surrogateSize(nFeatures)).fill(value),
  );
}

/**
 * The balanced preimage of coefficients `sign_j * magnitude`, at which the surrogate is the sparse problem itself.
 *
 * In products and differences of scalars it **locks every sign**: descent ends at the best point with these signs, and
 * sets to zero what should have had the other. It is for signs that are known, of a good fit or of `X'y`; all positive or
 * random signs solve another problem.
 *
 * @param options `signs`: 1 or -1 a coefficient, or `"positive"`, or `"random"` (with `seed`, default 1).
 * `magnitude`: positive. Default: 1.
 * @throws InputError when an option is outside its domain.
 */
export function balanced(options: BalancedOptions): Initialization {
  checkKeys("balanced", options, ["signs", "magnitude", "seed"]);
  const { signs, magnitude = 1, seed = 1 } = options;
  checkPositive("balanced", "magnitude", magnitude);
  const scheme: Initialization = (parametrization, nFeatures) => {
    const beta = signVector(signs, nFeatures, seededRandom(seed)).map((sign) => sign * magnitude);
    const xi = new Float64Array(parametrization.surrogateSize(nFeatures));
    parametrization.rightInverse(beta, xi);
    return xi;
  };
  return serializable("balanced", [options], scheme);
}

/** Options of {@link balanced}: the sign and size of the products, and the seed of what is random. */
export interface BalancedOptions {
  /** 1 or -1 a coefficient, or all positive, or drawn at random. */
  readonly signs: ArrayLike<number> | "positive" | "random";
  /** Magnitude of every coefficient, positive. Default: 1. */
  readonly magnitude?: number;
  /** The seed of random signs, an integer. Default: 1. */
  readonly seed?: number;
}

function signVector(signs: BalancedOptions["signs"], nFeatures: number, random: SeededRandom): Float64Array {
  if (signs === "positive") return new Float64Array(nFeatures).fill(1);
  if (signs === "random") {
    return Float64Array.from({ length: nFeatures }, () => (random.uniform() < 0.5 ? -1 : 1));
  }
  const rule = `${nFeatures} signs, "positive" or "random"`;
  if (typeof Object(signs).length !== "number" || typeof signs === "string" || signs.length !== nFeatures)
    throw mustBe("balanced", "signs", rule, signs, didYouMean(signs, ["positive", "random"]));
  return Float64Array.from(signs, (sign, j) => {
    if (sign !== 1 && sign !== -1) throw mustBe("balanced", `signs[${j}]`, "1 or -1", sign);
    return sign;
  });
}

/**
 * The usual start of the unfactorized model, kept: the first factor is `base`, all others, the gates, are 1, so that
 * `K(xi) = base`.
 *
 * @param options `base`: one number a coefficient. Default: drawn from `N(0, 2 / fanIn)` (He et al., 2015), with
 * `fanIn` (default: the number of features) and `seed` (default: 1).
 * @throws InputError when an option is outside its domain, or the parametrization is no product of gates with one
 * factor per coefficient.
 * @see arXiv 2509.23898, on unit gates
 * @example
 * ```ts
 * initialize(hadamardProduct({ depth: 2 }), 2, unitGates({ base: [0.5, -2] })); // [0.5, -2, 1, 1]
 * ```
 */
export function unitGates(options: UnitGatesOptions = {}): Initialization {
  const where = "unitGates";
  checkKeys(where, options, ["base", "fanIn", "seed"]);
  const { base, fanIn, seed = 1 } = options;
  if (fanIn !== undefined) checkPositive(where, "fanIn", fanIn);
  const scheme: Initialization = (parametrization, nFeatures) => {
    if (base !== undefined && base.length !== nFeatures)
      throw mustBe(where, "the length of base", `${nFeatures}`, base.length);
    const random = seededRandom(seed);
    const deviation = Math.sqrt(2 / (fanIn ?? nFeatures));
    const first = base
      ? Float64Array.from(base)
      : Float64Array.from({ length: nFeatures }, () => deviation * random.normal());
    const xi = new Float64Array(parametrization.surrogateSize(nFeatures)).fill(1);
    const reached = new Float64Array(nFeatures);
    if (parametrization.factors?.(nFeatures)[0].size === nFeatures) {
      xi.set(first);
      parametrization.forward(xi, reached);
    }
    if (reached.some((b, j) => b !== first[j])) {
      const rule = "a product of factors that can be 1, such as hadamardProduct({ depth: 2 })";
      throw mustBe(where, "parametrization", rule, parametrization.name);
    }
    return xi;
  };
  return serializable("unitGates", [options], scheme);
}

/** Options of {@link unitGates}: how the first factor is drawn, while the others are 1. */
export interface UnitGatesOptions {
  /** The coefficients to start from. Default: drawn at random. */
  readonly base?: ArrayLike<number>;
  /** Inputs of a unit, which the variance `2 / fanIn` of random coefficients goes by, positive. Default: `nFeatures`. */
  readonly fanIn?: number;
  /** The seed of random coefficients, an integer. Default: 1. */
  readonly seed?: number;
}

/**
 * Every parameter random, so that a product of `k` factors has about the variance `sigma^2`: each is drawn from
 * `N(0, sigma^(2/k))`, again until `epsilon^(1/k) < |xi_i| < min(1, (2 sigma)^(1/k))`.
 *
 * `k` is the degree of the map, `K(t xi) = t^k K(xi)`. The truncation keeps factors out of the trap at zero and products
 * from exploding; it also makes the variance smaller than `sigma^2`.
 *
 * @param options `sigma`: standard deviation of a coefficient, in (0, 1]. `epsilon`: positive, at most `sigma` and 1/2;
 * default: `sigma / 100`. `seed`: default 1.
 * @throws InputError when an option is outside its domain, or the map is not homogeneous.
 * @see Kolb et al., Deep weight factorization (2025), arXiv 2502.02496
 */
export function varianceMatched(options: VarianceMatchedOptions): Initialization {
  const where = "varianceMatched";
  checkKeys(where, options, ["sigma", "epsilon", "seed"]);
  const { sigma, seed = 1 } = options;
  // No factor is above 1: from far wider draws hardly any would be kept.
  if (!(sigma > 0 && sigma <= 1)) throw mustBe(where, "sigma", "a number above 0, at most 1", sigma);
  const { epsilon = sigma / 100 } = options;
  if (!(epsilon > 0 && epsilon <= Math.min(sigma, 0.5)))
    throw mustBe(where, "epsilon", `positive and at most ${Math.min(sigma, 0.5)}`, epsilon);
  const scheme: Initialization = (parametrization, nFeatures) => {
    const degree = degreeOf(where, parametrization, nFeatures);
    const root = (value: number): number => value ** (1 / degree);
    const [deviation, smallest, largest] = [root(sigma), root(epsilon), Math.min(1, root(2 * sigma))];
    const random = seededRandom(seed);
    const draw = (): number => {
      for (;;) {
        const entry = deviation * random.normal();
        if (Math.abs(entry) > smallest && Math.abs(entry) < largest) return entry;
      }
    };
    return Float64Array.from({ length: parametrization.surrogateSize(nFeatures) }, draw);
  };
  return serializable("varianceMatched", [options], scheme);
}

/** Options of {@link varianceMatched}: the spread of the products, and the size below which none starts. */
export interface VarianceMatchedOptions {
  /** Standard deviation of a coefficient, in (0, 1]. */
  readonly sigma: number;
  /** No product of `k` factors is smaller, positive and at most `sigma` and 1/2. Default: `sigma / 100`. */
  readonly epsilon?: number;
  /** An integer. Default: 1. */
  readonly seed?: number;
}

/** The `k` of `K(t xi) = t^k K(xi)`, from `t` = 1, 2 and 4 at a random point. */
function degreeOf(where: string, parametrization: Parametrization, nFeatures: number): number {
  const random = seededRandom(1);
  const xi = Float64Array.from({ length: parametrization.surrogateSize(nFeatures) }, () => random.normal());
  const [once, twice, fourTimes] = [1, 2, 4].map((t) => {
    const beta = new Float64Array(nFeatures);
    parametrization.forward(
      xi.map((entry) => t * entry),
      beta,
    );
    return beta;
  });
  const degree = Math.log2(twice[0] / once[0]);
  const is = (ratio: number): boolean => Math.abs(Math.log2(ratio) - degree) < 1e-9;
  if (degree > 0 && once.every((b, j) => is(twice[j] / b) && is(fourTimes[j] / twice[j]))) return degree;
  throw mustBe(where, "parametrization", "homogeneous, K(t xi) = t^k K(xi)", parametrization.name);
}
