import type { Datafit } from "../datafits";
import { columnOf } from "../design/column-of";
import type { DesignMatrix } from "../design/design-matrix";
import { FreeColumns } from "../objectives/free-columns";
import { profileAt } from "../objectives/sparse-problem";
import type { Solver } from "../solvers";
import { candidateAt } from "../solvers/candidate";
import type { FamilyOf } from "./model-family";

/** The same family without the coefficients that are neither in `supports`, one a response, nor free; each column by itself. */
export function onSupports(familyOf: FamilyOf, supports: readonly Int32Array[]): FamilyOf {
  const members = supports.map((support) => new Set(support));
  return (where, data, signal) => {
    const family = familyOf(where, data, signal);
    const { nFeatures } = data.design;
    const multiples = new Float64Array(nFeatures * members.length).fill(1);
    const factors = family.factors.map((factor, j) => {
      if (factor === 0) return 0;
      if (!members.some((own) => own.has(j))) return Number.POSITIVE_INFINITY;
      members.forEach((own, r) => {
        if (!own.has(j)) multiples[r * nFeatures + j] = Number.POSITIVE_INFINITY;
      });
      return factor;
    });
    // Without a penalty the scale of a column is nothing to it.
    const some = multiples.every((multiple) => multiple === 1) ? undefined : multiples;
    return { ...family, factors, multiples: some, columns: undefined };
  };
}

/**
 * Minimises a problem as if it had no penalty, by Newton's method on an orthonormal basis of all columns: one step for a
 * squared error. Columns that depend on earlier ones get coefficient 0. Where the loss sees differences between responses only, the
 * coefficients that a feature has in all of them sum to zero.
 *
 * @param weights of the samples; what columns are in rows of weight 0 must not decide which of them depend on each other.
 */
export function unpenalizedNewton(
  weights: Float64Array | undefined,
  { nResponses, shiftInvariant }: Pick<Datafit, "nResponses" | "shiftInvariant">,
): Solver {
  return {
    name: "unpenalizedNewton",
    solve(task) {
      const { problem } = task;
      const { design, free } = problem;
      const columns = Array.from({ length: design.nFeatures }, (_, k) => columnOf(design, k));
      const nSamples = design.nSamples / nResponses;
      weights?.forEach((weight, i) => {
        if (weight > 0) return;
        for (const column of columns) for (let k = i; k < column.length; k += nSamples) column[k] = 0;
      });
      // What is the same for all responses changes no loss, and would make the matrix of Newton's method singular.
      if (shiftInvariant) for (const column of columns) centre(column, nSamples);
      const all = new FreeColumns(design.nSamples, [...free.basis, ...columns]);
      const nothing = new Float64Array(0);
      const none = design.standardizedColumns(new Int32Array(0), nothing, nothing);
      const start = new Float64Array(all.size);
      const { psi } = profileAt({ ...problem, design: none, free: all }, nothing, start);
      const coefficients = all.coefficients(psi, free.size + columns.length);
      const beta = coefficients.slice(free.size);
      if (shiftInvariant) centreWhole(beta, design, nResponses);
      const candidate = candidateAt(task, beta, coefficients.slice(0, free.size), 0);
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

/** Subtracts from the entries of each sample their mean over responses. */
function centre(long: Float64Array, nSamples: number): void {
  for (let i = 0; i < nSamples; i++) {
    let sum = 0;
    for (let k = i; k < long.length; k += nSamples) sum += long[k];
    for (let k = i; k < long.length; k += nSamples) long[k] -= (sum * nSamples) / long.length;
  }
}

/** Subtracts from the coefficients of each feature their mean over responses, where it has one in all of them. */
function centreWhole(beta: Float64Array, design: DesignMatrix, nResponses: number): void {
  const nFeatures = beta.length / nResponses;
  for (let j = 0; j < nFeatures; j++) {
    const places = Array.from({ length: nResponses }, (_, r) => r * nFeatures + j);
    if (places.some((k) => design.largestEntry(k) === 0)) continue;
    const mean = places.reduce((sum, k) => sum + beta[k], 0) / nResponses;
    for (const k of places) beta[k] -= mean;
  }
}

/** What a reader should know where features of the supports, one a response, got no coefficient. */
export function dependenceNotes(
  coefs: readonly Float64Array[],
  supports: readonly Int32Array[],
  featureNames: readonly string[],
  responseNames: readonly string[],
): readonly string[] {
  const without = featureNames.flatMap((name, j) => {
    const wanted = [...supports.keys()].filter((r) => supports[r].includes(j));
    const zero = wanted.filter((r) => coefs[r][j] === 0);
    if (zero.length === wanted.length) return zero.length > 0 ? [JSON.stringify(name)] : [];
    return zero.map((r) => `${JSON.stringify(name)} of ${JSON.stringify(responseNames[r])}`);
  });
  if (without.length === 0) return [];
  const set = without.length === 1 ? "its coefficient is" : "their coefficients are";
  return [`${listedColumns(without, ["depends", "depend"])} on the others, so ${set} set to 0`];
}

/** `column "x1" depends`, `columns "x1", "x2" and 3 more depend`, of names in quotes. */
export function listedColumns(names: readonly string[], [one, several]: readonly [string, string]): string {
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `column${names.length === 1 ? "" : "s"} ${names.slice(0, 5).join(", ")}${rest} ${names.length === 1 ? one : several}`;
}
