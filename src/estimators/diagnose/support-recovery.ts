import { ofFeatures } from "../../design/of-frames";
import { mustBe } from "../../errors";
import { mean, sum } from "../../linalg/vector";
import type { FrameFit } from "../named/frame-estimator";
import { featureIndex } from "../options/coefficient-options";
import type { AnyFit } from "../results/fit-of";
import { coefsOf } from "../results/fitted-model";

/**
 * The features that matter, by index or name; or all coefficients as a fit or a simulation has them: one a feature, or one
 * such vector for each of several responses.
 */
export type Truth =
  | readonly (number | string)[]
  | { readonly coef: ArrayLike<number> }
  | { readonly coefs: readonly ArrayLike<number>[] };

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
  /** `||coef - truth||_2`, over all responses; undefined where the truth has no coefficients. */
  readonly l2Error: number | undefined;
}

/**
 * Compares a fit with what is known to be true.
 *
 * A feature of several responses is selected, and matters, that has a coefficient in any of them. Of classes only
 * differences are determined: there each coefficient stands for how far it is from the mean over classes.
 *
 * @param given a fit, or that of a pipeline.
 * @param truth features by index or name, or `{ coef }` with one coefficient a feature on the original scale, for several
 * responses `{ coefs }` with one such vector each.
 * @throws InputError when the truth names a feature that is not there, or has not one number a feature and response.
 * @example
 * ```ts
 * const fit = new SmoothLasso({ lambda: 0.1 }).fit({ a: [1, 0, 1, 2], b: [0, 1, 1, 1] }, [1, 0, 1, 2]);
 * supportRecovery(fit, ["a"]).recall; // 1
 * ```
 */
export function supportRecovery(given: AnyFit | FrameFit, truth: Truth): SupportRecovery {
  const where = "supportRecovery";
  const fit = ofFeatures<"fit", AnyFit>(given, "fit");
  const { support, featureNames } = fit;
  const expectedCoefs = givenCoefficients(where, fit, truth);
  const isOfClasses = "coefs" in fit && fit.classes !== undefined;
  const matters = new Set(
    expectedCoefs
      ? featuresIn(expectedCoefs, isOfClasses)
      : readFeatures(where, truth as readonly (number | string)[], featureNames),
  );
  const hits = support.filter((j) => matters.has(j)).length;
  const precision = support.length === 0 ? 1 : hits / support.length;
  const recall = matters.size === 0 ? 1 : hits / matters.size;
  const compared = (coefs: readonly Float64Array[]): readonly Float64Array[] =>
    isOfClasses ? fromMeans(coefs) : coefs;
  const [found, expected] = [compared(coefsOf(fit)), expectedCoefs && compared(expectedCoefs)];
  return {
    precision,
    recall,
    f1: hits === 0 && matters.size + support.length > 0 ? 0 : (2 * precision * recall) / (precision + recall),
    wrongSigns: expected && sumOver(expected, (b, r, j) => (b * found[r][j] < 0 ? 1 : 0)),
    l2Error: expected && Math.sqrt(sumOver(expected, (b, r, j) => (b - found[r][j]) ** 2)),
  };
}

/** The coefficients of a truth that has them, one vector a response. */
function givenCoefficients(where: string, fit: AnyFit, truth: Truth): Float64Array[] | undefined {
  if (Array.isArray(truth)) return undefined;
  const { coef, coefs } = Object(truth) as { coef?: ArrayLike<number>; coefs?: ArrayLike<number>[] };
  const nFeatures = fit.featureNames.length;
  const several = "coefs" in fit;
  if ((several ? coefs : coef) === undefined) {
    const rule = several
      ? "{ coefs } with a list of one number a feature for each response"
      : "{ coef } with one number a feature";
    throw mustBe(where, "truth", `features by index or name, or ${rule}`, truth);
  }
  if (!several) return [checkedCoefficients(where, "truth.coef", coef!, nFeatures)];
  const nResponses = fit.coefs.length;
  if (coefs!.length !== nResponses)
    throw mustBe(where, "truth.coefs", `${nResponses} lists, one a response`, coefs);
  return coefs!.map((own, r) => checkedCoefficients(where, `truth.coefs[${r}]`, own, nFeatures));
}

/** The features with a coefficient other than those of the other responses, or than zero. */
function featuresIn(coefs: readonly Float64Array[], isOfClasses: boolean): number[] {
  const idle = (coef: Float64Array, j: number): boolean => coef[j] === (isOfClasses ? coefs[0][j] : 0);
  return [...coefs[0].keys()].filter((j) => !coefs.every((coef) => idle(coef, j)));
}

function readFeatures(
  where: string,
  features: readonly (number | string)[],
  featureNames: readonly string[],
): number[] {
  return features.map((feature, i) => featureIndex(where, `truth[${i}]`, feature, featureNames));
}

/** Each coefficient less the mean over classes. */
function fromMeans(coefs: readonly Float64Array[]): Float64Array[] {
  return coefs.map((coef) => coef.map((b, j) => b - mean(Float64Array.from(coefs, (own) => own[j]))));
}

function sumOver(
  coefs: readonly Float64Array[],
  term: (b: number, response: number, feature: number) => number,
): number {
  return sum(Float64Array.from(coefs, (coef, r) => sum(coef.map((b, j) => term(b, r, j)))));
}

function checkedCoefficients(
  where: string,
  what: string,
  given: ArrayLike<number>,
  nFeatures: number,
): Float64Array {
  if (Object(given).length !== nFeatures)
    throw mustBe(where, what, `${nFeatures} numbers, one a feature`, given);
  const checked = Float64Array.from(given);
  const j = checked.findIndex((b) => !Number.isFinite(b));
  if (j >= 0) throw mustBe(where, `${what}[${j}]`, "a finite number", given[j]);
  return checked;
}
