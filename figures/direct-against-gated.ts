import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { BLOCK, type Distances, directAgainstGated } from "./studies/direct-against-gated";

/** A block of steps of one of the methods. */
interface Row {
  readonly method: string;
  readonly depth: string;
  /** The last of the block. */
  readonly step: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What a log axis shows of a distance that is zero to rounding. */
const SMALLEST = 1e-12;
const METHODS: Readonly<Record<string, string>> = {
  direct: "on the penalty itself",
  gated: "on the gated surrogate",
};

/** Descent with the same constant step on a penalty and on its surrogate, after Figure 1 of D-Gating. */
export const directAgainstGatedFigure: Figure = {
  name: "direct-against-gated",
  title: "Descent on the penalty keeps jumping across its kink; descent on the gated surrogate comes to rest",
  study: directAgainstGated,
  compute: (): Row[] =>
    readRecords<Distances>(directAgainstGated, "desk").flatMap(({ task, result }) => {
      const shown = (value: number): number => Math.max(value, SMALLEST);
      return result.median.map((median, block) => ({
        method: METHODS[String(task.parameters.method)],
        depth: `D = ${task.parameters.depth}`,
        step: (block + 1) * BLOCK,
        median: shown(median),
        low: shown(result.low[block]),
        high: shown(result.high[block]),
      }));
    }),
  draw: (data) =>
    new Chart({
      description:
        "Distance to the minimum, zero, over 500 steps from a hundred starts: medians over blocks of ten steps, with bands that hold eight of ten distances. Direct descent stays at 0.06 for D = 2 and at 0.17 for D = 3; gated descent falls to 1e-7 for D = 2 and below 1e-12 for D = 3.",
      data: { values: data as unknown as [] },
      facet: { field: "depth", header: { title: null, labelFontSize: 13 } },
      spacing: 36,
      spec: {
        width: 270,
        height: 220,
        encoding: {
          x: { field: "step", type: "quantitative", title: "Step", axis: { tickCount: 5 } },
          color: {
            field: "method",
            title: "Descent",
            scale: colourScale(Object.values(METHODS)),
            legend: { orient: "top", title: null, symbolOpacity: 1 },
          },
        },
        layer: [
          {
            mark: { type: "area", opacity: 0.25, clip: true },
            encoding: {
              y: {
                field: "low",
                type: "quantitative",
                title: "Distance to the minimum, ‖w‖",
                scale: { type: "log", domain: [SMALLEST, 2] },
                axis: { format: ".0e", values: [1e-12, 1e-9, 1e-6, 1e-3, 1] },
              },
              y2: { field: "high" },
            },
          },
          {
            mark: { type: "line", clip: true },
            encoding: { y: { field: "median", type: "quantitative" } },
          },
        ],
      },
    } as unknown as ConstructorParameters<typeof Chart>[0]),
};
