import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import { medianOf } from "./studies/means";
import { modalitySelection } from "./studies/modality-selection";

/** What a run gives that is drawn: the norms of the weights that read the pixels and the numbers. */
interface Run {
  readonly norms: number[];
}

const MODALITIES = ["64 pixels", "6 numbers"] as const;

/** The norms of one modality in the runs of one setting, no smaller than `FLOOR`. */
interface Row {
  readonly alpha: string;
  readonly weights: string;
  readonly strength: number;
  readonly training: string;
  readonly modality: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** The number of runs with a norm of at most `FLOOR`. */
  readonly dropped: number;
}

/** Norms below are drawn here, and counted. */
const FLOOR = 1e-8;

/** The modality that decides the response, by alpha. */
const RESPONSES: ReadonlyMap<number, string> = new Map([
  [0, "numbers decide"],
  [0.5, "both decide"],
  [1, "pixels decide"],
]);

const WEIGHTS: Readonly<Record<string, string>> = {
  ones: "norms weighed alike",
  sqrt: "by roots of sizes",
};

/** Norms of two modalities along the strength of the penalty. */
export const modalitySelectionFigure: Figure = {
  name: "modality-selection",
  title: "In 300 epochs, networks drop the uninformative modality if λ is large enough",
  caption:
    "How large λ must be depends on the weights of the norms. In 40 epochs, networks often do not drop it yet.",
  study: modalitySelection,
  compute(): Row[] {
    const groups = new Map<string, number[][]>();
    for (const { task, result } of readRecords<Run>(modalitySelection, "desk")) {
      const { alpha, weights, strength, epochs } = task.parameters;
      const key = JSON.stringify({
        alpha: RESPONSES.get(Number(alpha)),
        weights: WEIGHTS[String(weights)],
        strength,
        training: `${epochs} epochs`,
      });
      groups.set(key, [...(groups.get(key) ?? []), result.norms]);
    }
    return [...groups].flatMap(([key, runs]) =>
      MODALITIES.map((modality, k) => {
        const norms = runs.map((each) => Math.max(each[k], FLOOR));
        return {
          ...JSON.parse(key),
          modality,
          median: medianOf(norms),
          low: Math.min(...norms),
          high: Math.max(...norms),
          dropped: norms.filter((norm) => norm <= FLOOR).length,
        };
      }),
    );
  },
  draw(data) {
    return new Chart({
      description:
        "Norms of the weights that read 64 pixels and 6 numbers, medians of 20 runs with bars from the least to the most, after 40 and 300 epochs along the strength of the penalty, for responses that numbers, both or pixels decide; at the lower edge the number of runs below 1e-8. After 300 epochs what says nothing is above 0.01 or below 1e-8: the pixels are below, mostly or always, from strength 0.05 on if weighed alike and from 0.02 on by roots of sizes; the numbers from 0.02 on if weighed alike, and at 0.1 by roots. After 40 epochs such norms are spread between 0.33 and 1e-8. Where both decide, both stay, but for the numbers, weighed alike at 0.1, in one run of each length.",
      data: { values: data as unknown as [] },
      vconcat: Object.values(WEIGHTS).map((weights, row) => ({
        hconcat: [...RESPONSES.values()].map((alpha, column) => panel(weights, alpha, row, column)),
        spacing: 16,
      })) as unknown as [],
    });
  },
};

function panel(weights: string, alpha: string, row: number, column: number): object {
  return {
    title: {
      text: `${"ABCDEF"[3 * row + column]}  ${alpha}, ${weights}`,
      fontSize: 12,
      fontWeight: "normal",
      anchor: "start",
    },
    transform: [{ filter: `datum.weights === '${weights}' && datum.alpha === '${alpha}'` }],
    width: 260,
    height: 170,
    encoding: {
      x: {
        field: "strength",
        type: "ordinal",
        title: row === 1 ? "λ × mean weight" : null,
        axis: { labelAngle: 0 },
      },
      xOffset: { field: "place", sort: PLACES },
      color: {
        field: "modality",
        sort: null,
        legend: { orient: "top", title: null, symbolOpacity: 1 },
      },
    },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: { y: norm("low", column), y2: { field: "high" } },
      },
      {
        mark: { type: "point", size: 40, opacity: 1, filled: true },
        encoding: {
          y: norm("median", column),
          shape: {
            field: "training",
            sort: ["40 epochs", "300 epochs"],
            scale: { domain: ["40 epochs", "300 epochs"], range: ["circle", "square"] },
            legend: { orient: "top", title: null, symbolOpacity: 1 },
          },
        },
      },
      {
        transform: [{ filter: "datum.dropped > 0" }],
        mark: { type: "text", fontSize: 10, dy: 14 },
        encoding: { y: { datum: FLOOR, type: "quantitative" }, text: { field: "dropped" } },
      },
    ].map(withPlaces) as object[],
  };
}

/** Side by side at each strength: the modalities after the shorter and after the longer training. */
const PLACES = ["40 epochs", "300 epochs"].flatMap((training) =>
  MODALITIES.map((modality) => `${training}, ${modality}`),
);

function withPlaces(layer: { transform?: object[] }): object {
  const place = { calculate: "datum.training + ', ' + datum.modality", as: "place" };
  return { ...layer, transform: [place, ...(layer.transform ?? [])] };
}

function norm(field: string, column: number): object {
  return {
    field,
    type: "quantitative",
    title: column === 0 ? "Norm of weights" : null,
    scale: { type: "log", domain: [FLOOR / 30, 10], nice: false },
    axis: {
      values: [1e-8, 1e-6, 1e-4, 1e-2, 1],
      labelExpr: `datum.value <= ${FLOOR} ? '≤ 1e-8' : format(datum.value, '.0e')`,
      minExtent: 44,
    },
  };
}
