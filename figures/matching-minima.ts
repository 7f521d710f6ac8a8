import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import {
  distance,
  type Matched,
  matchingMinima,
  objective,
  problemOf,
  SAME,
} from "./studies/matching-minima";
import type { Finished, Task } from "./studies/study";

interface Numbers {
  /** `P` over a grid of two coefficients, of one problem. */
  readonly surface: { first: number; second: number; height: number }[];
  readonly points: { first: number; second: number; kind: string }[];
  /** The counts of limits that are local minima, and of local minima that are limits, in all problems of a map. */
  readonly matches: Match[];
}

interface Match {
  readonly map: string;
  readonly direction: string;
  readonly points: number;
  /** Points that are within `SAME` of one of the others. */
  readonly matched: number;
  /** The largest distance of these, in one digit. */
  readonly largest: number;
  readonly label: string;
}

const SHOWN = "depth=4 nFeatures=2 replicate=0";
/** Where the picture of one problem ends, and how fine it is. */
const REACH = 2;
const CELLS = 30;
const DIRECTIONS = ["limits of Q that are minima of P", "minima of P that are limits of Q"];

/** T22: every limit is a local minimum, and every local minimum a limit, of random starts or of nearby ones. */
export const matchingMinimaFigure: Figure = {
  name: "matching-minima",
  title:
    "Descent on the surrogate ends in no spurious minimum, and random starts find all but two local minima",
  study: matchingMinima,
  compute(): Numbers {
    const records = readRecords<Matched>(matchingMinima, "desk");
    const shown = records.find(({ task }) => task.id === SHOWN) as Finished<never, Matched>;
    return {
      surface: surfaceOf(problemOf(shown.task)),
      points: [
        ...shown.result.enumerated.map(([first, second]) => ({ first, second, kind: KINDS[0] })),
        ...shown.result.limits.product.map(([first, second]) => ({ first, second, kind: KINDS[1] })),
      ],
      matches: matchesOf(records),
    };
  },
  draw: (data) =>
    new Chart({
      description:
        "Left, the sparse objective of two coefficients at depth 4 with its four local minima, each of them a limit of the surrogate. Right, on three maps, how many limits are local minima and how many local minima are limits, of 900 problems on the shared map and 600 on the others: all, to 1e-11, but for two of 4050 minima that no random start reaches on the shared map.",
      hconcat: [landscape(data as Numbers), counts(data as Numbers)] as unknown as [],
    }),
};

function surfaceOf(problem: ReturnType<typeof problemOf>): Numbers["surface"] {
  const axis = Array.from({ length: CELLS }, (_, k) =>
    Number((((2 * (k + 0.5)) / CELLS - 1) * REACH).toFixed(4)),
  );
  return axis.flatMap((first) =>
    axis.map((second) => ({
      first,
      second,
      height: Number(objective(problem, [first, second]).toPrecision(4)),
    })),
  );
}

/** Counts matches for each map and direction, over all problems. */
function matchesOf(records: readonly Finished<Task, Matched>[]): Match[] {
  const distances = new Map<string, number[]>();
  for (const { result } of records) {
    for (const [map, limits] of Object.entries(result.limits)) {
      const both = [nearest(limits, result.enumerated), nearest(result.enumerated, limits)];
      for (const [k, direction] of DIRECTIONS.entries()) {
        const key = JSON.stringify({ map, direction });
        distances.set(key, [...(distances.get(key) ?? []), ...both[k]]);
      }
    }
  }
  return [...distances].map(([key, all]) => {
    const matched = all.filter((one) => one <= SAME);
    return {
      ...JSON.parse(key),
      points: all.length,
      matched: matched.length,
      largest: Number(Math.max(...matched).toPrecision(1)),
      label: `${matched.length} of ${all.length}`,
    };
  });
}

/** From every point to the nearest of the others. */
function nearest(points: readonly number[][], others: readonly number[][]): number[] {
  return points.map((point) => Math.min(...others.map((other) => distance(point, other))));
}

function landscape({ surface, points }: Numbers): object {
  const side = (2 * REACH) / CELLS;
  const axisOf = (field: string, title: string): object => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [-REACH, REACH], nice: false },
    axis: { grid: false, values: [-2, -1, 0, 1, 2] },
  });
  return {
    title: { text: "A  One problem", ...TITLE },
    width: 260,
    height: 260,
    layer: [
      {
        data: { values: surface },
        // Each cell lies on half of the one before, to the right and above: where they only met, the ground would shine through.
        transform: [
          { calculate: `datum.first - ${side / 2}`, as: "left" },
          { calculate: `datum.first + ${side}`, as: "right" },
          { calculate: `datum.second - ${side / 2}`, as: "bottom" },
          { calculate: `datum.second + ${side}`, as: "top" },
        ],
        mark: { type: "rect", clip: true },
        encoding: {
          x: axisOf("left", "β₁"),
          x2: { field: "right" },
          y: axisOf("bottom", "β₂"),
          y2: { field: "top" },
          color: {
            field: "height",
            type: "quantitative",
            scale: { type: "log", range: ["#ffffff", "#7fb2d5"] },
            legend: { title: "P", gradientLength: 120, tickCount: 4 },
          },
        },
      },
      ...KINDS.map((kind, k) => ({
        data: { values: points.filter((point) => point.kind === kind) },
        mark: { type: "point", filled: false, strokeWidth: 2, size: [260, 60][k] },
        encoding: {
          x: axisOf("first", "β₁"),
          y: axisOf("second", "β₂"),
          shape: byKind(["circle", "cross"]),
          stroke: byKind(["#222222", "#d55e00"]),
        },
      })),
    ],
  };
}

const KINDS = ["local minimum of P", "limit of Q"];

function byKind(range: readonly string[]): object {
  return {
    field: "kind",
    type: "nominal",
    scale: { domain: KINDS, range },
    legend: { orient: "top", title: null, symbolOpacity: 1 },
  };
}

const TITLE = { fontSize: 13, fontWeight: "normal", anchor: "start" };

function counts({ matches }: Numbers): object {
  return {
    title: { text: "B  All problems", ...TITLE },
    data: { values: matches },
    width: 300,
    height: 260,
    encoding: {
      y: { field: "map", type: "nominal", sort: null, title: "Map" },
      yOffset: { field: "direction", sort: DIRECTIONS },
    },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          x: {
            field: "matched",
            type: "quantitative",
            title: "Points that are matched",
            scale: { domain: [0, 4500] },
            axis: { tickCount: 5, format: "d" },
          },
          color: {
            field: "direction",
            sort: DIRECTIONS,
            scale: { domain: DIRECTIONS, range: ["#d55e00", "#888888"] },
            legend: { orient: "top", title: null, columns: 1, labelLimit: 300 },
          },
        },
      },
      {
        mark: { type: "text", align: "right", dx: -6, color: "white", fontWeight: "bold" },
        encoding: { x: { field: "matched", type: "quantitative" }, text: { field: "label" } },
      },
    ],
  };
}
