import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import {
  DEPTHS,
  depthAblation,
  type NetworkAtDepth,
  type RegressionAtDepth,
  STEPS,
} from "./studies/depth-ablation";
import { meanOf } from "./studies/means";
import type { Finished, Task } from "./studies/study";

/** A mean over replicates or seeds with a standard error to either side, at a depth. */
interface Row {
  readonly of: "regression" | "network";
  readonly depth: number;
  /** The step of the descent, or how many inputs the network may read. */
  readonly line: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Networks may read at most so many of the 64 pixels. */
export const MOST_INPUTS: readonly number[] = [32, 40];

/** Best error of the regression and best accuracy of small networks over the number of factors. */
export const depthAblationFigure: Figure = {
  name: "depth-ablation",
  title: "Beyond four factors, a regression gains less than one percent and a network gains nothing",
  caption: "Greater depths also need smaller steps.",
  study: depthAblation,
  compute: (): Row[] => [...regressionRows(), ...networkRows()],
  draw: (data) =>
    new Chart({
      description:
        "Left, test error of a group-sparse regression over 2 to 20 factors, a line a step: all fall from 1.24 with two factors to 1.13 with three, and go on to 1.12 with four and 1.11 beyond where the step is small enough, else they rise: at a step of 0.05 from four factors on, at 0.005 with twenty. Those of three steps leave the frame at 1.4, 0.05 after six factors, 0.02 after eight and 0.01 after twelve, and end at 6.0, 4.7 and 2.3. Bars are standard errors. Right, test accuracy of networks that read at most 32 or 40 of 64 pixels: from three factors on they lie within two points of each other.",
      hconcat: [
        panel(
          data as readonly Row[],
          "regression",
          ["Test root mean squared error,", "above 1.4 not shown"],
          [1.08, 1.4],
          "step",
        ),
        panel(data as readonly Row[], "network", "Test accuracy", [0.9, 1], "inputs"),
      ],
      resolve: { scale: { color: "independent" } },
    } as never),
};

/** At each step the best error along lambda, as the source's figure has it. */
function regressionRows(): Row[] {
  const records = readRecords<RegressionAtDepth>(depthAblation, "desk");
  return STEPS.flatMap((step) =>
    DEPTHS.map((depth) => {
      const own = records.filter(
        ({ task: { parameters } }) =>
          parameters.of === "regression" && parameters.depth === depth && parameters.step === step,
      );
      return rowOf(
        "regression",
        depth,
        `step ${step}`,
        own.map(({ result }) => Math.min(...result.rmse)),
      );
    }),
  );
}

/** The network that is best in validation among those that read so many inputs at most, of all rates and lambdas: one a seed. */
export function networksChosen(depth: number, most: number): Finished<Task, NetworkAtDepth>[] {
  const records = readRecords<NetworkAtDepth>(depthAblation, "desk").filter(
    ({ task: { parameters }, result }) =>
      parameters.of === "network" && parameters.depth === depth && result.inputs <= most,
  );
  const seeds = [...new Set(records.map(({ task }) => task.parameters.seed))];
  return seeds.map((seed) =>
    records
      .filter(({ task }) => task.parameters.seed === seed)
      .reduce((best, run) => (run.result.validation > best.result.validation ? run : best)),
  );
}

function networkRows(): Row[] {
  return MOST_INPUTS.flatMap((most) =>
    DEPTHS.map((depth) => {
      const values = networksChosen(depth, most).map(({ result }) => result.test);
      return rowOf("network", depth, `at most ${most} of 64`, values);
    }),
  );
}

function rowOf(of: Row["of"], depth: number, line: string, values: readonly number[]): Row {
  const { mean, error } = meanOf(values);
  return { of, depth, line, mean, low: mean - error, high: mean + error };
}

function panel(
  rows: readonly Row[],
  of: Row["of"],
  title: string | readonly string[],
  domain: readonly number[],
  legend: string,
): object {
  const y = { type: "quantitative", title, scale: { domain, zero: false } };
  return {
    width: 300,
    height: 260,
    data: { values: rows.filter((row) => row.of === of) },
    encoding: {
      x: {
        field: "depth",
        type: "quantitative",
        title: "Factors",
        scale: { type: "log", domain: [1.85, 21.6], nice: false },
        axis: { values: [...DEPTHS] },
      },
      color: { field: "line", sort: null, legend: { orient: "top", title: legend, columns: 2 } },
    },
    layer: [
      { mark: { type: "rule", clip: true }, encoding: { y: { field: "low", ...y }, y2: { field: "high" } } },
      { mark: { type: "line", point: true, clip: true }, encoding: { y: { field: "mean", ...y } } },
    ],
  };
}
