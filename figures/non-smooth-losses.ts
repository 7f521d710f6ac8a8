import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { meanOf } from "./studies/means";
import { type Descents, nonSmoothLosses, type Widths } from "./studies/non-smooth-losses";

/** A mean over replicates and what lies a standard error to either side. */
interface Mean {
  readonly gap: number;
  readonly low: number;
  readonly high: number;
}

interface Numbers {
  readonly widths: (Mean & { readonly loss: string; readonly h: number })[];
  /** Over the losses too. */
  readonly ways: (Mean & { readonly way: string; readonly depth: string })[];
}

/** The price of a smoothed loss over its width, and the gaps of the ways down `Q`. */
export const nonSmoothLossesFigure: Figure = {
  name: "non-smooth-losses",
  title: "At depth 2, smoothing the loss raises the objective in proportion to the width of the smoothing",
  caption: "From depth 3 on, it matters more in which local minimum the descent ends.",
  study: nonSmoothLosses,
  compute(): Numbers {
    const gaps = { widths: new Map<string, number[]>(), ways: new Map<string, number[]>() };
    const add = (to: Map<string, number[]>, key: object, gap: number): void => {
      const text = JSON.stringify(key);
      to.set(text, [...(to.get(text) ?? []), gap]);
    };
    for (const { task, result } of readRecords<Widths & Descents>(nonSmoothLosses, "desk")) {
      const { kind, loss, depth } = task.parameters;
      if (kind === "width") for (const { h, cold } of result.rows) add(gaps.widths, { loss, h }, cold.gap);
      if (kind === "descent")
        for (const [way, { gap }] of Object.entries(result.ways))
          add(gaps.ways, { way, depth: `depth ${depth}` }, gap);
    }
    return { widths: means(gaps.widths), ways: means(gaps.ways) };
  },
  draw(data) {
    const { widths, ways } = data as Numbers;
    const gap = (title: string | string[], scale: object = {}): object => ({
      field: "gap",
      type: "quantitative",
      title,
      scale: { type: "log", nice: false, ...scale },
      axis: { format: ".0e", ...TENS },
    });
    return new Chart({
      description:
        "Left, the gap of L-BFGS on the smoothed loss over the width, depth 2: three lines of slope 1 on logarithmic scales, a tenth of the bound h/4, which is dashed. Right, the gap of each way down, to the exact minimum at depth 2 and to the best way found at depths 3 and 4, means over losses and replicates with standard errors: larger at depth 3 than at depth 2 and at depth 4 than at depth 3, whatever the way.",
      hconcat: [
        {
          title: { text: "Depth 2: L-BFGS on the smoothed loss", ...HEADING },
          data: { values: widths },
          width: 250,
          height: 240,
          encoding: {
            x: {
              field: "h",
              type: "quantitative",
              title: "Width h of the smoothing",
              scale: { type: "log", domain: [7e-4, 1.4], nice: false },
              axis: { values: [0.001, 0.01, 0.1, 1], format: "~g" },
            },
            color: { field: "loss", type: "nominal", sort: null, legend: { orient: "top", title: null } },
          },
          layer: [
            { mark: { type: "line" }, encoding: { y: gap("P above its minimum", { domain: [1e-5, 0.4] }) } },
            {
              mark: { type: "point", filled: true, size: 40 },
              encoding: { y: gap("P above its minimum", { domain: [1e-5, 0.4] }) },
            },
            {
              transform: [{ calculate: "datum.h / 4", as: "bound" }],
              mark: { type: "line", strokeDash: [4, 4], color: "#888888" },
              encoding: { y: { field: "bound", type: "quantitative" }, color: { value: "#888888" } },
            },
          ],
        },
        {
          title: { text: "All losses: ways down", ...HEADING },
          data: { values: ways },
          width: 250,
          height: 240,
          encoding: {
            y: { field: "way", type: "nominal", sort: null, title: null, axis: { labelLimit: 240 } },
            color: {
              field: "depth",
              type: "nominal",
              scale: colourScale(ways.map(({ depth }) => depth)),
              legend: { orient: "top", title: null },
            },
          },
          layer: [
            {
              mark: { type: "rule" },
              encoding: {
                x: { field: "low", type: "quantitative", title: ABOVE },
                x2: { field: "high" },
              },
            },
            {
              mark: { type: "point", filled: true, size: 45 },
              encoding: { x: gap(ABOVE, { domain: [1e-5, 1e-1] }) },
            },
          ],
        },
      ] as unknown as [],
      resolve: { scale: { color: "independent" } },
    });
  },
};

const HEADING = { fontSize: 13, fontWeight: "normal", anchor: "middle" };
/** From where the ways are measured. */
const ABOVE = ["P above its exact minimum (depth 2)", "or the best way found (depths 3 and 4)"];
const TENS = { values: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1] };

function means<K>(gaps: Map<string, number[]>): (Mean & K)[] {
  return [...gaps].map(([key, values]) => {
    const { mean: gap, error } = meanOf(values);
    // A logarithmic scale has no room for what reaches zero.
    return { ...JSON.parse(key), gap, low: Math.max(gap - error, gap / 10), high: gap + error };
  });
}
