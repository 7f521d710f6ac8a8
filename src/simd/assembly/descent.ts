// Coordinate descent on a Gram matrix for folded concave penalties, one cycle a call.
import { addScaled, addScaled4 } from "./products";

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
    // Most zeros stay. It takes a division only near ties, and where the curvature is so small that the flat part may be lower.
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
