/**
 * Makes a datafit from the loss of one entry ({@link separableDatafit}); most losses of this folder are made by it.
 */
import { maxAbs } from "../linalg/vector";
import { checkLength, sampleWeights } from "./checks";
import type { Datafit, DatafitProperties, ResponseKind } from "./datafit";

/** A loss of one entry, from which {@link separableDatafit} makes the mean over samples. */
export interface EntryLoss
  extends Pick<
      Datafit,
      | "response"
      | "piecewiseQuadratic"
      | "coercive"
      | "unitDeviance"
      | "logNormalizer"
      | "selfConcordance"
      | "isLikelihood"
      | "readsTrials"
      | "varianceAt"
    >,
    Partial<Pick<DatafitProperties, "quadratic" | "dependsOnResidual" | "hasProbabilities">> {
  /** The name with the parameters, such as `"huber(1.5)"`. */
  readonly name: string;

  /** Default: 1. */
  readonly nResponses?: number;

  /** The kind of the responses if there are several. */
  readonly responses?: ResponseKind;

  /** Checks that finite responses are in the domain of the loss. @throws InputError when they are not. */
  checkTarget?(where: string, y: Float64Array): void;

  /** The loss of a response at its predictor. */
  value(y: number, eta: number): number;
  /** The first derivative in `eta`. */
  slope(y: number, eta: number): number;
  /** The second derivative in `eta`, not negative. */
  curvature(y: number, eta: number): number;

  /**
   * Sets the losses and slopes of the entries `from <= k < to`, where they share what takes longest. Default: one by one.
   *
   * @param values the loss of entry `k` at `k - from`.
   */
  evaluate?(
    y: Float64Array,
    eta: Float64Array,
    from: number,
    to: number,
    values: Float64Array,
    slopes: Float64Array,
  ): void;

  /** `E[y | eta]` */
  inverseLink(eta: number): number;

  /** `inf value` over all `eta`. */
  saturatedValue(y: number): number;

  /** `inf slope` over all `eta`: the lower end of the domain of the conjugate, which belongs to it. */
  leastSlope(y: number): number;
  /** `sup slope` over all `eta`: the upper end. */
  largestSlope(y: number): number;

  /** `value + conjugate(dual) - eta dual`, of terms at least 0, for a finite `dual` in the domain; left out where no conjugate is known. */
  fenchelYoung?(y: number, eta: number, dual: number): number;
}

/** Room for the losses of the entries that are evaluated together; it is read before the next call. */
const values = new Float64Array(1024);

/** Completes a loss given entry by entry to `f(eta) = (1/n) sum_i weights[i] loss(y_i, eta_i)`. */
export function separableDatafit(loss: EntryLoss): Datafit {
  return separableDatafitWith(loss, undefined);
}

function separableDatafitWith(loss: EntryLoss, weights: Float64Array | undefined): Datafit {
  const { nResponses = 1 } = loss;

  const datafit: Datafit = {
    ...propertiesOf(loss),
    quadratic: weights === undefined && loss.quadratic === true,
    nResponses,

    checkTarget(where, y) {
      checkLength(where, y, nResponses, weights);
      loss.checkTarget?.(where, y);
    },

    valueAndGradient(y, eta, gradient) {
      const n = y.length / nResponses;
      if (loss.evaluate) return meanOfBlocks(loss as BlockLoss, y, eta, gradient, n, weights);
      let sum = 0;
      for (let k = 0; k < y.length; k++) {
        const weight = weights === undefined ? 1 : weights[k % n];
        gradient[k] = 0;
        if (weight === 0) continue; // where the loss may be infinite
        gradient[k] = (weight * loss.slope(y[k], eta[k])) / n;
        sum += weight * loss.value(y[k], eta[k]);
      }
      return sum / n;
    },

    curvature(y, eta, out) {
      const n = y.length / nResponses;
      for (let k = 0; k < y.length; k++) {
        const weight = weights === undefined ? 1 : weights[k % n];
        out[k] = weight === 0 ? 0 : (weight * loss.curvature(y[k], eta[k])) / n;
      }
    },

    weighted: (given) => separableDatafitWith(loss, sampleWeights(`${loss.name}.weighted`, given)),

    subset: (rows) =>
      weights === undefined
        ? datafit
        : separableDatafitWith(
            loss,
            Float64Array.from(rows, (i) => weights[i]),
          ),

    inverseLink(eta, out) {
      for (let k = 0; k < eta.length; k++) out[k] = loss.inverseLink(eta[k]);
    },

    saturatedValue(y) {
      const n = y.length / nResponses;
      let sum = 0;
      for (let k = 0; k < y.length; k++) {
        sum += (weights === undefined ? 1 : weights[k % n]) * loss.saturatedValue(y[k]);
      }
      return sum / n;
    },

    fenchelYoung:
      loss.fenchelYoung &&
      ((y, eta, dual) => meanFenchelYoung(loss as PairedLoss, y, eta, dual, y.length / nResponses, weights)),
  };
  return datafit;
}

/** The properties of the mean of a loss over samples, whatever their weights. */
function propertiesOf(loss: EntryLoss) {
  return {
    name: loss.name,
    response: loss.response,
    hasProbabilities: loss.hasProbabilities === true,
    dependsOnResidual: loss.dependsOnResidual === true,
    hasConstantHessian: loss.quadratic === true,
    hasDiagonalHessian: true,
    piecewiseQuadratic: loss.piecewiseQuadratic,
    coercive: loss.coercive,
    comparesSamples: false,
    determinesIntercept: true,
    shiftInvariant: false,
    responses: loss.responses,
    selfConcordance: loss.selfConcordance,
    unitDeviance: loss.unitDeviance,
    logNormalizer: loss.logNormalizer,
    isLikelihood: loss.isLikelihood === true,
    readsTrials: loss.readsTrials === true,
    varianceAt: loss.varianceAt,
  };
}

type BlockLoss = EntryLoss & Required<Pick<EntryLoss, "evaluate">>;
type PairedLoss = EntryLoss & Required<Pick<EntryLoss, "fenchelYoung">>;

/** The mean of a loss that is evaluated for many entries together, and its gradient. */
function meanOfBlocks(
  loss: BlockLoss,
  y: Float64Array,
  eta: Float64Array,
  gradient: Float64Array,
  n: number,
  weights: Float64Array | undefined,
): number {
  let sum = 0;
  for (let from = 0; from < y.length; from += values.length) {
    const to = Math.min(from + values.length, y.length);
    loss.evaluate(y, eta, from, to, values, gradient);
    for (let k = from; k < to; k++) {
      const weight = weights === undefined ? 1 : weights[k % n];
      gradient[k] = weight === 0 ? 0 : (weight * gradient[k]) / n;
      if (weight !== 0) sum += weight * values[k - from];
    }
  }
  return sum / n;
}

/** The mean of the loss plus its conjugate less `eta dual`; infinite where a dual point is outside the domain. */
function meanFenchelYoung(
  loss: PairedLoss,
  y: Float64Array,
  eta: Float64Array,
  dual: Float64Array,
  n: number,
  weights: Float64Array | undefined,
): number {
  const rounding = dualRounding(dual);
  let sum = 0;
  for (let k = 0; k < y.length; k++) {
    const weight = weights === undefined ? 1 : weights[k % n];
    if (weight === 0) {
      if (!(Math.abs(dual[k]) <= rounding)) return Number.POSITIVE_INFINITY;
      continue;
    }
    const scale = n / weight;
    const [least, largest] = [loss.leastSlope(y[k]), loss.largestSlope(y[k])];
    const u = intoDomain(scale * dual[k], scale * rounding, least, largest);
    if (u === undefined) return Number.POSITIVE_INFINITY;
    sum += weight * loss.fenchelYoung(y[k], eta[k], u);
  }
  return sum / n;
}

/**
 * `u` in `[least, largest]`, or undefined outside by more than `rounding`: a slope at an end of the domain that was
 * divided by `n` and multiplied again comes back a few roundings off that end, where the conjugate may have a kink.
 */
function intoDomain(u: number, rounding: number, least: number, largest: number): number | undefined {
  if (!Number.isFinite(u)) return undefined;
  if (isAtEnd(u, least)) return least;
  if (isAtEnd(u, largest)) return largest;
  if (u < least) return u >= least - rounding ? least : undefined;
  if (u > largest) return u <= largest + rounding ? largest : undefined;
  return u;
}

function isAtEnd(u: number, end: number): boolean {
  return Number.isFinite(end) && Math.abs(u - end) <= 8 * Number.EPSILON * Math.abs(end);
}

/**
 * How far an entry of a dual point may be from where it belongs and still count as being there.
 *
 * A dual point is a gradient that was projected off the unpenalized columns. That leaves it where it was, up to a
 * rounding of its largest entries, which moves the entries that are zero out of a domain that ends there.
 */
export function dualRounding(dual: Float64Array): number {
  return 1e-12 * maxAbs(dual);
}
