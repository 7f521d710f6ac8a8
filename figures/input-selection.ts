import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { INPUT_THRESHOLDS, inputSelection, N_INFORMATIVE } from "./studies/input-selection";

/** What a run gives, an entry a threshold. */
interface Run {
  readonly hits: number[];
  readonly falsePositives: number[];
  readonly test: number[];
}

/** A run at the threshold of `collapse`, and at a larger one. */
interface Row {
  readonly method: string;
  readonly threshold: string;
  readonly falsePositives: number;
  readonly error: number;
  readonly informative: string;
}

const SHOWN: Readonly<Record<string, number>> = {
  "inputs of norms above 2⁻²³": 2 ** -23,
  "inputs of norms above 0.01": 1e-2,
};

/** Test error against uninformative inputs that a network keeps. */
export const inputSelectionFigure: Figure = {
  name: "input-selection",
  title:
    "From λ = 0.01 on gates of depth 3 and 4 keep at most 34 of the 45 uninformative inputs above 2⁻²³, direct descent all; at 0.05 they lose an informative one in 38 runs of 40",
  study: inputSelection,
  compute: (): Row[] =>
    readRecords<Run>(inputSelection, "desk").flatMap(({ task: { parameters }, result }) =>
      Object.entries(SHOWN).map(([threshold, value]) => {
        const k = INPUT_THRESHOLDS.indexOf(value);
        const method = String(parameters.method);
        return {
          method: method === "gates" ? `gates of depth ${parameters.depth}` : method,
          threshold,
          falsePositives: result.falsePositives[k],
          error: result.test[k],
          informative: result.hits[k] === N_INFORMATIVE ? "all informative inputs kept" : "some lost",
        };
      }),
    ),
  draw: (data) =>
    new Chart({
      description:
        "Test error over the number of uninformative inputs that are left, a point a run, above two norms: at the threshold of collapse direct descent has all 45 of them and gates of depth 2 have 37 to 45, gates of depth 3 and 4 at most 34 but at the smallest lambda of four, where they have 31 to 45, at errors from 1.2 where no informative input is lost, which one is in 38 runs of 40 at the largest; above 0.01 direct descent has 1 to 45.",
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
        mark: { type: "point", filled: true, size: 60, opacity: 0.8 },
        encoding: {
          x: {
            field: "falsePositives",
            type: "quantitative",
            title: "Uninformative inputs that are left, of 45",
            scale: { domain: [-1, 46], nice: false },
            axis: { values: [0, 15, 30, 45] },
          },
          y: {
            field: "error",
            type: "quantitative",
            title: "Test error over the variance of the noise",
            scale: { type: "log", domain: [1, 16], nice: false },
            axis: { values: [1, 2, 4, 8, 16] },
          },
          color: {
            field: "method",
            sort: null,
            scale: colourScale((data as Row[]).map(({ method }) => method)),
            legend: { orient: "top", columns: 3, title: null },
          },
          shape: {
            field: "informative",
            sort: null,
            scale: { range: ["circle", "cross"] },
            legend: { orient: "top", columns: 1, title: null },
          },
        },
      },
    } as never),
};
