/**
 * `smooth-edges/global`: proofs that a fit with a non-convex penalty is the global minimum, or how far it is from it at most.
 *
 * @module smooth-edges/global
 */

export { BestSubset, type BestSubsetOptions } from "../estimators/named/best-subset";
export type { GlobalOptions, GlobalRun } from "../estimators/options/run-options";
export type { GlobalProof, GlobalStatus, GlobalTraceRow } from "../estimators/results/global-proof";
export { type L0Options, l0 } from "../penalties";
export { type CertifyGlobalOptions, certifyGlobal } from "./certify-global";
export { GlobalCertificate } from "./global-certificate";
