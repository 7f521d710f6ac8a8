/** Shows a path as a table with one row per lambda ({@link pathTable}). */
import { counted, formatNumber } from "../../display/formatting";
import { Table } from "../../display/table";
import type { TrafficLight } from "../../display/traffic-light";
import { certificateLights } from "../results/certificate-report";
import type { AnyFit } from "../results/fit-of";

export const pathStatuses = ["complete", "interrupted"] as const;

/** Whether what was asked for is all there, of a path up to where it explains enough, or a signal was aborted before. */
export type PathStatus = (typeof pathStatuses)[number];

/**
 * One line a lambda, like glmnet's print: features in the model, share of deviance explained, status; who comes and goes; and why fits
 * are left out by criteria where some are.
 */
export function pathTable(
  fits: readonly AnyFit[],
  devianceRatio: Float64Array,
  status: PathStatus,
  reasons: readonly (LeftOut | undefined)[],
): Table {
  const someLeftOut = reasons.some((reason) => reason !== undefined);
  const [first, last] = [fits[0], fits[fits.length - 1]];
  const isCertified = fits.some(({ certificate }) => certificate.dualityGap !== undefined);
  // All fits of a path have the same null deviance.
  const { nullDeviance } = first;
  const gap = nullDeviance ? "gap / null deviance" : "duality gap";
  const shortfall = ({ certificate: { dualityGap, violation }, lambda }: AnyFit): number | undefined => {
    if (isCertified) return dualityGap && dualityGap / (nullDeviance || 1);
    return lambda > 0 ? violation / lambda : undefined;
  };
  return new Table({
    title:
      `${first.estimator}, path of ${counted(fits.length, "lambda")} ` +
      `from ${formatNumber(first.lambda, 4)} to ${formatNumber(last.lambda, 4)}${ending(devianceRatio, status)}`,
    columns: [
      ...["lambda", "df", "% deviance", isCertified ? gap : "violation / lambda", "status", "changes"],
      ...(someLeftOut ? ["best leaves out"] : []),
    ],
    rows: fits.map((fit, k) => [
      fit.lambda,
      fit.support.length,
      100 * devianceRatio[k],
      shortfall(fit)?.toExponential(1),
      fit.status,
      changes(fits[k - 1], fit),
      ...(someLeftOut ? [reasons[k] ?? ""] : []),
    ]),
    bars: [...devianceRatio],
    lights: pathLights(fits),
    maxRows: 20,
  });
}

/** Why there are no more fits, where the title should say it: a grid ends early where next to nothing is left to explain. */
function ending(devianceRatio: Float64Array, status: PathStatus): string {
  if (status === "interrupted") return ", interrupted";
  return devianceRatio[devianceRatio.length - 1] > almostAll
    ? ", where 99.9 % of the deviance is explained"
    : "";
}

/** Returns a light that counts the fits which converged, and the worst light of the others. */
function pathLights(fits: readonly AnyFit[]): TrafficLight[] {
  const nConverged = fits.filter(({ status }) => status === "converged").length;
  const all = fits.map(certificateLights);
  const severity = ({ colour }: TrafficLight): number => ["green", "amber", "red"].indexOf(colour);
  const worst = all.flat().reduce((a, b) => (severity(b) > severity(a) ? b : a));
  const text = `${nConverged} of ${counted(fits.length, "fit")} converged`;
  const light: TrafficLight = { colour: worst.colour, text, meaning: "the worst light of any fit" };
  return worst.colour === "green" ? [light] : [light, { ...worst, text: `worst: ${worst.text}` }];
}

/** Most features that are named. */
const named = 3;

/** Names the features that enter the model and that leave it, as in `+bmi +s5 -age`. */
function changes(before: AnyFit | undefined, { support, featureNames }: AnyFit): string {
  const [now, then] = [new Set(support), new Set(before?.support)];
  const moves = [
    ...[...now].filter((j) => !then.has(j)).map((j) => `+${featureNames[j]}`),
    ...[...then].filter((j) => !now.has(j)).map((j) => `-${featureNames[j]}`),
  ];
  const rest = moves.length > named ? ` and ${moves.length - named} more` : "";
  return `${moves.slice(0, named).join(" ")}${rest}`;
}

/** Why a criterion does not choose a fit. */
export type LeftOut = "no optimum" | "saturated" | "too large";

/** The share of the deviance above which nothing is worth explaining any more. */
export const almostAll = 0.999;
