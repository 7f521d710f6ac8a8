/**
 * Checkpoints of a training: the state after each epoch in a folder, and the identity of the training that it
 * belongs to.
 */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { formatNumber } from "../../display/formatting";
import { InputError, unwritable } from "../../errors";
import { makeFolder, writeFileAtomically } from "../../file-writing";
import { brokenCheckpoint, foreignCheckpoint, tooFewEpochs } from "../network-errors";
import type { Schedule } from "./learning-rates";
import type { TrainingRecord } from "./training-recorder";
import { optimizerState, restoreOptimizer } from "./training-snapshot";

/** The description of a checkpoint, beside its numbers. */
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
  /** SHA-256 of the numbers, which detects damage; older versions did not write it. */
  readonly sha256?: string;
  /** Names of the optimizer's state tensors. */
  readonly slots: readonly string[];
}

/** The training that is to continue from a checkpoint, which must agree with it. */
export interface PlannedEpochs {
  readonly identity: TrainingIdentity;
  readonly epochs: number;
  /** Learning rate of each epoch. */
  readonly rate: Schedule;
}

const MANIFEST = "training.json";

/** Version of the format. Version 1 did not distinguish trainings of different models, data or batches. */
const VERSION = 2;

/**
 * Replaces the checkpoint by the weights of a model, the state of its optimizer and the records so far. The previous one is removed
 * when the new one is on the disk, so that a full disk, a killed process or a power cut leave one of them.
 *
 * @throws InputError where the folder cannot be written to; the previous checkpoint stays complete.
 */
export async function writeCheckpoint(
  where: string,
  tf: typeof TensorFlow,
  folder: string,
  model: TensorFlow.LayersModel,
  identity: TrainingIdentity,
  records: readonly TrainingRecord[],
): Promise<void> {
  const weights = model.getWeights();
  const slots = await optimizerState(where, tf, model.optimizer);
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
  try {
    makeFolder(folder);
    writeFileAtomically(join(folder, manifest.data), bytes);
    writeFileAtomically(join(folder, MANIFEST), JSON.stringify(manifest));
    for (const file of readdirSync(folder)) {
      if (/^weights-\d+\.bin$/.test(file) && file !== manifest.data) rmSync(join(folder, file));
    }
  } catch (error) {
    throw unwritable(where, folder, error, "folder");
  }
}

/**
 * Restores a model and its optimizer from a checkpoint.
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
  await restoreOptimizer(
    model.optimizer,
    manifest.slots.map((slot, i) => ({ name: slot, tensor: list[manifest.nWeights + i] })),
  );
  tf.dispose(tensors);
  return [...manifest.records];
}

/** Returns the warm-up of the training that a folder has a checkpoint of; undefined where it has none or does not say. */
export function keptWarmUp(where: string, folder: string | undefined): number | undefined {
  if (folder === undefined || !existsSync(join(folder, MANIFEST))) return undefined;
  return readManifest(where, folder).identity?.lambdaWarmUp;
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
  const difference = identityDifference(identity, planned.identity);
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

/** Everything that determines the result of a training, except for its epochs and their learning rates. */
interface TrainingIdentity {
  readonly seed: number;
  readonly batchSize: number;
  readonly lambdaWarmUp: number;
  readonly loss: unknown;
  readonly optimizer: unknown;
  /** Layers with their settings, and their connections. */
  readonly model: unknown;
  /** Digests of shape, type and values. */
  readonly x: string;
  readonly y: string;
  /** Names of the metrics. */
  readonly metrics: readonly string[];
  /** The digest of both tensors; null where there are none. */
  readonly validationData: string | null;
}

type Json = Readonly<Record<string, unknown>>;

/** Keys of a model's configuration under which layers are named. */
const REFERENCES = ["inboundNodes", "inputLayers", "outputLayers"];

/** Returns the identity of a training in the form that JSON preserves, without names of layers, which may count up within a process. */
export function trainingIdentity(
  model: TensorFlow.LayersModel,
  x: TensorFlow.Tensor,
  y: TensorFlow.Tensor,
  validationData: readonly [TensorFlow.Tensor, TensorFlow.Tensor] | undefined,
  options: Pick<TrainingIdentity, "seed" | "batchSize" | "lambdaWarmUp">,
): TrainingIdentity {
  const { optimizer, loss } = model;
  const { learningRate: _, ...config } = optimizer.getConfig();
  const identity = {
    ...options,
    loss,
    optimizer: { className: optimizer.getClassName(), config },
    model: anonymousConfig(model),
    x: tensorDigest(x),
    y: tensorDigest(y),
    metrics: model.metricsNames,
    validationData: validationData ? tensorDigest(...validationData) : null,
  };
  const text = JSON.stringify(identity, (_, value) => (typeof value === "function" ? String(value) : value));
  return JSON.parse(text) as TrainingIdentity;
}

const DIGESTS = ["x", "y", "validationData"];

/**
 * Describes the first difference of a stored identity, such as `lambda 0.01`; undefined where both are the same training. Fields
 * that an older version did not store are ignored.
 */
function identityDifference(kept: TrainingIdentity, given: TrainingIdentity): string | undefined {
  const told = Object.fromEntries(Object.entries(given).filter(([key]) => key in kept));
  const path = differingPath(kept, told);
  if (!path) return undefined;
  const names = path.filter((key) => !/^\d+$/.test(key) && key !== "className" && key !== "config");
  const name = names[names.length - 1];
  const value = path.reduce<unknown>((at, key) => (at as Json)[key], kept);
  if (value === null || value === undefined) return `no ${name}`;
  if (typeof value === "object" || DIGESTS.includes(name)) return `different ${name}`;
  return `${name.replace(/^layers$/, "a layer")} ${value}`;
}

function differingPath(kept: unknown, given: unknown): string[] | undefined {
  if (Object.is(kept, given)) return undefined;
  const both = [kept, given];
  const areObjects = both.every((value) => typeof value === "object" && value !== null);
  const [length, other] = both.map((value) => (Array.isArray(value) ? value.length : undefined));
  if (!areObjects || length !== other) return [];
  for (const key of Object.keys({ ...(kept as Json), ...(given as Json) })) {
    const rest = differingPath((kept as Json)[key], (given as Json)[key]);
    if (rest) return [key, ...rest];
  }
  return undefined;
}

/** Returns a model's configuration with the positions of layers instead of their names. */
function anonymousConfig(model: TensorFlow.LayersModel): unknown {
  const { name: _, ...config } = model.getConfig() as Json;
  const places = new Map<unknown, string>();
  JSON.stringify(config, (_, value) => {
    const name = value?.className && value.config?.name;
    if (name && !places.has(name)) places.set(name, `layer ${places.size + 1}`);
    return value;
  });
  const placeOf = (_: string, value: unknown): unknown => places.get(value) ?? value;
  const text = JSON.stringify(config, (key, value) => {
    if (key === "name") return placeOf(key, value);
    return REFERENCES.includes(key) ? JSON.parse(JSON.stringify(value, placeOf)) : value;
  });
  return JSON.parse(text);
}

function tensorDigest(...tensors: readonly TensorFlow.Tensor[]): string {
  const hash = createHash("sha256");
  for (const tensor of tensors) {
    const { buffer, byteOffset, byteLength } = tensor.dataSync();
    hash.update(`${tensor.dtype} ${tensor.shape}`);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
