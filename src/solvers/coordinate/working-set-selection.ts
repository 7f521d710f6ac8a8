import { columnDots } from "../../design/column-dots";
import { curvatureAt, curvatureOfProfile, type Profile, type SparseProblem } from "../../problem/problem";
import type { Point } from "../candidate";
import type { ActiveSetCholesky, EnteringCoordinate } from "./active-set-cholesky";
import type { PenaltyTerm } from "./penalty-term";

/** Largest square of a cosine, in the metric of the datafit, of two columns that are apart. */
const mostInCommon = 0.6;

/** How many are looked at for each that may be found. */
const lookedAt = 3;

/** Used within {@link candidateCoordinates} alone. */
let room = new Int32Array(0);

/** The support, and those zeros that a penalty does not hold. */
export function candidateCoordinates(strong: PenaltyTerm, { beta, profile }: Point): Int32Array {
  const { gradient } = profile;
  const { held } = strong;
  if (room.length < beta.length) room = new Int32Array(beta.length);
  let count = 0;
  for (let j = 0; j < beta.length; j++) {
    if (beta[j] === 0 && Math.abs(gradient[j]) <= held) continue;
    if (beta[j] !== 0 || strong.excess(j, gradient[j]) > 0) room[count++] = j;
  }
  return room.slice(0, count);
}

/** Those of the watched whose zero is not stationary, the worst first. */
export function violatingCoordinates(
  term: PenaltyTerm,
  members: ActiveSetCholesky,
  beta: Float64Array,
  gradient: Float64Array,
  watched: Int32Array,
): EnteringCoordinate[] {
  const violators: (EnteringCoordinate & { readonly excess: number })[] = [];
  for (const j of watched) {
    if (beta[j] !== 0 || !members.mayEnter(j)) continue;
    const excess = term.excess(j, gradient[j]);
    if (excess > 1e-13 * Math.abs(gradient[j])) violators.push({ j, sign: -Math.sign(gradient[j]), excess });
  }
  return violators.sort((a, b) => b.excess - a.excess);
}

/**
 * The first of some entrants, and those behind it whose columns have little in common with the ones before them: neighbours stand in
 * for each other, so that of several that enter at once most would leave again.
 *
 * @param most how many at most.
 */
export function uncorrelatedEntries(
  problem: SparseProblem,
  profile: Pick<Profile, "eta">,
  entrants: readonly EnteringCoordinate[],
  most: number,
): EnteringCoordinate[] {
  const { design } = problem;
  const near = entrants.slice(0, lookedAt * most);
  if (near.length < 2) return near;
  const columns = Int32Array.from(near, ({ j }) => j);
  const squares = curvatureOfProfile(problem, profile);
  const weights = curvatureAt(problem, profile.eta);
  const isTaken = new Uint8Array(near.length);
  const weighted = new Float64Array(design.nSamples);
  const products = new Float64Array(near.length);
  const apart: EnteringCoordinate[] = [];
  for (let k = 0; k < near.length && apart.length < most; k++) {
    if (isTaken[k] === 1) continue;
    apart.push(near[k]);
    weighted.fill(0);
    design.addColumn(columns[k], 1, weighted);
    for (let i = 0; i < weighted.length; i++) weighted[i] *= weights[i];
    columnDots(design, columns, weighted, products);
    const largest = mostInCommon * squares[columns[k]];
    for (let l = k + 1; l < near.length; l++) {
      if (products[l] ** 2 > largest * squares[columns[l]]) isTaken[l] = 1;
    }
  }
  return apart;
}
