import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { foreignCheckpoint } from "./training-errors";
import type { TrainingRecord } from "./training-recorder";
import { optimizerState } from "./training-snapshot";

/** What a checkpoint says beside its numbers. */
interface Manifest {
  readonly version: 1;
  /** Number of epochs that are done. */
  readonly epoch: number;
  readonly seed: number;
  readonly optimizer: string;
  readonly records: readonly TrainingRecord[];
  readonly nWeights: number;
  readonly specs: TensorFlow.io.WeightsManifestEntry[];
  /** File with the numbers, in this folder. */
  readonly data: string;
  /** Names of what the optimizer remembers. */
  readonly slots: readonly string[];
}

const MANIFEST = "training.json";

/**
 * Writes the weights of a model, the state of its optimizer and the records so far, in place of the checkpoint before. Whoever
 * ends the process meanwhile leaves that one whole.
 */
export async function writeCheckpoint(
  tf: typeof TensorFlow,
  folder: string,
  model: TensorFlow.LayersModel,
  seed: number,
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
  const epoch = records.length;
  const manifest: Manifest = {
    version: 1,
    epoch,
    seed,
    optimizer: model.optimizer.getClassName(),
    records,
    nWeights: weights.length,
    specs,
    data: `weights-${epoch}.bin`,
    slots: slots.map(({ name }) => name),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, manifest.data), new Uint8Array(data as ArrayBuffer));
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
 * @throws InputError where the checkpoint is of another model, optimizer or seed.
 */
export async function readCheckpoint(
  where: string,
  tf: typeof TensorFlow,
  folder: string,
  model: TensorFlow.LayersModel,
  seed: number,
): Promise<TrainingRecord[]> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return [];
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  const shapes = (list: readonly { shape: readonly number[] }[]): string =>
    list.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");
  const weights = manifest.specs.slice(0, manifest.nWeights);
  if (shapes(weights) !== shapes(model.getWeights()))
    throw foreignCheckpoint(where, folder, "weights of other shapes");
  const name = model.optimizer.getClassName();
  if (manifest.optimizer !== name)
    throw foreignCheckpoint(where, folder, `the optimizer ${manifest.optimizer}`);
  if (manifest.seed !== seed) throw foreignCheckpoint(where, folder, `seed ${manifest.seed}`);
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, manifest.data));
  const tensors = tf.io.decodeWeights(
    buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    manifest.specs,
  );
  const list = manifest.specs.map((spec) => tensors[spec.name]);
  model.setWeights(list.slice(0, manifest.nWeights));
  await model.optimizer.setWeights(
    manifest.slots.map((slot, i) => ({ name: slot, tensor: list[manifest.nWeights + i] })),
  );
  tf.dispose(tensors);
  return [...manifest.records];
}
