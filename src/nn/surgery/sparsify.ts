import { decoupledDecay, mustBe } from "../../errors";
import { checkChoice, checkKeys } from "../../options";
import { seededRandom } from "../../random/random";
import {
  type Factorization,
  type FactorizationOptions,
  factorizationFrom,
  LAYOUTS,
  type Structure,
} from "../layers/factorization";
import { checkUnconstrained, type FactorizedLayer } from "../layers/factorized-layer";
import { frozenLayers } from "../layers/frozen-layers";
import { layerClasses } from "../layers/layer-classes";
import {
  applicationsOf,
  checkModel,
  graphLayers,
  isFactorized,
  isModel,
  isSubstituted,
  layersOf,
} from "../layers/model-layers";
import { configOf, type LayerRecord } from "../layers/substituted-layer";
import type { Layer, LayersModel } from "../model-types";
import {
  alreadyFactorized,
  frozenLayer,
  noLayerToSparsify,
  noSuchLayer,
  noTrainedLayerToSparsify,
  unknownLayerClass,
} from "../network-errors";
import { tensorFlow } from "../tensorflow";
import { rewriteModel } from "./rewrite-model";

/** Layers with weights that keep units apart: behind them inputs are inputs still, and before them outputs are outputs. */
const NORMS: readonly string[] = ["BatchNormalization", "LayerNormalization"];

/** Returns whether no weight of a layer makes other units of those that it reads. */
function keepsUnits(layer: Layer): boolean {
  return (layer.weights.length === 0 || NORMS.includes(layer.getClassName())) && !isModel(layer);
}

/** Options of {@link sparsify}: which layers get factors, the strength of the penalty, and where the factors start. */
export interface SparsifyOptions extends Omit<FactorizationOptions, "applications"> {
  /** Strength of the penalty, at least 0, which adds to the mean loss of a batch: a larger one leaves fewer weights. */
  readonly lambda: number;
  /**
   * Names of the layers to factorize. Default: by structure. `"weight"`: every dense, convolutional and embedding layer.
   * `"neuron"`: every dense one, `"filter"`: every convolutional one, but for those that give the model's outputs.
   * `"input"`: those that read the model's inputs. Groups and heads need names, as do norms, whose `gamma` becomes sparse. Frozen
   * layers, of which `trainable` is false or that of a model that they are in, stay as they are, and cannot be named.
   */
  readonly layers?: readonly string[];
  /**
   * `"unit-gates"`: the weights that the model has are the first factor, and gates are 1, so the model computes what it
   * did. `"variance-matched"`: all factors are drawn anew, `N(0, s^(2/k))` with `s` the standard deviation of the layer's
   * weights, truncated to `(s/100)^(1/k) < |xi| < min(1, (2s)^(1/k))`. Default: `"unit-gates"`.
   */
  readonly init?: "unit-gates" | "variance-matched";
  /**
   * Whether the channels that batch norms among `layers` lose become zero instead of `beta`, so that `shrink` removes them before layers
   * that pad with zeros too: `beta` is then in the group of `gamma`. The structure must be `"neuron"` or `"filter"`. Default: false.
   */
  readonly gateBeta?: boolean;
  /** Seed of a random start, an integer. Default: 1. */
  readonly seed?: number;
}

const OWN = ["lambda", "depth", "structure", "shared", "groupWeights", "layers", "init", "gateBeta", "seed"];

/**
 * Returns a copy of a model whose weights can become exactly zero in training: selected weights are products of `k` factors, and
 * `lambda / k` times the factors' squares is part of the loss.
 *
 * A regularizer of a layer's own stays in the loss, as a function of the product: the twin's loss is that of the model, plus the penalty.
 *
 * At a minimum of that smooth loss the penalty is `lambda sum_g w_g ||W_g||_2^(2/k)`, over single weights or over the
 * groups of a `structure`. Train the twin with any gradient method, by `compile` and `fit` or by a loop that adds
 * `surrogatePenalty(model)`, then `collapse` it. Biases and norms are not penalized. Frozen layers stay frozen, and frozen batch norms
 * use their moving moments in training too, which they leave as they are.
 *
 * @param model sequential or functional, with shared and nested layers, several inputs and outputs; it stays as it is.
 * @param options see {@link SparsifyOptions}.
 * @returns the twin, to be compiled, with variables of its own.
 * @throws InputError where an option is outside its domain, a layer is not known, frozen, factorized already or has a constraint of
 * its own, or nothing would be factorized.
 * @see arXiv 2307.03571; arXiv 2509.23898 for gates; arXiv 2502.02496 for the variance-matched start
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
 * const twin = sparsify(model, { depth: 3, lambda: 1e-3 });
 * twin.countParams(); // 39
 * ```
 */
export function sparsify<M extends LayersModel>(model: M, options: SparsifyOptions): M {
  const where = "sparsify";
  checkModel(where, model);
  if (options && "weightDecay" in options) throw decoupledDecay(where, "weightDecay", options.weightDecay);
  checkKeys(where, options, OWN);
  const { layers, init = "unit-gates", gateBeta = false, seed = 1, ...factors } = options;
  if (factors.lambda === undefined) throw mustBe(where, "lambda", "a finite number >= 0", undefined);
  const factorization = factorizationFrom(where, factors);
  checkChoice(where, "init", init, ["unit-gates", "variance-matched"]);
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);

  layerClasses(where);
  const chosen = layersToSparsify(where, model, factorization.structure, layers);
  checkChoice(where, "gateBeta", gateBeta, [true, false]);
  const { structure } = factorization;
  if (gateBeta && structure !== "neuron" && structure !== "filter")
    throw mustBe(where, "structure", '"neuron" or "filter" with gateBeta', structure);
  if (gateBeta && ![...chosen].some(hasBeta))
    throw mustBe(where, "gateBeta", "false where no batch norm with beta is among layers", gateBeta);
  const weightsOf = (layer: Layer): string[] => [
    LAYOUTS[layer.getClassName()].weight,
    ...(gateBeta && hasBeta(layer) ? ["beta"] : []),
  ];
  for (const layer of chosen) for (const name of weightsOf(layer)) checkUnconstrained(where, layer, name);
  const applications = applicationsOf(model);
  let drawn = seed;
  return rewriteModel(
    where,
    model,
    (layer) =>
      chosen.has(layer)
        ? factorizedRecord(layer, weightsOf(layer), {
            ...factorization,
            applications: applications.get(layer)!.length,
          })
        : undefined,
    ({ from, to }) => {
      const layer = to as FactorizedLayer;
      layer.inner.setWeights(from.getWeights());
      if (init === "variance-matched") drawVarianceMatched(where, layer, drawn++);
      else setToOne(layer.gates);
    },
  ) as M;
}

/** Returns whether a layer is a batch norm that shifts channels which it scales. */
function hasBeta(layer: Layer): boolean {
  const { center, scale } = layer.getConfig();
  return layer.getClassName() === "BatchNormalization" && center !== false && scale !== false;
}

function factorizedRecord(layer: Layer, names: readonly string[], factors: Factorization): LayerRecord {
  const className = layer.getClassName();
  const config = configOf(layer);
  if (className === "Dense" || className === "Conv2D") {
    return { className: `Hadamard${className}`, config: { ...config, ...factors } as never };
  }
  const [weight, ...others] = names.map((name) => ({ name }));
  const weights = others.length === 0 ? { weight } : { weights: [weight, ...others] };
  return {
    className: "Gated",
    config: { name: layer.name, layer: { className, config }, ...weights, ...factors } as never,
  };
}

/** Sets gates to one; TensorFlow.js initializes weights that are set later with zeros. */
function setToOne(gates: FactorizedLayer["gates"]): void {
  for (const gate of gates) {
    const ones = gate.read().onesLike();
    gate.write(ones);
    ones.dispose();
  }
}

/**
 * Draws all factors of a layer so that their product has the standard deviation `s` that the layer's weight has: each
 * from `N(0, s^(2/k))`, where it lies between `(s/100)^(1/k)` and `min(1, (2s)^(1/k))` in magnitude.
 *
 * @throws InputError unless `s` is in `(0, 1]`.
 */
function drawVarianceMatched(where: string, layer: FactorizedLayer, seed: number): void {
  const tf = tensorFlow(where);
  const { depth } = layer.factorization;
  const sigma = deviation(layer.variables.flatMap((variable) => Array.from(variable.read().dataSync())));
  if (!(sigma > 0 && sigma <= 1)) {
    const what = `the standard deviation of the weights of layer "${layer.name}"`;
    throw mustBe(where, what, "above 0 and at most 1 for a variance-matched start", sigma);
  }
  const root = (value: number): number => value ** (1 / depth);
  const [scale, smallest, largest] = [root(sigma), root(sigma / 100), Math.min(1, root(2 * sigma))];
  const random = seededRandom(seed);
  const draw = (): number => {
    for (;;) {
      const entry = scale * random.normal();
      if (Math.abs(entry) > smallest && Math.abs(entry) < largest) return entry;
    }
  };
  for (const factor of [...layer.variables, ...layer.gates]) {
    const { size, shape } = factor.read();
    const drawn = tf.tensor(Float32Array.from({ length: size }, draw), shape);
    factor.write(drawn);
    drawn.dispose();
  }
}

function deviation(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/**
 * Returns the layers that shall become sparse: the named ones, or the default ones for the structure.
 *
 * @throws InputError where a name is not of the model, a layer is not known or factorized already, or there is none.
 */
export function layersToSparsify(
  where: string,
  model: LayersModel,
  structure: Structure,
  names: readonly string[] | undefined,
): Set<Layer> {
  const all = layersOf(model);
  const frozen = frozenLayers(model);
  if (names !== undefined) return namedLayers(where, all, frozen, names);
  for (const layer of all) if (isSubstituted(layer)) throw alreadyFactorized(where, layer.name);
  if (typeof structure === "object") {
    throw mustBe(where, "layers", "names of layers, as groups and heads are of some only", undefined);
  }
  const suitable = all.filter((layer) => isSparseByDefault(model, layer, structure));
  if (suitable.length === 0) throw noLayerToSparsify(where, structure);
  const chosen = suitable.filter((layer) => !frozen.has(layer));
  if (chosen.length === 0) throw noTrainedLayerToSparsify(where, structure);
  return new Set(chosen);
}

function namedLayers(
  where: string,
  all: readonly Layer[],
  frozen: ReadonlySet<Layer>,
  names: readonly string[],
): Set<Layer> {
  if (!Array.isArray(names) || names.length === 0) {
    throw mustBe(where, "layers", "an array of at least one name", names);
  }
  const chosen = new Set<Layer>();
  for (const name of names) {
    const layers = all.filter((layer) => layer.name === name);
    if (layers.length === 0) {
      throw noSuchLayer(
        where,
        name,
        all.filter((layer) => layer.getClassName() in LAYOUTS).map((layer) => layer.name),
      );
    }
    for (const layer of layers) {
      if (isFactorized(layer) || isSubstituted(layer)) throw alreadyFactorized(where, name);
      if (!(layer.getClassName() in LAYOUTS))
        throw unknownLayerClass(where, name, layer.getClassName(), Object.keys(LAYOUTS));
      if (frozen.has(layer)) throw frozenLayer(where, name);
      chosen.add(layer);
    }
  }
  return chosen;
}

function isSparseByDefault(model: LayersModel, layer: Layer, structure: string): boolean {
  const className = layer.getClassName();
  if (!(className in LAYOUTS) || NORMS.includes(className)) return false;
  if (structure === "weight") return true;
  if (structure === "input") return readsInputs(model, layer);
  const dense = className === "Dense" || className === "Embedding";
  return dense === (structure === "neuron") && !feedsOutputs(model, layer);
}

/** A model with the members that TensorFlow.js's declarations omit. */
interface Container extends LayersModel {
  readonly inputLayers: Layer[];
  readonly outputLayers: Layer[];
}

/** Returns the input and output layers of a model and of nested models, each with the model that contains it. */
function inputAndOutputLayers(model: LayersModel): { first: Map<Layer, Layer>; last: Map<Layer, Layer> } {
  const first = new Map<Layer, Layer>();
  const last = new Map<Layer, Layer>();
  const visit = (container: Container): void => {
    for (const layer of container.inputLayers) first.set(layer, container);
    for (const layer of container.outputLayers) last.set(layer, container);
    for (const layer of graphLayers(container)) if (isModel(layer)) visit(layer as Container);
  };
  visit(model as Container);
  return { first, last };
}

/** Returns whether a layer reads an input of the model with no layer in between that makes other units. */
function readsInputs(model: LayersModel, layer: Layer): boolean {
  const { first } = inputAndOutputLayers(model);
  const seen = new Set<Layer>();
  const reaches = (from: Layer): boolean =>
    from.inboundNodes.some(({ inboundLayers }) =>
      inboundLayers.some((source) => {
        if (seen.has(source)) return false;
        seen.add(source);
        const container = first.get(source);
        if (container) return container === model || reaches(container);
        return keepsUnits(source) && reaches(source);
      }),
    );
  return reaches(layer);
}

/** Returns whether a layer's units reach an output of the model with no layer in between that makes others, so each has a meaning. */
function feedsOutputs(model: LayersModel, layer: Layer): boolean {
  const { last } = inputAndOutputLayers(model);
  const reaches = (from: Layer): boolean => {
    const container = last.get(from);
    if (container && (container === model || reaches(container))) return true;
    return from.outboundNodes.some(({ outboundLayer: next }) => keepsUnits(next) && reaches(next));
  };
  return reaches(layer);
}
