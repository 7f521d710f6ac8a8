import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { formatNumber } from "../../display/formatting";
import { InputError } from "../../errors";
import type { Schedule } from "./schedules";
import { brokenCheckpoint, foreignCheckpoint, tooFewEpochs } from "./training-errors";
import { differenceOf, type TrainingIdentity } from "./training-identity";
import type { TrainingRecord } from "./training-recorder";
import { optimizerState } from "./training-snapshot";

/** What a checkpoint says beside its numbers. */
interface Manifest {
  readonly version: typeof VERSION;
  /** Number of epochs that are done. */
  readonly epoch: number;
  readonly identity: TrainingIdentity;
  readonly records: readonly TrainingRecord[];
  readonly nWeights: number;
  readonly specs: TensorFlow.io.WeightsManifestEntry[];
  /** File with the numbers, in this folder. */
  readonly data: string;
  /** Their SHA-256, so that a changed bit is seen; older versions did not write it. */
  readonly sha256?: string;
  /** Names of what the optimizer remembers. */
  readonly slots: readonly string[];
}

/** What a training that would go on from a checkpoint has to agree with. */
export interface PlannedEpochs {
  readonly identity: TrainingIdentity;
  readonly epochs: number;
  /** Learning rate of each. */
  readonly rate: Schedule;
}

const MANIFEST = "training.json";

/** Version 1 did not tell trainings of different models, data or batches apart. */
const VERSION = 2;

/**
 * Writes the weights of a model, the state of its optimizer and the records so far, in place of the checkpoint before. Whoever
 * ends the process meanwhile leaves that one whole.
 */
export async function writeCheckpoint(
  tf: typeof TensorFlow,
  folder: string,
  model: TensorFlow.LayersModel,
  identity: TrainingIdentity,
  records: readonly TrainingRecord[],
): Promise<void> {
  const weights = model.getWeights();
  const slots = await optimizerState(model.optimizer);
  const named = [...weights, ...slots.map(({ tensor }) => tensor)].map((tensor, i) => ({
    name: `${i}`,
    tensor,
  }));
  const { data, specs } = await tf.io.encodeWeights(named);
  tf.dispose(slots.map(({ tensor }) => tensor));
  const bytes = new Uint8Array(data as ArrayBuffer);
  const epoch = records.length;
  const manifest: Manifest = {
    version: VERSION,
    epoch,
    identity,
    records,
    nWeights: weights.length,
    specs,
    data: `weights-${epoch}.bin`,
    sha256: digest(bytes),
    slots: slots.map(({ name }) => name),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, manifest.data), bytes);
  writeFileSync(join(folder, `${MANIFEST}.new`), JSON.stringify(manifest));
  renameSync(join(folder, `${MANIFEST}.new`), join(folder, MANIFEST));
  for (const file of readdirSync(folder)) {
    if (/^weights-\d+\.bin$/.test(file) && file !== manifest.data) rmSync(join(folder, file));
  }
}

/**
 * Gives a model and its optimizer what a checkpoint holds.
 *
 * @returns the records of the epochs that are done, none where there is no checkpoint.
 * @throws InputError where the checkpoint is damaged, of another training or has more epochs than are planned.
 */
export async function readCheckpoint(
  where: string,
  tf: typeof TensorFlow,
  folder: string,
  model: TensorFlow.LayersModel,
  planned: PlannedEpochs,
): Promise<TrainingRecord[]> {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new InputError(`${where}: checkpoint must be a folder, got the file ${folder}`);
  }
  if (!existsSync(join(folder, MANIFEST))) return [];
  const manifest = readManifest(where, folder);
  const difference = differenceFrom(manifest, model, planned);
  if (difference) throw foreignCheckpoint(where, folder, difference);
  if (manifest.epoch > planned.epochs) throw tooFewEpochs(where, folder, manifest.epoch, planned.epochs);
  const tensors = readTensors(where, tf, folder, manifest);
  const list = manifest.specs.map((spec) => tensors[spec.name]);
  model.setWeights(list.slice(0, manifest.nWeights));
  await model.optimizer.setWeights(
    manifest.slots.map((slot, i) => ({ name: slot, tensor: list[manifest.nWeights + i] })),
  );
  tf.dispose(tensors);
  return [...manifest.records];
}

function readManifest(where: string, folder: string): Manifest {
  const text = readFileSync(join(folder, MANIFEST), "utf8");
  let manifest: Manifest;
  try {
    manifest = Object(JSON.parse(text));
  } catch {
    throw brokenCheckpoint(where, folder, MANIFEST);
  }
  const { version, identity, records, specs, slots } = manifest;
  const isWhole = identity && [records, specs, slots].every(Array.isArray);
  if (version === VERSION && !isWhole) throw brokenCheckpoint(where, folder, MANIFEST);
  return manifest;
}

function readTensors(
  where: string,
  tf: typeof TensorFlow,
  folder: string,
  { data, sha256, specs }: Manifest,
): TensorFlow.NamedTensorMap {
  try {
    const bytes = readFileSync(join(folder, data));
    if (sha256 !== undefined && digest(bytes) !== sha256) throw brokenCheckpoint(where, folder, data);
    const { buffer, byteOffset, byteLength } = bytes;
    return tf.io.decodeWeights(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer, specs);
  } catch {
    throw brokenCheckpoint(where, folder, data);
  }
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function differenceFrom(
  { version, identity, specs, nWeights, records }: Manifest,
  model: TensorFlow.LayersModel,
  planned: PlannedEpochs,
): string | undefined {
  if (version !== VERSION) return `format ${version}, which does not say of which model and data it is`;
  const shapes = (list: readonly { shape: readonly number[] }[]): string =>
    list.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");
  if (shapes(specs.slice(0, nWeights)) !== shapes(model.getWeights())) return "weights of other shapes";
  const difference = differenceOf(identity, planned.identity);
  if (difference) return difference;
  const other = records.find(
    ({ epoch, learningRate }) => learningRate !== undefined && learningRate !== planned.rate(epoch - 1),
  );
  if (!other) return undefined;
  const [kept, now] = [other.learningRate, planned.rate(other.epoch - 1)].map((rate) =>
    formatNumber(rate, 3),
  );
  return `learning rate ${kept} in epoch ${other.epoch}, now ${now}, as of a schedule of other epochs or another optimizer,`;
}
