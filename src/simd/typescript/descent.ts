import { type FoldedShape, foldedMinimizer } from "./folded-minimizer";
import { addScaledFrom, dotFrom, weightedDotFrom } from "./products";

function minimizer(slope: number, l1: number, curvature: number): number {
  const excess = Math.abs(slope) - l1;
  // Not `excess > 0`: NaN goes through.
  return excess <= 0 ? 0 : (slope < 0 ? -excess : excess) / curvature;
}

export function descendOnResidual(
  columns: Float64Array,
  indices: Int32Array,
  squaredNorms: Float64Array,
  l1: Float64Array,
  l2: Float64Array,
  beta: Float64Array,
  residual: Float64Array,
  weights?: Float64Array,
): number {
  const n = residual.length;
  let largest = 0;
  for (let k = 0; k < indices.length; k++) {
    const x = indices[k] * n;
    const slope = weights ? weightedDotFrom(weights, columns, x, residual) : dotFrom(columns, x, residual, n);
    const curvature = squaredNorms[k] + l2[k];
    const fresh = minimizer(beta[k] * squaredNorms[k] + slope, l1[k], curvature);
    if (fresh === beta[k]) continue;
    const change = fresh - beta[k];
    beta[k] = fresh;
    addScaledFrom(-change, columns, x, n, residual);
    const size = curvature * change * change;
    if (!(size <= largest)) largest = size;
    if (Number.isNaN(size)) return size;
  }
  return largest;
}

export function descendOnGram(
  gram: Float64Array,
  stride: number,
  l1: Float64Array,
  l2: Float64Array,
  beta: Float64Array,
  slopes: Float64Array,
): number {
  let largest = 0;
  for (let k = 0; k < beta.length; k++) {
    const own = k * stride;
    const square = gram[own + k];
    const curvature = square + l2[k];
    const fresh = minimizer(beta[k] * square + slopes[k], l1[k], curvature);
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
    // Most zeros stay, which takes no division to see; where it bends so little that the flat part may be lower, and near ties, it does.
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
