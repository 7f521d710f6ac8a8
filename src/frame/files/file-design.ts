/** Fits estimators to Parquet and CSV files of any length ({@link fileDesign}), in passes over their rows. */

import { TableDesign } from "../table-design";
import type { FileDesignOptions } from "./file-columns";
import { FileRows } from "./file-rows";
import type { FirstPass } from "./file-summary";
import { FileSource } from "./file-table";

/**
 * A table in files, which estimators are fitted to in passes over its rows: only blocks of it are in memory at a time.
 *
 * A squared error takes one pass, for a fit, a path and a cross-validation alike. Another loss takes some ten for a path, whose lambdas, and
 * folds, take their steps side by side; `passes` counts them, and the `trace` of a fit those in which it took part.
 */
export class FileDesign extends TableDesign<FirstPass> {
  constructor(rows: FileRows) {
    super(new FileSource(rows));
  }
}

/**
 * Opens files as a table that estimators are fitted to in passes over its rows, in memory of the order of the square of its columns.
 *
 * Columns are read as `fromFrame` reads them: numbers as they are, texts as indicators of their levels, missing values by a rule. Levels and
 * the values for missing ones take queries of their own over the columns concerned.
 *
 * @param paths a Parquet file, a CSV or TSV file with a header, perhaps gzipped, a pattern of such names with `*` and `?`, or a list; all
 * with the same columns.
 * @param options `response`, the name of the column to predict, and which columns are read in which way.
 * @throws InputError when the package `@duckdb/node-api` is not there, no file matches, the columns of the files differ, or one that is
 * named is not among them.
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("flat-1.csv", "area,city,rent\n50,Ulm,9\n70,Kiel,14\n");
 * writeFileSync("flat-2.csv", "area,city,rent\n90,Kiel,15\n60,Ulm,13\n");
 * const flats = await fileDesign("flat-*.csv", { response: "rent" });
 * const path = await flats.path(new SmoothLasso());
 * flats.passes; // 1
 * flats.featureNames; // ["area", "city=Ulm"]
 * ```
 */
export async function fileDesign(
  paths: string | readonly string[],
  options: FileDesignOptions,
): Promise<FileDesign> {
  return new FileDesign(await FileRows.open("fileDesign", paths, options));
}
