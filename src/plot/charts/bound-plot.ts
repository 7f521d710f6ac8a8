import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import type { GlobalProof } from "../../estimators/results/global-proof";
import { checkKeys } from "../../options";
import { thinOut } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { panelFrame, seriesPanel } from "./parts/series-panel";

/** Options of {@link boundPlot}: the horizontal axis, and how the picture looks. */
export interface BoundPlotOptions extends PictureOptions {
  /** Whether the horizontal axis is the time, or the number of boxes bounded, which is the same on every run. Default: `"seconds"`. */
  readonly x?: "seconds" | "nodes";
}

/** The proof that {@link boundPlot} reads: how bound and objective neared each other, where they ended, and in one sentence. */
export type BoundPlotData = Pick<
  GlobalProof,
  "trace" | "objective" | "lowerBound" | "seconds" | "nodes" | "claim"
>;

/** A fit with its proof, where it was made with one. */
export interface ProvedFit {
  /** The proof; undefined where none was asked for. */
  readonly global: BoundPlotData | undefined;
}

const MAX_ROWS = 1000;

/**
 * Draws a proof of global optimality over time: the objective of the best fit so far, and the bound below which no coefficients have theirs. They
 * meet where the fit is proved; what is between them is not known.
 *
 * A bound below zero is drawn at zero, which no squared error with a penalty is below. Hovering tells the numbers.
 *
 * @param given - What `certifyGlobal(fit)` returns, or a fit that was made with `global: true`.
 * @param options `x`: `"seconds"`, the default, or `"nodes"`; `width` of the picture in pixels.
 * @throws InputError for a fit without a proof, or when a number of it is not finite.
 * @example
 * ```ts
 * boundPlot(new SmoothMcp({ lambda: 0.1 }).fit(X, y, { global: true }));
 * ```
 */
export function boundPlot(
  given: BoundPlotData | ProvedFit | OfFrames<"fit", ProvedFit>,
  options: BoundPlotOptions = {},
): Chart {
  const where = "boundPlot";
  const proof = readProof(where, given);
  checkKeys(where, options, ["x", "width"]);
  checkWidth(where, options.width);
  const { x = "seconds" } = options;
  if (x !== "seconds" && x !== "nodes") throw mustBe(where, "x", '"seconds" or "nodes"', x);
  const { objective, lowerBound, seconds, nodes, claim } = proof;
  const all = [...proof.trace, { seconds, nodes, objective, lowerBound }];
  const rows = thinOut(all, MAX_ROWS);
  const names = ["objective", "lower bound"];
  const title = `${claim.charAt(0).toUpperCase()}${claim.slice(1)}`;
  const effort = counted(nodes, "node") + (x === "seconds" ? ` in ${shortNumber(seconds)} seconds` : "");
  const remark =
    rows.length < all.length ? `${effort}; ${rows.length} of ${all.length} changes are drawn` : effort;
  return new Chart({
    description: `Line chart. ${title}. ${remark}. At the end: objective ${shortNumber(objective)}, lower bound ${shortNumber(lowerBound)}.`,
    title: heading(title, [remark], options.width),
    ...seriesPanel({
      x: rows.map((row) => row[x]),
      xTitle: x,
      last: true,
      title: "objective",
      log: false,
      steps: true,
      series: [
        { name: names[0], rank: 0, values: rows.map((row) => row.objective) },
        {
          name: names[1],
          rank: 1,
          values: rows.map((row) => Math.max(row.lowerBound, Math.min(row.objective, 0))),
        },
      ],
      key: "bound",
      ...panelFrame(options.width, names),
    }),
  });
}

function readProof(where: string, given: Parameters<typeof boundPlot>[0]): BoundPlotData {
  const isProof = Array.isArray(Object(given).trace) && Object.hasOwn(Object(given), "lowerBound");
  const proof = isProof
    ? (given as BoundPlotData)
    : ofFeatures<"fit", ProvedFit>(given as ProvedFit, "fit")?.global;
  if (proof === undefined) {
    const remedy = "fit(X, y, { global: true }) makes one, and certifyGlobal(fit)";
    throw mustBe(where, "proof", "a proof of global optimality, or a fit that has one", given, remedy);
  }
  const { trace, seconds, nodes, objective, lowerBound } = proof;
  for (const [what, value] of Object.entries({ seconds, nodes, objective, lowerBound }))
    if (!Number.isFinite(value)) throw mustBe(where, what, "a finite number", value);
  for (const [i, row] of trace.entries()) {
    const isWhole =
      [row.seconds, row.nodes, row.objective].every(Number.isFinite) && row.lowerBound < Infinity;
    if (!isWhole) throw mustBe(where, `trace[${i}]`, "seconds, nodes, an objective and a bound", row);
  }
  return proof;
}
