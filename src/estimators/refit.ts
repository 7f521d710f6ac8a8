import { columnOf } from "../design/column-of";
import { FreeColumns } from "../objectives/free-columns";
import { profileAt } from "../objectives/sparse-problem";
import type { Solver } from "../solvers";
import { candidateAt } from "../solvers/candidate";
import type { FamilyOf } from "./model-family";

/** The same family with every feature excluded that is neither in `support` nor free, each column by itself. */
export function onSupport(familyOf: FamilyOf, support: Int32Array): FamilyOf {
  const members = new Set(support);
  return (where, ...of) => {
    const family = familyOf(where, ...of);
    const factors = family.factors.map((factor, j) => (members.has(j) || factor === 0 ? factor : Infinity));
    return { ...family, factors, columns: undefined }; // without a penalty the scale of a column is nothing to it
  };
}

/**
 * Minimises a problem as if it had no penalty, by Newton's method on an orthonormal basis of all columns: one step for a
 * squared error. Columns that depend on earlier ones get coefficient 0.
 *
 * @param weights of the samples; what columns are in rows of weight 0 must not decide which of them depend on each other.
 */
export function unpenalizedNewton(weights: Float64Array | undefined): Solver {
  return {
    name: "unpenalizedNewton",
    solve(task) {
      const { problem } = task;
      const { design, free } = problem;
      const columns = Array.from({ length: design.nFeatures }, (_, k) => columnOf(design, k));
      weights?.forEach((weight, i) => {
        if (weight === 0) for (const column of columns) column[i] = 0;
      });
      const all = new FreeColumns(design.nSamples, [...free.basis, ...columns]);
      const nothing = new Float64Array(0);
      const none = design.standardizedColumns(new Int32Array(0), nothing, nothing);
      const start = new Float64Array(all.size);
      const { psi } = profileAt({ ...problem, design: none, free: all }, nothing, start);
      const coefficients = all.coefficients(psi, free.size + columns.length);
      const beta = coefficients.slice(free.size);
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

/** What a reader should know where features of the support got no coefficient. */
export function dependenceNotes(
  coef: Float64Array,
  support: Int32Array,
  featureNames: readonly string[],
): readonly string[] {
  const without = Array.from(
    support.filter((j) => coef[j] === 0),
    (j) => JSON.stringify(featureNames[j]),
  );
  if (without.length === 0) return [];
  const rest = without.length > 5 ? ` and ${without.length - 5} more` : "";
  const columns = `${without.slice(0, 5).join(", ")}${rest}`;
  return without.length === 1
    ? [`column ${columns} depends on the others, so its coefficient is set to 0`]
    : [`columns ${columns} depend on the others, so their coefficients are set to 0`];
}
