// A Cholesky factor L with A = L L', its rows packed: row i begins at entry i (i + 1) / 2 and has i + 1 entries.

import { tile1x4, tile4x2 } from "./gram";
import { addScaled, addScaled4, dot, dots4 } from "./products";

// @ts-expect-error: decorator
@inline
function row(factor: usize, i: i32): usize {
  return factor + (((<usize>i * (<usize>i + 1)) >> 1) << 3);
}

// @ts-expect-error: decorator
@inline
function entry(place: usize, k: i32): f64 {
  return load<f64>(place + ((<usize>k) << 3));
}

// @ts-expect-error: decorator
@inline
function setEntry(place: usize, k: i32, value: f64): void {
  store<f64>(place + ((<usize>k) << 3), value);
}

/** Solves `L x = b` in place. */
export function forwardSolve(factor: usize, size: i32, b: usize, scratch: usize): void {
  for (let first = 0; first < size; first += 4) {
    const last = min(first + 4, size);
    if (last == first + 4) {
      dots4(row(factor, first), row(factor, first + 1), row(factor, first + 2), row(factor, first + 3), b, first, scratch, 1);
    } else {
      for (let i = first; i < last; i++) setEntry(scratch, i - first, dot(row(factor, i), b, first));
    }
    for (let i = first; i < last; i++) {
      const own = row(factor, i);
      let rest = entry(b, i) - entry(scratch, i - first);
      for (let k = first; k < i; k++) rest -= entry(own, k) * entry(b, k);
      setEntry(b, i, rest / entry(own, i));
    }
  }
}

/** Solves `L' x = b` in place. */
export function backSolve(factor: usize, size: i32, b: usize): void {
  const whole = size & ~3;
  for (let i = size - 1; i >= whole; i--) {
    const own = row(factor, i);
    const x = entry(b, i) / entry(own, i);
    setEntry(b, i, x);
    addScaled(-x, own, i, b);
  }
  for (let first = whole - 4; first >= 0; first -= 4) {
    const d = row(factor, first + 3);
    const xd = entry(b, first + 3) / entry(d, first + 3);
    setEntry(b, first + 3, xd);
    const c = row(factor, first + 2);
    const xc = (entry(b, first + 2) - xd * entry(d, first + 2)) / entry(c, first + 2);
    setEntry(b, first + 2, xc);
    const a1 = row(factor, first + 1);
    const xb = (entry(b, first + 1) - xd * entry(d, first + 1) - xc * entry(c, first + 1)) / entry(a1, first + 1);
    setEntry(b, first + 1, xb);
    const a0 = row(factor, first);
    const rest = entry(b, first) - xd * entry(d, first) - xc * entry(c, first) - xb * entry(a1, first);
    const xa = rest / entry(a0, first);
    setEntry(b, first, xa);
    addScaled4(-xd, -xc, -xb, -xa, d, c, a1, a0, first, b);
  }
}

/** Row `i` of the factor from column `from` on, the columns before being done. */
function finishRow(factor: usize, i: i32, from: i32, relativePivot: f64, scratch: usize): bool {
  const own = row(factor, i);
  for (let j = from; j <= i; j++) {
    const other = row(factor, j);
    const even = j & ~1;
    tile1x4(own, other, other, other, other, 1, even, true, scratch);
    let rest = entry(own, j) - entry(scratch, 0);
    if (j > even) rest -= entry(own, even) * entry(other, even);
    if (j < i) setEntry(own, j, rest / entry(other, j));
    else if (!(rest > relativePivot * entry(own, j))) return false;
    else setEntry(own, j, sqrt(rest));
  }
  return true;
}

/**
 * Replaces the packed lower triangle of a matrix by its factor, rows before `from` being of the factor already.
 *
 * @returns how many rows have one: `size`, or where a pivot is at most `relativePivot` times its diagonal entry.
 */
export function factorPacked(factor: usize, from: i32, size: i32, relativePivot: f64, scratch: usize): i32 {
  let first = from;
  // Tiles are two columns wide.
  if ((first & 1) != 0 && first < size) {
    if (!finishRow(factor, first, 0, relativePivot, scratch)) return first;
    first++;
  }
  for (; first + 4 <= size; first += 4) {
    const a = row(factor, first);
    const b = row(factor, first + 1);
    const c = row(factor, first + 2);
    const d = row(factor, first + 3);
    for (let j = 0; j < first; j += 2) {
      const p = row(factor, j);
      const q = row(factor, j + 1);
      tile4x2(a, b, c, d, p, q, j, true, scratch, scratch + 16, scratch + 32, scratch + 48, 8);
      const pivotP = entry(p, j);
      const below = entry(q, j);
      const pivotQ = entry(q, j + 1);
      for (let m = 0; m < 4; m++) {
        const own = row(factor, first + m);
        const left = (entry(own, j) - entry(scratch, 2 * m)) / pivotP;
        setEntry(own, j, left);
        setEntry(own, j + 1, (entry(own, j + 1) - entry(scratch, 2 * m + 1) - left * below) / pivotQ);
      }
    }
    for (let i = first; i < first + 4; i++) if (!finishRow(factor, i, first, relativePivot, scratch)) return i;
  }
  for (let i = first; i < size; i++) if (!finishRow(factor, i, 0, relativePivot, scratch)) return i;
  return size;
}

/** Turns the last two entries of a row into its diagonal, and keeps the rotation that does. */
// @ts-expect-error: decorator
@inline
function rotate(rotation: usize, carry: f64, diagonal: f64): f64 {
  const root = sqrt(carry * carry + diagonal * diagonal);
  store<f64>(rotation, carry / root);
  store<f64>(rotation, diagonal / root, 8);
  return root;
}

/** Writes row `i` as row `i - 1`, rotating columns from `from` on; `carry` is the entry there. */
function shiftRow(factor: usize, i: i32, from: i32, carry: f64, rotations: usize): void {
  const old = row(factor, i);
  const fresh = row(factor, i - 1);
  let rotation = rotations + ((<usize>from) << 4);
  for (let j = from; j < i - 1; j++) {
    const c = load<f64>(rotation);
    const s = load<f64>(rotation, 8);
    const x = entry(old, j + 1);
    setEntry(fresh, j, c * carry + s * x);
    carry = c * x - s * carry;
    rotation += 16;
  }
  setEntry(fresh, i - 1, rotate(rotation, carry, entry(old, i)));
}

/** The factor without row and column `k` of the matrix: its rows move up, rotations make it triangular again. */
export function dropRow(factor: usize, size: i32, k: i32, rotations: usize): void {
  const head = (<usize>k) << 3;
  let i = k + 1;
  for (; i + 4 <= size; i += 4) {
    const a = row(factor, i);
    const b = row(factor, i + 1);
    const c = row(factor, i + 2);
    const d = row(factor, i + 3);
    const before = row(factor, i - 1);
    memory.copy(before, a, head);
    memory.copy(a, b, head);
    memory.copy(b, c, head);
    memory.copy(c, d, head);
    let ta = load<f64>(a + head);
    let tb = load<f64>(b + head);
    let tc = load<f64>(c + head);
    let td = load<f64>(d + head);
    let shift = head;
    let rotation = rotations + ((<usize>k) << 4);
    for (let j = k; j < i - 1; j++) {
      const cosine = load<f64>(rotation);
      const sine = load<f64>(rotation, 8);
      const xa = load<f64>(a + shift, 8);
      const xb = load<f64>(b + shift, 8);
      const xc = load<f64>(c + shift, 8);
      const xd = load<f64>(d + shift, 8);
      store<f64>(before + shift, cosine * ta + sine * xa);
      store<f64>(a + shift, cosine * tb + sine * xb);
      store<f64>(b + shift, cosine * tc + sine * xc);
      store<f64>(c + shift, cosine * td + sine * xd);
      ta = cosine * xa - sine * ta;
      tb = cosine * xb - sine * tb;
      tc = cosine * xc - sine * tc;
      td = cosine * xd - sine * td;
      shift += 8;
      rotation += 16;
    }
    shiftRow(factor, i, i - 1, ta, rotations);
    shiftRow(factor, i + 1, i - 1, tb, rotations);
    shiftRow(factor, i + 2, i - 1, tc, rotations);
    shiftRow(factor, i + 3, i - 1, td, rotations);
  }
  for (; i < size; i++) {
    const own = row(factor, i);
    memory.copy(row(factor, i - 1), own, head);
    shiftRow(factor, i, k, load<f64>(own + head), rotations);
  }
}
