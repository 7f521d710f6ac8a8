type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array;

/**
 * Whether an array is typed, of one of the kinds named; by its tag, since one of another realm, such as a cell of a notebook, is
 * none of our classes.
 */
export function isTyped(array: unknown, ...kinds: readonly string[]): array is TypedArray {
  return kinds.includes(Object(array)[Symbol.toStringTag]);
}
