import type { DesignMatrix } from "../../design/design-matrix";
import { mustBe } from "../../errors";
import { largestEigenvalueBound } from "../../linalg/largest-eigenvalue";
import { type GroupPenalty, isGroupwise } from "../../penalties";
import { serializable } from "../../recipe";
import type { Solution, Solver, SolverTask } from "../solver";
import { cycle } from "./block-cycle";

/**
 * Block coordinate descent for penalties on groups: each group in turn is minimised with the datafit replaced by a
 * quadratic model whose curvature is the largest eigenvalue of its columns (within a few percent), so that the proximal
 * step of the group is the exact minimiser.
 *
 * For every penalty that is a sum over groups with a known proximal step: group lasso, group bridge, sparse group lasso,
 * group SCAD and MCP. Penalties that are sparse within groups too, as the composite MCP, have no such step: there each
 * coordinate, and then each group, goes down its model by tangents of the penalty, from where it is, from zero and from
 * where it would be without a penalty, and takes the best of these ends. An iteration is an epoch, one pass over all groups; no epoch raises the objective. 100 suffice, on
 * the problems that {@link Solver} names. It knows nothing of a surrogate.
 *
 * @returns a solver; it throws an InputError for a penalty that is not a sum over groups or has no proximal step.
 * @see Qin, Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso (2013); Breheny and
 * Huang, Group descent algorithms for nonconvex penalized linear and logistic regression models (2015)
 * @example
 * ```ts
 * const X = [[1, 0, 2], [0, 1, 1], [1, 1, 0], [2, 1, 1]];
 * const penalty = groupL2(["a", "a", "b"]);
 * const fit = new SparseLinearModel({ penalty, lambda: 0.3, solver: blockDescent() }).fit(X, [1, 0, 1, 2]);
 * fit.support; // [0]
 * ```
 */
export function blockDescent(): Solver {
  const solver: Solver = {
    name: "blockDescent",
    solve(task) {
      const { design, penalty } = task.problem;
      if (isGroupwise(penalty) && penalty.groupDescent) return bilevelDescent(task, penalty);
      if (!isGroupwise(penalty) || !penalty.groupProx) {
        throw mustBe(
          "blockDescent",
          "penalty",
          "a sum over groups with a known proximal step",
          penalty.name,
          "use coordinateDescent() or fista()",
        );
      }
      const { members } = penalty.groups;
      return cycle("blockDescent", task, {
        columns: members,
        spectrum: Float64Array.from(members, (columns) => spectralBound(design, columns)),
        prox: (g, point, step, lambda, out) => penalty.groupProx!(g, point, step, lambda, out),
      });
    },
  };
  return serializable("blockDescent", [], solver);
}

/** Coordinate by coordinate and then group by group, where a penalty couples them and has no prox. */
function bilevelDescent(task: SolverTask, penalty: GroupPenalty): Solution {
  const { design } = task.problem;
  const { members, groupOf, nFeatures } = penalty.groups;
  const whole = members.filter((columns) => columns.length > 1);
  const columns = [...Array.from({ length: nFeatures }, (_, j) => Int32Array.of(j)), ...whole];
  const places = columns.map((block) => Array.from(block, (j) => members[groupOf[j]].indexOf(j)));
  return cycle("blockDescent", task, {
    columns,
    spectrum: Float64Array.from(columns, (block) => spectralBound(design, block)),
    prox(k, point, step, lambda, out, beta) {
      const g = groupOf[columns[k][0]];
      const b = Float64Array.from(members[g], (j) => beta[j]);
      penalty.groupDescent!(g, places[k], b, point, step, lambda, out);
    },
  });
}

/** At least the largest eigenvalue of `X_g'X_g`. */
function spectralBound(design: DesignMatrix, columns: Int32Array): number {
  const size = columns.length;
  const gram = new Float64Array(size * size);
  const column = new Float64Array(design.nSamples);
  for (let k = 0; k < size; k++) {
    column.fill(0);
    design.addColumn(columns[k], 1, column);
    for (let m = 0; m < size; m++) gram[m * size + k] = design.columnDot(columns[m], column);
  }
  return largestEigenvalueBound(gram, size);
}
