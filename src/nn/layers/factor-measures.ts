/** Measures of the factors of a model in training: their penalty, and how far they are from balance. */

import { meanGap } from "../../linalg/mean-gap";
import type { LayersModel, Scalar } from "../model-types";
import { tensorFlow } from "../tensorflow";
import { type FactorizedLayer, groupSquares } from "./factorized-layer";
import { checkModel, factorizedLayers } from "./model-layers";

/**
 * Returns the misalignment of a model's factors, `M = R_xi - R >= 0`: the smooth penalty minus the sparse one that it represents,
 * at `lambda = 1`, summed over layers.
 *
 * Gradient flow decreases it like `exp(-4 lambda t / k)`. At zero the training loss is the sparse one, so the remainder at the end
 * of a run measures how far the run is from convergence. It is computed in 64 bits, term by term without cancellation.
 *
 * @returns 0 where nothing is factorized.
 * @throws InputError unless `model` is a model of layers.
 * @see arXiv 2509.23898, on the decay of imbalance
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 1, inputShape: [1], lambda: 1, kernelInitializer: "zeros" });
 * misalignment(tf.sequential({ layers: [layer] })); // 0.5
 * ```
 */
export function misalignment(model: LayersModel): number {
  checkModel("misalignment", model);
  return factorizedLayers(model).reduce((total, layer) => total + misalignmentOf(layer), 0);
}

function misalignmentOf(layer: FactorizedLayer): number {
  const { variables, gates, groupWeights, factorization } = layer;
  const { depth, shared } = factorization;
  const factors = variables.map((variable) => variable.read().dataSync());
  const squares = groupSquares(layer, factors);
  const values = gates.map((gate) => gate.read().dataSync());
  const shares = new Float64Array(gates.length + 1).fill(1 / depth);
  if (shared) shares[1] = (depth - 1) / depth;
  const roots = new Float64Array(shares.length);
  return squares.reduce((total, square, g) => {
    roots[0] = Math.sqrt(square);
    values.forEach((gate, r) => {
      roots[r + 1] = Math.abs(gate[g]);
    });
    return total + groupWeights[g] * meanGap(roots, shares);
  }, 0);
}

/**
 * Returns the penalty of a factorized model, `lambda / k` times the squares of all factors, on which gradient steps descend. Where
 * the factors are balanced, it is `lambda sum_g w_g ||W_g||^(2/k)` of the weights.
 *
 * `compile` and `fit` add it to the loss by themselves. A custom training loop adds it to the mean loss of a batch, inside of
 * `tf.variableGrads`, since it has gradients.
 *
 * @returns a scalar, 0 where nothing is factorized; dispose of it as of any tensor.
 * @throws InputError unless `model` is a model of layers.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 1, inputShape: [2], lambda: 0.5, kernelInitializer: "ones" });
 * surrogatePenalty(tf.sequential({ layers: [layer] })).dataSync()[0]; // 1
 * ```
 */
export function surrogatePenalty(model: LayersModel): Scalar {
  const where = "surrogatePenalty";
  checkModel(where, model);
  const layers = factorizedLayers(model);
  const tf = tensorFlow(where);
  return tf.tidy(() =>
    layers.reduce<Scalar>(
      (total, layer) => tf.add(total, tf.mul(layer.penalty(), layer.factorization.applications)),
      tf.scalar(0),
    ),
  );
}
