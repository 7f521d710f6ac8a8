import type * as TensorFlow from "@tensorflow/tfjs";
import { displayable, Table } from "../../display/table";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { checkModel } from "../layers/model-layers";
import type { LayersModel, Tensor } from "../model-types";
import { notCompiled } from "../network-errors";
import { checkCount } from "./learning-rates";
import { FACTORS, SparsifyTask, type SparsifyToOptions, type SparsifyToResult } from "./sparsification-path";
import { checkData } from "./training-data";

export type { SparsifyToOptions, SparsifyToResult, SparsifyToStep } from "./sparsification-path";

const KEYS = [
  "keep",
  "epochs",
  "batchSize",
  "validationData",
  "learningRate",
  "seed",
  "onProgress",
  "signal",
];

/**
 * Makes a model as sparse as asked for, without a lambda: trains it, raises lambda step by step, each training beginning where
 * the last one ended, keeps the largest groups of weights, and trains these without the penalty while zeros stay zero.
 *
 * The first training has no penalty. Let `d` be what the factorized weights `W` then gain in the loss over zeros: lambda rises
 * from `0.1 d / R(W)` by a factor of 1.5 each time, `R` being the penalty at lambda 1, until at most the wanted number of groups
 * is left or a layer is dead. The groups with the largest Euclidean norms stay, taken of the step at which they alone have the
 * smallest loss. Where a training raises the loss with its penalty, it is repeated at a third of the learning rate, at most
 * three times in all. The last training, of the groups that stay, has as many epochs as those before it together. The same seed gives the same model, unless a layer draws at random.
 *
 * Several shares in `keep` share the trainings of one path, which goes as far as the smallest of them needs. Each share has the result
 * that it has alone, and a last training of its own.
 *
 * @param model of plain layers, compiled, with one input and one output. It stays as it is, and so does its optimizer: each
 *   training has a new one with the same settings, of which the rate should suit the model without factors.
 * @param x inputs, one sample a row of the first axis.
 * @param y targets, likewise.
 * @param options see {@link SparsifyToOptions}.
 * @returns the model with its path; for a list of shares an array of such results, in their order.
 * @throws InputError where an option is outside its domain, the model cannot be factorized or is not compiled, data are not as
 *   `train` has them, or the weights gain nothing in the first training.
 * @see `tradeoffPlot` of `smooth-edges/plot`, which draws a metric of `path` over `parameters`
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4], kernelInitializer: "ones" })] });
 * model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(0.05, 0.9) });
 * const x = tf.randomNormal([32, 4], 0, 1, "float32", 1);
 * const y = x.slice([0, 2], [32, 1]); // the third input alone
 * const { model: sparse, status } = await sparsifyTo(model, x, y, { keep: 0.25, epochs: 20 });
 * status; // "completed"
 * sparse.getWeights()[0].dataSync().map(Math.round).join(); // "0,0,1,0"
 * ```
 */
export async function sparsifyTo<M extends LayersModel>(
  model: M,
  x: Tensor,
  y: Tensor,
  options: SparsifyToOptions,
): Promise<SparsifyToResult<M>>;
/** The same for each of several shares: an array of results, in their order. @throws InputError as for one share, and for a list of none. */
export async function sparsifyTo<M extends LayersModel>(
  model: M,
  x: Tensor,
  y: Tensor,
  options: SparsifyToOptions<readonly number[]>,
): Promise<SparsifyToResult<M>[]>;
export async function sparsifyTo<M extends LayersModel>(
  model: M,
  x: Tensor,
  y: Tensor,
  options: SparsifyToOptions<number | readonly number[]>,
): Promise<SparsifyToResult<M> | SparsifyToResult<M>[]> {
  const where = "sparsifyTo";
  checkModel(where, model);
  checkKeys(where, options, [...KEYS, ...FACTORS]);
  const { keep, epochs, validationData } = options;
  const shares = checkedShares(where, keep);
  checkCount(where, "epochs", epochs, 1);
  checkCount(where, "batchSize", options.batchSize ?? 32, 1);
  if (!(model as TensorFlow.LayersModel).optimizer) throw notCompiled(where);
  checkData(where, model, x, y, validationData);
  const task = new SparsifyTask(where, model, [x, y], { ...options, keep: shares });
  try {
    const results = (await task.run()).map(
      (result) => displayable(result, table) as unknown as SparsifyToResult<M>,
    );
    return Array.isArray(keep) ? results : results[0];
  } finally {
    task.dispose();
  }
}

/** Returns the shares that shall stay, of which there is one at least. */
function checkedShares(where: string, keep: number | readonly number[]): readonly number[] {
  const shares = Array.isArray(keep) ? (keep as readonly number[]) : [keep as number];
  if (shares.length === 0)
    throw mustBe(where, "keep", "in (0, 1], or a list of at least one such number", keep);
  for (const [i, share] of shares.entries()) {
    const name = Array.isArray(keep) ? `keep[${i}]` : "keep";
    if (!(typeof share === "number" && share > 0 && share <= 1))
      throw mustBe(where, name, "in (0, 1]", share);
  }
  return shares;
}

function table({ path, final, nGroups, status, advice }: SparsifyToResult): Table {
  const steps = [...path, final];
  const metrics = Object.keys(final).filter(
    (name) => !["lambda", "groups", "parameters", "keptLoss"].includes(name),
  );
  return new Table({
    title: `${final.groups} of ${nGroups} groups stay: ${final.parameters} parameters`,
    columns: ["training", "lambda", "groups", "parameters", "loss of kept", ...metrics],
    rows: steps.map((step, i) => [
      i < path.length ? `${i + 1}` : "final",
      step.lambda,
      step.groups,
      step.parameters,
      step.keptLoss,
      ...metrics.map((name) => step[name]),
    ]),
    bars: steps.map(({ groups }) => groups / nGroups),
    notes: [
      "bars: share of groups that are not zero; final: the largest groups at this lambda, trained without penalty",
      ...(status === "completed" ? [] : [`the training is ${status}: the final groups have no whole refit`]),
      ...(advice === undefined ? [] : [advice]),
    ],
  });
}
