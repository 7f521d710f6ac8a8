/**
 * Fits without a penalty on given supports: {@link onSupports} restricts the penalty, {@link unpenalizedSolver}
 * solves by projection or by Newton's method.
 */
import type { Datafit } from "../../datafits";
import type { DesignMatrix } from "../../design/design-matrix";
import { columnOf } from "../../design/design-matrix";
import { profileAt, type SparseProblem } from "../../problem/problem";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import type { Solver } from "../../solvers";
import { candidateAt } from "../../solvers/solver";
import type { Note } from "../notes";
import { keepIdentifiablePart } from "./identifiability";
import type { PenaltySpecOf } from "./penalty-spec";

/** Restricts penalties to the coefficients in `supports`, one a response, and those without penalty; each column is by itself. */
export function onSupports(specOf: PenaltySpecOf, supports: readonly Int32Array[]): PenaltySpecOf {
  const members = supports.map((support) => new Set(support));
  return (where, data, signal) => {
    const penaltySpec = specOf(where, data, signal);
    const { nFeatures } = data.design;
    const multiples = new Float64Array(nFeatures * members.length).fill(1);
    const factors = penaltySpec.factors.map((factor, j) => {
      if (factor === 0) return 0;
      if (!members.some((own) => own.has(j))) return Number.POSITIVE_INFINITY;
      members.forEach((own, r) => {
        if (!own.has(j)) multiples[r * nFeatures + j] = Number.POSITIVE_INFINITY;
      });
      return factor;
    });
    // Without a penalty the scale of a column is nothing to it.
    const some = multiples.every((multiple) => multiple === 1) ? undefined : multiples;
    return { ...penaltySpec, factors, multiples: some, columns: undefined };
  };
}

/**
 * Minimises a problem as if it had no penalty: a squared error by projection, any other loss by Newton's method on an
 * orthonormal basis of all columns. Columns that depend on earlier ones get coefficient 0. Where the loss sees differences
 * between responses only, the coefficients that a feature has in all of them sum to zero.
 *
 * @param weights of the samples; what columns are in rows of weight 0 must not decide which of them depend on each other.
 */
export function unpenalizedSolver(weights: Float64Array | undefined, datafit: Datafit): Solver {
  return {
    name: "unpenalizedSolver",
    solve(task) {
      const { beta, psi } = (datafit.quadratic ? projected : byNewton)(task.problem, weights, datafit);
      const candidate = candidateAt(task, beta, psi, 0);
      const { certificate } = candidate;
      return {
        ...candidate,
        status: task.isOptimal(certificate) ? "converged" : "stalled",
        nIter: 1,
        trace: [{ iteration: 1, objective: certificate.objective, stationarity: certificate.violation }],
      };
    },
  };
}

/** The coefficients and the unpenalized part that minimise a loss without a penalty. */
interface Minimiser {
  readonly beta: Float64Array;
  readonly psi: Float64Array;
}

/** The projection of the target on the columns, all of them scaled by the root of the weights, response by response. */
function projected(
  { design, free, target }: SparseProblem,
  weights: Float64Array | undefined,
  { nResponses }: Datafit,
): Minimiser {
  const nSamples = design.nSamples / nResponses;
  const nFeatures = design.nFeatures / nResponses;
  const [beta, psi] = [new Float64Array(design.nFeatures), new Float64Array(free.size)];
  for (let r = 0; r < nResponses; r++) {
    const own = (long: Float64Array): Float64Array => {
      const part = long.slice(r * nSamples, (r + 1) * nSamples);
      return weights ? part.map((entry, i) => entry * Math.sqrt(weights[i])) : part;
    };
    const unpenalized = [...free.basis.keys()].filter((k) => own(free.basis[k]).some((entry) => entry !== 0));
    const members = presentIn(design, r * nFeatures, (r + 1) * nFeatures);
    const all = new UnpenalizedColumns(nSamples, [
      ...unpenalized.map((k) => own(free.basis[k])),
      ...members.map((k) => own(columnOf(design, k))),
    ]);
    const count = unpenalized.length;
    const coefficients = all.coefficients(all.projectOut(own(target)), count + members.length);
    unpenalized.forEach((k, i) => {
      psi[k] = coefficients[i];
    });
    members.forEach((k, i) => {
      beta[k] = coefficients[count + i];
    });
  }
  return { beta, psi };
}

function byNewton(
  problem: SparseProblem,
  weights: Float64Array | undefined,
  { nResponses, shiftInvariant }: Datafit,
): Minimiser {
  const { design, free } = problem;
  const members = presentIn(design, 0, design.nFeatures);
  const columns = members.map((k) => columnOf(design, k));
  // A part of a column that the loss does not see would make the matrix of Newton's method singular.
  for (const column of columns) keepIdentifiablePart(column, nResponses, weights, shiftInvariant);
  const all = new UnpenalizedColumns(design.nSamples, [...free.basis, ...columns]);
  const nothing = new Float64Array(0);
  const none = design.standardizedColumns(new Int32Array(0), nothing, nothing);
  const { psi } = profileAt({ ...problem, design: none, free: all }, nothing, new Float64Array(all.size));
  const coefficients = all.coefficients(psi, free.size + columns.length);
  const beta = new Float64Array(design.nFeatures);
  members.forEach((k, i) => {
    beta[k] = coefficients[free.size + i];
  });
  if (shiftInvariant) centreWhole(beta, members, nResponses);
  return { beta, psi: coefficients.slice(0, free.size) };
}

/** The columns that are not zero, of those from `from` until `to`. */
function presentIn(design: DesignMatrix, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k).filter((k) => design.largestEntry(k) > 0);
}

/** Subtracts from the coefficients of each feature their mean over responses, where it has one in all of them. */
function centreWhole(beta: Float64Array, members: readonly number[], nResponses: number): void {
  const nFeatures = beta.length / nResponses;
  const has = new Set(members);
  for (const j of members) {
    const places = Array.from({ length: nResponses }, (_, r) => r * nFeatures + j);
    if (!places.every((k) => has.has(k))) continue; // which those of later responses are not
    const mean = places.reduce((sum, k) => sum + beta[k], 0) / nResponses;
    for (const k of places) beta[k] -= mean;
  }
}

/** Returns a note where features of the supports, one a response, got no coefficient. */
export function dependenceNotes(
  coefs: readonly Float64Array[],
  supports: readonly Int32Array[],
  featureNames: readonly string[],
  responseNames: readonly string[],
): readonly Note[] {
  const wantedBy = new Map<number, number[]>();
  supports.forEach((support, r) => {
    for (const j of support) wantedBy.set(j, [...(wantedBy.get(j) ?? []), r]);
  });
  const features = [...wantedBy].sort(([a], [b]) => a - b);
  const without = features.flatMap(([j, responses]) => {
    const zero = responses.filter((r) => coefs[r][j] === 0);
    const name = JSON.stringify(featureNames[j]);
    if (zero.length > 0 && zero.length === responses.length) return [name];
    return zero.map((r) => `${name} of ${JSON.stringify(responseNames[r])}`);
  });
  return without.length === 0 ? [] : [{ code: "dependent-columns-in-refit", columns: without }];
}
