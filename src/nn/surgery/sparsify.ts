import type * as TensorFlow from "@tensorflow/tfjs";
import { decoupledDecay, mustBe } from "../../errors";
import { checkChoice, checkKeys } from "../../options";
import { type Factorization, type FactorizationOptions, factorizationFrom } from "../layers/factorization";
import { checkFree, type FactorizedLayer } from "../layers/factorized-layer";
import { layerClasses } from "../layers/layer-classes";
import type { LayerRecord } from "../layers/substituted-layer";
import { drawVarianceMatched } from "../layers/variance-matched";
import type { LayersModel } from "../model-types";
import { chosenLayers } from "./chosen-layers";
import { checkModel, isModel, rewrittenModel } from "./rewritten-model";
import { LAYOUTS } from "./structure";

type Layer = TensorFlow.layers.Layer;

/** Options of {@link sparsify}. */
export interface SparsifyOptions extends Omit<FactorizationOptions, "applications"> {
  /** Coefficient of the penalty, at least 0; it adds to the mean loss of a batch. */
  readonly lambda: number;
  /**
   * Names of the layers to factorize. Default: by structure. `"weight"`: every dense, convolutional and embedding layer.
   * `"neuron"`: every dense one, `"filter"`: every convolutional one, but for those that give the model's outputs.
   * `"input"`: those that read the model's inputs. Groups and heads need names, as do norms, whose `gamma` becomes sparse.
   */
  readonly layers?: readonly string[];
  /**
   * `"unit-gates"`: the weights that the model has are the first factor, and gates are 1, so the model computes what it
   * did. `"variance-matched"`: all factors are drawn anew, `N(0, s^(2/k))` with `s` the standard deviation of the layer's
   * weights, truncated to `(s/100)^(1/k) < |xi| < min(1, (2s)^(1/k))`. Default: `"unit-gates"`.
   */
  readonly init?: "unit-gates" | "variance-matched";
  /** Of a drawn start, an integer. Default: 1. */
  readonly seed?: number;
}

const OWN = ["lambda", "depth", "structure", "shared", "groupWeights", "layers", "init", "seed"];

/**
 * A twin of a model whose weights become exactly zero in training: chosen weights are products of `k` factors, and
 * `lambda / k` times their squares is part of the loss.
 *
 * At a minimum of that smooth loss the penalty is `lambda sum_g w_g ||W_g||_2^(2/k)`, over single weights or over the
 * groups of a `structure`. Train the twin with any gradient method, by `compile` and `fit` or by a loop that adds
 * `surrogatePenalty(model)`, then `collapse` it. Biases and norms are not penalized.
 *
 * @param model sequential or functional, with shared and nested layers, several inputs and outputs; it stays as it is.
 * @param options see {@link SparsifyOptions}.
 * @returns the twin, to be compiled, with variables of its own.
 * @throws InputError where an option is outside its domain, a layer is not known, factorized already or has a penalty of
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
  const { layers, init = "unit-gates", seed = 1, ...factors } = options;
  if (factors.lambda === undefined) throw mustBe(where, "lambda", "a finite number >= 0", undefined);
  const factorization = factorizationFrom(where, factors);
  checkChoice(where, "init", init, ["unit-gates", "variance-matched"]);
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);

  layerClasses(where);
  const chosen = chosenLayers(where, model, factorization.structure, layers);
  for (const layer of chosen) checkFree(where, layer, LAYOUTS[layer.getClassName()].weight);
  const applications = applicationsOf(model);
  let drawn = seed;
  return rewrittenModel(
    where,
    model,
    (layer) =>
      chosen.has(layer)
        ? factorizedRecord(layer, { ...factorization, applications: applications.get(layer)! })
        : undefined,
    ({ from, to }) => {
      const layer = to as FactorizedLayer;
      layer.inner.setWeights(from.getWeights());
      if (init === "variance-matched") drawVarianceMatched(where, layer, drawn++);
      else setToOne(layer.gates);
    },
  ) as M;
}

function factorizedRecord(layer: Layer, factors: Factorization): LayerRecord {
  const className = layer.getClassName();
  const config = layer.getConfig();
  if (className === "Dense" || className === "Conv2D") {
    return { className: `Hadamard${className}`, config: { ...config, ...factors } as never };
  }
  const weight = { name: LAYOUTS[className].weight };
  return {
    className: "Gated",
    config: { name: layer.name, layer: { className, config }, weight, ...factors } as never,
  };
}

/** They are made as zeros where weights are to be set. */
function setToOne(gates: FactorizedLayer["gates"]): void {
  for (const gate of gates) {
    const ones = gate.read().onesLike();
    gate.write(ones);
    ones.dispose();
  }
}

/** How often TensorFlow.js counts the losses of each layer: once for each of its nodes in each of a model's nodes. */
function applicationsOf(model: LayersModel): Map<Layer, number> {
  const counts = new Map<Layer, number>();
  const visit = (container: TensorFlow.LayersModel, times: number): void => {
    const { containerNodes } = container as unknown as { containerNodes: Set<string> };
    for (const layer of container.layers) {
      const nodes = layer.inboundNodes.filter((_, i) => containerNodes.has(`${layer.name}_ib-${i}`));
      if (isModel(layer)) visit(layer, times * nodes.length);
      else counts.set(layer, (counts.get(layer) ?? 0) + times * nodes.length);
    }
  };
  visit(model, 1);
  return counts;
}
