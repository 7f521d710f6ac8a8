/** The data of a training: tensors in memory, of which batches are taken at random, or batches that come one after the other. */
import type * as TensorFlow from "@tensorflow/tfjs";
import { InputError, mustBe } from "../../errors";
import { seededRandom } from "../../random/random";
import type { Batch, BatchesOfEpoch, GivenBatch, LayersModel, Tensor, TensorNumbers } from "../model-types";
import { tensorFlow } from "../tensorflow";

/** The data that a training reads. */
export interface TrainingData {
  /** Samples an epoch; undefined where nobody knows before its end. */
  readonly nSamples?: number;
  /** The batches of an epoch, counted from 0; each is disposed of after its step. */
  batches(epoch: number): Iterable<Batch> | AsyncIterable<Batch>;
}

/** Returns batches of the rows of tensors in an order by the seed, another one in each epoch. */
export function batchesOfTensors(
  tf: typeof TensorFlow,
  x: TensorFlow.Tensor,
  y: TensorFlow.Tensor,
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): TrainingData {
  const [inputs, targets] = [rowReader(tf, x), rowReader(tf, y)];
  const nSamples = x.shape[0];
  return {
    nSamples,
    *batches(epoch) {
      const order = Int32Array.from(seededRandom(seed + epoch).permutation(nSamples));
      for (let first = 0; first < nSamples; first += batchSize) {
        const rows = order.subarray(first, first + batchSize);
        yield [inputs(rows), targets(rows)];
      }
    },
  };
}

/** Returns batches as they come, each checked. */
export function checkedBatches(where: string, model: LayersModel, batches: BatchesOfEpoch): TrainingData {
  return {
    async *batches(epoch) {
      let number = 0;
      for await (const given of iterableOf(where, batches(epoch + 1))) {
        const batch = tensorsOf(where, given);
        const what = `batch ${number++} of epoch ${epoch + 1}`;
        const parts = [`x of ${what}`, `y of ${what}`] as const;
        checkPair(where, what, parts, batch);
        if (batch.some(({ isDisposed }) => isDisposed)) {
          const remedy = "yield new ones, since those of a batch are disposed of after their step";
          throw new InputError(
            `${where}: ${what} must be of tensors that are there, got disposed ones; ${remedy}`,
          );
        }
        checkSamples(where, what, batch[0]);
        checkValues(where, model, batch, parts);
        yield batch;
      }
      if (number === 0) throw mustBe(where, `the number of batches of epoch ${epoch + 1}`, "at least 1", 0);
    },
  };
}

/** Makes tensors of a batch of numbers; anything else is left for the checks. */
function tensorsOf(where: string, given: GivenBatch): Batch {
  const isOfNumbers = (part: unknown): boolean => Object(part).values instanceof Float32Array;
  if (!(Array.isArray(given) && given.length === 2 && given.every(isOfNumbers))) return given as Batch;
  const tf = tensorFlow(where);
  const [x, y] = (given as readonly TensorNumbers[]).map(({ values, shape }) => tf.tensor(values, shape));
  return [x, y];
}

function iterableOf(where: string, given: ReturnType<BatchesOfEpoch>): ReturnType<BatchesOfEpoch> {
  const object = Object(given);
  if (Symbol.iterator in object || Symbol.asyncIterator in object) return given;
  throw mustBe(where, "batches", "a function that returns an iterable, such as a generator", given);
}

/** @throws InputError unless inputs and targets, those of validation too, are tensors of as many samples, at least one, finite but for a loss of one's own. */
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
  checkSamples(where, "x", x);
  checkValues(where, model, [x, y], ["x", "y"]);
  checkValidation(where, model, validationData);
}

/** @throws InputError unless data for validation are such tensors, or left out. */
export function checkValidation(
  where: string,
  model: LayersModel,
  validationData: readonly [Tensor, Tensor] | undefined,
): void {
  if (validationData === undefined) return;
  const parts = ["validationData[0]", "validationData[1]"] as const;
  checkPair(where, "validationData", parts, validationData);
  checkSamples(where, parts[0], validationData[0]);
  checkValues(where, model, validationData, parts);
}

function checkValues(where: string, model: LayersModel, [x, y]: Batch, [ofX, ofY]: readonly string[]): void {
  checkFinite(where, ofX, x);
  // A custom loss may skip missing targets.
  if (typeof (model as TensorFlow.LayersModel).loss === "string") checkFinite(where, ofY, y);
}

function checkSamples(where: string, what: string, { shape: [nSamples] }: Tensor): void {
  if (!(nSamples > 0)) throw mustBe(where, what, "of at least one sample", nSamples);
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

/** @param what the pair, and its two parts, in messages. */
function checkPair(
  where: string,
  what: string,
  [ofX, ofY]: readonly [string, string],
  pair: readonly [Tensor, Tensor],
): void {
  if (!(Array.isArray(pair) && pair.length === 2))
    throw mustBe(where, what, "a pair [x, y] of tensors", pair);
  checkTensor(where, ofX, pair[0]);
  checkTensor(where, ofY, pair[1]);
  const [nInputs, nTargets] = pair.map(({ shape }) => shape[0]);
  if (nInputs !== nTargets) throw mustBe(where, ofY, `of ${nInputs} samples as ${ofX} is`, nTargets);
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
