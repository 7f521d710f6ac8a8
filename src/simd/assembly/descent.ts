// Coordinate descent on `||residual||^2 / 2 + sum_k l1[k] |beta[k]| + l2[k] / 2 beta[k]^2`, one cycle a call.
import { addScaled, addScaled4, dot } from "./products";

// @ts-expect-error: decorator
@inline
function minimizer(slope: f64, l1: f64, curvature: f64): f64 {
  const excess = abs(slope) - l1;
  // Not `excess > 0`: NaN goes through.
  return excess <= 0 ? 0 : copysign(excess, slope) / curvature;
}

/** `sum_i weights[i] x[i] v[i]` */
function weightedDot(weights: usize, x: usize, v: usize, n: i32): f64 {
  const end = v + ((<usize>n) << 3);
  const blocked = v + ((<usize>(n & ~3)) << 3);
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  while (v < blocked) {
    s01 = f64x2.add(s01, f64x2.mul(f64x2.mul(v128.load(weights), v128.load(x)), v128.load(v)));
    s23 = f64x2.add(s23, f64x2.mul(f64x2.mul(v128.load(weights, 16), v128.load(x, 16)), v128.load(v, 16)));
    weights += 32;
    x += 32;
    v += 32;
  }
  let s0 = f64x2.extract_lane(s01, 0);
  for (; v < end; v += 8, x += 8, weights += 8) s0 += load<f64>(weights) * load<f64>(x) * load<f64>(v);
  return s0 + f64x2.extract_lane(s01, 1) + (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1));
}

/** The largest `curvature * change^2` of a cycle on the residual. */
export function descendOnResidual(
  columns: usize,
  n: i32,
  indices: usize,
  count: i32,
  weights: usize,
  squaredNorms: usize,
  l1: usize,
  l2: usize,
  beta: usize,
  residual: usize,
): f64 {
  const stride = (<usize>n) << 3;
  let largest: f64 = 0;
  for (let k = 0; k < count; k++) {
    const x = columns + <usize>load<i32>(indices + ((<usize>k) << 2)) * stride;
    const shift = (<usize>k) << 3;
    const slope = weights == 0 ? dot(x, residual, n) : weightedDot(weights, x, residual, n);
    const old = load<f64>(beta + shift);
    const square = load<f64>(squaredNorms + shift);
    const curvature = square + load<f64>(l2 + shift);
    const fresh = minimizer(old * square + slope, load<f64>(l1 + shift), curvature);
    if (fresh == old) continue;
    const change = fresh - old;
    store<f64>(beta + shift, fresh);
    addScaled(-change, x, n, residual);
    const size = curvature * change * change;
    if (!(size <= largest)) largest = size;
    if (isNaN(size)) return size;
  }
  return largest;
}

/** The same on a Gram matrix of rows `stride` entries apart and `slopes[k] = x_k' residual`. */
export function descendOnGram(
  gram: usize,
  stride: i32,
  count: i32,
  l1: usize,
  l2: usize,
  beta: usize,
  slopes: usize,
): f64 {
  let largest: f64 = 0;
  for (let k = 0; k < count; k++) {
    const shift = (<usize>k) << 3;
    const own = gram + (((<usize>k) * (<usize>stride)) << 3);
    const old = load<f64>(beta + shift);
    const square = load<f64>(own + shift);
    const curvature = square + load<f64>(l2 + shift);
    const fresh = minimizer(old * square + load<f64>(slopes + shift), load<f64>(l1 + shift), curvature);
    if (fresh == old) continue;
    const change = fresh - old;
    store<f64>(beta + shift, fresh);
    addScaled(-change, own, count, slopes);
    const size = curvature * change * change;
    if (!(size <= largest)) largest = size;
    if (isNaN(size)) return size;
  }
  return largest;
}

// @ts-expect-error: decorator
@inline
function mcpMinimizer(z: f64, step: f64, level: f64, gamma: f64): f64 {
  if (step >= gamma) return z <= level * sqrt(step * gamma) ? 0 : z;
  if (z <= step * level) return 0;
  return z < gamma * level ? min(z, (z - step * level) * (gamma / (gamma - step))) : z;
}

// @ts-expect-error: decorator
@inline
function scadMinimizer(z: f64, step: f64, level: f64, gamma: f64): f64 {
  const soft: f64 = z <= step * level ? 0 : z - step * level;
  if (step >= gamma + 1) return z <= level * sqrt(step * (gamma + 1)) ? 0 : z;
  if (step >= gamma - 1) return z <= (level * (gamma + 1 + step)) / 2 ? soft : z;
  if (z <= level * (1 + step)) return soft;
  if (z >= gamma * level) return z;
  const middle = ((gamma - 1) * z - step * gamma * level) / (gamma - 1 - step);
  return min(z, max(level, middle));
}

/**
 * The cycle for a folded concave penalty: MCP, or SCAD where `isScad` is not 0. Rows are taken off all slopes four at a time, in the order
 * in which they came; until then each slope that is looked at is brought up to date alone.
 */
export function descendFoldedOnGram(
  gram: usize,
  stride: i32,
  order: usize,
  nOrder: i32,
  count: i32,
  isScad: i32,
  gamma: f64,
  levels: usize,
  beta: usize,
  slopes: usize,
): f64 {
  let largest: f64 = 0;
  let waiting = 0;
  let x0: usize = 0;
  let x1: usize = 0;
  let x2: usize = 0;
  let s0: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  for (let i = 0; i < nOrder; i++) {
    const k = <usize>load<i32>(order + ((<usize>i) << 2));
    const shift = k << 3;
    const own = gram + ((k * (<usize>stride)) << 3);
    const old = load<f64>(beta + shift);
    const curvature = load<f64>(own + shift);
    const level = load<f64>(levels + shift);
    let slope = load<f64>(slopes + shift);
    if (waiting > 0) {
      slope += s0 * load<f64>(x0 + shift);
      if (waiting > 1) {
        slope += s1 * load<f64>(x1 + shift);
        if (waiting > 2) slope += s2 * load<f64>(x2 + shift);
      }
    }
    // Most zeros stay, which takes no division to see; where it bends so little that the flat part may be lower, and near ties, it does.
    if (old == 0 && abs(slope) < 0.999 * level && curvature * gamma > 1.001) continue;
    const step = 1 / curvature;
    const point = old + step * slope;
    const magnitude = isScad
      ? scadMinimizer(abs(point), step, level, gamma)
      : mcpMinimizer(abs(point), step, level, gamma);
    const fresh = point < 0 ? -magnitude : magnitude;
    if (fresh == old) continue;
    const change = fresh - old;
    store<f64>(beta + shift, fresh);
    if (waiting == 0) {
      x0 = own;
      s0 = -change;
    } else if (waiting == 1) {
      x1 = own;
      s1 = -change;
    } else if (waiting == 2) {
      x2 = own;
      s2 = -change;
    } else {
      addScaled4(s0, s1, s2, -change, x0, x1, x2, own, count, slopes);
    }
    waiting = (waiting + 1) & 3;
    const size = curvature * change * change;
    if (!(size <= largest)) largest = size;
    if (isNaN(size)) break;
  }
  if (waiting > 0) addScaled(s0, x0, count, slopes);
  if (waiting > 1) addScaled(s1, x1, count, slopes);
  if (waiting > 2) addScaled(s2, x2, count, slopes);
  return largest;
}
