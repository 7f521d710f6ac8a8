import { type TrafficLight, trafficLightColour } from "../../display/traffic-light";
import { asShare, type CertifiedFit } from "./certificate-words";

/** Shares of what a measure is compared with up to which it is fine, and up to which three digits are right. */
const fine = 1e-6;
const bearable = 1e-3;

/**
 * The certificate of a fit as lights.
 *
 * The duality gap and what one step could gain are told and judged as shares of the null deviance, where it is known, `lambda` times the
 * misalignment as a share of the objective, and the violation as a share of `lambda`: in any unit of the response they are the same. A
 * fit that converged has kept its promise whatever the shares are; a misalignment that is not small is left out then.
 */
export function certificateLights({
  certificate,
  status,
  lambda,
  nullDeviance,
}: CertifiedFit): TrafficLight[] {
  const { objective, dualityGap, violation, singleCoordinateGain, misalignment } = certificate;
  const isKept = status === "converged";
  const light = (text: string, share: number, meaning: string): TrafficLight => ({
    colour: isKept ? "green" : trafficLightColour(share, fine, bearable),
    text,
    meaning,
  });
  // What is not zero is too much of nothing.
  const shareOf = (value: number, whole: number): number => (value === 0 ? 0 : Math.abs(value / whole));
  const ofDeviance = (name: string, value: number, meaning: string): TrafficLight =>
    light(
      asShare(name, value, nullDeviance, "the null deviance"),
      shareOf(value, nullDeviance ?? objective),
      meaning,
    );
  const lights: TrafficLight[] = [];
  if (dualityGap !== undefined) {
    const meaning = "no coefficients have an objective that is lower by more than this";
    lights.push(ofDeviance("duality gap", dualityGap, meaning));
  }
  const slopes = "how far slopes are from balance; 0 at a stationary point";
  const steepness = shareOf(violation, lambda > 0 ? lambda : objective);
  lights.push(light(asShare("violation", violation, lambda, "lambda"), steepness, slopes));
  if (dualityGap === undefined && !isKept && singleCoordinateGain > 1e-12 * Math.abs(objective)) {
    const meaning = "one coordinate or group could lower the objective by this";
    lights.push(ofDeviance("one step could gain", singleCoordinateGain, meaning));
  }
  const surcharge = misalignment * (lambda || 1);
  const surplus = shareOf(surcharge, objective);
  const meaning = "how much more the smooth surrogate charged than the penalty, before zeros were set";
  // Where the certificate is met it does not matter how unbalanced a descent was left: no light is better than a green one.
  if (!isKept || surplus <= fine)
    lights.push(light(asShare("misalignment", surcharge, objective, "the objective"), surplus, meaning));
  return lights;
}
