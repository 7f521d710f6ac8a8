/** Products of up to `degree` columns, a column as often as it likes, the columns themselves first. */
export function columnProducts(columns: readonly Float64Array[], degree: number): Float64Array[] {
  let last = columns.map((column, j) => ({ column, j }));
  const all = [...last];
  for (let d = 2; d <= degree; d++) {
    last = last.flatMap(({ column, j }) =>
      columns.slice(j).map((other, k) => ({ column: column.map((x, i) => x * other[i]), j: j + k })),
    );
    all.push(...last);
  }
  return all.map(({ column }) => column);
}
