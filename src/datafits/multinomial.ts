import { mustBe } from "../errors";
import { areEqual } from "../linalg/vector";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { checkLength, sampleWeights } from "./checks";
import type { DatafitProperties, MultiResponseDatafit } from "./datafit";
import { relativeEntropy } from "./relative-entropy";
import { dualRounding } from "./separable-datafit";

/** Options of {@link multinomial}: how many classes there are, if the responses do not say it. */
export interface MultinomialOptions {
  /** Number of classes, an integer of at least 2. Default: as many as the labels that an estimator is fitted to have. */
  readonly nClasses?: number;
}

/**
 * The multinomial loss `f(eta) = (1/n) sum_i log(sum_k exp(eta_ik)) - eta_i,class(i)`.
 *
 * The target is the `n` x `nClasses` matrix of indicators, one class after the other, and so is `eta`. The
 * parametrization is symmetric, as in glmnet: every class has its own predictor and no class is the reference. A constant
 * added to all predictors of a sample changes nothing, so without a penalty the coefficients are not unique. With two
 * classes it is the logistic loss of `eta_i1 - eta_i0`.
 *
 * @param options `nClasses`: an integer of at least 2. Default: as many as the labels that an estimator is fitted to have.
 * @throws InputError when `nClasses` is not, or the loss is asked for values before it is known.
 * @see Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010)
 * @example
 * ```ts
 * const target = Float64Array.of(0, 0, 1);
 * multinomial({ nClasses: 3 }).valueAndGradient(target, new Float64Array(3), new Float64Array(3)); // 1.098612 = log 3
 * ```
 */
export function multinomial(options: MultinomialOptions = {}): MultiResponseDatafit<"classes"> {
  checkKeys("multinomial", options, ["nClasses"], "write { nClasses: 3 } for three classes");
  const { nClasses } = options;
  if (nClasses === undefined) return serializable("multinomial", [options], openMultinomial());
  if (!(Number.isInteger(nClasses) && nClasses >= 2)) {
    throw mustBe("multinomial", "nClasses", "an integer >= 2", nClasses);
  }
  return serializable("multinomial", [options], multinomialWith(nClasses, undefined));
}

const properties: DatafitProperties = {
  response: "classes",
  hasProbabilities: true,
  quadratic: false,
  dependsOnResidual: false,
  hasConstantHessian: false,
  hasDiagonalHessian: false,
  piecewiseQuadratic: false,
  coercive: false,
  comparesSamples: false,
  determinesIntercept: true,
  shiftInvariant: true,
};

/** The loss before the number of its classes is known. */
function openMultinomial(): MultiResponseDatafit<"classes"> {
  const open = (): never => {
    throw mustBe("multinomial", "nClasses", "given where no labels tell it", undefined);
  };
  return {
    name: "multinomial",
    ...properties,
    nResponses: Number.NaN,
    responses: "classes",
    forResponses: (nClasses) => multinomial({ nClasses }),
    checkTarget: open,
    valueAndGradient: open,
    curvature: open,
    hessianProduct: open,
    weighted: open,
    subset: open,
    inverseLink: open,
    saturatedValue: open,
    fenchelYoung: open,
  };
}

function multinomialWith(
  nClasses: number,
  weights: Float64Array | undefined,
): MultiResponseDatafit<"classes"> {
  const name = `multinomial(${nClasses})`;
  const softmax = new Softmax(nClasses);
  const kept = new KeptSoftmax(softmax);
  const weightOf = (i: number): number => (weights === undefined ? 1 : weights[i]);

  const datafit: MultiResponseDatafit<"classes"> = {
    name,
    ...properties,
    nResponses: nClasses,
    responses: "classes",

    checkTarget(where, y) {
      checkLength(where, y, nClasses, weights);
      checkIndicators(where, y, nClasses);
    },

    valueAndGradient(y, eta, gradient) {
      const n = y.length / nClasses;
      let sum = 0;
      for (let i = 0; i < n; i++) {
        softmax.at(eta, n, i);
        const weight = weightOf(i);
        for (let c = 0; c < nClasses; c++) {
          const own = y[c * n + i] === 1;
          gradient[c * n + i] = (weight * (own ? -softmax.rest(c) : softmax.probability(c))) / n;
          if (own) sum -= weight * softmax.logProbability(c);
        }
      }
      return sum / n;
    },

    curvature(y, eta, out) {
      const n = y.length / nClasses;
      for (let i = 0; i < n; i++) {
        softmax.at(eta, n, i);
        for (let c = 0; c < nClasses; c++) {
          out[c * n + i] = (weightOf(i) * softmax.probability(c) * softmax.rest(c)) / n;
        }
      }
    },

    // p_c (v_c - sum_d p_d v_d), taken about the likeliest class so that its own difference keeps its digits.
    hessianProduct(y, eta, v, out) {
      const n = y.length / nClasses;
      kept.moveTo(eta);
      const { probabilities, likeliest } = kept;
      for (let i = 0; i < n; i++) {
        const origin = v[likeliest[i] * n + i];
        let mean = 0;
        for (let c = 0; c < nClasses; c++) mean += probabilities[c * n + i] * (v[c * n + i] - origin);
        const scale = weightOf(i) / n;
        for (let c = 0; c < nClasses; c++) {
          out[c * n + i] = scale * probabilities[c * n + i] * (v[c * n + i] - origin - mean);
        }
      }
    },

    weighted: (given) => multinomialWith(nClasses, sampleWeights(`${name}.weighted`, given)),

    subset: (rows) =>
      weights === undefined ? datafit : multinomialWith(nClasses, Float64Array.from(rows, weightOf)),

    inverseLink(eta, out) {
      const n = eta.length / nClasses;
      for (let i = 0; i < n; i++) {
        softmax.at(eta, n, i);
        for (let c = 0; c < nClasses; c++) out[c * n + i] = softmax.probability(c);
      }
    },

    saturatedValue: () => 0,

    fenchelYoung: (y, eta, dual) => meanRelativeEntropy(softmax, y, eta, dual, weightOf),
  };
  return datafit;
}

/** The mean relative entropy of `y + dual`, which must be distributions, and the softmax: the Fenchel-Young loss; else Infinity. */
function meanRelativeEntropy(
  softmax: Softmax,
  y: Float64Array,
  eta: Float64Array,
  dual: Float64Array,
  weightOf: (i: number) => number,
): number {
  const { nClasses } = softmax;
  const n = y.length / nClasses;
  const rounding = dualRounding(dual);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const weight = weightOf(i);
    let total = 0;
    for (let c = 0; c < nClasses; c++) {
      total += dual[c * n + i];
      if (weight === 0 && !(Math.abs(dual[c * n + i]) <= rounding)) return Number.POSITIVE_INFINITY;
    }
    if (!(Math.abs(total) <= nClasses * rounding)) return Number.POSITIVE_INFINITY;
    if (weight === 0) continue;
    softmax.at(eta, n, i);
    const scale = n / weight;
    for (let c = 0; c < nClasses; c++) {
      const share = y[c * n + i] + scale * dual[c * n + i];
      if (!(share >= -scale * rounding)) return Number.POSITIVE_INFINITY;
      sum += weight * relativeEntropy(Math.max(share, 0), softmax.probability(c), softmax.logProbability(c));
    }
  }
  return sum / n;
}

/** The class probabilities of one sample at a time, accurate however near 0 or 1 they are. */
class Softmax {
  /** The class of the largest predictor. */
  likeliest = 0;
  readonly nClasses: number;
  /** `exp(eta_c - largest eta)` */
  #odds: Float64Array = new Float64Array(0);
  /** `eta_c - largest eta` */
  #shifted: Float64Array = new Float64Array(0);
  /** Odds of all classes but the likeliest. */
  #others = 0;

  constructor(nClasses: number) {
    this.nClasses = nClasses;
  }

  /** Moves to sample `i` of `n`. */
  at(eta: Float64Array, n: number, i: number): void {
    // A number of classes costs nothing before there are predictors of as many: a file may name any.
    if (this.#odds.length === 0) {
      this.#odds = new Float64Array(this.nClasses);
      this.#shifted = new Float64Array(this.nClasses);
    }
    let likeliest = 0;
    for (let c = 1; c < this.nClasses; c++) {
      if (eta[c * n + i] > eta[likeliest * n + i]) likeliest = c;
    }
    this.likeliest = likeliest;
    this.#others = 0;
    for (let c = 0; c < this.nClasses; c++) {
      this.#shifted[c] = eta[c * n + i] - eta[likeliest * n + i];
      this.#odds[c] = Math.exp(this.#shifted[c]);
      if (c !== likeliest) this.#others += this.#odds[c];
    }
  }

  probability(c: number): number {
    return this.#odds[c] / (1 + this.#others);
  }

  logProbability(c: number): number {
    return this.#shifted[c] - Math.log1p(this.#others);
  }

  /** `1 - probability(c)` */
  rest(c: number): number {
    const odds = c === this.likeliest ? this.#others : 1 + (this.#others - this.#odds[c]);
    return odds / (1 + this.#others);
  }
}

/** The class probabilities of all samples at one predictor, since a Hessian is many products at the same one. */
class KeptSoftmax {
  probabilities: Float64Array = new Float64Array(0);
  likeliest: Int32Array = new Int32Array(0);
  readonly #softmax: Softmax;
  #eta = new Float64Array(0);

  constructor(softmax: Softmax) {
    this.#softmax = softmax;
  }

  moveTo(eta: Float64Array): void {
    if (eta.length === this.#eta.length && areEqual(eta, this.#eta)) return;
    const { nClasses } = this.#softmax;
    const n = eta.length / nClasses;
    this.#eta = eta.slice();
    this.probabilities = new Float64Array(eta.length);
    this.likeliest = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      this.#softmax.at(eta, n, i);
      this.likeliest[i] = this.#softmax.likeliest;
      for (let c = 0; c < nClasses; c++) this.probabilities[c * n + i] = this.#softmax.probability(c);
    }
  }
}

function checkIndicators(where: string, y: Float64Array, nClasses: number): void {
  const n = y.length / nClasses;
  for (let i = 0; i < n; i++) {
    let members = 0;
    for (let c = 0; c < nClasses; c++) {
      const entry = y[c * n + i];
      if (entry !== 0 && entry !== 1) throw mustBe(where, `y, row ${i}, class ${c}`, "0 or 1", entry);
      members += entry;
    }
    if (members !== 1) throw mustBe(where, `y, row ${i}`, "1 in exactly one class", members);
  }
}
