import { type FoldedShape, foldedMinimizer } from "./folded-minimizer";
import { addScaledFrom } from "./products";

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
