// Block descent on `b'Gb / 2 - b'c + sum_g levels[g] ||b_g||`, one cycle over groups of slots a call; see `../typescript`.
import { addScaled, addScaled2, addScaled4 } from "./products";

/** Newton's steps to the norm of a group at most; where they come to rest, one more would change nothing. */
const STEPS: i32 = 100;
const REST: f64 = 1e-9;

// @ts-expect-error: decorator
@inline
function isZero(b: usize, size: i32): bool {
  for (let i: usize = 0; i < (<usize>size) << 3; i += 8) if (load<f64>(b + i) != 0) return false;
  return true;
}

// @ts-expect-error: decorator
@inline
function plainDot(a: usize, b: usize, size: i32): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < (<usize>size) << 3; i += 8) sum += load<f64>(a + i) * load<f64>(b + i);
  return sum;
}

/** `sum_i (z_i / level)^2` */
// @ts-expect-error: decorator
@inline
function excess(z: usize, size: i32, level: f64): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < (<usize>size) << 3; i += 8) {
    const share = load<f64>(z + i) / level;
    sum += share * share;
  }
  return sum;
}

/** Replaces `z` by `argmin_b sum_i curvatures[i] b_i^2 / 2 - z'b + level ||b||`; `start` is about the norm of that. */
function minimiseWithNorm(curvatures: usize, z: usize, size: i32, level: f64, start: f64): void {
  const bytes = (<usize>size) << 3;
  if (level == 0) {
    for (let i: usize = 0; i < bytes; i += 8) {
      const curvature = load<f64>(curvatures + i);
      store<f64>(z + i, curvature > 0 ? load<f64>(z + i) / curvature : 0);
    }
    return;
  }
  if (excess(z, size, level) <= 1) {
    for (let i: usize = 0; i < bytes; i += 8) store<f64>(z + i, 0);
    return;
  }
  let t: f64 = start < Infinity ? start : 0;
  for (let step = 0; step < STEPS; step++) {
    let squares: f64 = 0;
    let bend: f64 = 0;
    for (let i: usize = 0; i < bytes; i += 8) {
      const curvature = load<f64>(curvatures + i);
      const pull = curvature * t + level;
      const ratio = load<f64>(z + i) / pull;
      const share = ratio * ratio;
      squares += share;
      bend += (share * curvature) / pull;
    }
    const before = t;
    t += (squares * (sqrt(squares) - 1)) / bend;
    if (!(t >= 0)) t = 0;
    if (abs(t - before) <= REST * t || (step > 0 && !(t > before))) break;
  }
  for (let i: usize = 0; i < bytes; i += 8) {
    store<f64>(z + i, load<f64>(z + i) * (t / (load<f64>(curvatures + i) * t + level)));
  }
}

/**
 * Minimises over one group at `b` with the gradient `slopes`.
 *
 * @param scratch of two groups; how the coefficients change comes second.
 * @returns the largest such change.
 */
function moveGroup(
  size: i32,
  level: f64,
  own: usize,
  basis: usize,
  baseBytes: usize,
  b: usize,
  slopes: usize,
  scratch: usize,
): f64 {
  const bytes = (<usize>size) << 3;
  const point = scratch;
  for (let k: usize = 0; k < <usize>size; k++) {
    const v = basis + k * baseBytes;
    const target = load<f64>(own + (k << 3)) * plainDot(v, b, size) - plainDot(v, slopes, size);
    store<f64>(point + (k << 3), target);
  }
  minimiseWithNorm(own, point, size, level, sqrt(plainDot(b, b, size)));
  const moves = scratch + bytes;
  for (let i: usize = 0; i < bytes; i += 8) store<f64>(moves + i, 0);
  for (let k: usize = 0; k < <usize>size; k++) {
    addScaled(load<f64>(point + (k << 3)), basis + k * baseBytes, size, moves);
  }
  let farthest: f64 = 0;
  for (let i: usize = 0; i < bytes; i += 8) {
    const next = load<f64>(moves + i);
    const move = next - load<f64>(b + i);
    store<f64>(b + i, next);
    store<f64>(moves + i, move);
    if (!(abs(move) <= farthest)) farthest = abs(move);
  }
  return farthest;
}

/** The largest change of a coefficient in a cycle; `scratch` has room for two groups. */
export function descendGroupsOnGram(
  gram: usize,
  stride: i32,
  sizes: usize,
  nGroups: i32,
  count: i32,
  levels: usize,
  curvatures: usize,
  bases: usize,
  width: i32,
  beta: usize,
  gradient: usize,
  scratch: usize,
): f64 {
  const rowBytes = (<usize>stride) << 3;
  const baseBytes = (<usize>width) << 3;
  let largest: f64 = 0;
  let end: usize = 0;
  for (let g = 0; g < nGroups; g++) {
    const size = load<i32>(sizes + ((<usize>g) << 2));
    const first = end;
    end += size;
    const b = beta + (first << 3);
    const slopes = gradient + (first << 3);
    const level = load<f64>(levels + ((<usize>g) << 3));
    if (level > 0 && isZero(b, size) && excess(slopes, size, level) <= 1) continue;
    const own = curvatures + (first << 3);
    const farthest = moveGroup(size, level, own, bases + first * baseBytes, baseBytes, b, slopes, scratch);
    if (farthest == 0) continue;
    const moves = scratch + ((<usize>size) << 3);
    const row = gram + first * rowBytes;
    let i: i32 = 0;
    for (; i + 4 <= size; i += 4) {
      const x = row + (<usize>i) * rowBytes;
      const move = moves + ((<usize>i) << 3);
      addScaled4(
        load<f64>(move),
        load<f64>(move, 8),
        load<f64>(move, 16),
        load<f64>(move, 24),
        x,
        x + rowBytes,
        x + 2 * rowBytes,
        x + 3 * rowBytes,
        count,
        gradient,
      );
    }
    if (i + 2 <= size) {
      const x = row + (<usize>i) * rowBytes;
      const move = moves + ((<usize>i) << 3);
      addScaled2(load<f64>(move), load<f64>(move, 8), x, x + rowBytes, count, gradient);
      i += 2;
    }
    if (i < size) addScaled(load<f64>(moves + ((<usize>i) << 3)), row + (<usize>i) * rowBytes, count, gradient);
    if (isNaN(farthest)) return farthest;
    if (farthest > largest) largest = farthest;
  }
  return largest;
}
