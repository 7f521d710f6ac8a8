import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { sparseLeNet, THRESHOLDS } from "./studies/sparse-lenet";

/** What a run gives, an entry a threshold. */
interface Run {
  readonly weights: number[];
  readonly nonZero: number[];
  readonly test: number[];
}

/** A run at the threshold of `collapse`, and at a larger one. */
interface Row {
  readonly data: string;
  readonly method: string;
  readonly threshold: string;
  readonly compression: number;
  readonly accuracy: number;
}

const SHOWN: Readonly<Record<string, number>> = {
  "weights above 2⁻²³": 2 ** -23,
  "weights above 0.001": 1e-3,
};
/** By the number of images to learn from. */
const TITLES: Readonly<Record<number, string>> = {
  960: "Digits of 8 by 8 pixels",
  20000: "Fashion-MNIST, 20 000 images",
  55000: "Fashion-MNIST, all images",
};

/** Test accuracy against compression of LeNet-300-100. */
export const sparseLeNetFigure: Figure = {
  name: "sparse-lenet",
  title:
    "Factors reach hundredfold compression with zeros once collapsed; descent on the penalty leaves small weights that a larger threshold prunes",
  study: sparseLeNet,
  compute: (): Row[] =>
    readRecords<Run>(sparseLeNet, "desk").flatMap(({ task: { parameters }, result }) =>
      Object.entries(SHOWN).map(([threshold, value]) => {
        const k = THRESHOLDS.indexOf(value);
        const weights = result.weights.reduce((sum, count) => sum + count, 0);
        return {
          data: TITLES[Number(parameters.images)],
          method: parameters.method === "factors" ? `${parameters.depth} factors` : String(parameters.method),
          threshold,
          // A network without any weight has as many as one has here: it guesses.
          compression: weights / Math.max(result.nonZero[k], 1),
          accuracy: result.test[k],
        };
      }),
    ),
  draw: (data) =>
    new Chart({
      description:
        "Test accuracy over compression, a point a run, for the digits, a third of Fashion-MNIST and all of it, of weights above two thresholds: at the threshold of collapse runs on the penalty itself stay near compression 1 to 3, of all images at 2 to 32, those of factors that had time go beyond 50; above 0.001 most methods lie together, pruning at 200 and 500 and the direct penalty at its largest lambda below, with more factors at higher compression and lower accuracy.",
      data: { values: data as unknown as [] },
      facet: {
        row: { field: "data", header: { title: null, labelFontSize: 13 } },
        column: { field: "threshold", header: { title: null, labelFontSize: 13 }, sort: Object.keys(SHOWN) },
      },
      spec: {
        width: 300,
        height: 200,
        mark: { type: "point", filled: true, size: 50 },
        encoding: {
          x: {
            field: "compression",
            type: "quantitative",
            title: "Weights in all over weights that are left",
            scale: { type: "log" },
            axis: { values: [1, 10, 100, 1000, 10000], format: "~s" },
          },
          y: { field: "accuracy", type: "quantitative", title: "Test accuracy", scale: { domain: [0, 1] } },
          color: {
            field: "method",
            sort: null,
            scale: colourScale((data as Row[]).map(({ method }) => method)),
            legend: { orient: "top", title: null },
          },
        },
      },
    } as never),
};
