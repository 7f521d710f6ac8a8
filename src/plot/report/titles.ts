/** The head of a report: its title ({@link titleOf}) and what it is made of ({@link bylineOf}). */
import { counted, shorten } from "../../display/formatting";
import { modelName } from "./penalty-wording";
import type { Subject } from "./subject";
import { inWords, NAME_LENGTH } from "./writing";

/** Returns the title of a report: that given, or the model and its response. */
export function titleOf({ title, fit, responses, path }: Subject): string {
  if (title !== undefined) return title;
  const names = responses.length > 0 ? responses : fit.classes ? [] : (path?.responseNames ?? []);
  const of = names.map((name) => shorten(name, NAME_LENGTH));
  const shown = of.length > 3 ? [...of.slice(0, 3), `${of.length - 3} more`] : of;
  return `${modelName(fit.estimator)}${shown.length > 0 ? ` of ${inWords(shown)}` : ""}`;
}

/** Returns the line below the title: rows, folds and where the report comes from; empty where none is known. */
export function bylineOf({ nSamples, crossValidation: cv, provenance }: Subject): string {
  const nFolds = cv === undefined ? 0 : new Set(Array.from(cv.foldId)).size;
  const parts = [
    ...(nSamples === undefined ? [] : [counted(nSamples, "row")]),
    ...(nFolds === 0 ? [] : [`${counted(nFolds, "fold")}${cv?.timeOrdered ? " in order of time" : ""}`]),
    ...(provenance === undefined ? [] : [provenance]),
  ];
  return parts.join(" · ");
}
