import { ofFeatures } from "../../design/of-frames";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import type { FrameFit } from "../named/frame-estimator";
import type { AnyFit } from "../results/fit-of";
import type { Diagnosis } from "./diagnosis";
import type { Truth } from "./support-recovery";

/** Options of {@link diagnose}: the coefficients that made the data, where they are known. */
export interface DiagnoseOptions {
  /** The truth where it is known, as in a simulation: features by index or name, or coefficients. Default: unknown. */
  readonly truth?: Truth;
}

/**
 * Looks at a fit for what may be wrong with it, and says what to do.
 *
 * It did not converge; zeros are stuck in the basin of zero, which above depth 2 is a local minimum whatever the data; its
 * starts ended apart; the objective is not locally convex; active columns, or the surrogate over small coefficients, are
 * ill-conditioned; the run ended before the factors were balanced; a coefficient is at the smallest magnitude that it can
 * have, `|beta_j| >= (lambda w_j q (1 - q) / h_j)^(1/(2 - q))`; the data leave coefficients open, as with equal columns. With `truth` also how
 * well that was found.
 *
 * Of several responses a coefficient is named by its feature and response, and of classes only differences count.
 * A fit that was read from JSON has no data: what needs them says so.
 *
 * @param given a fit, or that of a pipeline.
 * @throws InputError when `fit` is none, an option is unknown, or the truth does not fit it.
 * @see arXiv 2307.03571, on saddles, misalignment and initialization
 * @example
 * ```ts
 * const fit = new SmoothBridge({ q: 0.5, lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
 * diagnose(fit).of("basin of zero")?.value; // 0
 * ```
 */
export function diagnose(given: AnyFit | FrameFit, options: DiagnoseOptions = {}): Diagnosis {
  const fit = ofFeatures<"fit", AnyFit>(given, "fit");
  const { coef, coefs, certificate } = Object(fit);
  if (!(ArrayBuffer.isView(coef) || Array.isArray(coefs)) || !certificate)
    throw mustBe("diagnose", "fit", "a fit of this library", fit);
  checkKeys("diagnose", options, ["truth"], "a fit remembers its data, so diagnose(fit) is enough");
  return loadDiagnosis().diagnosisOf(fit, options.truth);
}

/** Loads what measures a fit and says what is wrong. */
function loadDiagnosis(): typeof import("./findings") {
  return require("./findings");
}
