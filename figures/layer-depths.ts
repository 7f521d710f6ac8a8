import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { LAYER_DEPTHS, type LayeredNetwork, layerDepths } from "./studies/layer-depths";
import { meanOf } from "./studies/means";
import type { Finished, Task } from "./studies/study";

/** Small networks whose layers have so many factors, means over seeds with a standard error to either side. */
interface Accuracy {
  readonly depths: string;
  /** Of the first layer. */
  readonly factors: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The weights that one of their layers has left, the mean over seeds. */
interface Left {
  readonly depths: string;
  readonly layer: string;
  readonly weights: number;
}

/** Networks may have at most so many of the 6464 weights. */
export const MOST_WEIGHTS = 400;

const LAYERS = ["first layer", "second", "third"];

/** How right networks of few weights are, and where these are, by the numbers of factors of their layers. */
export const layerDepthsFigure: Figure = {
  name: "layer-depths",
  title: "Small networks are most accurate with two factors in the first layer and four in later layers",
  caption: "The networks have at most 400 weights. Four factors are in one of the later layers or in both.",
  study: layerDepths,
  compute: (): { accuracies: Accuracy[]; left: Left[] } => {
    const chosen = LAYER_DEPTHS.map((depths) => ({ depths, runs: layeredChosen(depths) }));
    return {
      accuracies: chosen.map(({ depths, runs }) => {
        const { mean, error } = meanOf(runs.map(({ result }) => result.test));
        const factors = `${depths[0]} factors`;
        return { depths, factors, mean, low: mean - error, high: mean + error };
      }),
      left: chosen.flatMap(({ depths, runs }) =>
        LAYERS.map((layer, k) => ({
          depths,
          layer,
          weights: meanOf(runs.map(({ result }) => result.layers[k])).mean,
        })),
      ),
    };
  },
  draw(data) {
    const { accuracies, left } = data as { accuracies: readonly Accuracy[]; left: readonly Left[] };
    const order = [...accuracies].sort((a, b) => b.mean - a.mean).map(({ depths }) => depths);
    const y = (title: string | null): object => ({
      field: "depths",
      type: "nominal",
      sort: order,
      title,
      axis: title === null ? null : { grid: true },
    });
    const x = {
      type: "quantitative",
      title: ["Test accuracy,", "mean and standard error"],
      scale: { domain: [0.9, 0.97], zero: false },
    };
    return new Chart({
      description: DESCRIPTION,
      hconcat: [
        {
          width: 300,
          height: { step: 26 },
          data: { values: accuracies },
          encoding: {
            y: y("Factors of the three layers"),
            color: {
              field: "factors",
              sort: null,
              scale: colourScale(["2 factors", "3 factors", "4 factors"]),
              legend: { orient: "top", title: "in the first layer" },
            },
          },
          layer: [
            {
              mark: { type: "rule", strokeWidth: 2 },
              encoding: { x: { field: "low", ...x }, x2: { field: "high" } },
            },
            {
              mark: { type: "point", filled: true, size: 60, opacity: 1 },
              encoding: { x: { field: "mean", ...x } },
            },
          ],
        },
        {
          width: 300,
          height: { step: 26 },
          data: { values: left },
          mark: "bar",
          encoding: {
            y: y(null),
            x: {
              field: "weights",
              type: "quantitative",
              stack: "zero",
              title: ["Weights that are left, mean,", "at most 400 in each network"],
            },
            order: { field: "layer", sort: "ascending" },
            color: {
              field: "layer",
              sort: LAYERS,
              scale: { domain: LAYERS, range: ["#e69f00", "#cc79a7", "#8c6d1f"] },
              legend: { orient: "top", title: null },
            },
          },
        },
      ],
      resolve: { scale: { color: "independent" } },
    } as never);
  },
};

const DESCRIPTION =
  "Left, test accuracy of networks of at most 400 weights by the numbers of factors of their three layers, with bars of a standard error, means of twenty seeds: 0.946 to 0.950 with two in the first layer and four in the second, the third or both, 0.935 to 0.937 with two, three or four in all and with four in the first and in one other, 0.917 with four in the first and two behind. Right, the weights that each layer has left: 51 to 76 % are in the first layer with two factors there, 15 to 41 % with four; all three together are 258 to 324.";

/** The network that is best in validation among those of at most {@link MOST_WEIGHTS} weights, of all lambdas: one a seed. */
export function layeredChosen(depths: string): Finished<Task, LayeredNetwork>[] {
  const records = readRecords<LayeredNetwork>(layerDepths, "desk").filter(
    ({ task, result }) =>
      task.parameters.depths === depths &&
      result.layers.reduce((sum, count) => sum + count, 0) <= MOST_WEIGHTS,
  );
  const seeds = [...new Set(records.map(({ task }) => task.parameters.seed))];
  return seeds.map((seed) =>
    records
      .filter(({ task }) => task.parameters.seed === seed)
      .reduce((best, run) => (run.result.validation > best.result.validation ? run : best)),
  );
}
