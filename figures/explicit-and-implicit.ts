import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import { type Ended, explicitAndImplicit } from "./studies/explicit-and-implicit";
import { meanOf } from "./studies/means";

/** A penalty with a start, means over the replicates. */
interface Cell {
  readonly penalty: string;
  readonly alpha: string;
  readonly end: number;
  readonly stopped: number;
}

/** Estimation error by penalty and start, at the end and where validation rows stop. */
export const explicitAndImplicitFigure: Figure = {
  name: "explicit-and-implicit",
  title: "Without a penalty, descent from a tiny start has to be stopped in time",
  caption: "At a tenth of the largest λ the start hardly matters.",
  study: explicitAndImplicit,
  compute(): Cell[] {
    const ends = new Map<string, Ended[]>();
    for (const { task, result } of readRecords<Ended>(explicitAndImplicit, "desk")) {
      const { penalty, alpha } = task.parameters;
      const key = JSON.stringify({ penalty, alpha: Number(alpha).toExponential(0) });
      ends.set(key, [...(ends.get(key) ?? []), result]);
    }
    return [...ends].map(([key, results]) => ({
      ...JSON.parse(key),
      end: meanOf(results.map(({ end }) => end)).mean,
      stopped: meanOf(results.map(({ stopped }) => stopped)).mean,
    }));
  },
  draw: (data) =>
    new Chart({
      description:
        "Relative estimation error of descent on a² − b² by penalty and size of the start, after 4000 steps and stopped by validation rows. Without a penalty small starts are best and have to be stopped. After 4000 steps the errors of all starts are within 0.01 of each other at a tenth of the largest lambda and above, and a tiny one has the lowest below it. A penalty switched off half way lies between none and the one that stays.",
      data: { values: data as unknown as [] },
      hconcat: [
        panel("Relative error after 4000 steps", "end", true),
        panel("Relative error, stopped", "stopped", false),
      ] as unknown as [],
    }),
};

function panel(title: string, field: string, first: boolean): object {
  return {
    title: { text: title, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    width: { step: 48 },
    height: { step: 26 },
    encoding: {
      x: { field: "alpha", type: "nominal", sort: null, title: "Start a = b", axis: { labelAngle: 0 } },
      y: {
        field: "penalty",
        type: "nominal",
        sort: null,
        title: first ? "λ, share of the largest" : null,
        axis: first ? {} : null,
      },
    },
    layer: [
      {
        mark: { type: "rect" },
        encoding: {
          color: {
            field,
            type: "quantitative",
            scale: { domain: [0.4, 1], reverse: true, clamp: true },
            legend: null,
          },
        },
      },
      {
        mark: { type: "text", fontSize: 11 },
        encoding: {
          text: { field, type: "quantitative", format: ".2f" },
          color: { condition: { test: `datum.${field} < 0.7`, value: "white" }, value: "#222222" },
        },
      },
    ],
  };
}
