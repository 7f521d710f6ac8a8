import type * as TensorFlow from "@tensorflow/tfjs";
import { formatNumber } from "../../display/formatting";
import type { ProgressListener } from "../../display/progress";
import { notebookSignal, throttledProgress } from "../../display/progress-display";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { checkModel } from "../layers/model-layers";
import type { BatchesOfEpoch, LayersModel, Tensor } from "../model-types";
import { tensorFlow } from "../tensorflow";
import { keptWarmUp, readCheckpoint, trainingIdentity, writeCheckpoint } from "./checkpoint";
import { checkCount, defaultWarmUp, scheduleFrom } from "./learning-rates";
import { sparsityAdvice } from "./training-advice";
import {
  batchesOfTensors,
  checkData,
  checkedBatches,
  checkValidation,
  type TrainingData,
} from "./training-data";
import {
  createRecorder,
  learningRateOf,
  type RecorderOptions,
  type TrainingRecord,
  type TrainingRecorder,
} from "./training-recorder";

/** Options of {@link trainOnBatches}: the number of epochs, data to validate on, and who is told of each. */
export interface BatchTrainingOptions extends RecorderOptions {
  /** Number of passes over the data, those of a checkpoint of `train` included, a positive integer. */
  readonly epochs: number;
  /** Inputs and targets that are evaluated after each epoch. */
  readonly validationData?: readonly [Tensor, Tensor];
  /** Receives the progress: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
  /**
   * Ends the training before the next batch. Default: an interrupt of the cell does. Timers, signals of the process and other work
   * have their turn every 50 ms meanwhile, so they can abort it.
   */
  readonly signal?: AbortSignal;
}

/** Options of {@link train}: the size and order of batches, checkpoints, and those of {@link trainOnBatches}. */
export interface TrainOptions extends BatchTrainingOptions {
  /** Samples a step, a positive integer. Default: 32. */
  readonly batchSize?: number;
  /** Seed of the order of the samples, an integer. Default: 1. */
  readonly seed?: number;
  /**
   * A folder that keeps the state after each epoch, made if there is none. Called again, the training goes on from there, to
   * the bits that it would have had, unless a layer draws at random, as dropout does, or is stateful. The model, its loss, metrics
   * and optimizer, data, validation data, batch size, seed, warm-up and the learning rates of the epochs that are kept have to be as
   * they were; `epochs` may be more, not so those of a `cosineDecay`. A warm-up that is left out is that of the first call.
   */
  readonly checkpoint?: string;
}

/** The result of a training. */
export interface Training {
  /** One record for each epoch, including those of a checkpoint. */
  readonly records: readonly TrainingRecord[];
  /** `"interrupted"` by the signal; `"diverged"`: the weights are those of the last epoch in which all was finite. */
  readonly status: "completed" | "interrupted" | "diverged";
  /**
   * The advice in a sentence says what to change: after a divergence; after a completed training of a factorized model, where a layer is dead or
   * nothing is zero. Undefined where nothing of this is the case.
   */
  readonly advice: string | undefined;
}

/** Longest time that timers, signals and sockets wait for a training, in milliseconds; a single batch may take longer. */
const MAX_WAIT = 50;

const BATCH_KEYS = [
  "epochs",
  "validationData",
  "onProgress",
  "signal",
  "learningRate",
  "lambdaWarmUp",
  "onEpoch",
];
const KEYS = [...BATCH_KEYS, "batchSize", "seed", "checkpoint"];

/**
 * Trains a compiled model as `model.fit` does, with what long trainings need: a seed, schedules, records, progress,
 * checkpoints, an end by signal, and one by itself where the loss is no longer finite, with the last good weights. Frozen batch
 * norms use their moving moments and leave them as they are, as in Keras.
 *
 * @param model factorized or not, compiled, with one input and one output.
 * @param x inputs, one sample a row of the first axis.
 * @param y targets, likewise.
 * @param options see {@link TrainOptions}.
 * @returns once trained; the model itself has the weights.
 * @throws InputError where an option is outside its domain, the model is frozen as a whole or compiled otherwise than it is frozen, `x` and `y` or those of `validationData` are no tensors, have no
 *   sample, differ in length or, but for a `y` of a loss of your own, are not finite, or the checkpoint is damaged, of another training or of more epochs.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const model = tf.sequential({ layers: [new HadamardDense({ units: 1, inputShape: [2], lambda: 0.1 })] });
 * model.compile({ loss: "meanSquaredError", optimizer: "sgd", metrics: ["mae"] });
 * const { status } = await train(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 5 });
 * status; // "completed"
 * ```
 */
export async function train(
  model: LayersModel,
  x: Tensor,
  y: Tensor,
  options: TrainOptions,
): Promise<Training> {
  const where = "train";
  checkKeys(where, options, KEYS);
  return runTraining(where, model, x, y, options);
}

/**
 * Trains a compiled model on batches that come one after the other, such as those of a file that memory does not hold.
 *
 * @param model factorized or not, compiled, with one input and one output.
 * @param batches returns the batches of an epoch, counted from 1: a generator function, for example, asynchronous or not. Their order
 *   is taken as it comes, and the tensors of a batch are disposed of after its step.
 * @param options see {@link BatchTrainingOptions}: those of {@link train} without a seed, a batch size and a checkpoint.
 * @returns once trained; the model itself has the weights.
 * @throws InputError where an option is outside its domain, an epoch has no batch, or a batch is no pair of tensors as {@link train} takes
 *   them; what `batches` throws. The model has the weights of the steps before then.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const model = tf.sequential({ layers: [new HadamardDense({ units: 1, inputShape: [2], lambda: 0.1 })] });
 * model.compile({ loss: "meanSquaredError", optimizer: "sgd" });
 * async function* batches() {
 *   for (let part = 0; part < 4; part++) yield [tf.ones([8, 2]), tf.ones([8, 1])] as const; // read from a file, say
 * }
 * const { records } = await trainOnBatches(model, batches, { epochs: 5 });
 * records.length; // 5
 * ```
 */
export async function trainOnBatches(
  model: LayersModel,
  batches: BatchesOfEpoch,
  options: BatchTrainingOptions,
): Promise<Training> {
  const where = "trainOnBatches";
  checkKeys(where, options, BATCH_KEYS);
  checkCount(where, "epochs", options.epochs, 1);
  checkModel(where, model);
  if (typeof batches !== "function") {
    throw mustBe(where, "batches", "a function that returns an iterable, such as a generator", batches);
  }
  const trained = model as TensorFlow.LayersModel;
  const { lambdaWarmUp = defaultWarmUp(trained, options.epochs) } = options;
  const callbacks = createRecorder(where, model, { ...options, lambdaWarmUp });
  checkValidation(where, model, options.validationData);
  const data = checkedBatches(where, model, batches);
  return runEpochs(where, trained, data, { ...options, lambdaWarmUp }, callbacks);
}

/** Trains as {@link train} does, with messages that name `where`. */
export async function runTraining(
  where: string,
  model: LayersModel,
  x: Tensor,
  y: Tensor,
  options: TrainOptions,
): Promise<Training> {
  const { epochs, batchSize = 32, validationData, seed = 1, checkpoint } = options;
  checkCount(where, "epochs", epochs, 1);
  checkCount(where, "batchSize", batchSize, 1);
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);
  checkModel(where, model);
  const trained = model as TensorFlow.LayersModel;
  const { lambdaWarmUp = keptWarmUp(where, checkpoint) ?? defaultWarmUp(trained, epochs) } = options;
  const callbacks = createRecorder(where, model, { ...options, lambdaWarmUp });
  checkData(where, trained, x, y, validationData);
  const tf = tensorFlow(where);
  const data = batchesOfTensors(tf, x, y, { batchSize, seed });
  const plan = { ...options, batchSize, lambdaWarmUp };
  if (checkpoint === undefined) return runEpochs(where, trained, data, plan, callbacks);
  const identity = trainingIdentity(trained, x, y, validationData, { seed, batchSize, lambdaWarmUp });
  const { records } = callbacks;
  const schedule = scheduleFrom(where, options.learningRate);
  const rate = schedule ?? (() => learningRateOf(trained.optimizer));
  records.push(...(await readCheckpoint(where, tf, checkpoint, trained, { identity, epochs, rate })));
  if (records.length > 0) await options.onEpoch?.(records);
  const keep = (): Promise<void> => writeCheckpoint(where, tf, checkpoint, trained, identity, records);
  return runEpochs(where, trained, data, plan, callbacks, keep);
}

/**
 * Trains for the epochs that are left.
 *
 * @param keep is called after each of them. Default: nothing is kept.
 */
async function runEpochs(
  where: string,
  model: TensorFlow.LayersModel,
  data: TrainingData,
  {
    epochs,
    batchSize = 32,
    validationData,
    lambdaWarmUp,
    onProgress,
    signal = notebookSignal(),
  }: BatchTrainingOptions & { readonly batchSize?: number; readonly lambdaWarmUp: number },
  callbacks: TrainingRecorder,
  keep?: () => Promise<void>,
): Promise<Training> {
  const { records } = callbacks;
  const nKnown = data.nSamples && Math.ceil(data.nSamples / batchSize);
  const progress = throttledProgress(where, epochs * (nKnown ?? 1), onProgress);
  const yieldIfDue = yieldEvery(MAX_WAIT);
  let nBatches = nKnown;
  await callbacks.onTrainBegin();
  let interrupted = false;
  try {
    for (let epoch = records.length; epoch < epochs && callbacks.status === "running"; epoch++) {
      await callbacks.onEpochBegin(epoch);
      const means = await trainEpoch(model, data, epoch, {
        callbacks,
        signal,
        yieldIfDue,
        onBatch: (batch, logs) => {
          const message = (): string => progressMessage(epoch, epochs, logs);
          if (nKnown) progress(epoch * nKnown + batch + 1, message);
          // Nobody knows how much of a first epoch of unknown length is done; the next ones may be longer than it.
          else
            progress(epoch, message, {
              share: (epoch + Math.min((batch + 1) / (nBatches ?? Infinity), 1)) / epochs,
            });
        },
      });
      interrupted = means === undefined;
      if (means === undefined) break;
      nBatches = means.nBatches;
      const validates = validationData && callbacks.status === "running";
      const validation = validates ? await evaluate(model, validationData, batchSize, yieldIfDue) : {};
      await callbacks.onEpochEnd(epoch, {
        ...means.logs,
        ...Object.fromEntries(Object.entries(validation).map(([name, value]) => [`val_${name}`, value])),
      });
      if (callbacks.status !== "running") break;
      if (!nKnown) progress(epoch + 1, () => progressMessage(epoch, epochs, means.logs));
      await keep?.();
    }
  } finally {
    await callbacks.onTrainEnd();
  }
  const diverged = callbacks.status === "diverged";
  const status = diverged ? "diverged" : interrupted ? "interrupted" : "completed";
  const advice =
    status === "completed"
      ? sparsityAdvice(where, model, records, { stepsPerEpoch: nBatches ?? 1, lambdaWarmUp })
      : callbacks.advice;
  return { records, status, advice };
}

/**
 * Trains for one pass over the data, up to a divergence that the recorder reports.
 *
 * @returns the means of the loss and the metrics, and the number of batches; undefined where the signal ended it.
 */
async function trainEpoch(
  model: TensorFlow.LayersModel,
  data: TrainingData,
  epoch: number,
  { callbacks, signal, yieldIfDue, onBatch }: EpochRun,
): Promise<{ logs: Readonly<Record<string, number>>; nBatches: number } | undefined> {
  const means = new Map<string, number>();
  let [nBatches, nSeen] = [0, 0];
  for await (const [x, y] of data.batches(epoch)) {
    await yieldIfDue();
    if (signal?.aborted) {
      x.dispose();
      y.dispose();
      return undefined;
    }
    const size = x.shape[0];
    nSeen += size;
    const logs = await step(model, x as TensorFlow.Tensor, y as TensorFlow.Tensor);
    for (const [name, value] of Object.entries(logs)) {
      means.set(name, (means.get(name) ?? 0) + (value * size) / (data.nSamples ?? 1));
    }
    await callbacks.onBatchEnd(nBatches, logs);
    if (callbacks.status !== "running") break;
    onBatch(nBatches++, logs);
  }
  const scale = data.nSamples === undefined ? nSeen : 1;
  return { logs: Object.fromEntries([...means].map(([name, mean]) => [name, mean / scale])), nBatches };
}

/** The listeners of an epoch, and the signal that ends it early. */
interface EpochRun {
  readonly callbacks: TrainingRecorder;
  readonly signal?: AbortSignal;
  readonly yieldIfDue: () => Promise<void>;
  readonly onBatch: (batch: number, logs: Readonly<Record<string, number>>) => void;
}

/** Returns a function that lets the event loop turn where it has not for `interval` milliseconds: promises alone do not. */
function yieldEvery(interval: number): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < interval) return;
    await new Promise(setImmediate);
    last = performance.now();
  };
}

/** Takes one gradient step, and returns the loss and the metrics before it. */
async function step(
  model: TensorFlow.LayersModel,
  inputs: TensorFlow.Tensor,
  targets: TensorFlow.Tensor,
): Promise<Record<string, number>> {
  const values = [await model.trainOnBatch(inputs, targets)].flat();
  inputs.dispose();
  targets.dispose();
  return Object.fromEntries(model.metricsNames.map((name, i) => [name, values[i]]));
}

/** Returns the loss without penalties and the metrics of a compiled model: means over batches, as TensorFlow.js has them. */
export async function evaluate(
  model: LayersModel,
  [x, y]: readonly [Tensor, Tensor],
  batchSize: number,
  yieldIfDue: () => Promise<void> = yieldEvery(MAX_WAIT),
): Promise<Record<string, number>> {
  const tf = tensorFlow("train");
  const evaluated = model as TensorFlow.LayersModel;
  const nSamples = x.shape[0];
  const means = new Float64Array(evaluated.metricsNames.length);
  for (let first = 0; first < nSamples; first += batchSize) {
    await yieldIfDue();
    const size = Math.min(batchSize, nSamples - first);
    const values = tf.tidy(() =>
      [evaluated.evaluate(tf.slice(x, first, size), tf.slice(y, first, size), { batchSize })]
        .flat()
        .map((scalar) => scalar.dataSync()[0]),
    );
    for (const [i, value] of values.entries()) means[i] += (value * size) / nSamples;
  }
  return Object.fromEntries(evaluated.metricsNames.map((name, i) => [name, means[i]]));
}

function progressMessage(epoch: number, epochs: number, logs: Readonly<Record<string, number>>): string {
  const numbers = Object.entries(logs).map(
    ([name, value]) => `${name === "acc" ? "accuracy" : name} ${formatNumber(value, 3)}`,
  );
  return `epoch ${epoch + 1} of ${epochs}, ${numbers.join(", ")}`;
}
