import type * as TensorFlow from "@tensorflow/tfjs";
import { formatNumber } from "../../display/formatting";
import type { ProgressListener } from "../../display/progress";
import { notebookSignal, throttledProgress } from "../../display/progress-display";
import { InputError, mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { seededRandom } from "../../random/random";
import { checkModel } from "../layers/model-layers";
import type { LayersModel, Tensor } from "../model-types";
import { tensorFlow } from "../tensorflow";
import { keptWarmUp, readCheckpoint, trainingIdentity, writeCheckpoint } from "./checkpoint";
import { checkCount, defaultWarmUp, scheduleFrom } from "./learning-rates";
import { sparsityAdvice } from "./training-advice";
import {
  createRecorder,
  learningRateOf,
  type RecorderOptions,
  type TrainingRecord,
  type TrainingRecorder,
} from "./training-recorder";

/** Options of {@link train}. */
export interface TrainOptions extends RecorderOptions {
  /** Number of passes over the data, those of a checkpoint included, a positive integer. */
  readonly epochs: number;
  /** Samples a step, a positive integer. Default: 32. */
  readonly batchSize?: number;
  /** Inputs and targets that are evaluated after each epoch. */
  readonly validationData?: readonly [Tensor, Tensor];
  /** Seed of the order of the samples, an integer. Default: 1. */
  readonly seed?: number;
  /**
   * A folder that keeps the state after each epoch, made if there is none. Called again, the training goes on from there, to
   * the bits that it would have had, unless a layer draws at random, as dropout does, or is stateful. The model, its loss, metrics
   * and optimizer, data, validation data, batch size, seed, warm-up and the learning rates of the epochs that are kept have to be as
   * they were; `epochs` may be more, not so those of a `cosineDecay`. A warm-up that is left out is that of the first call.
   */
  readonly checkpoint?: string;
  /** Receives the progress: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
  /**
   * Ends the training before the next batch. Default: an interrupt of the cell does. Timers, signals of the process and other work
   * have their turn every 50 ms meanwhile, so they can abort it.
   */
  readonly signal?: AbortSignal;
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

const KEYS = [
  "epochs",
  "batchSize",
  "validationData",
  "seed",
  "checkpoint",
  "onProgress",
  "signal",
  "learningRate",
  "lambdaWarmUp",
  "onEpoch",
];

/**
 * Trains a compiled model as `model.fit` does, with what long trainings need: a seed, schedules, records, progress,
 * checkpoints, an end by signal, and one by itself where the loss is no longer finite, with the last good weights.
 *
 * @param model factorized or not, compiled, with one input and one output.
 * @param x inputs, one sample a row of the first axis.
 * @param y targets, likewise.
 * @param options see {@link TrainOptions}.
 * @returns once trained; the model itself has the weights.
 * @throws InputError where an option is outside its domain, `x` and `y` or those of `validationData` are no tensors, differ in length
 *   or, but for a `y` of a loss of your own, are not finite, or the checkpoint is damaged, of another training or of more epochs.
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

/** Trains as {@link train} does, with messages that name `where`. */
export async function runTraining(
  where: string,
  model: LayersModel,
  x: Tensor,
  y: Tensor,
  options: TrainOptions,
): Promise<Training> {
  const { epochs, batchSize = 32, validationData, seed = 1, checkpoint, onProgress } = options;
  const { signal = notebookSignal() } = options;
  checkCount(where, "epochs", epochs, 1);
  checkCount(where, "batchSize", batchSize, 1);
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);
  checkModel(where, model);
  const trained = model as TensorFlow.LayersModel;
  const { lambdaWarmUp = keptWarmUp(where, checkpoint) ?? defaultWarmUp(trained, epochs) } = options;
  const callbacks = createRecorder(where, model, { ...options, lambdaWarmUp });
  checkData(where, trained, x, y, validationData);
  const nSamples = x.shape[0];
  const tf = tensorFlow(where);
  const { records } = callbacks;
  const { onEpoch } = options;
  const kept = checkpoint !== undefined && {
    folder: checkpoint,
    identity: trainingIdentity(trained, x, y, validationData, { seed, batchSize, lambdaWarmUp }),
  };
  if (kept) {
    const schedule = scheduleFrom(where, options.learningRate);
    const rate = schedule ?? (() => learningRateOf(trained.optimizer));
    const planned = { identity: kept.identity, epochs, rate };
    records.push(...(await readCheckpoint(where, tf, kept.folder, trained, planned)));
    if (records.length > 0) await onEpoch?.(records);
  }

  const nBatches = Math.ceil(nSamples / batchSize);
  const progress = throttledProgress(where, epochs * nBatches, onProgress);
  const batches: Batches = { nSamples, batchSize, inputs: rowReader(tf, x), targets: rowReader(tf, y) };
  const yieldIfDue = yieldEvery(MAX_WAIT);
  await callbacks.onTrainBegin();
  let interrupted = false;
  try {
    for (let epoch = records.length; epoch < epochs && callbacks.status === "running"; epoch++) {
      await callbacks.onEpochBegin(epoch);
      const order = Int32Array.from(seededRandom(seed + epoch).permutation(nSamples));
      const means = await trainEpoch(trained, batches, order, {
        callbacks,
        signal,
        yieldIfDue,
        onBatch: (batch, logs) =>
          progress(epoch * nBatches + batch + 1, () => progressMessage(epoch, epochs, logs)),
      });
      interrupted = means === undefined;
      if (means === undefined) break;
      const validates = validationData && callbacks.status === "running";
      const validation = validates ? await evaluate(trained, validationData, batchSize, yieldIfDue) : {};
      await callbacks.onEpochEnd(epoch, {
        ...means,
        ...Object.fromEntries(Object.entries(validation).map(([name, value]) => [`val_${name}`, value])),
      });
      if (kept && callbacks.status === "running") {
        await writeCheckpoint(where, tf, kept.folder, trained, kept.identity, records);
      }
    }
  } finally {
    await callbacks.onTrainEnd();
  }
  const diverged = callbacks.status === "diverged";
  const status = diverged ? "diverged" : interrupted ? "interrupted" : "completed";
  const advice =
    status === "completed"
      ? sparsityAdvice(where, trained, records, { stepsPerEpoch: nBatches, lambdaWarmUp })
      : callbacks.advice;
  return { records, status, advice };
}

/** The data of an epoch. */
interface Batches {
  readonly nSamples: number;
  readonly batchSize: number;
  readonly inputs: RowReader;
  readonly targets: RowReader;
}

/**
 * Trains for one pass over the data, up to a divergence that the recorder reports.
 *
 * @returns the means of the loss and the metrics; undefined where the signal ended it.
 */
async function trainEpoch(
  model: TensorFlow.LayersModel,
  { nSamples, batchSize, inputs, targets }: Batches,
  order: Int32Array,
  { callbacks, signal, yieldIfDue, onBatch }: EpochRun,
): Promise<Readonly<Record<string, number>> | undefined> {
  const means = new Map<string, number>();
  for (let first = 0; first < nSamples; first += batchSize) {
    await yieldIfDue();
    if (signal?.aborted) return undefined;
    const batch = first / batchSize;
    const rows = order.subarray(first, first + batchSize);
    const logs = await step(model, inputs(rows), targets(rows));
    for (const [name, value] of Object.entries(logs)) {
      means.set(name, (means.get(name) ?? 0) + (value * rows.length) / nSamples);
    }
    await callbacks.onBatchEnd(batch, logs);
    if (callbacks.status !== "running") break;
    onBatch(batch, logs);
  }
  return Object.fromEntries(means);
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

/** @throws InputError unless inputs and targets, those of validation too, are tensors of as many samples, finite but for a loss of one's own. */
export function checkData(
  where: string,
  model: LayersModel,
  x: Tensor,
  y: Tensor,
  validationData: readonly [Tensor, Tensor] | undefined,
): void {
  checkTensor(where, "x", x);
  checkTensor(where, "y", y);
  const nSamples = x.shape[0];
  if (nSamples !== y.shape[0]) throw mustBe(where, "y", `of ${nSamples} samples as x is`, y.shape[0]);
  if (validationData !== undefined) checkPair(where, validationData);
  for (const [k, tensor] of [x, y, ...(validationData ?? [])].entries()) {
    const what = ["x", "y", "validationData[0]", "validationData[1]"][k];
    const isTarget = k % 2 === 1;
    // A custom loss may skip missing targets.
    if (!isTarget || typeof (model as TensorFlow.LayersModel).loss === "string")
      checkFinite(where, what, tensor);
  }
}

function checkTensor(where: string, what: string, value: unknown): void {
  if (typeof (Object(value) as Partial<Tensor>).dataSync === "function") return;
  const remedy =
    Array.isArray(value) || ArrayBuffer.isView(value) ? "tf.tensor makes one of numbers" : undefined;
  throw mustBe(where, what, "a tensor", value, remedy);
}

/** @throws InputError unless a tensor is finite: its loss would be reported as a divergence at any learning rate. */
function checkFinite(where: string, what: string, tensor: Tensor): void {
  const values = tensor.dataSync();
  const k = values.findIndex((value) => Number.isNaN(value) || Math.abs(value) === Number.POSITIVE_INFINITY);
  if (k < 0) return;
  const sample = Math.floor(k / (values.length / tensor.shape[0]));
  throw new InputError(
    `${where}: ${what} must be finite, got ${values[k]} in sample ${sample}, counted from 0`,
  );
}

function checkPair(where: string, pair: readonly [Tensor, Tensor]): void {
  if (!(Array.isArray(pair) && pair.length === 2)) {
    throw mustBe(where, "validationData", "a pair [x, y] of tensors", pair);
  }
  checkTensor(where, "validationData[0]", pair[0]);
  checkTensor(where, "validationData[1]", pair[1]);
  const [nInputs, nTargets] = pair.map(({ shape }) => shape[0]);
  if (nInputs !== nTargets) {
    throw mustBe(where, "validationData[1]", `of ${nInputs} samples as validationData[0] is`, nTargets);
  }
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

type RowReader = (rows: Int32Array) => TensorFlow.Tensor;

/** Returns a function that copies rows of a tensor; the backend's own gather takes longer than a small gradient step. */
function rowReader(tf: typeof TensorFlow, source: TensorFlow.Tensor): RowReader {
  const { shape, dtype } = source;
  const values = source.dataSync();
  const width = values.length / shape[0];
  return (rows) => {
    const chosen = new (values.constructor as Float32ArrayConstructor)(rows.length * width);
    rows.forEach((row, i) => {
      chosen.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return tf.tensor(chosen, [rows.length, ...shape.slice(1)], dtype);
  };
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
