import { Table } from "smooth-edges";
import { dualNorm, groupNorms } from "./checker/dual-norms";
import { penaltyValue } from "./checker/penalty-values";
import { correlations, predictors } from "./checker/products";
import { librarySolver, loaderOf } from "./contenders/library";
import { type BenchProblem, PROBLEMS } from "./problems";

/** What is known at some coefficients. */
interface Known {
  readonly coef: Float64Array;
  readonly residual: Float64Array;
  /** `||X_g' residual|| / n` of each group. */
  readonly norms: Float64Array;
}

/**
 * How many columns, or groups, three rules leave to be looked at on the way from one lambda to the next, as shares that are
 * means over the path: the gap-safe sphere about the solution before, the same about a point near the solution, and the distance
 * between the residuals of the two solutions, as the solver of group lassos uses it. Each is certain of what it leaves out.
 *
 * @param gap of the point near the solution, relative to the null deviance.
 * @see Ndiaye, Fercoq, Gramfort and Salmon, Gap safe screening rules for sparsity enforcing penalties (2017)
 */
export function benchScreening(names: readonly string[], gap: number): Table {
  return new Table({
    title: `shares of columns or groups that are left to be looked at, means over the path`,
    columns: ["problem", "active", "gap-safe before", `gap-safe at a gap of ${gap}`, "distance of residuals"],
    rows: names.map((name) => [name, ...sharesOf(PROBLEMS[name](), gap)]),
  });
}

function sharesOf(problem: BenchProblem, gap: number): number[] {
  const { nFeatures: p, nSamples: n, lambdas, y, penalty } = problem;
  const size = penalty.name === "group" ? penalty.size : 1;
  const { coefs } = librarySolver(problem, "smooth-edges", 1)(loaderOf(problem, "columns", 1)(), 1e-9);
  const sizes = groupSizes(problem, size);
  const nullDeviance = squares(y) / (2 * n);
  const left = (norms: Float64Array, radius: number, lambda: number): number =>
    norms.filter((value, g) => value + sizes[g] * radius >= lambda).length / norms.length;
  const totals = [0, 0, 0, 0];
  let before = knownAt(problem, new Float64Array(p), size);
  lambdas.forEach((lambda, k) => {
    const solution = knownAt(problem, coefs[k], size);
    const change = Math.sqrt(squares(solution.residual.map((entry, i) => entry - before.residual[i])));
    const { scale, gap: gapBefore } = dualPoint(problem, before, lambda);
    const shares = [
      groupNorms(solution.coef, size).filter((value) => value > 0).length / sizes.length,
      left(
        before.norms.map((value) => scale * value),
        Math.sqrt(2 * n * gapBefore),
        lambda,
      ),
      left(solution.norms, Math.sqrt(2 * n * gap * nullDeviance), lambda),
      left(before.norms, change, lambda),
    ];
    shares.forEach((share, m) => {
      totals[m] += share / lambdas.length;
    });
    before = solution;
  });
  return totals;
}

function knownAt(problem: BenchProblem, coef: Float64Array, size: number): Known {
  const eta = predictors(problem, coef);
  const residual = problem.y.map((entry, i) => entry - eta[i]);
  return { coef, residual, norms: groupNorms(correlations(problem, residual), size) };
}

/** What the residual is multiplied by to be feasible, and the gap with that dual point. */
function dualPoint(
  problem: BenchProblem,
  { coef, residual }: Known,
  lambda: number,
): { scale: number; gap: number } {
  const { y, nSamples: n, penalty } = problem;
  const scale = Math.min(1, lambda / dualNorm(correlations(problem, residual), penalty));
  const primal = squares(residual) / (2 * n) + penaltyValue(coef, lambda, penalty);
  const dual = (squares(y) - squares(y.map((entry, i) => entry - scale * residual[i]))) / (2 * n);
  return { scale, gap: Math.max(0, primal - dual) };
}

/** At least the largest singular value of each group of columns, over n: by the largest row sum of its Gram matrix. */
function groupSizes(problem: BenchProblem, size: number): Float64Array {
  const { X, nSamples: n, nFeatures: p } = problem;
  const column = (j: number): Float64Array =>
    "indptr" in X ? X.data.subarray(X.indptr[j], X.indptr[j + 1]) : X.data.subarray(j * n, (j + 1) * n);
  return Float64Array.from({ length: p / size }, (_, g) => {
    const own = Array.from({ length: size }, (_unused, k) => column(g * size + k));
    const rowSums = own.map((a) => own.reduce((sum, b) => sum + Math.abs(product(a, b)), 0));
    return Math.sqrt(Math.max(...rowSums)) / n;
  });
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

const squares = (a: Float64Array): number => product(a, a);
