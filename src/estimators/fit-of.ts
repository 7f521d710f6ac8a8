import type { Datafit, MultiResponseDatafit } from "../datafits";
import type { MultiResponseFit } from "./multi-response-fit";
import type { MultiResponsePath } from "./multi-response-path";
import type { SparseLinearFit } from "./sparse-linear-fit";
import type { SparsePath } from "./sparse-path";

/** What fitting a datafit gives: one vector of coefficients, or one a response. */
export type FitOf<D extends Datafit> =
  D extends MultiResponseDatafit<infer Kind> ? MultiResponseFit<Kind> : SparseLinearFit;

/** The fits of a datafit along a grid of lambdas. */
export type PathOf<D extends Datafit> =
  D extends MultiResponseDatafit<infer Kind> ? MultiResponsePath<Kind> : SparsePath;

/** A fit of whatever datafit. */
export type AnyFit = SparseLinearFit | MultiResponseFit;
