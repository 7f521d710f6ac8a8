/** A Markdown table; columns but the first are set right where every cell of theirs is a number. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = (cell: string): boolean =>
    cell === "" || /^(> )?\d+(\.\d+)?(e[-+]?\d+)?( \(missed\))?$/.test(cell);
  const rule = columns.map((_, c) => (c > 0 && rows.every((row) => isNumber(row[c])) ? "--:" : "---"));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [columns, rule, ...rows].map(line).join("\n");
}

/** Seconds to three digits. */
export function seconds(value: number | undefined): string {
  if (value === undefined) return "";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** An error, to two digits. */
export function error(value: number | undefined | null): string {
  if (value === undefined) return "";
  // JSON has no Infinity.
  return value === null || !Number.isFinite(value) ? "no solution" : value.toExponential(1);
}

/** How many times as long. */
export function ratio(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(2).replace(/e\+.*/, (power) => `e${power.slice(2)}`) : "";
}
