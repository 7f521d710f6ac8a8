import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { largeP, type Scaled } from "./studies/large-p";
import { medianOf } from "./studies/means";

/** The replicates of one method on tables of one size: the middle, the least and the most of a cost. */
interface Row {
  readonly table: string;
  readonly p: number;
  readonly method: string;
  readonly cost: Cost;
  readonly replicates: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Replicates that were stopped before the gap was small enough, so that the true cost is larger. */
  readonly stopped: number;
}

type Cost = "passes" | "seconds";

/** The gap at which a run is done, in units of the objective at zero. */
const GOAL = 1e-6;

/** Passes over `X` and time, by method and kind of table, over the number of features. */
export const largePFigure: Figure = {
  name: "large-p",
  title: "Up to a million features, the default solver reads the whole of X at most five times",
  caption: "Descent on the surrogate reads it tens to thousands of times, and more often with more features.",
  study: largeP,
  compute(): Row[] {
    const groups = new Map<string, Scaled[]>();
    for (const { task, result } of readRecords<Scaled>(largeP, "desk")) {
      const { table, p, method } = task.parameters;
      const key = JSON.stringify({ table, p, method });
      groups.set(key, [...(groups.get(key) ?? []), result]);
    }
    return [...groups].flatMap(([key, runs]) =>
      (["passes", "seconds"] as const).map((cost) => {
        const costs = runs.map((run) => run[cost]);
        return {
          ...JSON.parse(key),
          cost,
          replicates: runs.length,
          median: medianOf(costs),
          low: Math.min(...costs),
          high: Math.max(...costs),
          stopped: runs.filter(({ gap }) => gap > GOAL).length,
        };
      }),
    );
  },
  draw(data) {
    const rows = data as Row[];
    return new Chart({
      description:
        "Medians over ten replicates, of the largest tables one run, with bars from the least to the most. Above, passes over X until the gap is a millionth of the objective at zero, over the number of features, of sparse and of dense tables: hundreds to thousands by gradient descent on the surrogate, tens to hundreds by L-BFGS on it and 12 to 155 by coordinate descent, mostly growing, and two to five looks at all of X by the default solver; open points are of gradient descent that was stopped after 6000 iterations in six replicates of ten thousand features. Below, seconds of the processor: at a hundred thousand features 10 to 15 by L-BFGS on the surrogate and below a half by the default solver, at a million 129 and 2.3.",
      data: { values: rows as unknown as [] },
      vconcat: [
        pair(rows, "passes", "AB", "Passes over X", [1, 10, 100, 1000, 10_000]),
        pair(rows, "seconds", "CD", "Processor time (s)", [0.01, 0.1, 1, 10, 100]),
      ] as unknown as [],
    });
  },
};

function pair(rows: readonly Row[], cost: Cost, letters: string, title: string, ticks: number[]): object {
  return {
    hconcat: ["sparse", "dense"].map((table, k) => ({
      title: {
        text: `${letters[k]}  ${table === "sparse" ? "Sparse tables of 1000 rows" : "Dense tables of 100 rows"}`,
        fontSize: 12,
        fontWeight: "normal",
        anchor: "start",
      },
      transform: [{ filter: `datum.table === '${table}' && datum.cost === '${cost}'` }],
      width: 300,
      height: 170,
      encoding: encodingOf(rows, k === 0 ? title : null, ticks, cost === "seconds"),
      layer: layersOf(),
    })),
    spacing: 24,
  };
}

function encodingOf(
  rows: readonly Row[],
  title: string | null,
  ticks: readonly number[],
  isLowest: boolean,
): object {
  return {
    x: {
      field: "p",
      type: "quantitative",
      title: isLowest ? "Features p" : null,
      scale: { type: "log", domain: [300, 3e7], nice: false },
      axis: { values: [1e3, 1e4, 1e5, 1e6], format: "~s" },
    },
    y: {
      field: "median",
      type: "quantitative",
      title,
      scale: { type: "log", domain: [ticks[0], 5 * ticks[ticks.length - 1]], nice: false },
      axis: { values: ticks, format: "~g", minExtent: 46 },
    },
    color: {
      field: "method",
      type: "nominal",
      sort: null,
      scale: colourScale(rows.map(({ method }) => method)),
      legend: null,
    },
  };
}

function layersOf(): object[] {
  return [
    { mark: { type: "line", strokeWidth: 1.5 } },
    { mark: { type: "rule" }, encoding: { y: { field: "low" }, y2: { field: "high" } } },
    {
      transform: [{ filter: "datum.stopped === 0" }],
      mark: { type: "point", filled: true, size: 36, opacity: 1 },
    },
    {
      transform: [{ filter: "datum.stopped > 0" }],
      mark: { type: "point", fill: "white", size: 36, opacity: 1, strokeWidth: 1.5 },
    },
    // Lines that end among others are named above their last point, the others beside it.
    named("datum.largest >= 1e5", { align: "left", dx: 8 }),
    named("datum.largest < 1e5", { align: "center", dx: -22, dy: -18 }),
  ];
}

/** Names of methods at the last point of their lines, of those that the filter lets through. */
function named(filter: string, place: object): object {
  return {
    transform: [
      { joinaggregate: [{ op: "max", field: "p", as: "largest" }], groupby: ["method"] },
      { filter: `datum.p === datum.largest && ${filter}` },
    ],
    mark: { type: "text", ...place },
    encoding: { text: { field: "method" } },
  };
}
