import { readFileSync } from "node:fs";

/** Reads one of the package's own tables: a header line, commas, numbers only. */
export function readCsv(path: string): Record<string, number[]> {
  const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const columns: Record<string, number[]> = {};
  const rows = lines.map((line) => line.split(",").map(Number));
  header.split(",").forEach((name, j) => {
    columns[name] = rows.map((row) => row[j]);
  });
  return columns;
}
