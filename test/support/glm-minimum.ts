/**
 * Low points of `sum_i weights_i loss(y_i, eta_i) / n + sum_g p_g(||b_g||)` with a squared, logistic or Poisson loss, over all sets of groups and
 * from many starts, with nothing of the library.
 */
import type { ConcaveTerm } from "./global-minimum";

export type Family = "gaussian" | "logistic" | "poisson";

/** A model whose columns without a term are not penalized. Each of the others is a group, unless columns have the same term in `groups`. */
export interface GlmProblem {
  readonly family: Family;
  readonly columns: readonly ArrayLike<number>[];
  readonly terms: readonly (ConcaveTerm | undefined)[];
  /** A label a column, of those with a term. */
  readonly groups?: readonly number[];
  readonly y: ArrayLike<number>;
  /** Of mean one. */
  readonly weights?: ArrayLike<number>;
  readonly offset?: ArrayLike<number>;
}

/** Loss, mean and variance of one row. */
function entry(family: Family, y: number, eta: number): readonly [number, number, number] {
  if (family === "gaussian") return [(y - eta) ** 2 / 2, eta, 1];
  if (family === "poisson") return [Math.exp(eta) - y * eta, Math.exp(eta), Math.exp(eta)];
  const mean = 1 / (1 + Math.exp(-eta));
  const loss = (eta > 0 ? eta + Math.log1p(Math.exp(-eta)) : Math.log1p(Math.exp(eta))) - y * eta;
  return [loss, mean, mean * (1 - mean)];
}

export function glmObjective(problem: GlmProblem, b: ArrayLike<number>): number {
  const { family, columns, terms, y, weights, offset } = problem;
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    let eta = offset?.[i] ?? 0;
    for (let j = 0; j < columns.length; j++) eta += b[j] * columns[j][i];
    loss += (weights?.[i] ?? 1) * entry(family, y[i], eta)[0];
  }
  return groupsOf(problem).reduce((sum, own) => {
    const size = Math.hypot(...own.map((j) => b[j]));
    return sum + (size === 0 ? 0 : terms[own[0]]!.value(size));
  }, loss / y.length);
}

/** The columns of each group. */
function groupsOf({ terms, groups }: GlmProblem): number[][] {
  const members = new Map<number, number[]>();
  terms.forEach((term, j) => {
    const label = groups?.[j] ?? j;
    if (term) members.set(label, [...(members.get(label) ?? []), j]);
  });
  return [...members.values()];
}

/** Solves `A x = b` by elimination with pivots. */
function solve(A: number[][], b: number[]): number[] {
  const rows = A.map((row, i) => [...row, b[i]]);
  for (let k = 0; k < b.length; k++) {
    let pivot = k;
    for (let i = k + 1; i < b.length; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = 0; i < b.length; i++) {
      if (i === k) continue;
      const factor = rows[i][k] / rows[k][k];
      for (let m = k; m <= b.length; m++) rows[i][m] -= factor * rows[k][m];
    }
  }
  return rows.map((row, k) => row[b.length] / row[k]);
}

/** Newton's method of the loss and a ridge in some columns, its steps halved until that falls. */
function ridgeMinimum(
  problem: GlmProblem,
  used: readonly number[],
  ridge: readonly number[],
  start: number[],
): number[] {
  const { family, columns, y, weights, offset } = problem;
  const n = y.length;
  const at = (b: readonly number[]) => {
    let value = ridge.reduce((sum, own, k) => sum + (own / 2) * b[k] ** 2, 0);
    const gradient = b.map((entryOf, k) => ridge[k] * entryOf);
    const hessian = b.map((_, k) => b.map((_, m) => (k === m ? ridge[k] + 1e-12 : 0)));
    for (let i = 0; i < n; i++) {
      let eta = offset?.[i] ?? 0;
      for (let k = 0; k < used.length; k++) eta += b[k] * columns[used[k]][i];
      const weight = (weights?.[i] ?? 1) / n;
      const [loss, mean, variance] = entry(family, y[i], eta);
      value += weight * loss;
      for (let k = 0; k < used.length; k++) {
        const x = columns[used[k]][i];
        gradient[k] += weight * (mean - y[i]) * x;
        for (let m = 0; m < used.length; m++) hessian[k][m] += weight * variance * x * columns[used[m]][i];
      }
    }
    return { value, gradient, hessian };
  };
  let b = start;
  let here = at(b);
  for (let step = 0; step < 30; step++) {
    const move = solve(here.hessian, here.gradient);
    let isLower = false;
    for (let length = 1; length > 1e-6 && !isLower; length /= 2) {
      const next = b.map((value, k) => value - length * move[k]);
      const there = at(next);
      if (!(there.value < here.value)) continue;
      isLower = here.value - there.value > 1e-14 * Math.abs(here.value);
      [b, here] = [next, there];
      break;
    }
    if (!isLower) break;
  }
  return b;
}

/**
 * The least objective found; at least the minimum, if there is one. Majorizing descents, with the tangent of a term in `b^2`.
 *
 * @param isAllowed whether a point counts.
 */
export function leastOfGlm(
  problem: GlmProblem,
  uniform: () => number,
  nStarts = 4,
  isAllowed: (b: readonly number[]) => boolean = () => true,
): { objective: number; b: number[] } {
  const { columns, terms } = problem;
  const members = groupsOf(problem);
  const groupOf = columns.map((_, j) => members.findIndex((own) => own.includes(j)));
  let best = { objective: Number.POSITIVE_INFINITY, b: [] as number[] };
  for (let code = 0; code < 2 ** members.length; code++) {
    const used = columns.map((_, j) => j).filter((j) => !terms[j] || code & (1 << groupOf[j]));
    for (let start = 0; start < (code === 0 ? 1 : nStarts); start++) {
      let b = ridgeMinimum(
        problem,
        used,
        used.map((j) => (terms[j] && start > 0 ? 0.1 * uniform() : 1e-3)),
        used.map(() => 0),
      );
      if (start > 1) b = b.map((value, k) => (terms[used[k]] ? value * 3 * uniform() : value));
      for (let step = 0; step < 40; step++) {
        const sizes = members.map((own) => Math.hypot(...own.map((j) => b[used.indexOf(j)] ?? 0)));
        const ridge = used.map((j) => {
          const t = Math.max(sizes[groupOf[j]] ?? 0, 1e-12);
          return terms[j] ? terms[j].slope(t) / t : 0;
        });
        const next = ridgeMinimum(problem, used, ridge, b);
        const change = Math.max(...next.map((value, k) => Math.abs(value - b[k])));
        b = next;
        if (!(change > 1e-8)) break;
      }
      const full = columns.map((_, j) => (used.includes(j) ? b[used.indexOf(j)] : 0));
      const objective = glmObjective(problem, full);
      if (objective < best.objective && isAllowed(full)) best = { objective, b: full };
    }
  }
  return best;
}
