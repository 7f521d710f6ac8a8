import type { Datafit, MultiResponseDatafit } from "../../datafits";
import type { MultiResponseFit } from "./multi-response-fit";
import type { SparseLinearFit } from "./sparse-linear-fit";

/** The fit of a datafit: with one vector of coefficients, or with one a response. */
export type FitOf<D extends Datafit> =
  D extends MultiResponseDatafit<infer Kind> ? MultiResponseFit<Kind> : SparseLinearFit;

/** A fit of whatever datafit. */
export type AnyFit = SparseLinearFit | MultiResponseFit;
