import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import { largeP, type Scaled } from "./studies/large-p";
import { meanOf } from "./studies/means";

/** Geometric means over the replicates. */
interface Row {
  readonly table: string;
  readonly p: number;
  readonly method: string;
  readonly passes: number;
  readonly seconds: number;
}

/** Passes over `X` and time, by method and kind of table, over the number of features. */
export const largePFigure: Figure = {
  name: "large-p",
  title:
    "The default solver passes over X five times at any p; descent on the surrogate some hundred times, and more with p",
  study: largeP,
  compute(): Row[] {
    const runs = new Map<string, Scaled[]>();
    for (const { task, result } of readRecords<Scaled>(largeP, "desk")) {
      const { table, p, method } = task.parameters;
      const key = JSON.stringify({ table, p, method });
      runs.set(key, [...(runs.get(key) ?? []), result]);
    }
    const middle = (values: number[]): number => Math.exp(meanOf(values.map(Math.log)).mean);
    return [...runs].map(([key, results]) => ({
      ...JSON.parse(key),
      passes: middle(results.map(({ passes }) => passes)),
      seconds: middle(results.map(({ seconds }) => seconds)),
    }));
  },
  draw: (data) =>
    new Chart({
      description:
        "Left, passes over X until the gap is a millionth of the objective at zero, over the number of features: thousands by gradient descent on the surrogate, hundreds by L-BFGS on it and tens by coordinate descent, all growing, and five by the default solver from ten thousand features on. Right, seconds of the processor, both on logarithmic scales: at a hundred thousand features over ten by L-BFGS on the surrogate and below one by the default solver. Solid lines are of sparse tables, dashed ones of dense tables.",
      data: { values: data as unknown as [] },
      hconcat: [
        panel("Passes over X; dashed: dense tables", "passes", [1, 10, 100, 1000, 10000]),
        panel("Seconds of the processor; dashed: dense", "seconds", [0.01, 0.1, 1, 10, 100, 1000]),
      ] as unknown as [],
    }),
};

function panel(title: string, field: string, values: number[]): object {
  return {
    title: { text: title, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    width: 270,
    height: 260,
    encoding: {
      x: {
        field: "p",
        type: "quantitative",
        title: "Features",
        scale: { type: "log", domain: [700, 1.5e6], nice: false },
        axis: { values: [1e3, 1e4, 1e5, 1e6], format: ".0e" },
      },
      y: { field, type: "quantitative", title: null, scale: { type: "log" }, axis: { values, format: "~g" } },
      color: { field: "method", type: "nominal", sort: null, legend: { orient: "right", title: null } },
      strokeDash: { field: "table", type: "nominal", sort: null, legend: null },
    },
    layer: [{ mark: { type: "line" } }, { mark: { type: "point", filled: true, size: 35, opacity: 1 } }],
  };
}
