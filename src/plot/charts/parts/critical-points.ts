/** Finds the minima of a function of one variable, and the critical points of a function of two. */

import { goldenSection } from "../../../linalg/golden-section";

/** A smooth function of two variables. */
export interface SurfaceFunction {
  value(u: number, v: number): number;
  gradient(u: number, v: number): readonly [number, number];
}

/** A point at which the gradient of a surface vanishes. */
export interface CriticalPoint {
  /** The first coordinate. */
  readonly u: number;
  /** The second coordinate. */
  readonly v: number;
  /** Value of the function at the point. */
  readonly value: number;
  /** Eigenvalues of the Hessian, the smaller first. */
  readonly eigenvalues: readonly [number, number];
  /** The kind by the signs of the eigenvalues: flat where one is zero, a saddle also where a kink has a descent direction. */
  readonly kind: "minimum" | "saddle" | "maximum" | "flat";
}

/**
 * Returns the local minima of a function of one variable, including kinks.
 *
 * @param nodes - Ascending; every minimum must be lower than its neighbouring nodes. A kink must be a node.
 */
export function findMinima(
  f: (x: number) => number,
  nodes: readonly number[],
): { beta: number; value: number }[] {
  const values = nodes.map(f);
  const minima = [];
  for (let i = 1; i < nodes.length - 1; i++) {
    if (!(values[i] < values[i - 1] && values[i] <= values[i + 1])) continue;
    const x = goldenSection(f, nodes[i - 1], nodes[i + 1]);
    // Only a kink, which is a node, is as low as what the search around it finds.
    const beta = values[i] <= f(x) ? nodes[i] : x;
    minima.push({ beta, value: f(beta) });
  }
  return minima;
}

/** Ratio of the grid's step to that of the finer grid around a critical point. */
const REFINEMENT = 10;

/**
 * Finds the points of a square at which a gradient vanishes, by Newton's method from every node where the gradient is locally
 * shortest. A second search on a finer grid around each point finds others close to it.
 *
 * @param nodes - The grid along both axes.
 */
export function findCriticalPoints(surface: SurfaceFunction, nodes: readonly number[]): CriticalPoint[] {
  const extent = nodes[nodes.length - 1];
  const found: CriticalPoint[] = [];
  const search = (us: readonly number[], vs: readonly number[]): void => {
    const lengths = vs.map((v) => us.map((u) => Math.hypot(...surface.gradient(u, v))));
    for (let i = 1; i < vs.length - 1; i++)
      for (let j = 1; j < us.length - 1; j++) {
        const neighbours = [-1, 0, 1].flatMap((di) => [-1, 0, 1].map((dj) => lengths[i + di][j + dj]));
        if (lengths[i][j] > Math.min(...neighbours)) continue;
        const point = newton(surface, us[j], vs[i]);
        if (point === undefined || Math.max(Math.abs(point[0]), Math.abs(point[1])) > extent) continue;
        if (found.some(({ u, v }) => Math.hypot(u - point[0], v - point[1]) < 1e-6)) continue;
        found.push(classify(surface, point[0], point[1]));
      }
  };
  search(nodes, nodes);
  const step = (nodes[1] - nodes[0]) / REFINEMENT;
  const around = (x: number): number[] =>
    Array.from({ length: 4 * REFINEMENT + 1 }, (_, k) => x + (k - 2 * REFINEMENT) * step);
  for (const { u, v } of [...found]) search(around(u), around(v));
  return found;
}

function newton(surface: SurfaceFunction, u0: number, v0: number): [number, number] | undefined {
  let [u, v] = [u0, v0];
  for (let iteration = 0; iteration < 50; iteration++) {
    const [gu, gv] = surface.gradient(u, v);
    const { a, b, d } = hessian(surface, u, v);
    const determinant = a * d - b * b;
    const [du, dv] = [(b * gv - d * gu) / determinant, (b * gu - a * gv) / determinant];
    if (!Number.isFinite(du) || !Number.isFinite(dv)) return Math.hypot(gu, gv) === 0 ? [u, v] : undefined;
    u += du;
    v += dv;
    if (Math.hypot(du, dv) < 1e-12) return [u, v];
  }
  return undefined;
}

function classify(surface: SurfaceFunction, u: number, v: number): CriticalPoint {
  const { a, b, d } = hessian(surface, u, v);
  const mean = (a + d) / 2;
  const radius = Math.hypot((a - d) / 2, b);
  const eigenvalues: [number, number] = [mean - radius, mean + radius];
  const [low, high] = eigenvalues;
  const kind =
    Math.min(Math.abs(low), Math.abs(high)) < 1e-6
      ? "flat"
      : low > 0
        ? isLowest(surface, u, v)
          ? "minimum"
          : "saddle"
        : high < 0
          ? "maximum"
          : "saddle";
  return { u, v, value: surface.value(u, v), eigenvalues, kind };
}

/** Returns whether no direction descends: at a kink, where no Hessian exists, central differences can mislead. */
function isLowest(surface: SurfaceFunction, u: number, v: number): boolean {
  const value = surface.value(u, v);
  const radius = 1e-4;
  for (let k = 0; k < 16; k++) {
    const angle = (Math.PI * k) / 8;
    const around = surface.value(u + radius * Math.cos(angle), v + radius * Math.sin(angle));
    if (around < value - 1e-12 * (1 + Math.abs(value))) return false;
  }
  return true;
}

/** Returns the Hessian by central differences of the exact gradient, symmetrized. */
function hessian(surface: SurfaceFunction, u: number, v: number): { a: number; b: number; d: number } {
  const h = 1e-5;
  const right = surface.gradient(u + h, v);
  const left = surface.gradient(u - h, v);
  const up = surface.gradient(u, v + h);
  const down = surface.gradient(u, v - h);
  return {
    a: (right[0] - left[0]) / (2 * h),
    b: (right[1] - left[1] + up[0] - down[0]) / (4 * h),
    d: (up[1] - down[1]) / (2 * h),
  };
}
