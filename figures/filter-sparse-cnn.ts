import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { FILTER_THRESHOLDS, filterSparseCnn } from "./studies/filter-sparse-cnn";

/** What a run gives, an entry a threshold. */
interface Run {
  readonly left: number[];
  readonly test: number[];
}

/** A run at the threshold of `collapse`, and at a larger one. */
interface Row {
  readonly method: string;
  readonly warmUp: string;
  readonly threshold: string;
  readonly filters: number;
  readonly accuracy: number;
}

const SHOWN: Readonly<Record<string, number>> = {
  "filters of norms above 2⁻²³": 2 ** -23,
  "filters of norms above 0.01": 1e-2,
};

const COLD = "full rate at once";
const WARM = "rate that rises first";

/** Test accuracy against filters of a small convolutional network. */
export const filterSparseCnnFigure: Figure = {
  name: "filter-sparse-cnn",
  title:
    "From lambda 0.02 on gates end with filters below the threshold of collapse, or lose all and guess; direct descent ends with two at most",
  study: filterSparseCnn,
  compute: (): Row[] =>
    readRecords<Run>(filterSparseCnn, "desk").flatMap(({ task: { parameters }, result }) =>
      Object.entries(SHOWN).map(([threshold, value]) => {
        const k = FILTER_THRESHOLDS.indexOf(value);
        const method = String(parameters.method);
        return {
          method: method === "gates" ? `gates of depth ${parameters.depth}` : method,
          warmUp: parameters.warmUp ? WARM : COLD,
          threshold,
          filters: result.left[k],
          accuracy: result.test[k],
        };
      }),
    ),
  draw: (data) =>
    new Chart({
      description:
        "Test accuracy over the number of filters that are left, a point a run, above two norms, of runs from the full rate at once and of runs whose rate rises first: at the threshold of collapse 46 to 48 filters of direct descent are there, those of gates at lambda 0.02 are 22 to 40; above 0.01 both lie between 10 and 41, at accuracies of 0.92 to 0.99.",
      data: { values: data as unknown as [] },
      facet: {
        column: {
          field: "threshold",
          header: { title: null, labelFontSize: 13 },
          sort: Object.keys(SHOWN),
        },
        row: { field: "warmUp", header: { title: null, labelFontSize: 13 }, sort: [COLD, WARM] },
      },
      spec: {
        width: 300,
        height: 200,
        transform: [{ filter: "datum.accuracy > 0.9" }],
        mark: { type: "point", filled: true, size: 60 },
        encoding: {
          x: {
            field: "filters",
            type: "quantitative",
            title: "Filters that are left, of 48",
            scale: { domain: [0, 48], nice: false },
          },
          y: {
            field: "accuracy",
            type: "quantitative",
            title: "Accuracy of runs that learn",
            scale: { domain: [0.9, 1], zero: false },
            axis: { tickCount: 5 },
          },
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
