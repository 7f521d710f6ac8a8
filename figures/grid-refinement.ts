import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { DIVISORS, GRIDS, gridRefinement, type Identified, LAST } from "./studies/grid-refinement";
import { medianOf } from "./studies/means";

/** A draw, or the median of the draws of a grid. */
interface Row {
  readonly of: "draw" | "median";
  readonly method: string;
  readonly lambda: string;
  readonly points: number;
  /** The points, moved a little aside by method, so that draws do not hide each other. */
  readonly place: number;
  /** To the support of the optimum; above all where it was not found. */
  readonly iterations: number;
  readonly found: "found" | "not found";
}

/** Where draws lie whose support was not found, above all that were. */
const NEVER = 2 * LAST;

/** Iterations to the support of the lasso on ever finer grids, after C5 of Poon and Peyré. */
export const gridRefinementFigure: Figure = {
  name: "grid-refinement",
  title:
    "On a grid twice as fine, ISTA needs four to ten times as many iterations to find the lasso's support",
  caption: "Descent on factors needs two to seven times as many, and VarPro needs twice as many.",
  study: gridRefinement,
  compute(): Row[] {
    const records = readRecords<Identified>(gridRefinement, "desk");
    const methods = [...new Set(records.map(({ task }) => String(task.parameters.method)))];
    return methods.flatMap((method, k) =>
      DIVISORS.flatMap((divisor) =>
        GRIDS.flatMap((points): Row[] => {
          const common = {
            method,
            lambda: `largest λ / ${divisor}`,
            points,
            place: points * (1 + 0.07 * (k - 1)),
          };
          const all = records
            .filter(
              ({ task: { parameters: p } }) =>
                p.method === method && p.divisor === divisor && p.nFeatures === points,
            )
            .map(({ result }) => result.identified ?? NEVER);
          const row = (of: Row["of"], iterations: number): Row => ({
            ...common,
            of,
            iterations,
            found: iterations > LAST ? "not found" : "found",
          });
          const median = medianOf(all);
          return [
            ...all.map((iterations) => row("draw", iterations)),
            ...(median > LAST ? [] : [row("median", median)]),
          ];
        }),
      ),
    );
  },
  draw(data) {
    const rows = data as Row[];
    return new Chart({
      description:
        "Iterations to the support of the lasso over the number of grid points, 50, 100 and 200, for five lambdas from a half to a thirtieth of the largest: points are ten draws, lines medians, crosses at the top draws that ended without it, most after 200 000 iterations. ISTA rises most steeply; on 200 points it finds the support in two of ten draws at a tenth of the largest lambda. Descent on factors rises less; VarPro needs tens to hundreds of iterations everywhere.",
      data: { values: rows as unknown as [] },
      hconcat: DIVISORS.map((divisor, k) => panel(rows, `largest λ / ${divisor}`, k === 0)) as unknown as [],
    });
  },
};

function panel(rows: readonly Row[], lambda: string, isFirst: boolean): object {
  const x = {
    field: "place",
    type: "quantitative",
    title: "Grid points",
    scale: { type: "log", domain: [40, 250], nice: false },
    axis: { values: GRIDS, format: "d" },
  };
  const y = {
    field: "iterations",
    type: "quantitative",
    title: isFirst ? "Iterations to the support" : null,
    scale: { type: "log", domain: [10, 5e5], nice: false },
    axis: { values: [10, 100, 1000, 10_000, 100_000], format: "~s", labels: isFirst },
  };
  const color = {
    field: "method",
    scale: colourScale(rows.map(({ method }) => method)),
    legend: { orient: "top", title: null, symbolType: "circle", symbolOpacity: 1, labelLimit: 0 },
  };
  return {
    title: { text: lambda, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    width: 118,
    height: 220,
    transform: [{ filter: { field: "lambda", equal: lambda } }],
    layer: [
      {
        transform: [{ filter: { field: "of", equal: "draw" } }],
        mark: { type: "point", filled: false, size: 22, opacity: 0.7 },
        encoding: {
          x,
          y,
          color,
          shape: {
            field: "found",
            scale: { domain: ["found", "not found"], range: ["circle", "cross"] },
            legend: null,
          },
        },
      },
      {
        transform: [{ filter: { field: "of", equal: "median" } }],
        mark: { type: "line" },
        encoding: { x, y, color },
      },
    ],
  };
}
