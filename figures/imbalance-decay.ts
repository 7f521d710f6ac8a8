import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { type Decay, imbalanceDecay, lawOfDecay, timesOf } from "./studies/imbalance-decay";
import { medianOf, quartilesOf } from "./studies/means";

/** An epoch of networks that differ in their seed: what is left, of what there was at the start. */
interface Point {
  readonly panel: string;
  readonly lambda: string;
  readonly factors: string;
  readonly epoch: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** By the law of gradient flow; none beside Adam, which has another time. */
  readonly law?: number;
}

/** Epochs from one point to the next. */
const EVERY = 2;

/** What is drawn of which optimizer. */
const PANELS: readonly (readonly [string, string, "imbalance" | "misalignment"])[] = [
  ["SGD: imbalance", "SGD", "imbalance"],
  ["SGD: misalignment", "SGD", "misalignment"],
  ["Adam: imbalance", "Adam", "imbalance"],
  ["Adam: misalignment", "Adam", "misalignment"],
];

/** What whole lines and dashed ones are. */
const [MEDIAN, LAW] = ["median, with quartiles", "law of gradient flow, exp(−4λt/k)"];

/** Imbalance and misalignment of the gated neurons of a network over epochs, beside the law. */
export const imbalanceDecayFigure: Figure = {
  name: "imbalance-decay",
  title: "Under SGD, factors come into balance at about the rate exp(−4λt/k)",
  caption: "Under Adam they do so sooner but not exponentially, and depths differ less.",
  study: imbalanceDecay,
  compute: (): Point[] => {
    const records = readRecords<Decay>(imbalanceDecay, "desk");
    return PANELS.flatMap(([panel, optimizer, measure]) => {
      const shown = records.filter(({ task }) => task.parameters.optimizer === optimizer);
      const conditions = new Map(
        shown.map(({ task: { parameters: p } }) => [
          `${p.depth} ${p.lambda}`,
          { depth: Number(p.depth), lambda: Number(p.lambda), rate: Number(p.rate) },
        ]),
      );
      return [...conditions.values()].flatMap(({ depth, lambda, rate }) => {
        const runs = shown
          .filter(({ task: { parameters: p } }) => p.depth === depth && p.lambda === lambda)
          .map(({ result }) => result[measure].map((value) => value / result[measure][0]));
        return timesOf(rate).flatMap((time, epoch) => {
          if (epoch % EVERY > 0) return [];
          const values = runs.map((run) => run[epoch]);
          const [low, high] = quartilesOf(values);
          return {
            panel,
            lambda: `λ = ${lambda}`,
            factors: `${depth} factors`,
            epoch,
            median: fourDigits(medianOf(values)),
            low: fourDigits(low),
            high: fourDigits(high),
            ...(optimizer === "SGD" && { law: fourDigits(lawOfDecay(depth, lambda, time)) }),
          };
        });
      });
    });
  },
  draw(data) {
    const points = data as readonly Point[];
    const x = { field: "epoch", type: "quantitative", title: "Epoch" };
    const y = {
      type: "quantitative",
      scale: { type: "log", domain: [0.02, 1], clamp: true },
      axis: { values: [0.02, 0.05, 0.1, 0.2, 0.5, 1], format: "~g" },
    };
    const legend = { orient: "top", title: null, symbolType: "stroke", symbolSize: 400 };
    const dash = {
      field: "line",
      type: "nominal",
      scale: {
        domain: [MEDIAN, LAW],
        range: [
          [1, 0],
          [5, 4],
        ],
      },
      legend: { ...legend, labelLimit: 300 },
    };
    return new Chart({
      description: DESCRIPTION,
      data: { values: points as unknown as [] },
      facet: {
        row: { field: "lambda", header: { title: null, labelFontSize: 13 } },
        column: {
          field: "panel",
          sort: PANELS.map(([panel]) => panel),
          header: { title: null, labelFontSize: 13 },
        },
      },
      spec: {
        width: 180,
        height: 160,
        encoding: {
          x,
          color: {
            field: "factors",
            type: "nominal",
            scale: colourScale(points.map(({ factors }) => factors)),
            legend: { ...legend, symbolOpacity: 1 },
          },
        },
        layer: [
          {
            mark: { type: "area", opacity: 0.25 },
            encoding: { y: { field: "low", ...y, title: "Left, of the start" }, y2: { field: "high" } },
          },
          {
            transform: [{ calculate: `"${MEDIAN}"`, as: "line" }],
            mark: { type: "line" },
            encoding: { y: { field: "median", ...y }, strokeDash: dash },
          },
          {
            transform: [{ filter: "isValid(datum.law)" }, { calculate: `"${LAW}"`, as: "line" }],
            mark: { type: "line" },
            encoding: { y: { field: "law", ...y }, strokeDash: dash },
          },
        ],
      },
    } as never);
  },
};

function fourDigits(value: number): number {
  return Number(value.toPrecision(4));
}

const DESCRIPTION =
  "What is left of imbalance and misalignment of the gated neurons of a network over 60 epochs, on a logarithmic scale, for two, three and four factors and two lambdas. Under SGD these are nearly straight lines, steeper for the larger lambda and for fewer factors; imbalance falls somewhat slower than the dashed law, misalignment somewhat faster. Under Adam both fall steeply in the first five epochs; then imbalance falls ever slower, and misalignment rests or rises to epoch 15 before it falls again, depths differing less than under SGD.";
