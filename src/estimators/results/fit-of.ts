import type { Datafit, MultiResponseDatafit } from "../../datafits";
import type { MultiResponseFit } from "./multi-response-fit";
import type { SparseLinearFit } from "./sparse-linear-fit";

/** What fitting a datafit gives: one vector of coefficients, or one a response. */
export type FitOf<D extends Datafit> =
  D extends MultiResponseDatafit<infer Kind> ? MultiResponseFit<Kind> : SparseLinearFit;

/** A fit of whatever datafit. */
export type AnyFit = SparseLinearFit | MultiResponseFit;
