import type * as TensorFlow from "@tensorflow/tfjs";
import { checkKeys } from "../../options";
import { misalignment } from "../layers/factor-measures";
import type { FactorizedLayer } from "../layers/factorized-layer";
import { factorSparsity } from "../layers/factorized-layer";
import { holdFrozenNorms, trainedFrozenLayer } from "../layers/frozen-layers";
import { applicationsOf, checkModel, factorizedLayers } from "../layers/model-layers";
import type { LayersModel, Optimizer, TrainingLogs } from "../model-types";
import { compiledAsTrained, divergenceAdvice, notCompiled, onlyFrozenLayers } from "../network-errors";
import { tensorFlow } from "../tensorflow";
import { checkCount, type Schedule, scheduleFrom } from "./learning-rates";
import { type Snapshot, snapshot } from "./training-snapshot";

/** The metrics of an epoch of training; `trainingPlot` of `smooth-edges/plot` draws a list of these. */
export interface TrainingRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean over the batches, with the penalty. */
  readonly loss: number;
  /**
   * Metrics that `compile` was given; `valLoss`, with the penalty after the epoch, and `valAccuracy` where there are validation data.
   */
  readonly [metric: string]: number;
}

/** Options of {@link recordTraining}: how the rate and the penalty change from epoch to epoch, and who is told. */
export interface RecorderOptions {
  /**
   * The learning rate, a positive number for all epochs, or a function of the epoch, counted from 0, such as
   * `cosineDecay(...)`. Default: that of the optimizer.
   */
  readonly learningRate?: number | Schedule;
  /**
   * Number of first epochs in which the coefficient of the penalty rises to its value in equal steps, at least 0. Default: 0; of
   * `train` a tenth of the epochs, rounded, where products of three or more factors have a penalty.
   */
  readonly lambdaWarmUp?: number;
  /** Receives all records after each epoch, and first those of a checkpoint, e.g. for a live chart; training waits for it. */
  readonly onEpoch?: (records: readonly TrainingRecord[]) => void | Promise<void>;
}

/** Callbacks for `model.fit(x, y, { callbacks })`, and what they recorded. */
export interface TrainingRecorder {
  /** One record for each epoch so far. */
  readonly records: TrainingRecord[];
  /** `"diverged"` once a loss or weight was not finite: training stopped, the weights are the last good ones. */
  readonly status: "running" | "diverged";
  /** A learning rate to try after a divergence, in a sentence. */
  readonly advice: string | undefined;
  /** Called before its first epoch. */
  onTrainBegin(): Promise<void>;
  /** Called before each epoch; sets the learning rate and the penalty of the warm-up. */
  onEpochBegin(epoch: number): Promise<void>;
  /** Called after each step; stops where the loss is no longer a number. */
  onBatchEnd(batch: number, logs?: TrainingLogs): Promise<void>;
  /** Called after each epoch; records it. */
  onEpochEnd(epoch: number, logs?: TrainingLogs): Promise<void>;
  /** Called after its last epoch. */
  onTrainEnd(): Promise<void>;
}

const KEYS = ["learningRate", "lambdaWarmUp", "onEpoch"];

/** Ratio of the rate that diverged to the one to try next, about that of neighbours in a usual grid of rates. */
const RATE_REDUCTION = 3;

/**
 * Callbacks that watch a model being trained by `fit`: they record each epoch, follow schedules, and end the training where the
 * loss is no longer finite, with the weights and the optimizer of the last epoch in which all was.
 *
 * Meanwhile frozen batch norms use their moving moments and leave them as they are, as in Keras.
 *
 * A record has the metrics of `fit` (`acc` is called `accuracy`), `learningRate`, and for a factorized model its `sparsity` and
 * `misalignment`. Its `valLoss` is the `val_loss` of `fit` plus all penalties of the model, as `loss` has them.
 *
 * @param model compiled, factorized or not.
 * @param options see {@link RecorderOptions}.
 * @throws InputError where an option is outside its domain, or the model is not compiled, frozen as a whole, or compiled so that a frozen
 *   layer would be trained.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const model = tf.sequential({ layers: [new HadamardDense({ units: 1, inputShape: [2], lambda: 0.1 })] });
 * model.compile({ loss: "meanSquaredError", optimizer: "sgd" });
 * const callbacks = recordTraining(model, { learningRate: cosineDecay(0.1, { epochs: 5 }) });
 * await model.fit(tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 5, callbacks, verbose: 0 });
 * callbacks.records.length; // 5
 * ```
 */
export function recordTraining(model: LayersModel, options: RecorderOptions = {}): TrainingRecorder {
  const where = "recordTraining";
  checkKeys(where, options, KEYS);
  return createRecorder(where, model, options);
}

/** Creates a recorder whose messages name `where`, such as `train`. */
export function createRecorder(
  where: string,
  model: LayersModel,
  options: RecorderOptions,
): TrainingRecorder {
  const { learningRate, lambdaWarmUp = 0, onEpoch } = options;
  const schedule = scheduleFrom(where, learningRate);
  checkCount(where, "lambdaWarmUp", lambdaWarmUp, 0);
  const trained = compiledModel(where, model);
  const layers = factorizedLayers(model);
  const tf = tensorFlow(where);
  const lambdas = layers.map(({ lambda }) => lambda);
  const records: TrainingRecord[] = [];
  let good: Snapshot | undefined;
  let goodEpoch = 0;
  let rate = Number.NaN;
  let broken: number | undefined;
  let advice: string | undefined;
  let releaseNorms: (() => void) | undefined;

  const setLambdas = (share: number): void => {
    for (const [i, layer] of layers.entries()) (layer as FactorizedLayer).lambda = lambdas[i] * share;
  };

  const diverge = async (epoch: number): Promise<void> => {
    await good!.restore();
    const before = goodEpoch === 0 ? "those before training" : `those of epoch ${goodEpoch}`;
    advice = divergenceAdvice(where, broken!, epoch + 1, rate, before, rate / RATE_REDUCTION);
    process.emitWarning(advice, "DivergenceWarning");
  };

  return {
    records,
    get status() {
      return broken === undefined ? "running" : "diverged";
    },
    get advice() {
      return advice;
    },
    async onTrainBegin() {
      releaseNorms ??= holdFrozenNorms(trained);
      good?.dispose();
      good = await snapshot(where, tf, trained);
    },
    async onEpochBegin(epoch) {
      if (schedule) setLearningRate(trained.optimizer, schedule(epoch));
      rate = learningRateOf(trained.optimizer);
      setLambdas(warmUpShare(epoch, lambdaWarmUp));
    },
    async onBatchEnd(_, logs) {
      if (logs?.loss === undefined || Number.isFinite(logs.loss)) return;
      broken ??= logs.loss;
      trained.stopTraining = true;
    },
    async onEpochEnd(epoch, logs = {}) {
      if (broken === undefined && !weightsAreFinite(tf, trained)) broken = Number.NaN;
      if (broken !== undefined) {
        trained.stopTraining = true;
        await diverge(epoch);
        return;
      }
      records.push(recordOf(epoch + 1, logs, tf, trained, rate));
      goodEpoch = epoch + 1;
      const previous = good;
      good = await snapshot(where, tf, trained);
      previous?.dispose();
      await onEpoch?.(records);
    },
    async onTrainEnd() {
      setLambdas(1);
      releaseNorms?.();
      releaseNorms = undefined;
      good?.dispose();
      good = undefined;
    },
  };
}

/** @throws InputError where a model is none, is not compiled, has nothing to train, or was compiled before a layer was frozen. */
function compiledModel(where: string, model: LayersModel): TensorFlow.LayersModel {
  checkModel(where, model);
  const trained = model as TensorFlow.LayersModel;
  if (!trained.optimizer) throw notCompiled(where);
  if (trained.trainableWeights.length === 0) throw onlyFrozenLayers(where);
  const thawed = trainedFrozenLayer(trained);
  if (thawed) throw compiledAsTrained(where, thawed.name);
  return trained;
}

/** The record of an epoch, from what TensorFlow.js tells of it. */
function recordOf(
  epoch: number,
  logs: TensorFlow.Logs,
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  rate: number,
): TrainingRecord {
  const layers = factorizedLayers(model);
  const penalty = logs.val_loss === undefined ? 0 : penaltiesOf(tf, model);
  const metrics = Object.entries(logs).map(([name, value]) => [
    recordName(name),
    name === "val_loss" ? value + penalty : value,
  ]);
  return {
    epoch,
    ...(Object.fromEntries(metrics) as { loss: number }),
    ...(layers.length > 0 && { sparsity: factorSparsity(layers), misalignment: misalignment(model) }),
    ...(Number.isFinite(rate) && { learningRate: rate }),
  };
}

/** Returns the share of lambda that an epoch, counted from 0, has. */
export function warmUpShare(epoch: number, lambdaWarmUp: number): number {
  return Math.min((epoch + 1) / (lambdaWarmUp + 1), 1);
}

/** Returns the sum of all penalties of a model, which TensorFlow.js adds to the loss in training but not in evaluation. */
function penaltiesOf(tf: typeof TensorFlow, model: TensorFlow.LayersModel): number {
  return tf.tidy(() => {
    let total = 0;
    for (const [layer, { length }] of applicationsOf(model)) {
      for (const penalty of layer.calculateLosses()) total += length * penalty.dataSync()[0];
    }
    return total;
  });
}

/** Returns the name of a metric in records, such as `valAccuracy` for `val_acc`. */
export function recordName(name: string): string {
  return name
    .replace(/\bacc$|(?<=_)acc$/, "accuracy")
    .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function weightsAreFinite(tf: typeof TensorFlow, model: TensorFlow.LayersModel): boolean {
  return tf.tidy(() =>
    model.getWeights().every((weight) => Number.isFinite(tf.sum(tf.abs(weight)).dataSync()[0])),
  );
}

/** Returns the learning rate of an optimizer; NaN if it has none. */
export function learningRateOf(optimizer: Optimizer): number {
  const { learningRate } = optimizer as unknown as { learningRate?: number };
  return learningRate ?? Number.NaN;
}

function setLearningRate(optimizer: TensorFlow.Optimizer, rate: number): void {
  const settable = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void };
  if (settable.setLearningRate) settable.setLearningRate(rate);
  else settable.learningRate = rate;
}
