/** Places in the order of their keys. */
export interface SortedByKey {
  /** The places with key `k` are `order[starts[k]]` up to, not including, `order[starts[k + 1]]`. */
  readonly starts: Int32Array;
  readonly order: Int32Array;
}

/**
 * Sorts places by their keys in one pass, places of the same key as they stood.
 *
 * @param keys whole numbers from 0 to `nKeys - 1`.
 */
export function countingSort(keys: ArrayLike<number>, nKeys: number): SortedByKey {
  const starts = new Int32Array(nKeys + 1);
  for (let i = 0; i < keys.length; i++) starts[keys[i] + 1]++;
  for (let k = 0; k < nKeys; k++) starts[k + 1] += starts[k];
  const next = starts.slice();
  const order = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) order[next[keys[i]]++] = i;
  return { starts, order };
}
