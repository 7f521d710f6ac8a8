import type { BenchPenalty, BenchProblem } from "../problems/problem";
import { groupNorms } from "./dual-norms";
import { radialSlope, radialValue } from "./penalty-values";

/** Of two values that are equal but for the order of their sums. */
const ROUNDING = 1e-15;

/**
 * How far a solution of a penalty that is not convex is from one that no step of a single coefficient, or group, betters:
 * the largest of the gradients off zero, and of `sqrt(2 h d)` with `d` what minimising over one coefficient or group alone
 * would gain and `h` its curvature. The latter is what a gradient would have to be to gain as much.
 *
 * Groups must be whitened: the curvature is that of the first column.
 */
export function violation(problem: BenchProblem, b: Float64Array, c: Float64Array, lambda: number): number {
  const { penalty, X, nSamples: n } = problem;
  const size = "size" in penalty ? penalty.size : 1;
  const magnitudes = groupNorms(b, size);
  const curvatureOf = (j: number): number => {
    if ("indptr" in X) throw new Error("violation: of dense designs only");
    let squares = 0;
    for (let i = 0; i < n; i++) squares += X.data[j * n + i] ** 2;
    return squares / n;
  };
  let largest = 0;
  magnitudes.forEach((t, g) => {
    const j = g * size;
    const h = curvatureOf(j);
    // Where the group would go without a penalty, and how far along its present direction that is.
    let squares = 0;
    for (let k = j; k < j + size; k++) squares += (b[k] + c[k] / h) ** 2;
    const free = Math.sqrt(squares);
    if (t > 0) {
      const slope = radialSlope(t, lambda, penalty);
      let off = 0;
      for (let k = j; k < j + size; k++) off += (c[k] - (slope * b[k]) / t) ** 2;
      largest = Math.max(largest, Math.sqrt(off));
    }
    let distance = 0;
    for (let k = j; k < j + size; k++) distance += (c[k] / h) ** 2;
    const now = (h * distance) / 2 + radialValue(t, lambda, penalty);
    const along = (s: number): number => (h * (free - s) ** 2) / 2 + radialValue(s, lambda, penalty);
    const best = Math.min(...stationaryMagnitudes(free, h, lambda, penalty).map(along));
    largest = Math.max(largest, Math.sqrt(2 * h * Math.max(now - best - ROUNDING * now, 0)));
  });
  return largest;
}

/** Where `h (free - s)^2 / 2` and the penalty of `s` can be least together. */
function stationaryMagnitudes(free: number, h: number, lambda: number, penalty: BenchPenalty): number[] {
  switch (penalty.name) {
    case "mcp":
    case "group-mcp": {
      const { gamma } = penalty;
      const bent = (free * h - lambda) / (h - 1 / gamma);
      return [0, free, bent].filter((s) => s >= 0);
    }
    case "scad":
    case "group-scad": {
      const { gamma } = penalty;
      const bent = (free * h - (gamma * lambda) / (gamma - 1)) / (h - 1 / (gamma - 1));
      return [0, free, free - lambda / h, bent].filter((s) => s >= 0);
    }
    case "lq":
    case "group-lq":
      return [0, ...bridgeRoot(free, h, lambda, penalty.q)];
    default:
      return [Math.max(free - lambda / h, 0)];
  }
}

/** The larger root of `h (s - free) + lambda q s^(q - 1)`, a convex function, if it has any: Newton's method from the right. */
function bridgeRoot(free: number, h: number, lambda: number, q: number): number[] {
  const slope = (s: number): number => h * (s - free) + lambda * q * s ** (q - 1);
  const lowest = ((lambda * q * (1 - q)) / h) ** (1 / (2 - q));
  if (free <= lowest || slope(lowest) >= 0) return [];
  let s = free;
  for (let step = 0; step < 100; step++) {
    const next = s - slope(s) / (h + lambda * q * (q - 1) * s ** (q - 2));
    if (!(next < s)) break;
    s = next;
  }
  return [s];
}
