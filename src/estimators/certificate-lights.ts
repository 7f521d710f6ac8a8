import { type Light, lightOf } from "../display/light";
import type { Certificate } from "../objectives/certificate";
import type { FitStatus } from "../solvers";

/** Shares of what a measure is compared with up to which it is fine, and up to which three digits are right. */
const fine = 1e-6;
const bearable = 1e-3;

/** What the lights of a fit rest on. */
export interface CertifiedFit {
  readonly certificate: Certificate;
  readonly status: FitStatus;
  readonly lambda: number;
}

/**
 * The certificate of a fit as lights.
 *
 * The duality gap, what one step could gain and `lambda` times the misalignment are judged as shares of the objective, the
 * violation as a share of `lambda`. A fit that converged has kept its promise whatever the shares are; a misalignment that
 * is not small is left out then.
 */
export function certificateLights({ certificate, status, lambda }: CertifiedFit): Light[] {
  const { objective, dualityGap, violation, coordinatewise, misalignment } = certificate;
  const isKept = status === "converged";
  const light = (name: string, value: number, share: number, meaning: string): Light => ({
    colour: isKept ? "green" : lightOf(share, fine, bearable),
    text: `${name} ${value === 0 ? "0" : value.toExponential(1)}`,
    meaning,
  });
  // What is not zero is too much of nothing.
  const shareOf = (value: number, whole: number): number => (value === 0 ? 0 : Math.abs(value / whole));
  const lights: Light[] = [];
  if (dualityGap !== undefined) {
    const meaning = "no coefficients have an objective that is lower by more than this";
    lights.push(light("duality gap", dualityGap, shareOf(dualityGap, objective), meaning));
  }
  const steepness = shareOf(violation, lambda > 0 ? lambda : objective);
  lights.push(
    light("violation", violation, steepness, "how far slopes are from balance; 0 at a stationary point"),
  );
  if (dualityGap === undefined && !isKept && coordinatewise > 1e-12 * Math.abs(objective)) {
    const meaning = "one coordinate or group could lower the objective by this";
    lights.push(light("one step could gain", coordinatewise, shareOf(coordinatewise, objective), meaning));
  }
  const surplus = shareOf(misalignment * (lambda || 1), objective);
  const meaning = "how much more the smooth surrogate charged than the penalty, before zeros were set";
  // Where the certificate is met it does not matter how unbalanced a descent was left: no light is better than a green one.
  if (!isKept || surplus <= fine) lights.push(light("misalignment", misalignment, surplus, meaning));
  return lights;
}
