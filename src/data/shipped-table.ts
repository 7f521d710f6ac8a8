import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DataSet, shownDataSet } from "./data-set";

/**
 * Reads one of the package's own tables: a header line, commas, numbers only, the response last.
 *
 * @param name of the file in `data/`, without `.csv`.
 * @see data/README.md of this package for source, licence and checksum.
 */
export function shippedTable(name: string, description: string): DataSet {
  const path = join(__dirname, "../../../data", `${name}.csv`);
  const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = header.split(",");
  const rows = lines.map((line) => line.split(",").map(Number));
  const all = names.map((_, j) => rows.map((row) => row[j]));
  const featureNames = names.slice(0, -1);
  return shownDataSet({
    name,
    description,
    columns: Object.fromEntries(featureNames.map((feature, j) => [feature, all[j]])),
    featureNames,
    response: all[featureNames.length],
    responseName: names[featureNames.length],
  });
}

/** The same data with the words for the numbers of the classes. */
export function labelled(data: DataSet, labels: readonly string[]): DataSet<string> {
  return shownDataSet({ ...data, response: data.response.map((code) => labels[code]) });
}
