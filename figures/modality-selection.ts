import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import { modalitySelection } from "./studies/modality-selection";

/** What a run gives that is drawn: the norms of the weights that read the pixels and the numbers. */
interface Run {
  readonly norms: number[];
}

/** The norm of a modality in a run. */
interface Row {
  readonly alpha: string;
  readonly weights: string;
  readonly strength: number;
  readonly modality: string;
  readonly norm: number;
}

const MODALITIES = ["64 pixels", "6 numbers"];
const FLOOR = 1e-8;

/** Norms of two modalities along the strength of the penalty. */
export const modalitySelectionFigure: Figure = {
  name: "modality-selection",
  title:
    "Of modalities that say nothing, the small one vanishes if norms are weighed alike; roots of sizes press on the large one instead",
  study: modalitySelection,
  compute: (): Row[] =>
    readRecords<Run>(modalitySelection, "desk").flatMap(({ task: { parameters }, result }) =>
      MODALITIES.map((modality, g) => ({
        alpha: RESPONSES[String(parameters.alpha)],
        weights: parameters.weights === "ones" ? "norms weighed alike" : "by roots of sizes",
        strength: Number(parameters.strength),
        modality,
        norm: Math.max(result.norms[g], FLOOR),
      })),
    ),
  draw: (data) =>
    new Chart({
      description:
        "Norms of the weights that read 64 pixels and 6 numbers, a point a run, at two strengths of the penalty, for responses that numbers, both or pixels decide: weighed alike the numbers are below 0.00001 where pixels decide, and the pixels up to 0.34 where numbers decide; weighed by roots of sizes the pixels are up to 0.23 and the numbers up to 0.13. Where both decide, the numbers vanish in one run, weighed alike.",
      data: { values: data as unknown as [] },
      facet: {
        row: { field: "weights", header: { title: null, labelFontSize: 13 }, sort: null },
        column: { field: "alpha", header: { title: null, labelFontSize: 13 }, sort: null },
      },
      spec: {
        width: 200,
        height: 150,
        mark: { type: "point", size: 50 },
        encoding: {
          x: {
            field: "strength",
            type: "quantitative",
            title: "λ × mean weight",
            scale: { type: "log", domain: [0.04, 0.125], nice: false },
            axis: { values: [0.05, 0.1] },
          },
          y: {
            field: "norm",
            type: "quantitative",
            title: "Norm, from 1e-8",
            scale: { type: "log", domain: [FLOOR / 2, 10], nice: false },
            axis: { values: [1e-8, 1e-6, 1e-4, 1e-2, 1], format: ".0e" },
          },
          color: { field: "modality", sort: null, legend: { orient: "top", title: null } },
        },
      },
    } as never),
};

const RESPONSES: Readonly<Record<string, string>> = {
  0: "numbers decide",
  0.5: "both decide",
  1: "pixels decide",
};
