/** The trainings of `sparsifyTo`: a path of models over lambda, and the refit of what is largest on it. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { formatNumber } from "../../display/formatting";
import type { ProgressListener } from "../../display/progress";
import { type ProgressReporter, throttledProgress } from "../../display/progress-display";
import { surrogatePenalty } from "../layers/factor-measures";
import { type FactorizedLayer, groupNorms, groupsOfEntries, zeroGroups } from "../layers/factorized-layer";
import { factorizedLayers } from "../layers/model-layers";
import type { LayersModel, Tensor } from "../model-types";
import { nothingGained, noZerosOnPathAdvice, pathEndAdvice, risingLossAdvice } from "../network-errors";
import { collapse } from "../surgery/collapse";
import { freezeZeros } from "../surgery/freeze-zeros";
import { shrink } from "../surgery/shrink";
import { type SparsifyOptions, sparsify } from "../surgery/sparsify";
import { sparsityReport } from "../surgery/sparsity-report";
import { tensorFlow } from "../tensorflow";
import { cosineDecay, type Schedule, scheduleFrom, withFactorRates } from "./learning-rates";
import { evaluate, runTraining, type Training, type TrainOptions } from "./train";
import { epochsForZeros, groupsInWords } from "./training-advice";
import { learningRateOf, recordName } from "./training-recorder";

/** Options of `sparsifyTo`. */
export interface SparsifyToOptions
  extends Pick<SparsifyOptions, "depth" | "structure" | "shared" | "groupWeights" | "layers" | "gateBeta">,
    Pick<TrainOptions, "batchSize" | "validationData" | "seed"> {
  /** Share of the groups of the structure that stay, in (0, 1], rounded to a number of groups; at least one stays in each layer. */
  readonly keep: number;
  /** Number of passes over the data at each lambda, a positive integer; the refit has as many as all trainings before it together. */
  readonly epochs: number;
  /**
   * The learning rate of each of these trainings, a positive number, or a function of its epoch, counted from 0; over the refit it is
   * stretched. Default: a `cosineDecay` of the rate of the optimizer.
   */
  readonly learningRate?: number | Schedule;
  /** Receives the progress, in epochs of the longest path possible: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
  /** Ends the training before the next batch, with what is there. Default: an interrupt of the cell does. */
  readonly signal?: AbortSignal;
}

/** The model at one lambda of the path of `sparsifyTo`, or after the refit. */
export interface SparsifyToStep {
  /** Coefficient of the penalty; 0 without one. */
  readonly lambda: number;
  /** Number of groups that are not zero. */
  readonly groups: number;
  /** Number of weights and biases that are not zero once `shrink` has removed units. */
  readonly parameters: number;
  /** Loss on the data of the training with the groups alone that would stay if the path ended here. */
  readonly keptLoss: number;
  /** Loss without the penalty, on validation data where there are some, else on those of the training. */
  readonly loss: number;
  /** Metrics that `compile` was given, likewise, such as `accuracy`. */
  readonly [metric: string]: number;
}

/** A model made sparse by `sparsifyTo`, and the path to it; shows itself as a table. */
export interface SparsifyToResult<M extends LayersModel = LayersModel> {
  /** The model has plain layers and exact zeros, and is compiled as the given one is; `shrink` makes it smaller. */
  readonly model: M;
  /** The model at each lambda, ascending, the first without penalty; before the largest groups are taken. */
  readonly path: readonly SparsifyToStep[];
  /** The measures of `model` after the refit; its `lambda` is that of the step from which its groups were taken. */
  readonly final: SparsifyToStep;
  /** Number of groups that there are. */
  readonly nGroups: number;
  /** `"interrupted"` and `"diverged"`: `model` has the largest groups of the steps so far, and no whole refit. */
  readonly status: Training["status"];
  /** The advice in a sentence says what to change: after a divergence, where a layer died, or where too little was zero. */
  readonly advice: string | undefined;
}

/** Options that `sparsify` takes. */
export const FACTORS: readonly string[] = [
  "depth",
  "structure",
  "shared",
  "groupWeights",
  "layers",
  "gateBeta",
];

/** First lambda, as a share of the one at which the penalty of the trained weights is what they gain in the loss. */
const FIRST_SHARE = 0.1;
/** Ratio of a lambda to the one before. */
const LAMBDA_RATIO = 1.5;
/** Maximum number of lambdas above zero: the last is about 100 times the one at which the trained weights cost what they gain. */
const MAX_LAMBDAS = 18;
/** Rise of the loss with the penalty in a training that noise explains, as a share of what the weights gain in the loss. */
const MAX_RISE = 0.1;
/** Maximum number of times that a smaller learning rate is tried. */
const MAX_REDUCTIONS = 3;
/** Ratio of a learning rate to the next smaller one. */
const RATE_REDUCTION = 3;

/** Maximum number of trainings: the path has one without a penalty and the repeated ones too, and the refit is as long as it. */
const MAX_TRAININGS = 2 * (MAX_LAMBDAS + MAX_REDUCTIONS + 1);

/** A path that has ended, and where on it the largest groups are taken. */
interface Path extends Pick<SparsifyToResult, "path" | "status" | "advice"> {
  /** The lambda of the step from which they are taken. */
  readonly lambda: number;
}

/** One run of `sparsifyTo`: the twin that is trained along the path, and its best weights so far. */
export class SparsifyTask {
  readonly #where: string;
  readonly #model: TensorFlow.LayersModel;
  readonly #data: readonly [Tensor, Tensor];
  readonly #options: SparsifyToOptions;
  readonly #batchSize: number;
  readonly #twin: TensorFlow.LayersModel;
  readonly #layers: FactorizedLayer[];
  readonly #nGroups: number;
  readonly #nKept: number;
  readonly #learningRate: Schedule | undefined;
  readonly #progress: ProgressReporter;
  #nTrainings = 0;
  /** Number of times that the learning rate was reduced. */
  #nReductions = 0;
  /** The weights of the first training lower the loss of zero weights by this. */
  #gain = 0;
  /** Weights of the twin from which the largest groups will be taken. */
  #best: TensorFlow.Tensor[];

  constructor(
    where: string,
    model: LayersModel,
    data: readonly [Tensor, Tensor],
    options: SparsifyToOptions,
  ) {
    const { keep, epochs, batchSize = 32, onProgress } = options;
    [this.#where, this.#data] = [where, data];
    this.#model = model as TensorFlow.LayersModel;
    [this.#options, this.#batchSize] = [options, batchSize];
    const rate = learningRateOf(this.#model.optimizer);
    this.#learningRate =
      scheduleFrom(where, options.learningRate) ?? (rate > 0 ? cosineDecay(rate, { epochs }) : undefined);
    this.#progress = throttledProgress(where, epochs * MAX_TRAININGS, onProgress);
    const factors = Object.entries(options).filter(([name]) => FACTORS.includes(name));
    this.#twin = sparsify(this.#model, { ...Object.fromEntries(factors), lambda: 0 });
    this.#layers = factorizedLayers(this.#twin);
    this.#nGroups = this.#layers.reduce((total, { nGroups }) => total + nGroups, 0);
    this.#nKept = Math.max(Math.round(keep * this.#nGroups), this.#layers.length);
    this.#best = this.#copyWeights();
  }

  dispose(): void {
    tensorFlow(this.#where).dispose(this.#best);
    release(this.#twin);
  }

  async run(): Promise<SparsifyToResult> {
    const { epochs } = this.#options;
    const found = await this.#followPath();
    const { path, lambda } = found;
    let { status, advice } = found;
    this.#twin.setWeights(this.#best);
    keepLargest(this.#where, this.#layers, this.#nKept);
    const groups = this.#nLive();
    let model = collapse(this.#twin);
    if (status === "completed") {
      const frozen = freezeZeros(model);
      model.dispose();
      const refit = await this.#train(frozen, "refit", this.#nTrainings);
      status = refit.status;
      advice = refit.advice ?? advice;
      model = collapse(frozen);
      release(frozen);
    }
    this.#compile(model);
    const { loss: keptLoss } = await evaluate(model, this.#data, this.#batchSize);
    const final = { lambda, groups, ...(await this.#describe(model)), keptLoss };
    if (status === "interrupted") {
      this.#progress(epochs * Math.max(this.#nTrainings - 1, 0), () => status, { interrupted: true });
    } else {
      this.#progress(epochs * MAX_TRAININGS, () => `${groups} of ${groupsInWords(this.#layers)} stay`);
    }
    return { model, path, final, nGroups: this.#nGroups, status, advice };
  }

  /** Trains the twin at each lambda until fewer groups are left than wanted, a layer is dead, or a training does not end. */
  async #followPath(): Promise<Path> {
    const path: SparsifyToStep[] = [];
    let best: SparsifyToStep | undefined;
    let scale = 0;
    for (let step = 0; ; step++) {
      const lambda = step === 0 ? 0 : FIRST_SHARE * scale * LAMBDA_RATIO ** (step - 1);
      for (const layer of this.#layers) layer.lambda = lambda;
      const training = await this.#trainTwin(lambda);
      const { status } = training;
      if (status !== "completed") return { path, lambda: best?.lambda ?? 0, status, advice: training.advice };
      const keptLoss = await this.#lossOfLargest();
      const current = { lambda, groups: this.#nLive(), ...(await this.#describe(this.#twin)), keptLoss };
      path.push(current);
      const dead = this.#layers.find((layer) => zeroGroups(layer) === layer.nGroups);
      const hasEnough = !dead && current.groups >= this.#nKept;
      if (!best || (hasEnough && keptLoss < best.keptLoss)) {
        best = current;
        tensorFlow(this.#where).dispose(this.#best);
        this.#best = this.#copyWeights();
      }
      if (dead || current.groups <= this.#nKept || step === MAX_LAMBDAS) {
        const early = current.groups > this.#nKept ? dead : undefined;
        return { path, lambda: best.lambda, status, advice: this.#adviceOnPath(path, training, early) };
      }
      if (step === 0) scale = await this.#lambdaScale();
    }
  }

  /**
   * Trains the twin at a lambda. Where that raises the loss with the penalty by more than the noise of its steps, or the loss is
   * not finite, the learning rate was too large: the twin is trained again from where it was, at a smaller rate, which stays.
   */
  async #trainTwin(lambda: number): Promise<Training> {
    const weights = this.#copyWeights();
    try {
      const before = lambda > 0 ? await this.#objective() : Number.POSITIVE_INFINITY;
      const highest = before + MAX_RISE * this.#gain;
      for (;;) {
        const training = await this.#train(this.#twin, `lambda ${formatNumber(lambda, 3)}`);
        const { status } = training;
        if (status === "interrupted") return training;
        if (status === "completed" && (await this.#objective()) <= highest) return training;
        if (this.#nReductions === MAX_REDUCTIONS) {
          if (status === "diverged") return training;
          return { ...training, status: "diverged", advice: risingLossAdvice(this.#where, lambda) };
        }
        this.#nReductions++;
        this.#twin.setWeights(weights);
      }
    } finally {
      tensorFlow(this.#where).dispose(weights);
    }
  }

  /** Returns the loss of the twin on the data of the training, with the penalty. */
  async #objective(): Promise<number> {
    const penalty = surrogatePenalty(this.#twin);
    const { loss } = await evaluate(this.#twin, this.#data, this.#batchSize);
    const objective = loss + penalty.dataSync()[0];
    penalty.dispose();
    return objective;
  }

  /** Returns the loss on the data of the training with the groups that would stay now, all others being zero. */
  async #lossOfLargest(): Promise<number> {
    const weights = this.#copyWeights();
    keepLargest(this.#where, this.#layers, this.#nKept);
    const { loss } = await evaluate(this.#twin, this.#data, this.#batchSize);
    this.#twin.setWeights(weights);
    tensorFlow(this.#where).dispose(weights);
    return loss;
  }

  /** Says what ended the path before it was sparse, in a sentence; undefined where nothing did. */
  #adviceOnPath(
    path: readonly SparsifyToStep[],
    { records }: Training,
    dead: FactorizedLayer | undefined,
  ): string | undefined {
    const { lambda, groups } = path[path.length - 1];
    if (dead) return pathEndAdvice(this.#where, dead.name, groupsInWords([dead]), lambda, groups);
    const hasZeros = path.some((step) => step.groups < this.#nGroups && step.groups >= this.#nKept);
    if (lambda === 0 || hasZeros) return undefined;
    const steps = Math.ceil(this.#data[0].shape[0] / this.#batchSize);
    const advised = epochsForZeros(this.#twin.optimizer, lambda, records, {
      stepsPerEpoch: steps,
      lambdaWarmUp: 0,
    });
    return noZerosOnPathAdvice(this.#where, groupsInWords(this.#layers), lambda, records.length, advised);
  }

  /** Trains a model from the weights that it has, with an optimizer of its own, as long as so many trainings of the path together. */
  async #train(model: TensorFlow.LayersModel, what: string, length = 1): Promise<Training> {
    const { seed, signal } = this.#options;
    const epochs = this.#options.epochs * length;
    const before = this.#options.epochs * this.#nTrainings;
    this.#nTrainings += 1;
    const schedule = this.#learningRate;
    const share = RATE_REDUCTION ** -this.#nReductions;
    this.#compile(model);
    return runTraining(this.#where, model, ...this.#data, {
      epochs,
      batchSize: this.#batchSize,
      seed,
      signal,
      lambdaWarmUp: 0, // The path raises lambda.
      ...(schedule && { learningRate: (epoch: number) => schedule(epoch / length) * share }),
      onProgress: ({ done, total, message }) =>
        this.#progress(before + Math.floor((epochs * done) / total), () => `${what}, ${message}`),
    });
  }

  /** Compiles a model as the given one is, with a new optimizer of the same settings. */
  #compile(model: TensorFlow.LayersModel): void {
    const { optimizer, loss, metrics } = this.#model as TensorFlow.LayersModel & { metrics: never };
    const optimizerClass = optimizer.constructor as unknown as {
      fromConfig(cls: unknown, config: unknown): TensorFlow.Optimizer;
    };
    const fresh = optimizerClass.fromConfig(optimizerClass, optimizer.getConfig());
    if (model.optimizer) disposeOptimizer(model.optimizer);
    model.compile({ optimizer: withFactorRates(model, fresh), loss, metrics });
  }

  #copyWeights(): TensorFlow.Tensor[] {
    return this.#twin.getWeights().map((weight) => weight.clone());
  }

  #nLive(): number {
    return this.#nGroups - this.#layers.reduce((total, layer) => total + zeroGroups(layer), 0);
  }

  /** Returns what a step says of a compiled model. */
  async #describe(model: TensorFlow.LayersModel): Promise<{ parameters: number; loss: number }> {
    const plain = collapse(model);
    const small = shrink(plain);
    const parameters = sparsityReport(small).nonZeroParameters;
    plain.dispose();
    small.dispose();
    const measured = await evaluate(model, this.#options.validationData ?? this.#data, this.#batchSize);
    const metrics = Object.entries(measured).map(([name, value]) => [recordName(name), value]);
    return { parameters, ...(Object.fromEntries(metrics) as { loss: number }) };
  }

  /**
   * Returns the lambda at which the penalty of the twin's weights is what these gain in the loss.
   *
   * @throws InputError where they gain nothing.
   */
  async #lambdaScale(): Promise<number> {
    const empty = collapse(this.#twin, { threshold: Number.MAX_VALUE });
    this.#compile(empty);
    const { loss: zero } = await evaluate(empty, this.#data, this.#batchSize);
    release(empty);
    const { loss: trained } = await evaluate(this.#twin, this.#data, this.#batchSize);
    if (!(zero > trained)) throw nothingGained(this.#where, zero, trained);
    this.#gain = zero - trained;
    return this.#gain / this.#layers.reduce((total, layer) => total + penaltyOf(layer), 0);
  }
}

/** Returns the penalty of a layer's weights at lambda 1, their factors being balanced. */
function penaltyOf(layer: FactorizedLayer): number {
  const exponent = 2 / layer.factorization.depth;
  return groupNorms(layer).reduce((total, norm, g) => total + layer.groupWeights[g] * norm ** exponent, 0);
}

/** Sets all groups to zero but the largest one of each layer and, up to `count`, the largest others. */
function keepLargest(where: string, layers: readonly FactorizedLayer[], count: number): void {
  const ranked = layers.flatMap((layer) => {
    const norms = [...groupNorms(layer).entries()].sort(([, a], [, b]) => b - a);
    return norms.map(([group, norm], rank) => ({ layer, group, norm, isFirst: rank === 0 }));
  });
  ranked.sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || b.norm - a.norm);
  const kept = new Map(layers.map((layer) => [layer, new Set<number>()]));
  for (const { layer, group } of ranked.slice(0, count)) kept.get(layer)!.add(group);
  const tf = tensorFlow(where);
  for (const layer of layers) {
    const stays = kept.get(layer)!;
    groupsOfEntries(layer).forEach((groups, k) => {
      const variable = layer.variables[k];
      const values = (variable.read().dataSync() as Float32Array).map((value, i) =>
        stays.has(groups[i]) ? value : 0,
      );
      const masked = tf.tensor(values, variable.shape as number[]);
      variable.write(masked);
      masked.dispose();
    });
  }
}

/** Disposes of a compiled model and its optimizer. */
function release(model: TensorFlow.LayersModel): void {
  if (model.optimizer) disposeOptimizer(model.optimizer);
  model.dispose();
}

/** Disposes of an optimizer; TensorFlow.js forgets the rate of momentum, a scalar `c`. */
function disposeOptimizer(optimizer: TensorFlow.Optimizer): void {
  optimizer.dispose();
  (optimizer as unknown as { c?: TensorFlow.Tensor }).c?.dispose();
}
