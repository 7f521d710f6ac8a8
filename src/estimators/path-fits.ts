import { formatNumber } from "../display/format-number";
import { Table } from "../display/table";
import { mustBe } from "../errors";
import type { AnyFit } from "./fit-of";

export const pathStatuses = ["complete", "interrupted"] as const;

/** Whether what was asked for is all there, of a path up to where it explains enough, or a signal was aborted before. */
export type PathStatus = (typeof pathStatuses)[number];

/**
 * The fit of a path whose lambda is nearest on the log scale.
 *
 * @throws InputError when `lambda` is not a finite number of at least 0.
 */
export function nearestFit<Fit extends AnyFit>(fits: readonly Fit[], lambda: number): Fit {
  if (!(typeof lambda === "number" && lambda >= 0 && lambda < Infinity)) {
    throw mustBe(`${fits[0].estimator}.path.at`, "lambda", "a finite number >= 0", lambda);
  }
  const distance = (fit: Fit): number => Math.abs(Math.log((fit.lambda + 1e-300) / (lambda + 1e-300)));
  return fits.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

/** One line a lambda, like glmnet's print: features in the model, share of deviance explained, status. */
export function pathTable(fits: readonly AnyFit[], devianceRatio: Float64Array, status: PathStatus): Table {
  const [first, last] = [fits[0], fits[fits.length - 1]];
  const certified = fits.some(({ certificate }) => certificate.dualityGap !== undefined);
  return new Table({
    title:
      `${first.estimator}, path of ${fits.length} lambda${fits.length === 1 ? "" : "s"} ` +
      `from ${formatNumber(first.lambda, 4)} to ${formatNumber(last.lambda, 4)}${status === "interrupted" ? ", interrupted" : ""}`,
    columns: ["lambda", "df", "% deviance", certified ? "duality gap" : "violation", "status"],
    rows: fits.map((fit, k) => [
      fit.lambda,
      fit.support.length,
      100 * devianceRatio[k],
      fit.certificate[certified ? "dualityGap" : "violation"]?.toExponential(1),
      fit.status,
    ]),
    maxRows: 20,
  });
}
