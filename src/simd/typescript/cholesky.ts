import { addScaledFrom, dotFrom, pairDot } from "./products";

/** Where row `i` of a packed triangle begins. */
function packedRow(i: number): number {
  return (i * (i + 1)) / 2;
}

export function forwardSolve(factor: Float64Array, b: Float64Array): void {
  for (let i = 0; i < b.length; i++) {
    const own = packedRow(i);
    const first = i - (i % 4);
    let rest = b[i] - dotFrom(factor, own, b, first);
    for (let k = first; k < i; k++) rest -= factor[own + k] * b[k];
    b[i] = rest / factor[own + i];
  }
}

export function backSolve(factor: Float64Array, b: Float64Array): void {
  for (let i = b.length - 1; i >= 0; i--) {
    const own = packedRow(i);
    b[i] /= factor[own + i];
    addScaledFrom(-b[i], factor, own, i, b);
  }
}

export function factorPacked(
  factor: Float64Array,
  from: number,
  size: number,
  relativePivot: number,
): number {
  for (let i = from; i < size; i++) {
    const own = packedRow(i);
    for (let j = 0; j <= i; j++) {
      const other = packedRow(j);
      const even = j - (j % 2);
      let rest = factor[own + j] - pairDot(factor, own, factor, other, even);
      if (j > even) rest -= factor[own + even] * factor[other + even];
      if (j < i) factor[own + j] = rest / factor[other + j];
      else if (!(rest > relativePivot * factor[own + j])) return i;
      else factor[own + j] = Math.sqrt(rest);
    }
  }
  return size;
}

/** Row by row: the rotations of the rows above, then one more, which is kept in `rotations`. */
export function dropRow(factor: Float64Array, size: number, k: number, rotations: Float64Array): void {
  for (let i = k + 1; i < size; i++) {
    const old = packedRow(i);
    const fresh = packedRow(i - 1);
    factor.copyWithin(fresh, old, old + k);
    let carry = factor[old + k];
    for (let j = k; j < i - 1; j++) {
      const c = rotations[2 * j];
      const s = rotations[2 * j + 1];
      const x = factor[old + j + 1];
      factor[fresh + j] = c * carry + s * x;
      carry = c * x - s * carry;
    }
    const diagonal = factor[old + i];
    const root = Math.sqrt(carry * carry + diagonal * diagonal);
    rotations[2 * i - 2] = carry / root;
    rotations[2 * i - 1] = diagonal / root;
    factor[fresh + i - 1] = root;
  }
}
