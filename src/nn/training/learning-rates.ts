/**
 * Learning rates and lengths of trainings: schedules, advice by depth and penalty, and rates for shared gates.
 */

import type * as TensorFlow from "@tensorflow/tfjs";
import { mustBe } from "../../errors";
import { checkKeys, checkPositive } from "../../options";
import { FLOAT32_EPSILON } from "../layers/factorized-layer";
import { checkModel, factorizedLayers } from "../layers/model-layers";
import type { LayersModel, NamedTensor, Optimizer } from "../model-types";
import { tensorFlow } from "../tensorflow";

/** A number for each epoch, counted from 0. */
export type Schedule = (epoch: number) => number;

/** Options of {@link cosineDecay}: the number of epochs, of which the first may rise, and the rate at the end. */
export interface CosineDecayOptions {
  /** Number of epochs, a positive integer. */
  readonly epochs: number;
  /** Number of initial epochs in which the rate increases in equal steps, at least 0 and below `epochs`. Default: 0. */
  readonly warmUp?: number;
  /** The rate after the last epoch, at least 0. Default: 0. */
  readonly end?: number;
}

/**
 * A learning rate that falls along half a cosine, `end + (rate - end) (1 + cos(pi t)) / 2` with `t` the share of the epochs after
 * warm-up that is over.
 *
 * Large steps early, small ones late: factors are balanced, and zeros exact, only once the steps are small but many.
 *
 * @param rate the largest one, positive.
 * @param options see {@link CosineDecayOptions}.
 * @returns the rate of each epoch.
 * @throws InputError where a number is outside its domain.
 * @see Loshchilov and Hutter, SGDR (2017), arXiv 1608.03983, without restarts
 * @example
 * ```ts
 * const schedule = cosineDecay(0.4, { epochs: 4 });
 * [0, 1, 2, 3].map(schedule).map((rate) => rate.toFixed(2)).join(); // "0.40,0.34,0.20,0.06"
 * ```
 */
export function cosineDecay(rate: number, options: CosineDecayOptions): Schedule {
  const where = "cosineDecay";
  checkPositive(where, "rate", rate);
  checkKeys(where, options, ["epochs", "warmUp", "end"], "write { epochs: 20 } for 20 epochs");
  const { epochs, warmUp = 0, end = 0 } = options;
  checkCount(where, "epochs", epochs, 1);
  checkCount(where, "warmUp", warmUp, 0);
  if (warmUp >= epochs) throw mustBe(where, "warmUp", `below the ${epochs} epochs`, warmUp);
  if (!(end >= 0 && end < Number.POSITIVE_INFINITY)) throw mustBe(where, "end", "a finite number >= 0", end);
  return (epoch) => {
    if (epoch < warmUp) return (rate * (epoch + 1)) / (warmUp + 1);
    const share = Math.min((epoch - warmUp) / (epochs - warmUp), 1);
    return end + ((rate - end) * (1 + Math.cos(Math.PI * share))) / 2;
  };
}

/** @throws InputError unless the learning rate is a schedule, a positive number, which gives a constant one, or left out. */
export function scheduleFrom(
  where: string,
  learningRate: number | Schedule | undefined,
): Schedule | undefined {
  if (learningRate === undefined || typeof learningRate === "function") return learningRate;
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY && typeof learningRate === "number")) {
    const rule = "a positive finite number or a function of the epoch such as cosineDecay(rate, { epochs })";
    throw mustBe(where, "learningRate", rule, learningRate);
  }
  return () => learningRate;
}

/** @throws InputError unless `value` is an integer of at least `least`. */
export function checkCount(where: string, what: string, value: unknown, least: number): void {
  if (!(Number.isSafeInteger(value) && (value as number) >= least)) {
    throw mustBe(where, what, `an integer >= ${least}`, value);
  }
}

/** A recommended learning rate for a factorized network, and its source. */
export interface LearningRateAdvice {
  /** The rate to try first. */
  readonly learningRate: number;
  /** The lowest and highest that the sources found best. */
  readonly range: readonly [number, number];
  /** The publication of the ratios, in a sentence. */
  readonly source: string;
}

/**
 * Best rates of gated networks over the best one of the plain network, by depth 1 to 4, as tuned for VGG-16 on CIFAR-10 (0.3, 0.4,
 * 0.4 against 0.1) and on SVHN (2e-3, 3e-3, 3e-3 against 2e-3), and for ResNet-18 on CIFAR-100 (0.2, 0.3, 0.4 against 0.2).
 */
const RATIOS = [
  [1, 1, 1],
  [3, 1, 1],
  [4, 1.5, 1.5],
  [4, 1.5, 2],
];

const SOURCE =
  "Kolb et al., Differentiable Sparsity via D-Gating (2025), arXiv 2509.23898, Table 4: SGD with momentum 0.9 and cosine decay";

/**
 * A learning rate for a factorized network, from one that suits the plain network: it grows with depth.
 *
 * The gradient of a factor is that of the weight times the other factors, which shrink as weights do, so the same rate changes a
 * deeper product less. The rate to try first is the geometric mean of the published ratios. A rate that is too high diverges
 * first at depth 3 and more; `train` then says which one to try next.
 *
 * @param depth of the factorization, at least 1; above 4 the advice is that for 4, between integers it is interpolated.
 * @param plainRate a learning rate that suits the plain network under SGD, with or without momentum, positive.
 * @throws InputError where a number is outside its domain.
 * @example
 * ```ts
 * adviseLearningRate(3, 0.1).learningRate.toFixed(2); // "0.21"
 * ```
 */
export function adviseLearningRate(depth: number, plainRate: number): LearningRateAdvice {
  const where = "adviseLearningRate";
  if (!(typeof depth === "number" && depth >= 1 && depth < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "depth", "a finite number >= 1", depth);
  }
  checkPositive(where, "plainRate", plainRate);
  const position = Math.min(depth, RATIOS.length) - 1;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  const between = (of: (ratios: readonly number[]) => number): number =>
    plainRate * (of(RATIOS[below]) + (position - below) * (of(RATIOS[above]) - of(RATIOS[below])));
  return {
    learningRate: between(
      (ratios) => ratios.reduce((product, ratio) => product * ratio, 1) ** (1 / ratios.length),
    ),
    range: [between((ratios) => Math.min(...ratios)), between((ratios) => Math.max(...ratios))],
    source: SOURCE,
  };
}

/** Optimizers whose step is proportional to the gradient; others normalize it, so no rate needs a correction. */
export const PROPORTIONAL: readonly string[] = ["SGD", "Momentum"];

/**
 * Returns the optimizer with a learning rate for each factor: that of a shared gate is divided by `k - 1` under gradient descent and
 * momentum. Other rates, and all rates of Adam and its variants, do not change.
 *
 * A shared gate represents `k - 1` equal gates, and its gradient is the sum of theirs. With this rate both forms take the same
 * steps, so results on one hold for the other.
 *
 * @param model the factorized model to be trained.
 * @param optimizer stays as it is, and shares its state with what is returned.
 * @throws InputError unless `model` is a model of layers.
 * @see arXiv 2509.23898, Lemma 4
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 1, inputShape: [2], depth: 3, shared: true });
 * const model = tf.sequential({ layers: [layer] });
 * model.compile({ loss: "meanSquaredError", optimizer: withFactorRates(model, tf.train.sgd(0.1)) });
 * ```
 */
export function withFactorRates<O extends Optimizer>(model: LayersModel, optimizer: O): O {
  const where = "withFactorRates";
  checkModel(where, model);
  const rates = new Map<string, number>();
  for (const { factorization, gates } of factorizedLayers(model)) {
    if (!factorization.shared) continue;
    rates.set((gates[0].read() as TensorFlow.Variable).name, 1 / (factorization.depth - 1));
  }
  const inner = optimizer as TensorFlow.Optimizer;
  if (rates.size === 0 || !PROPORTIONAL.includes(inner.getClassName())) return optimizer;
  const tf = tensorFlow(where);
  const scaled = (name: string, gradient: TensorFlow.Tensor): TensorFlow.Tensor => {
    const rate = rates.get(name);
    return rate === undefined || gradient == null ? gradient : tf.mul(gradient, rate);
  };
  // TensorFlow.js accepts only instances of its own class, so the result inherits from the optimizer.
  return Object.create(optimizer as object, {
    applyGradients: {
      value(gradients: TensorFlow.NamedTensorMap | NamedTensor[]): void {
        tf.tidy(() => {
          inner.applyGradients.call(
            this,
            Array.isArray(gradients)
              ? gradients.map(({ name, tensor }) => ({ name, tensor: scaled(name, tensor) }))
              : Object.fromEntries(
                  Object.entries(gradients).map(([name, tensor]) => [name, scaled(name, tensor)]),
                ),
          );
        });
      },
    },
  }) as O;
}

/**
 * Share of the epochs in which the penalty of three or more factors rises by default. Such a penalty is steepest at zero: from the
 * first step on it would end small weights that the data make large later.
 */
const WARM_UP_SHARE = 0.1;

/** Returns whether the penalty of so many factors rises by default. */
function isWarmedUp(depth: number): boolean {
  return depth >= 3;
}

/** Returns the number of epochs in which the penalty of a model rises by default. */
export function defaultWarmUp(model: LayersModel, epochs: number): number {
  const isDeep = factorizedLayers(model).some(
    ({ lambda, factorization: { depth } }) => lambda > 0 && isWarmedUp(depth),
  );
  return isDeep ? Math.round(WARM_UP_SHARE * epochs) : 0;
}

/** How a network will be trained. */
export interface PlannedTraining {
  /** The initial rate, positive; it decreases by cosine decay. */
  readonly learningRate: number;
  /** Gradient steps an epoch, a positive integer: samples over batch size. */
  readonly stepsPerEpoch: number;
  /** Momentum of the optimizer, in `[0, 1)`. Default: 0. */
  readonly momentum?: number;
  /** Number of factors, at least 2: from 3 on, lambda rises in a tenth of the epochs, as `train` has it. Default: 2. */
  readonly depth?: number;
}

/**
 * Returns the minimum number of epochs in which weights become exactly zero under (stochastic) gradient descent with cosine decay.
 *
 * A weight whose loss has no slope falls by its penalty alone, as `exp(-2 lambda t)` at every depth with factors of their own
 * or `withFactorRates`, where `t` is the sum of `rate / (1 - momentum)` over all steps. From 1 it comes below the threshold of `collapse`, `2^-23`, once `2 lambda t >= 23 ln 2`:
 * a run that is shorter ends with small weights, not with zeros.
 *
 * @param lambda coefficient of the penalty, positive.
 * @param training see {@link PlannedTraining}.
 * @returns a positive integer, `23 ln 2 (1 - momentum) / (lambda rate steps)` rounded up: the mean rate is half of the largest. From
 *   depth 3 on it is a ninth more.
 * @throws InputError where a number is outside its domain.
 * @see arXiv 2509.23898, Lemmas 2 and 3, for the same decay of the imbalance between factors
 * @example
 * ```ts
 * adviseEpochs(1e-3, { learningRate: 0.2, momentum: 0.9, stepsPerEpoch: 40 }); // 200
 * ```
 */
export function adviseEpochs(lambda: number, training: PlannedTraining): number {
  const where = "adviseEpochs";
  checkPositive(where, "lambda", lambda);
  checkKeys(where, training, ["learningRate", "momentum", "stepsPerEpoch", "depth"]);
  const { learningRate, momentum = 0, stepsPerEpoch, depth = 2 } = training;
  checkPositive(where, "learningRate", learningRate);
  checkCount(where, "stepsPerEpoch", stepsPerEpoch, 1);
  if (!(momentum >= 0 && momentum < 1)) throw mustBe(where, "momentum", "in [0, 1)", momentum);
  if (!(typeof depth === "number" && depth >= 2 && depth < Number.POSITIVE_INFINITY))
    throw mustBe(where, "depth", "a finite number >= 2", depth);
  const distance = -Math.log(FLOAT32_EPSILON) / 2;
  // The integral of (1 + cos(pi t)) / 2 over [0, 1], times t / s below the share s of warm-up.
  const share = WARM_UP_SHARE;
  const lost = isWarmedUp(depth)
    ? share / 4 + (1 - Math.cos(Math.PI * share)) / (2 * Math.PI ** 2 * share)
    : 0;
  const perEpoch = (lambda * learningRate * stepsPerEpoch * (0.5 - lost)) / (1 - momentum);
  return Math.ceil(distance / perEpoch);
}
