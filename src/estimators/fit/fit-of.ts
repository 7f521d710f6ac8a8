import type { Datafit, MultiResponseDatafit } from "../../datafits";
import { supportOf } from "../../linalg/vector";
import type { MultiResponsePath } from "../path/multi-response-path";
import type { SparsePath } from "../path/sparse-path";
import type { MultiResponseFit } from "../results/multi-response-fit";
import type { SparseLinearFit } from "../results/sparse-linear-fit";

/** What fitting a datafit gives: one vector of coefficients, or one a response. */
export type FitOf<D extends Datafit> =
  D extends MultiResponseDatafit<infer Kind> ? MultiResponseFit<Kind> : SparseLinearFit;

/** The fits of a datafit along a grid of lambdas. */
export type PathOf<D extends Datafit> = PathOfFits<FitOf<D>>;

/** A fit of whatever datafit. */
export type AnyFit = SparseLinearFit | MultiResponseFit;

/** The path of fits of one response, or of several. */
export type PathOfFits<Fit extends AnyFit> =
  Fit extends MultiResponseFit<infer Kind> ? MultiResponsePath<Kind> : SparsePath;

/** Its coefficients, one vector a response. */
export function coefsOf(fit: AnyFit): readonly Float64Array[] {
  return "coefs" in fit ? fit.coefs : [fit.coef];
}

/** One a response. */
export function interceptsOf(fit: AnyFit): Float64Array {
  return "intercepts" in fit ? fit.intercepts : Float64Array.of(fit.intercept);
}

/** The features with a coefficient that is not zero, of each response. */
export function supportsOf(fit: AnyFit): readonly Int32Array[] {
  return coefsOf(fit).map(supportOf);
}
