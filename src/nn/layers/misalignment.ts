import { meanGap } from "../../linalg/mean-gap";
import type { LayersModel } from "../model-types";
import { checkModel } from "../surgery/rewritten-model";
import { groupNumbers } from "../surgery/structure";
import type { FactorizedLayer } from "./factorized-layer";
import { factorizedLayers } from "./layer-classes";

/**
 * How far the factors of a model are from balance, `M = R_xi - R >= 0`: what the smooth penalty is above the sparse one
 * that it stands for, at `lambda = 1`, summed over layers.
 *
 * Gradient flow shrinks it like `exp(-4 lambda t / k)`, and at zero the loss in training is the sparse one. What is left
 * at the end of a run says by how much the run is not at its end. Computed in 64 bits, term by term without cancellation.
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

function misalignmentOf({ variable, gates, grouping, groupWeights, factorization }: FactorizedLayer): number {
  const { depth, shared } = factorization;
  const squares = new Float64Array(grouping.nGroups);
  const groupOf = groupNumbers(grouping, variable.shape as number[]);
  variable
    .read()
    .dataSync()
    .forEach((value, i) => {
      squares[groupOf[i]] += value ** 2;
    });
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
