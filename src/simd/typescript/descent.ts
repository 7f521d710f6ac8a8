/**
 * Coordinate descent on a Gram matrix and block descent of groups, in TypeScript. They take the same steps as the corresponding functions
 * in `../assembly/`. The minimizers of one coefficient with MCP and SCAD are also used by the penalties.
 */
import type { FoldedShape } from "../kernels";
import { addScaledFrom } from "./dense";

/** The maximum number of Newton steps that compute the norm of a group. */
const mostSteps = 100;

/**
 * The relative change of the norm at which Newton's method stops: the error of the next step is about its square, which is below rounding.
 */
const rest = 1e-9;

function isZero(b: Float64Array, from: number, size: number): boolean {
  for (let i = from; i < from + size; i++) if (b[i] !== 0) return false;
  return true;
}

function dotAt(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a[i + k] * b[j + k];
  return sum;
}

/** `sum_i (z_i / level)^2`, which is above 1 if the group leaves zero. Dividing first avoids overflow of the squares. */
function excess(z: Float64Array, from: number, size: number, level: number): number {
  let sum = 0;
  for (let i = from; i < from + size; i++) {
    const share = z[i] / level;
    sum += share * share;
  }
  return sum;
}

/**
 * Replaces the first `size` entries of `z` by `argmin_b 1/2 sum_i curvatures[from + i] b_i^2 - z'b + level ||b||_2`.
 *
 * At a minimiser of norm `t > 0`, `b_i = t z_i / (curvature_i t + level)`, so that `t` is the root of
 * `sum_i (z_i / (curvature_i t + level))^2 = 1`. One over the square root of that sum is a power mean of linear functions of `t`, and hence
 * concave. So from any start the first step of Newton's method ends to the left of the root, and all later steps increase towards the root.
 * If the curvatures are equal, one step suffices.
 *
 * @param start an estimate of the norm, at least 0.
 */
function minimiseWithNorm(
  curvatures: Float64Array,
  from: number,
  z: Float64Array,
  size: number,
  level: number,
  start: number,
): void {
  if (level === 0) {
    for (let i = 0; i < size; i++) z[i] = curvatures[from + i] > 0 ? z[i] / curvatures[from + i] : 0;
    return;
  }
  if (excess(z, 0, size, level) <= 1) {
    z.fill(0, 0, size);
    return;
  }
  let t = start < Number.POSITIVE_INFINITY ? start : 0;
  for (let step = 0; step < mostSteps; step++) {
    let squares = 0;
    let bend = 0;
    for (let i = 0; i < size; i++) {
      const pull = curvatures[from + i] * t + level;
      const ratio = z[i] / pull;
      const share = ratio * ratio;
      squares += share;
      bend += (share * curvatures[from + i]) / pull;
    }
    const before = t;
    t += (squares * (Math.sqrt(squares) - 1)) / bend;
    if (!(t >= 0)) t = 0;
    if (Math.abs(t - before) <= rest * t || (step > 0 && !(t > before))) break;
  }
  for (let i = 0; i < size; i++) z[i] *= t / (curvatures[from + i] * t + level);
}

let point = new Float64Array(0);
/** The change of the last group that moved. */
let moves = new Float64Array(0);

/** Minimises over the group that begins at `first`; returns the largest change of a coefficient. */
function moveGroup(
  first: number,
  size: number,
  level: number,
  curvatures: Float64Array,
  bases: Float64Array,
  width: number,
  beta: Float64Array,
  gradient: Float64Array,
): number {
  if (point.length < width) [point, moves] = [new Float64Array(width), new Float64Array(width)];
  for (let k = 0; k < size; k++) {
    const v = (first + k) * width;
    const along = dotAt(bases, v, beta, first, size);
    point[k] = curvatures[first + k] * along - dotAt(bases, v, gradient, first, size);
  }
  const start = Math.sqrt(dotAt(beta, first, beta, first, size));
  minimiseWithNorm(curvatures, first, point, size, level, start);
  moves.fill(0, 0, size);
  for (let k = 0; k < size; k++) addScaledFrom(point[k], bases, (first + k) * width, size, moves);
  let farthest = 0;
  for (let i = 0; i < size; i++) {
    const next = moves[i];
    moves[i] = next - beta[first + i];
    beta[first + i] = next;
    if (!(Math.abs(moves[i]) <= farthest)) farthest = Math.abs(moves[i]);
  }
  return farthest;
}

export function descendGroupsOnGram(
  gram: Float64Array,
  stride: number,
  sizes: Int32Array,
  levels: Float64Array,
  curvatures: Float64Array,
  bases: Float64Array,
  width: number,
  beta: Float64Array,
  gradient: Float64Array,
): number {
  let largest = 0;
  let end = 0;
  for (let g = 0; g < sizes.length; g++) {
    const size = sizes[g];
    const first = end;
    end += size;
    const level = levels[g];
    if (level > 0 && isZero(beta, first, size) && excess(gradient, first, size, level) <= 1) continue;
    const farthest = moveGroup(first, size, level, curvatures, bases, width, beta, gradient);
    if (farthest === 0) continue;
    for (let i = 0; i < size; i++) {
      addScaledFrom(moves[i], gram, (first + i) * stride, beta.length, gradient);
    }
    if (Number.isNaN(farthest)) return farthest;
    if (farthest > largest) largest = farthest;
  }
  return largest;
}

export function descendFoldedOnGram(
  gram: Float64Array,
  stride: number,
  order: Int32Array,
  shape: FoldedShape,
  gamma: number,
  levels: Float64Array,
  beta: Float64Array,
  slopes: Float64Array,
): number {
  const minimizerOf = foldedMinimizer[shape];
  let largest = 0;
  for (let i = 0; i < order.length; i++) {
    const k = order[i];
    const own = k * stride;
    const curvature = gram[own + k];
    // Most coefficients that are zero stay zero. A division is needed only near ties, or if the curvature is so small that the minimum may
    // be on the flat part.
    if (beta[k] === 0 && Math.abs(slopes[k]) < 0.999 * levels[k] && curvature * gamma > 1.001) continue;
    const step = 1 / curvature;
    const point = beta[k] + step * slopes[k];
    const magnitude = minimizerOf(Math.abs(point), step, levels[k], gamma);
    const fresh = point < 0 ? -magnitude : magnitude;
    if (fresh === beta[k]) continue;
    const change = fresh - beta[k];
    beta[k] = fresh;
    addScaledFrom(-change, gram, own, beta.length, slopes);
    const size = curvature * change * change;
    if (!(size <= largest)) largest = size;
    if (Number.isNaN(size)) return size;
  }
  return largest;
}

/** Returns a global minimiser of `1/2 (b - z)^2 + step * penalty(b)` for `z >= 0`; if there are two, the smaller one. */
type FoldedMinimizer = (z: number, step: number, level: number, gamma: number) => number;

/** The steps of `../assembly/descent` for MCP and SCAD with a level and a `gamma`. If an argument is NaN, the result is NaN. */
export const foldedMinimizer: Readonly<Record<FoldedShape, FoldedMinimizer>> = {
  mcp(z, step, level, gamma) {
    // If `step` is at least this large, no point between 0 and the flat part is a minimum, and the better of these two is returned.
    if (step >= gamma) return z <= level * Math.sqrt(step * gamma) ? 0 : z;
    if (z <= step * level) return 0;
    return z < gamma * level ? Math.min(z, (z - step * level) * (gamma / (gamma - step))) : z;
  },

  scad(z, step, level, gamma) {
    const soft = z <= step * level ? 0 : z - step * level;
    // If `step` is at least this large, the middle piece has no minimum. As `z` grows, the minimum jumps to the flat part: from zero if
    // this happens before z = step * level, and from the linear piece otherwise.
    if (step >= gamma + 1) return z <= level * Math.sqrt(step * (gamma + 1)) ? 0 : z;
    if (step >= gamma - 1) return z <= (level * (gamma + 1 + step)) / 2 ? soft : z;
    if (z <= level * (1 + step)) return soft;
    if (z >= gamma * level) return z;
    const middle = ((gamma - 1) * z - step * gamma * level) / (gamma - 1 - step);
    return Math.min(z, Math.max(level, middle));
  },
};
