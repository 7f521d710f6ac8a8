import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, shrink, sparsify, useBestBackend } from "smooth-edges/nn";
import { housingSplit } from "./housing";
import { directGroupLasso, meanSquaredError, trainRegression } from "./regression-network";
import { grid, type Result, replicates, type Study, type Task } from "./study";

/** Units of the hidden layers. */
const HIDDEN: readonly number[] = [32, 64, 32];

/** Groups whose weights have at most such a norm are pruned, at each in turn; the first is the threshold of `collapse`. */
export const PRUNED: readonly number[] = [2 ** -23, 1e-3, 1e-2, 3e-2];
/** Which of them a network is trained on at. */
export const REFITTED = 2;

/** What is left of a network whose smaller groups are pruned. */
export interface Pruned {
  /** Of each layer that is left, the last one's being 1. */
  readonly units: number[];
  readonly parameters: number;
  /** In squares of 100 000 dollars, as all errors here. */
  readonly test: number;
}

/** What a task gives. */
export interface Trained {
  readonly backend: string;
  /** Before anything is pruned. */
  readonly test: number;
  /** One for each of {@link PRUNED}. */
  readonly pruned: Pruned[];
  /** Of the network pruned at {@link REFITTED}, trained on without the penalty. */
  readonly refitted: number;
  /** The same, of a network of the same units from weights drawn anew. */
  readonly anew: number;
}

interface Run {
  readonly method: "no penalty" | "direct group lasso" | "gates";
  readonly depth: number;
  readonly lambda: number;
  readonly epochs: number;
  readonly seed: number;
}

/** Of Adam, at first. */
const RATE = 1e-2;
const BATCH_SIZE = 256;
const LAMBDA = 3e-3;
/** Of a training, the source's last; a refit has half as many. A taste has fewer. */
export const EPOCHS: readonly number[] = [60, 200];
const SEEDS = replicates(20).map((k) => k + 1);

/**
 * A network for the values of Californian houses whose weights are grouped by what they read, in all layers: by gates and by descent
 * on the group lasso itself, pruned, made smaller and trained on. Groups, split and refit are ours.
 */
export const housingNetwork: Study = {
  name: "housing-network",
  title:
    "How small can a network be that values houses, and what does a refit give back? (setting: the source's network, data and number of epochs, sixty as well; training else ours)",
  tasks: (setting) => {
    const taste = grid({ method: ["gates"], depth: [2], lambda: [1e-3], epochs: [2], seed: [1] });
    if (setting === "quick") return taste;
    const whole = SEEDS.flatMap((seed) => {
      const constant = { epochs: EPOCHS, seed: [seed] };
      return [
        ...grid({ method: ["no penalty"], depth: [1], lambda: [0], ...constant }),
        ...grid({ method: ["direct group lasso"], depth: [1], lambda: [LAMBDA], ...constant }),
        ...grid({ method: ["gates"], depth: [2, 3], lambda: [LAMBDA], ...constant }),
      ];
    });
    return [...taste, ...whole];
  },
  async run({ parameters }: Task): Promise<Result> {
    const run = parameters as unknown as Run;
    const backend = await useBestBackend();
    const tf: typeof TensorFlow = require("@tensorflow/tfjs");
    const { train: seen, test } = housingSplit(tf, run.seed);
    const plain = network(tf, seen.x.shape[1], HIDDEN, run.seed);
    const all = { structure: "input", layers: plain.layers.map(({ name }) => name) } as const;
    const isGated = run.method === "gates";
    const model = isGated ? sparsify(plain, { ...all, depth: run.depth, lambda: run.lambda }) : plain;
    const penalties = [...HIDDEN, 1].map((units, k) =>
      directGroupLasso(tf, plain.layers[k], units, run.lambda),
    );
    const schedule = { rate: RATE, batchSize: BATCH_SIZE, epochs: run.epochs, seed: run.seed };
    const isDirect = run.method === "direct group lasso";
    const penalty = isDirect ? () => tf.addN(penalties.map((each) => each())) : undefined;
    await trainRegression(tf, model, seen, schedule, penalty);
    const collapsed = collapse(model, { threshold: 0 });
    const small = PRUNED.map((zero) => shrink(prunedAt(tf, collapsed, zero)));
    const pruned = small.map((each) => ({
      units: unitsOf(each),
      parameters: each.countParams(),
      test: meanSquaredError(tf, each, test),
    }));
    const kept = small[REFITTED];
    const again = network(tf, seen.x.shape[1], unitsOf(kept).slice(0, -1), run.seed + 100);
    for (const each of [kept, again]) {
      await trainRegression(tf, each, seen, { ...schedule, epochs: Math.ceil(run.epochs / 2) });
    }
    return {
      backend,
      test: meanSquaredError(tf, collapsed, test),
      pruned,
      refitted: meanSquaredError(tf, kept, test),
      anew: meanSquaredError(tf, again, test),
    };
  },
  tolerance: 1e-3,
};

function network(
  tf: typeof TensorFlow,
  nInputs: number,
  hidden: readonly number[],
  seed: number,
): TensorFlow.Sequential {
  const heNormal = (k: number) => tf.initializers.heNormal({ seed: 10 * seed + k });
  return tf.sequential({
    layers: [...hidden, 1].map((units, k) =>
      tf.layers.dense({
        units,
        ...(k === 0 ? { inputShape: [nInputs] } : {}),
        ...(k < hidden.length ? { activation: "relu" } : {}),
        kernelInitializer: heNormal(k),
      }),
    ),
  });
}

/** The same model without what it reads by weights of at most this norm. */
function prunedAt(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  zero: number,
): TensorFlow.LayersModel {
  // Nothing is factorized any more: a copy.
  const copy = collapse(model);
  for (const layer of copy.layers) {
    const [kernel, bias] = layer.getWeights();
    layer.setWeights([
      tf.tidy(() => tf.mul(kernel, tf.cast(tf.greater(tf.norm(kernel, 2, 1, true), zero), "float32"))),
      bias,
    ]);
  }
  return copy;
}

function unitsOf(model: TensorFlow.LayersModel): number[] {
  return model.layers.map(({ outputShape }) => outputShape[1] as number);
}
