import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { directAgainstGated } from "./studies/direct-against-gated";

/** A step of one of the runs. */
interface Row {
  readonly method: string;
  readonly depth: string;
  readonly step: number;
  readonly distance: number;
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
  title: "Descent on the penalty jumps about its kink; on the gated surrogate it comes to rest",
  study: directAgainstGated,
  compute: (): Row[] =>
    readRecords<{ distances: number[] }>(directAgainstGated, "desk").flatMap(({ task, result }) =>
      result.distances.flatMap((distance, step) =>
        step % 5 === 0
          ? [
              {
                method: METHODS[String(task.parameters.method)],
                depth: `D = ${task.parameters.depth}`,
                step,
                distance: Math.max(distance, SMALLEST),
              },
            ]
          : [],
      ),
    ),
  draw: (data) =>
    new Chart({
      description:
        "Distance to the minimum, zero, over 500 steps: direct descent jumps to and fro, up to 0.2 for D = 2 and to 1.3 for D = 3; gated descent falls to 1e-7 for D = 2 and below 1e-12 for D = 3.",
      data: { values: data as unknown as [] },
      facet: { field: "depth", header: { title: null, labelFontSize: 13 } },
      spacing: 36,
      spec: {
        width: 270,
        height: 220,
        mark: { type: "line", clip: true },
        encoding: {
          x: { field: "step", type: "quantitative", title: "Step", axis: { tickCount: 5 } },
          y: {
            field: "distance",
            type: "quantitative",
            title: "Distance to the minimum, ‖w‖",
            scale: { type: "log", domain: [SMALLEST, 2] },
            axis: { format: ".0e", values: [1e-12, 1e-9, 1e-6, 1e-3, 1] },
          },
          color: {
            field: "method",
            title: "Descent",
            scale: colourScale(Object.values(METHODS)),
            legend: { orient: "top", title: null },
          },
        },
      },
    }),
};
