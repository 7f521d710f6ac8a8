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
import type { Finished } from "./studies/study";

interface Numbers {
  /** `P` over a grid of two coefficients, of one problem. */
  readonly surface: { first: number; second: number; height: number }[];
  readonly points: { first: number; second: number; kind: string }[];
  /** From every limit to the nearest local minimum, and back; of all problems. */
  readonly distances: { map: string; direction: string; distance: number }[];
}

const SHOWN = "depth=4 nFeatures=2 replicate=0";
/** Where the picture of one problem ends, and how fine it is. */
const REACH = 2;
const CELLS = 30;
/** What a log axis shows of a distance that is zero. */
const SMALLEST = 1e-17;

/** T22: every limit is a local minimum, and every local minimum a limit, of random starts or of nearby ones. */
export const matchingMinimaFigure: Figure = {
  name: "matching-minima",
  title:
    "No limit of the surrogate is spurious, and random starts find all local minima of the sparse problem but two",
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
      distances: different(
        records.flatMap(({ result: { enumerated, limits } }) =>
          Object.entries(limits).flatMap(([map, betas]) => [
            ...betas.map((beta) => ({
              map,
              direction: "limit to minimum",
              distance: nearest(beta, enumerated),
            })),
            ...enumerated.map((beta) => ({
              map,
              direction: "minimum to limit",
              distance: nearest(beta, betas),
            })),
          ]),
        ),
      ),
    };
  },
  draw: (data) =>
    new Chart({
      description:
        "Left, the sparse objective of two coefficients at depth 4 with its four local minima, each of them a limit of the surrogate. Right, the distances from every limit to the nearest local minimum and from every local minimum to the nearest limit, of 900 problems: below 1e-10, but for two minima that no random start reaches on the shared map; distances of zero stand at the left edge.",
      hconcat: [landscape(data as Numbers), strip(data as Numbers)] as unknown as [],
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

/** Rounded distances are few: each is drawn once. */
function different(rows: Numbers["distances"]): Numbers["distances"] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function nearest(beta: readonly number[], others: readonly number[][]): number {
  const least = Math.min(...others.map((other) => distance(beta, other)));
  return Number(Math.max(least, SMALLEST).toPrecision(1));
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
            scale: { type: "log", range: ["#f7fbff", "#7fa9c9"] },
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
    legend: { orient: "top", title: null },
  };
}

function strip({ distances }: Numbers): object {
  return {
    data: { values: distances },
    width: 300,
    height: 260,
    layer: [
      {
        mark: { type: "tick", thickness: 1, opacity: 0.5, height: 14 },
        encoding: { color: { field: "direction", legend: { orient: "top", title: null } } },
      },
      {
        transform: [{ filter: `datum.distance > ${SAME}` }],
        mark: { type: "text", align: "right", dx: -6 },
        encoding: { x: { field: "distance", aggregate: "min" }, text: { value: "not reached" } },
      },
    ],
    encoding: {
      x: {
        field: "distance",
        type: "quantitative",
        title: "Largest difference of a coefficient",
        scale: { type: "log", domain: [SMALLEST, 10] },
        axis: {
          values: [SMALLEST, 1e-14, 1e-11, 1e-8, 1e-5, 1e-2],
          labelExpr: `datum.value <= ${SMALLEST} ? '0' : format(datum.value, '.0e')`,
        },
      },
      y: { field: "map", type: "nominal", sort: null, title: null },
      yOffset: { field: "direction" },
    },
  };
}
