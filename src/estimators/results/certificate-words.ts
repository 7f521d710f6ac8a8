import type { Certificate } from "../../problem/certificate";
import type { FitStatus } from "../../solvers";

/** What the measures of a certificate are compared with. */
export interface CertifiedFit {
  readonly certificate: Certificate;
  readonly status: FitStatus;
  readonly lambda: number;
  /** Undefined where it is not known. */
  readonly nullDeviance?: number | undefined;
}

/** `gap 1.3e-12 of the null deviance`: as a share of a whole, or by itself where that is not known or is next to nothing. */
export function asShare(name: string, value: number, whole: number | undefined, nameOfWhole: string): string {
  if (value === 0) return `${name} 0`;
  const share = whole ? value / whole : Infinity;
  return Number.isFinite(share)
    ? `${name} ${share.toExponential(1)} of ${nameOfWhole}`
    : `${name} ${value.toExponential(1)}`;
}

/** The gap of a certificate as the share that `tol` bounds, or where there is none the violation as one of lambda, in few words. */
export function shortfallOf({ certificate, lambda, nullDeviance }: Omit<CertifiedFit, "status">): string {
  const { dualityGap, violation } = certificate;
  const [name, value, whole] =
    dualityGap === undefined ? ["violation", violation, lambda] : ["duality gap", dualityGap, nullDeviance];
  return whole ? `relative ${name} ${(value / whole).toExponential(1)}` : `${name} ${value.toExponential(1)}`;
}

/** What the status of a fit rests on: its gap, or its violation and what is left to gain where that alone would have done. */
export function evidenceOf({ certificate, status, lambda, nullDeviance }: CertifiedFit): string {
  const { dualityGap, violation, singleCoordinateGain, objective } = certificate;
  const ofDeviance = (name: string, value: number): string =>
    asShare(name, value, nullDeviance, "the null deviance");
  if (dualityGap !== undefined) return ofDeviance("duality gap", dualityGap);
  const stationarity = asShare("stationarity violation", violation, lambda, "lambda");
  // A stationary point that is not the best one: only the decrease that is left says why it is not good enough.
  const decrease = status !== "converged" && singleCoordinateGain > 1e-12 * Math.abs(objective);
  return decrease
    ? `${stationarity}, ${ofDeviance("one step could gain", singleCoordinateGain)}`
    : stationarity;
}
