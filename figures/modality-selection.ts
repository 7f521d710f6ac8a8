import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import { modalitySelection } from "./studies/modality-selection";

/** What a run gives that is drawn: the norms of the weights that read the pixels and the numbers. */
interface Run {
  readonly norms: number[];
}

const MODALITIES = ["64 pixels", "6 numbers"] as const;

/** The norms of both modalities in a run, by their names. */
interface Row extends Readonly<Record<(typeof MODALITIES)[number], number>> {
  readonly alpha: string;
  readonly weights: string;
  readonly strength: number;
  readonly training: string;
}

const FLOOR = 1e-8;

/** Norms of two modalities along the strength of the penalty. */
export const modalitySelectionFigure: Figure = {
  name: "modality-selection",
  title:
    "In 300 epochs networks drop the modality that says nothing, from a λ on that depends on how norms are weighed; in 40 often not yet",
  study: modalitySelection,
  compute: (): Row[] =>
    readRecords<Run>(modalitySelection, "desk").map(({ task: { parameters }, result }) => ({
      alpha: RESPONSES[String(parameters.alpha)],
      weights: parameters.weights === "ones" ? "norms weighed alike" : "by roots of sizes",
      strength: Number(parameters.strength),
      training: `${parameters.epochs} epochs`,
      "64 pixels": Math.max(result.norms[0], FLOOR),
      "6 numbers": Math.max(result.norms[1], FLOOR),
    })),
  draw: (data) =>
    new Chart({
      description:
        "Norms of the weights that read 64 pixels and 6 numbers, a point a run, after 40 and 300 epochs along the strength of the penalty, for responses that numbers, both or pixels decide. After 300 epochs what says nothing is above 0.01 or below 1e-8: the pixels are below, mostly or always, from strength 0.05 on if weighed alike and from 0.02 on by roots of sizes; the numbers from 0.02 on if weighed alike, and at 0.1 by roots. After 40 epochs such norms are spread between 0.33 and 1e-8. Where both decide, both stay, but for the numbers, weighed alike at 0.1, in one run of each length.",
      data: { values: data as unknown as [] },
      transform: [{ fold: [...MODALITIES], as: ["modality", "norm"] }],
      facet: {
        row: { field: "weights", header: { title: null, labelFontSize: 13 }, sort: null },
        column: { field: "alpha", header: { title: null, labelFontSize: 13 }, sort: null },
      },
      spec: {
        width: 230,
        height: 170,
        mark: { type: "point", size: 36 },
        encoding: {
          x: { field: "strength", type: "ordinal", title: "λ × mean weight", axis: { labelAngle: 0 } },
          xOffset: { field: "training", sort: null },
          y: {
            field: "norm",
            type: "quantitative",
            title: "Norm, from 1e-8",
            scale: { type: "log", domain: [FLOOR / 2, 10], nice: false },
            axis: { values: [1e-8, 1e-6, 1e-4, 1e-2, 1], format: ".0e" },
          },
          color: { field: "modality", sort: null, legend: { orient: "top", title: null } },
          shape: { field: "training", sort: null, legend: { orient: "top", title: null } },
        },
      },
    } as never),
};

const RESPONSES: Readonly<Record<string, string>> = {
  0: "numbers decide",
  0.5: "both decide",
  1: "pixels decide",
};
