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
  readonly threshold: string;
  readonly filters: number;
  readonly accuracy: number;
}

const SHOWN: Readonly<Record<string, number>> = {
  "filters of norms above 2⁻²³": 2 ** -23,
  "filters of norms above 0.01": 1e-2,
};

/** Test accuracy against filters of a small convolutional network. */
export const filterSparseCnnFigure: Figure = {
  name: "filter-sparse-cnn",
  title:
    "From lambda 0.02 on gates end with filters below the threshold of collapse, or lose all and guess; direct descent ends with none",
  study: filterSparseCnn,
  compute: (): Row[] =>
    readRecords<Run>(filterSparseCnn, "desk").flatMap(({ task: { parameters }, result }) =>
      Object.entries(SHOWN).map(([threshold, value]) => {
        const k = FILTER_THRESHOLDS.indexOf(value);
        const method = String(parameters.method);
        return {
          method: method === "gates" ? `gates of depth ${parameters.depth}` : method,
          threshold,
          filters: result.left[k],
          accuracy: result.test[k],
        };
      }),
    ),
  draw: (data) =>
    new Chart({
      description:
        "Test accuracy over the number of filters that are left, a point a run, above two norms: at the threshold of collapse all 48 filters of direct descent are there, those of gates at lambda 0.02 are 23 to 36; above 0.01 both lie between 12 and 35, at accuracies of 0.95 to 0.99.",
      data: { values: data as unknown as [] },
      facet: {
        column: {
          field: "threshold",
          header: { title: null, labelFontSize: 13 },
          sort: Object.keys(SHOWN),
        },
      },
      spec: {
        width: 300,
        height: 260,
        transform: [{ filter: "datum.accuracy > 0.93" }],
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
            title: "Test accuracy, of runs that do not guess",
            scale: { domain: [0.93, 1], zero: false },
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
