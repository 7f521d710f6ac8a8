import { mustBe } from "../errors";
import type { SparseLinearFit } from "./sparse-linear-fit";

/** The features that matter, by index or name; or all coefficients, one a feature, as a fit or a simulation has them. */
export type Truth = readonly (number | string)[] | { readonly coef: ArrayLike<number> };

/** How well a fit finds the features that matter. */
export interface SupportRecovery {
  /** Share of the selected features that matter; 1 where none is selected. */
  readonly precision: number;
  /** Share of the features that matter which are selected; 1 where none does. */
  readonly recall: number;
  /** `2 precision recall / (precision + recall)`, 0 where both are. */
  readonly f1: number;
  /** Coefficients of features that matter with the wrong sign; undefined where the truth has no coefficients. */
  readonly wrongSigns: number | undefined;
  /** `||coef - truth||_2`; undefined where the truth has no coefficients. */
  readonly l2Error: number | undefined;
}

/**
 * Compares a fit with what is known to be true.
 *
 * @param truth features by index or name, or `{ coef }` with one coefficient a feature on the original scale.
 * @throws InputError when the truth names a feature that is not there, or has not one number a feature.
 * @example
 * ```ts
 * const fit = new SmoothLasso({ lambda: 0.1 }).fit({ a: [1, 0, 1, 2], b: [0, 1, 1, 1] }, [1, 0, 1, 2]);
 * supportRecovery(fit, ["a"]).recall; // 1
 * ```
 */
export function supportRecovery(fit: SparseLinearFit, truth: Truth): SupportRecovery {
  const where = "supportRecovery";
  const given = Object(truth) as { coef?: ArrayLike<number> };
  const coef = given.coef === undefined ? undefined : checkedCoefficients(where, given.coef, fit.coef.length);
  if (coef === undefined && !Array.isArray(truth)) {
    throw mustBe(where, "truth", "features by index or name, or { coef } with one number a feature", truth);
  }
  const matters = new Set<number>();
  coef?.forEach((b, j) => {
    if (b !== 0) matters.add(j);
  });
  if (coef === undefined) {
    for (const [i, feature] of (truth as readonly (number | string)[]).entries()) {
      const j = typeof feature === "string" ? fit.featureNames.indexOf(feature) : feature;
      if (!(Number.isInteger(j) && j >= 0 && j < fit.coef.length)) {
        throw mustBe(
          where,
          `truth[${i}]`,
          `a feature, by name or an index below ${fit.coef.length}`,
          feature,
        );
      }
      matters.add(j);
    }
  }
  const hits = fit.support.filter((j) => matters.has(j)).length;
  const precision = fit.support.length === 0 ? 1 : hits / fit.support.length;
  const recall = matters.size === 0 ? 1 : hits / matters.size;
  return {
    precision,
    recall,
    f1:
      hits === 0 && matters.size + fit.support.length > 0
        ? 0
        : (2 * precision * recall) / (precision + recall),
    wrongSigns: coef?.filter((b, j) => b * fit.coef[j] < 0).length,
    l2Error: coef && Math.hypot(...fit.coef.map((b, j) => b - coef[j])),
  };
}

function checkedCoefficients(where: string, coef: ArrayLike<number>, nFeatures: number): Float64Array {
  if (coef.length !== nFeatures)
    throw mustBe(where, "truth.coef", `${nFeatures} numbers, one a feature`, coef);
  const checked = Float64Array.from(coef);
  const j = checked.findIndex((b) => !Number.isFinite(b));
  if (j >= 0) throw mustBe(where, `truth.coef[${j}]`, "a finite number", coef[j]);
  return checked;
}
