import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { thinOut } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { isDrawable, panelFrame, type Series, seriesPanel } from "./parts/series-panel";

/** The members of a fit that {@link tracePlot} reads. */
export interface TracePlotData {
  /** One row an iteration. */
  readonly trace: readonly TracePlotRow[];
  /** How the run ended, for the title. */
  readonly status?: string | undefined;
  /** The deviance by which objectives and gaps are divided; they are drawn undivided where it is not known. */
  readonly nullDeviance?: number | undefined;
}

/** One iteration of a solver. */
export interface TracePlotRow {
  /** Ascending. */
  readonly iteration: number;
  /** Value of the objective that the solver minimises. */
  readonly objective: number;
  /** Violation of stationarity. */
  readonly stationarity: number;
  /** Duality gap of the best point so far, where it was computed. */
  readonly dualityGap?: number | undefined;
}

const MAX_ROWS = 1000;

/**
 * Draws the convergence of a solver: the objective above the lowest value reached and the duality gap, and below them the stationarity,
 * over its iterations on logarithmic axes. Of a fit the two are shares of its null deviance, as `tol` is.
 *
 * Values that a logarithmic axis cannot hold, as the lowest objective itself and a gap of exactly zero, are left out and counted
 * below the title. Hovering tells the numbers of an iteration.
 *
 * @param given - Any fit of this library, or `{ trace }`.
 * @param options `width` of the picture in pixels.
 * @throws InputError when there is no row, or an iteration, objective or stationarity is not a finite number.
 * @example
 * ```ts
 * tracePlot(new SmoothLasso({ lambda: 0.1, solver: surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs()) }).fit(X, y));
 * ```
 */
export function tracePlot(
  given: TracePlotData | OfFrames<"fit", TracePlotData>,
  options: PictureOptions = {},
): Chart {
  const fit = ofFeatures<"fit", TracePlotData>(given, "fit");
  checkKeys("tracePlot", options, ["width"]);
  checkWidth("tracePlot", options.width);
  const all = readTrace(fit);
  const rows = thinOut(all, MAX_ROWS);
  const lowest = all.reduce((least, { objective }) => Math.min(least, objective), Infinity);
  const scale = fit.nullDeviance || 1;
  const ofDeviance = fit.nullDeviance ? " of the null deviance" : "";
  const column = (name: string, rank: number, value: (row: TracePlotRow) => number): Series => ({
    name,
    rank,
    values: rows.map(value),
  });
  const hasGap = all.some(({ dualityGap }) => dualityGap !== undefined);
  const panels = [
    {
      title: fit.nullDeviance ? "relative objective" : "objective",
      series: [
        column("above lowest", 0, ({ objective }) => (objective - lowest) / scale),
        ...(hasGap
          ? [
              {
                ...column("duality gap", 1, ({ dualityGap }) => (dualityGap ?? Number.NaN) / scale),
                connectsGaps: true,
              },
            ]
          : []),
      ],
    },
    { title: "stationarity", series: [column("largest slope", 2, ({ stationarity }) => stationarity)] },
  ];
  const last = all[all.length - 1];
  const measured = panels
    .flatMap(({ series }) => series.flatMap(({ values }) => values))
    .filter(Number.isFinite);
  const zeros = measured.filter((value) => !isDrawable(value, true)).length;
  const title = `${counted(last.iteration, "iteration")} to an objective of ${shortNumber(last.objective)}`;
  const finalGap = all.findLast(({ dualityGap }) => dualityGap !== undefined)?.dualityGap;
  const remarks = [
    [
      ...(fit.status === undefined ? [] : [fit.status]),
      ...(finalGap === undefined ? [] : [`last duality gap ${shortNumber(finalGap / scale)}${ofDeviance}`]),
      ...(rows.length < all.length ? [`${rows.length} of ${all.length} iterations are drawn`] : []),
      ...(zeros > 0 ? [`${counted(zeros, "number")} not above zero left out of the logarithmic axes`] : []),
    ].join("; "),
  ].filter((remark) => remark !== "");
  const frame = panelFrame(options.width, ["above lowest", "duality gap", "largest slope"]);
  return new Chart({
    description: `Line chart in two panels. ${[title, ...remarks].join("; ")}. Largest slope at the end: ${shortNumber(last.stationarity)}.`,
    title: heading(title, remarks, options.width),
    spacing: 12,
    vconcat: panels.map(({ title, series }, k) =>
      seriesPanel({
        x: rows.map(({ iteration }) => iteration),
        xTitle: "iteration",
        last: k === panels.length - 1,
        title,
        log: true,
        series,
        key: `trace${k}`,
        ...frame,
      }),
    ),
  });
}

function readTrace(fit: TracePlotData): readonly TracePlotRow[] {
  const { trace } = Object(fit) as TracePlotData;
  if (!Array.isArray(trace))
    throw mustBe(
      "tracePlot",
      "fit",
      "what fit(X, y) gives",
      fit,
      "use trainingPlot for the epochs of a network",
    );
  if (trace.length === 0)
    throw mustBe("tracePlot", "trace", "at least one iteration", trace, "nothing was iterated for this fit");
  for (const [i, row] of (trace as readonly TracePlotRow[]).entries())
    for (const key of ["iteration", "objective", "stationarity"] as const)
      if (!Number.isFinite(row[key]))
        throw mustBe("tracePlot", `trace[${i}].${key}`, "a finite number", row[key]);
  return trace as readonly TracePlotRow[];
}
