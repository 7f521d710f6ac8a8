import { createHash } from "node:crypto";
import type * as TensorFlow from "@tensorflow/tfjs";

/** Whatever decides on the weights and records that a training ends with, but for its epochs and their learning rates. */
export interface TrainingIdentity {
  readonly seed: number;
  readonly batchSize: number;
  readonly lambdaWarmUp: number;
  readonly loss: unknown;
  readonly optimizer: unknown;
  /** Layers with their settings, and how they are joined. */
  readonly model: unknown;
  /** Digests of shape, type and values. */
  readonly x: string;
  readonly y: string;
  /** Names of what is measured. */
  readonly metrics: readonly string[];
  /** The digest of both tensors; null where there are none. */
  readonly validationData: string | null;
}

type Json = Readonly<Record<string, unknown>>;

/** Where a model's configuration names layers. */
const REFERENCES = ["inboundNodes", "inputLayers", "outputLayers"];

/** The identity of a training, as JSON gives it back; the names of layers, which may count up within a process, are no part of it. */
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
    x: digest(x),
    y: digest(y),
    metrics: model.metricsNames,
    validationData: validationData ? digest(...validationData) : null,
  };
  const text = JSON.stringify(identity, (_, value) => (typeof value === "function" ? String(value) : value));
  return JSON.parse(text) as TrainingIdentity;
}

const DIGESTS = ["x", "y", "validationData"];

/**
 * The first difference of what is kept, in words such as `lambda 0.01`; undefined where both are the same training. What is not kept,
 * as an older version left out metrics and validation data, is no difference.
 */
export function differenceOf(kept: TrainingIdentity, given: TrainingIdentity): string | undefined {
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

/** A model's configuration with the places of layers in the place of their names. */
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

function digest(...tensors: readonly TensorFlow.Tensor[]): string {
  const hash = createHash("sha256");
  for (const tensor of tensors) {
    const { buffer, byteOffset, byteLength } = tensor.dataSync();
    hash.update(`${tensor.dtype} ${tensor.shape}`);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
