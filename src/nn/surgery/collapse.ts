import type * as TensorFlow from "@tensorflow/tfjs";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import {
  type FactorizedLayer,
  FLOAT32_EPSILON,
  groupSquares,
  groupsOfEntries,
} from "../layers/factorized-layer";
import { checkModel, isFactorized, isSubstituted } from "../layers/model-layers";
import type { SubstitutedLayer } from "../layers/substituted-layer";
import type { LayersModel } from "../model-types";
import { tensorFlow } from "../tensorflow";
import { rewriteModel } from "./rewrite-model";

/** Options of {@link collapse}: below which size a weight becomes zero. */
export interface CollapseOptions {
  /**
   * A group whose norm is at most this is zero, or a weight whose magnitude is. At least 0. Default: the distance of 1 to
   * the next 32-bit float, 1.2e-7.
   */
  readonly threshold?: number;
}

/**
 * Returns the plain model of a factorized one: each product of factors becomes one weight, with exact zeros.
 *
 * It predicts as the factorized model does, up to the rounding of 32-bit floats and the groups below the threshold; after a
 * converged run these are zero. Train it further with `freezeZeros`, make it smaller with `shrink`.
 *
 * @param model stays as it is.
 * @param options see {@link CollapseOptions}.
 * @returns a model of plain layers of the same names, to be compiled, with variables of its own.
 * @throws InputError unless `model` is a model of layers and the threshold is in its domain.
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const layer = new HadamardDense({ units: 3, inputShape: [4], lambda: 1e-3 });
 * const plain = collapse(tf.sequential({ layers: [layer] }));
 * plain.layers[0].getClassName(); // "Dense"
 * ```
 */
export function collapse<M extends LayersModel>(model: M, options: CollapseOptions = {}): M {
  const where = "collapse";
  checkModel(where, model);
  checkKeys(where, options, ["threshold"]);
  const { threshold = FLOAT32_EPSILON } = options;
  if (!(typeof threshold === "number" && threshold >= 0 && threshold < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "threshold", "a finite number >= 0", threshold);
  }
  return rewriteModel(
    where,
    model,
    (layer) => (isSubstituted(layer) ? layer.plainRecord() : undefined),
    ({ from, to }) => {
      const layer = from as SubstitutedLayer;
      const values = collapsedWeights(layer, threshold);
      const weights = layer.inner.weights.map(
        (weight) => values[layer.variables.indexOf(weight)] ?? weight.read(),
      );
      to.setWeights(weights);
      tensorFlow(where).dispose(values);
    },
  ) as M;
}

/** Returns the effective weights of a layer, with zeros for groups whose norm is at most the threshold. */
function collapsedWeights(layer: SubstitutedLayer, threshold: number): TensorFlow.Tensor[] {
  const tf = tensorFlow("collapse");
  return tf.tidy(() => {
    const weights = layer.effectiveWeights();
    // A negative weight times the zero of a mask is -0, which compresses less well among zeros than 0 does.
    if (!isFactorized(layer)) return weights.map((weight) => tf.add(weight, 0));
    const values = weights.map((weight) => Float32Array.from(weight.dataSync()));
    zeroSmallGroups(layer, values, threshold);
    return weights.map(({ shape }, k) => tf.tensor(values[k], shape));
  });
}

/** Sets groups to zero, in place, whose Euclidean norm is at most the threshold. */
function zeroSmallGroups(layer: FactorizedLayer, values: readonly Float32Array[], threshold: number): void {
  const squares = groupSquares(layer, values);
  groupsOfEntries(layer).forEach((groups, k) => {
    groups.forEach((group, i) => {
      if (Math.sqrt(squares[group]) <= threshold) values[k][i] = 0;
    });
  });
}
