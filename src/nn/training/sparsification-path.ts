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
import { largestGroups } from "../surgery/largest-groups";
import { type SparsifyOptions, sparsify } from "../surgery/sparsify";
import { tensorFlow } from "../tensorflow";
import { compileAs, measuresOf, release, type SparseMeasures, scheduleOr } from "./compiled-copies";
import type { Schedule } from "./learning-rates";
import { evaluate, runTraining, type Training, type TrainOptions } from "./train";
import { epochsForZeros, groupsInWords } from "./training-advice";

/** Options of `sparsifyTo`; `Keep` is the type of `keep`, a number or a list of several. */
export interface SparsifyToOptions<Keep extends number | readonly number[] = number>
  extends Pick<SparsifyOptions, "depth" | "structure" | "shared" | "groupWeights" | "layers" | "gateBeta">,
    Pick<TrainOptions, "batchSize" | "validationData" | "seed"> {
  /**
   * Share of the groups of the structure that stay, in (0, 1], rounded to a number of groups; at least one stays in each layer. A list
   * of shares, in any order, gives a model for each from one path.
   */
  readonly keep: Keep;
  /** Number of passes over the data at each lambda, a positive integer; each refit has as many as all trainings of its path together. */
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
export interface SparsifyToStep extends SparseMeasures {
  /** Coefficient of the penalty; 0 without one. */
  readonly lambda: number;
  /** Loss on the data of the training with the groups alone that would stay if the path ended here. */
  readonly keptLoss: number;
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

/** Maximum number of trainings of a path: one without a penalty and the repeated ones too. A refit is as long as its path. */
const MAX_TRAININGS = MAX_LAMBDAS + MAX_REDUCTIONS + 1;

/** One of the shares that shall stay, with the part of the path that belongs to it. */
interface Goal {
  /** Number of groups that stay. */
  readonly nKept: number;
  readonly path: SparsifyToStep[];
  /** The step from which the largest groups will be taken. */
  best?: SparsifyToStep;
  /** Weights of the twin at this step; those that it begins with where there is none. */
  bestWeights: TensorFlow.Tensor[];
  result?: SparsifyToResult;
}

/** One run of `sparsifyTo`: the twin that is trained along the path, and what the path has given for each share. */
export class SparsifyTask {
  readonly #where: string;
  readonly #model: TensorFlow.LayersModel;
  readonly #data: readonly [Tensor, Tensor];
  readonly #options: SparsifyToOptions<readonly number[]>;
  readonly #batchSize: number;
  readonly #twin: TensorFlow.LayersModel;
  readonly #layers: FactorizedLayer[];
  readonly #nGroups: number;
  readonly #goals: readonly Goal[];
  readonly #learningRate: Schedule | undefined;
  readonly #progress: ProgressReporter;
  /** Number of trainings on the path so far. */
  #nTrainings = 0;
  /** Number of epochs of all trainings that have ended, those of refits too. */
  #nEpochs = 0;
  /** Number of times that the learning rate was reduced. */
  #nReductions = 0;
  /** The weights of the first training lower the loss of zero weights by this. */
  #gain = 0;

  constructor(
    where: string,
    model: LayersModel,
    data: readonly [Tensor, Tensor],
    options: SparsifyToOptions<readonly number[]>,
  ) {
    const { keep, epochs, batchSize = 32, onProgress } = options;
    [this.#where, this.#data] = [where, data];
    this.#model = model as TensorFlow.LayersModel;
    [this.#options, this.#batchSize] = [options, batchSize];
    this.#learningRate = scheduleOr(where, options.learningRate, this.#model, epochs);
    this.#progress = throttledProgress(where, this.#maxEpochs(), onProgress);
    const factors = Object.entries(options).filter(([name]) => FACTORS.includes(name));
    this.#twin = sparsify(this.#model, { ...Object.fromEntries(factors), lambda: 0 });
    this.#layers = factorizedLayers(this.#twin);
    this.#nGroups = this.#layers.reduce((total, { nGroups }) => total + nGroups, 0);
    this.#goals = keep.map((share) => ({
      nKept: Math.max(Math.round(share * this.#nGroups), this.#layers.length),
      path: [],
      bestWeights: this.#copyWeights(),
    }));
  }

  dispose(): void {
    tensorFlow(this.#where).dispose(this.#goals.map(({ bestWeights }) => bestWeights));
    release(this.#twin);
  }

  /**
   * Trains the twin at each lambda until, for each goal, fewer groups are left than wanted, a layer is dead, or a training does not
   * end. The refit of a goal follows at once, at the learning rate and with the length that its path has had until then.
   */
  async run(): Promise<SparsifyToResult[]> {
    let scale = 0;
    let open = this.#goals;
    for (let step = 0; open.length > 0; step++) {
      const lambda = step === 0 ? 0 : FIRST_SHARE * scale * LAMBDA_RATIO ** (step - 1);
      for (const layer of this.#layers) layer.lambda = lambda;
      const training = await this.#trainTwin(lambda);
      if (training.status === "completed") {
        const measures = { lambda, groups: this.#nLive(), ...(await this.#describe(this.#twin)) };
        for (const goal of open) await this.#takeStep(goal, measures, training, step === MAX_LAMBDAS);
      } else {
        for (const goal of open) await this.#end(goal, training.status, training.advice);
      }
      open = open.filter(({ result }) => !result);
      if (step === 0 && open.length > 0) scale = await this.#lambdaScale();
    }
    const results = this.#goals.map(({ result }) => result!);
    if (results.some(({ status }) => status === "interrupted")) {
      this.#progress(this.#nEpochs, () => "interrupted", { interrupted: true });
    } else {
      const groups = results.map(({ final }) => final.groups).join(", ");
      this.#progress(this.#maxEpochs(), () => `${groups} of ${groupsInWords(this.#layers)} stay`);
    }
    return results;
  }

  /** Returns the number of epochs of the longest path possible, with a refit for each goal. */
  #maxEpochs(): number {
    const { epochs, keep } = this.#options;
    return epochs * MAX_TRAININGS * (1 + keep.length);
  }

  /** Adds the step at which the twin is to the path of a goal, and ends that path where it shall. */
  async #takeStep(
    goal: Goal,
    measures: Omit<SparsifyToStep, "keptLoss">,
    training: Training,
    isLast: boolean,
  ): Promise<void> {
    const { nKept, path } = goal;
    const keptLoss = await this.#lossOfLargest(nKept);
    const current = { ...measures, keptLoss } as SparsifyToStep;
    path.push(current);
    const dead = this.#layers.find((layer) => zeroGroups(layer) === layer.nGroups);
    const hasEnough = !dead && current.groups >= nKept;
    if (!goal.best || (hasEnough && keptLoss < goal.best.keptLoss)) {
      goal.best = current;
      tensorFlow(this.#where).dispose(goal.bestWeights);
      goal.bestWeights = this.#copyWeights();
    }
    if (dead || current.groups <= nKept || isLast) {
      const early = current.groups > nKept ? dead : undefined;
      await this.#end(goal, "completed", this.#adviceOnPath(goal, training, early));
    }
  }

  /** Makes the result of a goal whose path has ended, with a refit where it has ended well; the twin stays as it is. */
  async #end(goal: Goal, statusOfPath: Training["status"], adviceOnPath: string | undefined): Promise<void> {
    let [status, advice] = [statusOfPath, adviceOnPath];
    const weights = this.#copyWeights();
    this.#twin.setWeights(goal.bestWeights);
    keepLargest(this.#where, this.#layers, goal.nKept);
    const groups = this.#nLive();
    let model = collapse(this.#twin);
    this.#twin.setWeights(weights);
    tensorFlow(this.#where).dispose(weights);
    if (status === "completed") {
      const frozen = freezeZeros(model);
      model.dispose();
      const refit = await this.#train(frozen, "refit", this.#nTrainings);
      status = refit.status;
      advice = refit.advice ?? advice;
      model = collapse(frozen);
      release(frozen);
    }
    compileAs(this.#model, model);
    const { loss: keptLoss } = await evaluate(model, this.#data, this.#batchSize);
    const lambda = goal.best?.lambda ?? 0;
    const final = { lambda, groups, ...(await this.#describe(model)), keptLoss };
    goal.result = { model, path: goal.path, final, nGroups: this.#nGroups, status, advice };
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
        this.#nTrainings++;
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
  async #lossOfLargest(nKept: number): Promise<number> {
    const weights = this.#copyWeights();
    keepLargest(this.#where, this.#layers, nKept);
    const { loss } = await evaluate(this.#twin, this.#data, this.#batchSize);
    this.#twin.setWeights(weights);
    tensorFlow(this.#where).dispose(weights);
    return loss;
  }

  /** Says what ended the path of a goal before it was sparse, in a sentence; undefined where nothing did. */
  #adviceOnPath(
    { path, nKept }: Goal,
    { records }: Training,
    dead: FactorizedLayer | undefined,
  ): string | undefined {
    const { lambda, groups } = path[path.length - 1];
    if (dead) return pathEndAdvice(this.#where, dead.name, groupsInWords([dead]), lambda, groups);
    const hasZeros = path.some((step) => step.groups < this.#nGroups && step.groups >= nKept);
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
    const before = this.#nEpochs;
    const schedule = this.#learningRate;
    const share = RATE_REDUCTION ** -this.#nReductions;
    compileAs(this.#model, model);
    const training = await runTraining(this.#where, model, ...this.#data, {
      epochs,
      batchSize: this.#batchSize,
      seed,
      signal,
      lambdaWarmUp: 0, // The path raises lambda.
      ...(schedule && { learningRate: (epoch: number) => schedule(Math.floor(epoch / length)) * share }),
      onProgress: ({ done, total, message }) =>
        this.#progress(before + Math.floor((epochs * done) / total), () => `${what}, ${message}`),
    });
    this.#nEpochs += training.status === "interrupted" ? training.records.length : epochs;
    return training;
  }

  #copyWeights(): TensorFlow.Tensor[] {
    return this.#twin.getWeights().map((weight) => weight.clone());
  }

  #nLive(): number {
    return this.#nGroups - this.#layers.reduce((total, layer) => total + zeroGroups(layer), 0);
  }

  /** Returns what a step says of a compiled model. */
  #describe(model: TensorFlow.LayersModel): Promise<{ parameters: number; loss: number }> {
    return measuresOf(model, this.#options.validationData ?? this.#data, this.#batchSize);
  }

  /**
   * Returns the lambda at which the penalty of the twin's weights is what these gain in the loss.
   *
   * @throws InputError where they gain nothing.
   */
  async #lambdaScale(): Promise<number> {
    const empty = collapse(this.#twin, { threshold: Number.MAX_VALUE });
    compileAs(this.#model, empty);
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
  const kept = largestGroups(layers.map(groupNorms), count);
  const tf = tensorFlow(where);
  for (const [l, layer] of layers.entries()) {
    groupsOfEntries(layer).forEach((groups, k) => {
      const variable = layer.variables[k];
      const values = (variable.read().dataSync() as Float32Array).map((value, i) =>
        kept[l].has(groups[i]) ? value : 0,
      );
      const masked = tf.tensor(values, variable.shape as number[]);
      variable.write(masked);
      masked.dispose();
    });
  }
}
