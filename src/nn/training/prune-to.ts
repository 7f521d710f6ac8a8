import type * as TensorFlow from "@tensorflow/tfjs";
import { formatNumber } from "../../display/formatting";
import { displayable, Table } from "../../display/table";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { factorizationFrom } from "../layers/factorization";
import { checkModel } from "../layers/model-layers";
import type { LayersModel, Tensor } from "../model-types";
import { notCompiled } from "../network-errors";
import { collapse } from "../surgery/collapse";
import { maskedCopy } from "../surgery/group-masks";
import { compileAs, measuresOf, release, type SparseMeasures, scheduleOr } from "./compiled-copies";
import { checkCount } from "./learning-rates";
import type { SparsifyToOptions } from "./sparsification-path";
import { runTraining, type Training } from "./train";
import { checkData } from "./training-data";
import type { TrainingRecord } from "./training-recorder";

export type { SparseMeasures } from "./compiled-copies";

/** Options of {@link pruneTo}: which share of the weights stays, and how the network is trained. */
export interface PruneToOptions
  extends Pick<
    SparsifyToOptions,
    "structure" | "layers" | "batchSize" | "validationData" | "seed" | "onProgress" | "signal"
  > {
  /** Share of the groups of the structure that stay, in (0, 1], rounded to a number of groups; at least one stays in each layer. */
  readonly keep: number;
  /** Number of passes over the data, a positive integer: groups are pruned after each of the first half. */
  readonly epochs: number;
  /**
   * The learning rate, a positive number, or a function of the epoch, counted from 0. Default: a `cosineDecay` of the rate of the
   * optimizer.
   */
  readonly learningRate?: SparsifyToOptions["learningRate"];
}

/** A model pruned by {@link pruneTo}, and its training; shows itself as a table. */
export interface PruneToResult<M extends LayersModel = LayersModel> {
  /** The model has plain layers and exact zeros, and is compiled as the given one is; `shrink` makes it smaller. */
  readonly model: M;
  /** One record for each epoch, as those of `train`; `sparsity` is the share of the weights that were held at zero in it. */
  readonly records: readonly TrainingRecord[];
  /** The measures of `model`. */
  readonly final: SparseMeasures;
  /** Number of groups that there are. */
  readonly nGroups: number;
  /** `"interrupted"` and `"diverged"`: `model` has the largest groups of the training so far. */
  readonly status: Training["status"];
  /** The advice in a sentence says what to change after a divergence. */
  readonly advice: string | undefined;
}

const KEYS = [
  "keep",
  "epochs",
  "structure",
  "layers",
  "batchSize",
  "validationData",
  "learningRate",
  "seed",
  "onProgress",
  "signal",
];

/** Share of the epochs in which groups are pruned; in the others those that stay recover, which takes long where few do. */
const PRUNING_SHARE = 0.5;

/**
 * Makes a model as sparse as asked for by gradual magnitude pruning: trains it once, and after each epoch sets the smallest groups of
 * weights to zero, where they stay.
 *
 * After `t` of the `T` epochs in which groups are pruned, half of all, the share `keep + (1 - keep) (1 - t / T)^3` of them is
 * left, rounded to a number of groups: many are pruned early, and few at a time late. Those with the largest Euclidean norms stay, of
 * all layers together. The same seed gives the same model, unless a layer draws at random.
 *
 * Unlike `sparsifyTo` it has no penalty and no factors. Each share has a training of its own.
 *
 * @param model of plain layers, compiled, trained or not, with one input and one output. It stays as it is, and so does its
 *   optimizer: the training has a new one with the same settings.
 * @param x inputs, one sample a row of the first axis.
 * @param y targets, likewise.
 * @param options see {@link PruneToOptions}.
 * @returns the model with the records of its training.
 * @throws InputError where an option is outside its domain, the model has no layer to prune, one with a constraint or zeros frozen
 *   already, or is not compiled, or data are not as `train` has them.
 * @see Zhu and Gupta, To prune, or not to prune (2017), arXiv 1710.01878, equation 1, from a sparsity of zero; there each layer has the same share
 * @see `trainingPlot` of `smooth-edges/plot`, which draws `records`
 * @example
 * ```ts
 * const tf = require("@tensorflow/tfjs");
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4], kernelInitializer: "ones" })] });
 * model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(0.05, 0.9) });
 * const x = tf.randomNormal([32, 4], 0, 1, "float32", 1);
 * const y = x.slice([0, 2], [32, 1]); // the third input alone
 * const { model: sparse, status } = await pruneTo(model, x, y, { keep: 0.25, epochs: 40 });
 * status; // "completed"
 * sparse.getWeights()[0].dataSync().map(Math.round).join(); // "0,0,1,0"
 * ```
 */
export async function pruneTo<M extends LayersModel>(
  model: M,
  x: Tensor,
  y: Tensor,
  options: PruneToOptions,
): Promise<PruneToResult<M>> {
  const where = "pruneTo";
  checkModel(where, model);
  checkKeys(where, options, KEYS);
  const { keep, epochs, structure, layers, batchSize = 32, validationData, learningRate, ...run } = options;
  if (!(typeof keep === "number" && keep > 0 && keep <= 1)) {
    const remedy = Array.isArray(keep) ? "call it once for each share, which has its own training" : "";
    throw mustBe(where, "keep", "in (0, 1]", keep, remedy);
  }
  checkCount(where, "epochs", epochs, 1);
  checkCount(where, "batchSize", batchSize, 1);
  if (!(model as TensorFlow.LayersModel).optimizer) throw notCompiled(where);
  checkData(where, model, x, y, validationData);
  const schedule = scheduleOr(where, learningRate, model, epochs);
  const nPruning = Math.max(Math.floor(PRUNING_SHARE * epochs), 1);
  const { copy, masks } = maskedCopy(where, model, factorizationFrom(where, { structure }).structure, layers);
  try {
    compileAs(model, copy);
    const sparsities = [0];
    const { records, status, advice } = await runTraining(where, copy, x, y, {
      ...run,
      epochs,
      batchSize,
      validationData,
      learningRate: schedule,
      onEpoch: ({ length }) => {
        const left = (1 - Math.min(length / nPruning, 1)) ** 3;
        masks.keepLargest(keep + (1 - keep) * left);
        sparsities.push(masks.sparsity());
      },
    });
    masks.keepLargest(keep); // of a training that did not come to its end
    const groups = masks.nLive();
    const pruned = collapse(copy) as M;
    compileAs(model, pruned);
    const measured = await measuresOf(pruned, validationData ?? [x, y], batchSize);
    const result: PruneToResult<M> = {
      model: pruned,
      records: records.map((record, i) => ({ ...record, sparsity: sparsities[i] })),
      final: { groups, ...measured },
      nGroups: masks.nGroups,
      status,
      advice,
    };
    return displayable(result, table);
  } finally {
    release(copy);
  }
}

function table({ records, final, nGroups, status, advice }: PruneToResult): Table {
  const { groups, parameters, ...measures } = final;
  const columns = records.length > 0 ? Object.keys(records[0]) : ["epoch"];
  const measured = Object.entries(measures).map(([name, value]) => `${name} ${formatNumber(value)}`);
  return new Table({
    title: `${groups} of ${nGroups} groups stay: ${parameters} parameters, ${measured.join(", ")}`,
    columns,
    rows: records.map((record) => columns.map((name) => record[name])),
    bars: records.map(({ sparsity }) => 1 - sparsity),
    notes: [
      "bars: share of the weights that were not held at zero in the epoch",
      ...(status === "completed"
        ? []
        : [`the training is ${status}: the groups that stay have no whole training`]),
      ...(advice === undefined ? [] : [advice]),
    ],
  });
}
