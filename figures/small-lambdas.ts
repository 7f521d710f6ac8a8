import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { type AtLambda, METHODS, smallLambdas } from "./studies/small-lambdas";

interface Row {
  readonly data: string;
  readonly divisor: number;
  readonly method: string;
  readonly done: boolean;
  readonly iterations: number;
  readonly seconds: number;
}

/** Iterations and time of six methods over lambda, by data. */
export const smallLambdasFigure: Figure = {
  name: "small-lambdas",
  title: "As λ falls to a hundredth of the largest, VarPro still needs 10 to 70 iterations",
  caption:
    "Coordinate descent needs ten times as many iterations as before, or more. On wine and breast cancer the default solver is the fastest of six.",
  study: smallLambdas,
  compute: (): Row[] =>
    readRecords<AtLambda>(smallLambdas, "desk").map(({ task: { parameters }, result }) => ({
      data: `${String(parameters.data).split(",")[0]}: ${result.samples} x ${result.features}`,
      divisor: Number(parameters.divisor),
      method: String(parameters.method),
      done: result.done,
      iterations: result.iterations,
      seconds: result.seconds,
    })),
  draw: (data) =>
    new Chart({
      description:
        "Iterations, above, and seconds of the processor, below, until the duality gap is a millionth of the objective at zero, over the largest lambda divided by lambda, 2 to 100; a column for each of four tables. Iterations of VarPro stay between 10 and 70, those of L-BFGS on the surrogate grow from 10 to 190, those of coordinate descent tenfold and more, to 3420 on breast cancer. In seconds the default solver is below the others on wine and breast cancer by a factor of 1.8 to 32, and VarPro, whose iterations each factor a matrix, is above L-BFGS on the surrogate. Crosses are runs of proximal gradient descent that ended after 20 000 iterations without.",
      data: { values: data as unknown as [] },
      vconcat: [
        panels("iterations", "Iterations", true, [1, 10, 100, 1000, 10000]),
        panels("seconds", "Seconds", false, [0.001, 0.01, 0.1, 1]),
      ] as unknown as [],
    }),
};

function panels(field: string, title: string, isFirst: boolean, values: number[]): object {
  return {
    facet: {
      column: {
        field: "data",
        sort: null,
        title: null,
        header: isFirst ? { labelFontSize: 12 } : { labels: false },
      },
    },
    spec: {
      width: 165,
      height: 170,
      encoding: {
        x: {
          field: "divisor",
          type: "quantitative",
          title: isFirst ? null : "Largest lambda / lambda",
          scale: { type: "log", domain: [1.7, 120], nice: false },
          axis: { values: [2, 10, 20, 50, 100], grid: false },
        },
        y: { field, type: "quantitative", title, scale: { type: "log" }, axis: { values, format: "~g" } },
        color: {
          field: "method",
          type: "nominal",
          scale: colourScale(Object.keys(METHODS)),
          legend: { orient: "bottom", title: null },
        },
      },
      layer: [
        { mark: { type: "line", strokeWidth: 1.5 } },
        {
          mark: { type: "point", filled: true, opacity: 1, size: 30 },
          encoding: {
            shape: {
              field: "done",
              type: "nominal",
              scale: { domain: [true, false], range: ["circle", "cross"] },
              legend: {
                orient: "bottom",
                title: null,
                values: [false],
                labelExpr: "'stopped after 20 000'",
                labelLimit: 200,
              },
            },
          },
        },
      ],
    },
  };
}
