/** Reads what `JSON.stringify` wrote of fits, paths and cross-validations. The readers load when they are used. */
import type { CrossValidation } from "../cross-validation/cross-validation";
import type { CrossValidationJson } from "../cross-validation/cross-validation-json";
import type { MultiResponsePath, SparsePath } from "../path/fitted-path";
import type { PathJson } from "../path/path-json";
import type { FitJson, MultiResponseFitJson } from "../results/fit-json";
import type { AnyFit } from "../results/fit-of";
import type { SparseLinearFit } from "../results/sparse-linear-fit";

/**
 * Reads the fit that `JSON.stringify(fit)` wrote: it predicts, scores and shows itself as before, to the last bit.
 *
 * The record holds no data, so such a fit cannot `refit`. It says whether it is of one response or of several: where several
 * are expected say so, `fitFromJSON<MultiResponseFit>(json)`. Records of paths are read by `pathFromJSON`.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * const fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
 * const again = fitFromJSON(JSON.stringify(fit));
 * again.predict([[3, 0]])[0] === fit.predict([[3, 0]])[0]; // true
 * ```
 */
export function fitFromJSON<Fit extends AnyFit = SparseLinearFit>(
  json: string | FitJson | MultiResponseFitJson | object,
): Fit {
  return loadFitReaders().readFit("fitFromJSON", json) as Fit;
}

/**
 * Reads the path that `JSON.stringify(path)` wrote, with fits that predict, score and show themselves as before, to the last bit.
 *
 * It has no data, so it is there at the lambdas of its grid only, and cannot be `relaxed`. The record says whether it is of
 * one response or of several: where several are expected say so, `pathFromJSON<MultiResponsePath>(json)`.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2], { nLambdas: 5 });
 * pathFromJSON(JSON.stringify(path)).df[0]; // 0
 * ```
 */
export function pathFromJSON<Path extends SparsePath | MultiResponsePath = SparsePath>(
  json: string | PathJson<FitJson | MultiResponseFitJson> | object,
): Path {
  return loadFitReaders().readPath("pathFromJSON", json) as Path;
}

/**
 * Reads the cross-validation that `JSON.stringify(cv)` wrote: its scores and choices to the last bit, with fits that predict, score
 * and show themselves as before.
 *
 * It has no data, so its path is there at the lambdas of its grid only, and cannot be `relaxed`. The record says whether it
 * is of one response or of several: where several are expected say so, `crossValidationFromJSON<MultiResponseFit>(json)`.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * const cv = new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 5 });
 * crossValidationFromJSON(JSON.stringify(cv)).lambdaMin === cv.lambdaMin; // true
 * ```
 */
export function crossValidationFromJSON<Fit extends AnyFit = SparseLinearFit>(
  json: string | CrossValidationJson | object,
): CrossValidation<Fit> {
  return loadCrossValidationReader().readCrossValidation(json) as CrossValidation<Fit>;
}

/** Loads the readers of fits and paths. */
function loadFitReaders(): typeof import("./read-fit") {
  return require("./read-fit");
}

/** Loads the reader of cross-validations. */
function loadCrossValidationReader(): typeof import("./read-cross-validation") {
  return require("./read-cross-validation");
}
