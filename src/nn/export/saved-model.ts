import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { mustBe, unwritable } from "../../errors";
import { makeFolder, writeFileAtomically } from "../../file-writing";
import { layerClasses } from "../layers/layer-classes";
import { checkModel } from "../layers/model-layers";
import { quantizedForm, rememberQuantized } from "../layers/quantized-weights";
import type { LayersModel } from "../model-types";
import { noSavedModel, truncatedWeights } from "../network-errors";
import { tensorFlow } from "../tensorflow";

const MODEL = "model.json";
const WEIGHTS = "weights.bin";
/** The weights of a model that replaces another one, until they can have their own name. */
const NEW_WEIGHTS = "weights.new.bin";

/**
 * Writes a model, factorized or plain, into a folder, as `model.save("file://...")` does with the native package:
 * `model.json` and `weights.bin`, which every TensorFlow.js and its converter read.
 *
 * Quantized weights that {@link loadModel} read are written with the bytes that they had, unless they have changed since; layers that
 * `sparsify` and `collapse` leave as they are keep them. All others are 32-bit floats.
 *
 * After any failure, a full disk or a power cut included, the folder has the model that was there or the new one: weights are
 * written beside those that the old `model.json` names, before a new one names them.
 *
 * @param folder made where it is not there; other files in it stay.
 * @throws InputError unless `model` is a model of layers and `folder` a path where files can be written.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 3, inputShape: [4], lambda: 1e-3 });
 * await saveModel(tf.sequential({ layers: [layer] }), "sparse-model");
 * (await loadModel("sparse-model")).countParams(); // 27
 * ```
 */
export async function saveModel(model: LayersModel, folder: string): Promise<void> {
  const where = "saveModel";
  checkModel(where, model);
  checkFolder(where, folder);
  let artifacts: TensorFlow.io.ModelArtifacts | undefined;
  await model.save({
    save: async (given: TensorFlow.io.ModelArtifacts) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" as const } };
    },
  });
  const { weightSpecs: floats = [], weightData, ...rest } = artifacts!;
  const tf = tensorFlow(where);
  let end = 0;
  const entries = floats.map((spec, i) => {
    const start = end;
    end += sizeOf([spec]);
    const bytes = new Uint8Array(weightData as ArrayBuffer).subarray(start, end);
    return quantizedForm(tf, (model as TensorFlow.LayersModel).weights[i]) ?? { spec, bytes };
  });
  const weightSpecs = entries.map(({ spec }) => spec);
  const numbers = Buffer.concat(entries.map(({ bytes }) => bytes));
  try {
    makeFolder(folder);
    for (const name of usesWeights(folder) ? [NEW_WEIGHTS, WEIGHTS] : [WEIGHTS]) {
      const weightsManifest = [{ paths: [name], weights: weightSpecs }];
      writeFileAtomically(join(folder, name), numbers);
      writeFileAtomically(join(folder, MODEL), JSON.stringify({ ...rest, weightsManifest }));
    }
    rmSync(join(folder, NEW_WEIGHTS), { force: true });
  } catch (error) {
    throw unwritable(where, folder, error, "folder");
  }
}

/** Whether a folder has a model, as far as it can be read, that names the file of weights. */
function usesWeights(folder: string): boolean {
  try {
    const { weightsManifest } = JSON.parse(
      readFileSync(join(folder, MODEL), "utf8"),
    ) as TensorFlow.io.ModelJSON;
    return weightsManifest.some(({ paths }) => paths.some((path) => path.replace(/^\.\//, "") === WEIGHTS));
  } catch {
    return false;
  }
}

/**
 * Reads a model of layers that {@link saveModel}, TensorFlow.js or its converter wrote, with weights in one file or in
 * several.
 *
 * @param folder the one that has `model.json`.
 * @returns the model, to be compiled.
 * @throws InputError where there is no such file, it has no model of layers, or weights are missing.
 */
export async function loadModel(folder: string): Promise<LayersModel> {
  const where = "loadModel";
  checkFolder(where, folder);
  const tf = tensorFlow(where);
  layerClasses(where); // This registers the classes with TensorFlow.js.
  const { weightsManifest = [], ...saved } = modelIn(where, folder);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const weights = Buffer.concat(
    weightsManifest.flatMap(({ paths }) => paths.map((path) => contentOf(where, folder, path))),
  );
  const bytes = sizeOf(weightSpecs);
  if (weights.length !== bytes) throw truncatedWeights(where, folder, weights.length, bytes);
  const weightData = Uint8Array.from(weights).buffer;
  const model = await tf.loadLayersModel({ load: async () => ({ ...saved, weightSpecs, weightData }) });
  const variables = new Map(model.weights.map((variable) => [variable.originalName, variable]));
  let end = 0;
  for (const spec of weightSpecs) {
    const start = end;
    end += sizeOf([spec]);
    const variable = variables.get(spec.name);
    const read = { spec, bytes: Uint8Array.from(weights.subarray(start, end)) };
    if (spec.quantization && variable) rememberQuantized(variable, read);
  }
  return model;
}

function modelIn(where: string, folder: string): TensorFlow.io.ModelJSON {
  const text = contentOf(where, folder, MODEL).toString();
  let saved: Partial<TensorFlow.io.ModelJSON> | null = null;
  try {
    saved = JSON.parse(text, (_, value) => knownRegularizer(value));
  } catch {
    // Invalid JSON is reported below as a file without topology.
  }
  const topology = saved?.modelTopology as Record<string, unknown> | undefined;
  if (!topology || !("class_name" in topology || "model_config" in topology)) {
    throw mustBe(
      where,
      `${MODEL} in ${JSON.stringify(folder)}`,
      "of a model of layers",
      saved?.format ?? text,
    );
  }
  return saved as TensorFlow.io.ModelJSON;
}

/** Returns the regularizers `L1` and `L2`, which Keras writes and TensorFlow.js does not know, as its `L1L2`; all else as it is. */
function knownRegularizer(value: unknown): unknown {
  const { class_name: name, config } = Object(value) as { class_name?: unknown; config?: object };
  return name === "L1" || name === "L2" ? { class_name: "L1L2", config: { l1: 0, l2: 0, ...config } } : value;
}

function contentOf(where: string, folder: string, file: string): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw noSavedModel(where, folder, file.replace(/^\.\//, ""));
  }
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, float16: 2, uint16: 2, complex64: 8 };

/** Bytes of all weights; flags and quantized weights have one each. */
function sizeOf(specs: readonly TensorFlow.io.WeightsManifestEntry[]): number {
  return specs.reduce((total, { shape, dtype, quantization }) => {
    const size = shape.reduce((count, length) => count * length, 1);
    return total + size * (BYTES[quantization?.dtype ?? dtype] ?? 1);
  }, 0);
}

function checkFolder(where: string, folder: unknown): void {
  if (typeof folder !== "string" || folder === "") throw mustBe(where, "folder", "a path", folder);
}
