// Products of columns of stored entries, each summed entry by entry: what a column meets lies anywhere, so that nothing is
// gained by two at a time.

// @ts-expect-error: decorator
@inline
function sparseDot(starts: usize, rows: usize, values: usize, v: usize): f64 {
  const start = <usize>load<i32>(starts);
  const end = rows + (<usize>load<i32>(starts, 4) << 2);
  let row = rows + (start << 2);
  let value = values + (start << 3);
  let sum: f64 = 0;
  for (; row < end; row += 4, value += 8) sum += load<f64>(value) * load<f64>(v + (<usize>load<i32>(row) << 3));
  return sum;
}

/** `out[k] = x_k'v` for the first `count` columns. */
export function sparseDots(starts: usize, rows: usize, values: usize, count: i32, v: usize, out: usize): void {
  const end = starts + ((<usize>count) << 2);
  for (; starts < end; starts += 4, out += 8) store<f64>(out, sparseDot(starts, rows, values, v));
}

/** `out[k] = x_j'v` for `j = indices[k]` */
export function sparseDotsAt(
  starts: usize,
  rows: usize,
  values: usize,
  indices: usize,
  count: i32,
  v: usize,
  out: usize,
): void {
  const end = indices + ((<usize>count) << 2);
  for (; indices < end; indices += 4, out += 8) {
    store<f64>(out, sparseDot(starts + (<usize>load<i32>(indices) << 2), rows, values, v));
  }
}

/** `out += sum_k scales[k] x_j` for `j = indices[k]` */
export function addSparseColumns(
  starts: usize,
  rows: usize,
  values: usize,
  indices: usize,
  scales: usize,
  count: i32,
  out: usize,
): void {
  const last = indices + ((<usize>count) << 2);
  for (; indices < last; indices += 4, scales += 8) {
    const own = starts + (<usize>load<i32>(indices) << 2);
    const start = <usize>load<i32>(own);
    const end = rows + (<usize>load<i32>(own, 4) << 2);
    const scale = load<f64>(scales);
    let value = values + (start << 3);
    for (let row = rows + (start << 2); row < end; row += 4, value += 8) {
      const to = out + (<usize>load<i32>(row) << 3);
      store<f64>(to, load<f64>(to) + scale * load<f64>(value));
    }
  }
}
