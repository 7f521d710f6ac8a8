import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { collapsedWeight, FLOAT32_EPSILON } from "../layers/collapsed-weight";
import { isSubstituted } from "../layers/layer-classes";
import type { SubstitutedLayer } from "../layers/substituted-layer";
import type { LayersModel } from "../model-types";
import { checkModel, rewrittenModel } from "./rewritten-model";

/** Options of {@link collapse}. */
export interface CollapseOptions {
  /**
   * A group whose norm is at most this is zero, or a weight whose magnitude is. At least 0. Default: the distance of 1 to
   * the next 32-bit float, 1.2e-7.
   */
  readonly threshold?: number;
}

/**
 * The plain model that a factorized one stands for: each product of factors as one weight, with exact zeros.
 *
 * It predicts what the factorized model does, up to the rounding of 32-bit floats and to what the threshold takes away,
 * which of a run that has converged is nothing. Train on with `freezeZeros`, make it smaller with `shrink`.
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
  return rewrittenModel(
    where,
    model,
    (layer) => (isSubstituted(layer) ? layer.plainRecord() : undefined),
    ({ from, to }) => {
      const layer = from as SubstitutedLayer;
      const values = collapsedWeight(layer, threshold);
      const weights = layer.inner.weights.map((weight) =>
        weight === layer.variable ? values : weight.read(),
      );
      to.setWeights(weights);
      values.dispose();
    },
  ) as M;
}
