/**
 * `smooth-edges/global`: proofs that a fit with a non-convex penalty is the global minimum, or how far it is from it at most.
 *
 * @module smooth-edges/global
 */

export { type L0Options, l0 } from "../penalties";
export { type CertifyGlobalOptions, certifyGlobal } from "./certify-global";
export {
  GlobalCertificate,
  type GlobalCertificateFields,
  type GlobalStatus,
  type GlobalTraceRow,
} from "./global-certificate";
