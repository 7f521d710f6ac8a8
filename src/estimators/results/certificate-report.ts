/** Reports how a fit ended: its certificate in words and in lights, and the warning where it did not converge. */
import { warn } from "#platform";
import { asShare, counted, formatNumber } from "../../display/formatting";
import { FINE, type TrafficLight, trafficLightColour } from "../../display/traffic-light";
import type { Certificate } from "../../problem/certificate";
import type { FitStatus, StartRow, TraceRow } from "../../solvers";
import { distinctNotes, failureReasonsIn, type Note, sentenceOf } from "../notes";
import type { CheckedOptions } from "../options/model-options";

/** A certificate, and the numbers that its measures are compared with. */
export interface CertifiedFit {
  readonly certificate: Certificate;
  readonly status: FitStatus;
  readonly lambda: number;
  readonly nullDeviance: number;
}

/** The gap of a certificate as the share that `tol` bounds, or where there is none the violation as one of lambda, in few words. */
export function shortfallOf({ certificate, lambda, nullDeviance }: Omit<CertifiedFit, "status">): string {
  const { dualityGap, violation } = certificate;
  const [name, value, whole] =
    dualityGap === undefined ? ["violation", violation, lambda] : ["duality gap", dualityGap, nullDeviance];
  return whole ? `relative ${name} ${(value / whole).toExponential(1)}` : `${name} ${value.toExponential(1)}`;
}

/** Names the measure that decides the status of a fit: its gap, or else its violation, with the decrease that one step could still gain. */
function evidenceOf({ certificate, status, lambda, nullDeviance }: CertifiedFit): string {
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

/**
 * The certificate of a fit as lights.
 *
 * The duality gap and what one step could gain are told and judged as shares of the null deviance, `lambda` times the
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
    colour: isKept ? "green" : trafficLightColour(share),
    text,
    meaning,
  });
  // A share of a whole of 0 is infinite, unless the value is 0 too.
  const shareOf = (value: number, whole: number): number => (value === 0 ? 0 : Math.abs(value / whole));
  const ofDeviance = (name: string, value: number, meaning: string): TrafficLight =>
    light(asShare(name, value, nullDeviance, "the null deviance"), shareOf(value, nullDeviance), meaning);
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
  if (!isKept || surplus <= FINE)
    lights.push(light(asShare("misalignment", surcharge, objective, "the objective"), surplus, meaning));
  return lights;
}

/** How a fit ended. */
export interface EndedFit extends CertifiedFit {
  readonly notes: readonly Note[];
}

/**
 * One warning for a whole run: not converging is a status, but must not pass unseen. It names the first such fit, and
 * each reason that the others know once.
 */
export function warnUnlessConverged(
  where: string,
  fits: readonly EndedFit[],
  { tol, maxIter }: Pick<CheckedOptions, "tol" | "maxIter">,
): void {
  for (const note of distinctNotes(fits.flatMap(({ notes }) => notes))) {
    if (note.code === "saturated-below") warn(`${where}: ${sentenceOf(note)}`, "ConvergenceWarning");
  }
  const failed = fits.filter(({ status }) => status === "max-iter" || status === "stalled");
  if (failed.length === 0) return;
  const [{ lambda, status, notes }] = failed;
  const own = failureReasonsIn(notes).map(sentenceOf);
  const others = new Set(failed.flatMap((fit) => failureReasonsIn(fit.notes).map(sentenceOf)));
  for (const note of own) others.delete(note);
  if (own.length === 0) {
    own.push(
      status === "max-iter"
        ? `raise maxIter (${maxIter}) or tol (${tol})`
        : `no further progress is possible; raise tol (${tol})`,
    );
  }
  const advice = [...own, ...Array.from(others, (note) => `of other fits, ${note}`)].join("; ");
  const which = fits.length > 1 ? `${failed.length} of ${fits.length} fits, first at` : "the fit at";
  const { dualityGap = Number.POSITIVE_INFINITY } = failed[0].certificate;
  // A gap that meets the tolerance is no reason.
  const evidence = dualityGap <= tol * failed[0].nullDeviance ? "" : `, ${evidenceOf(failed[0])}`;
  warn(
    `${where}: ${which} lambda ${formatNumber(lambda, 3)} did not converge${evidence}; ${advice}`,
    "ConvergenceWarning",
  );
}

/** Says how a fit ended: its status, its iterations and by which method, and how far apart several starts ended. */
export function endingOf(fit: {
  readonly status: FitStatus;
  readonly nIter: number;
  readonly trace: readonly TraceRow[];
  readonly starts: readonly StartRow[];
}): string {
  const iterations = counted(fit.nIter, "iteration");
  return `${fit.status} after ${iterations}${methodsOf(fit.trace)}${spreadOf(fit.starts)}`;
}

/** By which method a fit, or the best of several ways to it, began, and by which it ended where that is another one. */
function methodsOf(trace: readonly TraceRow[]): string {
  const [first, last] = [trace[0]?.method, trace.at(-1)?.method];
  if (first === undefined || last === undefined) return "";
  return first === last ? ` of ${first}` : ` of ${first}, finished by ${last}`;
}

/** How far apart the ends of several ways are. */
function spreadOf(starts: readonly StartRow[]): string {
  if (starts.length < 2) return "";
  const objectives = starts.map(({ objective }) => objective);
  const best = objectives.reduce((least, each) => Math.min(least, each));
  const spread = objectives.reduce((most, each) => Math.max(most, each)) - best;
  if (spread <= 1e-9 * Math.abs(best)) return `, where all of ${starts.length} starts ended`;
  return `, best of ${starts.length} starts, objectives within ${formatNumber(spread, 2)}`;
}
