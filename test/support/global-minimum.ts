/**
 * Global minima by enumeration, with nothing of the library: of `||y - X b||^2 / (2n) + sum_j p(|b_j|)` with a concave `p` of a magnitude, or
 * a jump and a parabola.
 */

/** A concave penalty of a magnitude, and where it is a quadratic if it is one in pieces. */
export interface ConcaveTerm {
  value(t: number): number;
  slope(t: number): number;
  /** `slope(t) = ridge t`, so that each support is a linear system. */
  readonly ridge?: number;
  /** `slope(t) = slopes[k] + curvatures[k] t` between `ends[k]` and `ends[k + 1]`. */
  readonly pieces?: {
    readonly ends: readonly number[];
    readonly slopes: readonly number[];
    readonly curvatures: readonly number[];
  };
}

export const TERMS = {
  bridge: (lambda: number, q: number): ConcaveTerm => ({
    value: (t) => lambda * t ** q,
    slope: (t) => lambda * q * t ** (q - 1),
  }),
  l0: (lambda: number, lambda2: number): ConcaveTerm => ({
    value: (t) => lambda + (lambda2 / 2) * t ** 2,
    slope: (t) => lambda2 * t,
    ridge: lambda2,
  }),
  logSum: (lambda: number, epsilon: number): ConcaveTerm => ({
    value: (t) => lambda * Math.log(1 + t / epsilon),
    slope: (t) => lambda / (epsilon + t),
  }),
  // Zhang (2010)
  mcp: (lambda: number, gamma: number): ConcaveTerm => ({
    value: (t) => (t < gamma * lambda ? lambda * t - t ** 2 / (2 * gamma) : (gamma * lambda ** 2) / 2),
    slope: (t) => Math.max(lambda - t / gamma, 0),
    pieces: { ends: [0, gamma * lambda, Infinity], slopes: [lambda, 0], curvatures: [-1 / gamma, 0] },
  }),
  // Fan and Li (2001)
  scad: (lambda: number, a: number): ConcaveTerm => ({
    value: (t) =>
      t <= lambda
        ? lambda * t
        : t < a * lambda
          ? (2 * a * lambda * t - t ** 2 - lambda ** 2) / (2 * (a - 1))
          : (lambda ** 2 * (a + 1)) / 2,
    slope: (t) => (t <= lambda ? lambda : Math.max((a * lambda - t) / (a - 1), 0)),
    pieces: {
      ends: [0, lambda, a * lambda, Infinity],
      slopes: [lambda, (a * lambda) / (a - 1), 0],
      curvatures: [0, -1 / (a - 1), 0],
    },
  }),
};

/** Solves `A x = b` by elimination with pivots; undefined where the matrix is singular to ten digits. */
function solve(A: readonly (readonly number[])[], b: readonly number[]): number[] | undefined {
  const rows = A.map((row, i) => [...row, b[i]]);
  const size = b.length;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    if (!(Math.abs(rows[pivot][k]) > 1e-10 * Math.max(...A.flat().map(Math.abs)))) return undefined;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < size; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let m = k; m <= size; m++) rows[i][m] -= factor * rows[k][m];
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    let entry = rows[k][size];
    for (let m = k + 1; m < size; m++) entry -= rows[k][m] * x[m];
    x[k] = entry / rows[k][k];
  }
  return x;
}

function objectiveAt(
  columns: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
  terms: readonly ConcaveTerm[],
  b: ArrayLike<number>,
): number {
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    let residual = y[i];
    for (let j = 0; j < columns.length; j++) residual -= b[j] * columns[j][i];
    loss += residual ** 2;
  }
  let sum = loss / (2 * y.length);
  terms.forEach((term, j) => {
    if (b[j] !== 0) sum += term.value(Math.abs(b[j]));
  });
  return sum;
}

/**
 * The least objective over all supports, each by majorizing descents from several starts: with the tangent of `p` in `b^2`, a ridge on the
 * support, whose objective never rises. It is at least the minimum, and with pieces it is the minimum: each combination of pieces is a
 * linear system.
 */
export function minimumByEnumeration(
  columns: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
  terms: readonly ConcaveTerm[],
  uniform: () => number,
): number {
  const p = columns.length;
  const n = y.length;
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += a[i] * b[i];
    return sum / n;
  };
  const G = columns.map((a) => columns.map((b) => dot(a, b)));
  const c = columns.map((a) => dot(a, y));
  let best = objectiveAt(columns, y, terms, new Float64Array(p));
  const offer = (support: readonly number[], values: readonly number[]): void => {
    const b = new Float64Array(p);
    support.forEach((j, k) => {
      b[j] = values[k];
    });
    if (!b.every(Number.isFinite)) return;
    best = Math.min(best, objectiveAt(columns, y, terms, b));
  };
  for (let code = 1; code < 2 ** p; code++) {
    const support = columns.map((_, j) => j).filter((j) => code & (1 << j));
    const A = support.map((j) => support.map((k) => G[j][k]));
    const right = support.map((j) => c[j]);
    if (terms.every(({ ridge }) => ridge !== undefined)) {
      const b = solve(
        A.map((row, k) => row.map((entry, m) => entry + (k === m ? terms[support[k]].ridge! : 0))),
        right,
      );
      if (b) offer(support, b);
      continue;
    }
    for (let start = 0; start < 4; start++) {
      let b = support.map((j) => (start === 0 ? 1 : uniform() * 4) * (c[j] / (G[j][j] || 1) || 1));
      for (let step = 0; step < 60; step++) {
        const ridge = support.map((j, k) => terms[j].slope(Math.abs(b[k])) / Math.max(Math.abs(b[k]), 1e-12));
        const next = solve(
          A.map((row, k) => row.map((entry, m) => entry + (k === m ? ridge[k] : 0))),
          right,
        );
        if (!next) break;
        const change = Math.max(...next.map((entry, k) => Math.abs(entry - b[k])));
        b = next;
        if (change < 1e-9) break;
      }
      offer(support, b);
    }
    if (terms.every(({ pieces }) => pieces)) piecewise(support, A, right, terms, offer);
  }
  return best;
}

/** All stationary points on a support, in all combinations of pieces and signs. */
function piecewise(
  support: readonly number[],
  A: readonly (readonly number[])[],
  right: readonly number[],
  terms: readonly ConcaveTerm[],
  offer: (support: readonly number[], values: readonly number[]) => void,
): void {
  const choices = support.map((j) => 2 * terms[j].pieces!.slopes.length);
  const count = choices.reduce((product, choice) => product * choice, 1);
  for (let code = 0; code < count; code++) {
    let rest = code;
    const chosen = choices.map((choice) => {
      const own = rest % choice;
      rest = Math.floor(rest / choice);
      return { sign: own % 2 === 0 ? 1 : -1, piece: own >> 1 };
    });
    const b = solve(
      A.map((row, k) =>
        row.map((entry, m) =>
          k === m ? entry + terms[support[k]].pieces!.curvatures[chosen[k].piece] : entry,
        ),
      ),
      right.map((entry, k) => entry - chosen[k].sign * terms[support[k]].pieces!.slopes[chosen[k].piece]),
    );
    // Whatever piece it lies in, its objective is not below the minimum.
    if (b) offer(support, b);
  }
}
