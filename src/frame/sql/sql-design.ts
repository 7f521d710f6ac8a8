/** Fits estimators to tables in databases, from which only sums are read ({@link sqlDesign}). */
import { TableDesign } from "../table-design";
import { openColumns, type SqlDesignOptions } from "./sql-columns";
import { SqlSource } from "./sql-table";

/**
 * A table in a database, which estimators are fitted to by queries for sums over its rows.
 *
 * A squared error takes two passes, for a fit, a path and a cross-validation alike. Another loss takes about ten for a fit, and about four more
 * for the lambdas of a path between one and its half; `passes` counts them, and the `trace` of a fit those in which it took part. A pass is one
 * query for each 500 sums.
 */
export class SqlDesign extends TableDesign {
  /** @param source of {@link sqlDesign}. */
  constructor(source: SqlSource) {
    super(source);
  }
}

/**
 * Opens a table in a database, which estimators are fitted to in passes of queries: sums over rows leave the database, and no row.
 *
 * Columns are read as `fromFrame` reads them: numbers as they are, texts as indicators of their levels, missing values by a rule. What else
 * leaves the database are the names of the columns' types, the levels of categories and classes with their counts, and the extremes of the
 * response.
 *
 * @param options `query`, the function that sends SQL to the database; `table`, `features` and `response`, and which columns are read in which
 * way.
 * @throws InputError where the database refuses a query, a column is of another type than numbers, truth values or texts, or the table has no
 * rows.
 * @example
 * ```ts
 * import { DuckDBInstance } from "@duckdb/node-api";
 * const connection = await (await DuckDBInstance.create(":memory:")).connect();
 * await connection.run("CREATE TABLE flats AS FROM (VALUES (50, 'Ulm', 9), (70, 'Kiel', 14), (90, 'Kiel', 15), (60, 'Ulm', 13)) t(area, city, rent)");
 * const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjects();
 * const flats = await sqlDesign({ query, table: "flats", features: ["area", "city"], response: "rent" });
 * const path = await flats.path(new SmoothLasso());
 * flats.passes; // 2
 * flats.featureNames; // ["area", "city=Ulm"]
 * ```
 */
export async function sqlDesign(options: SqlDesignOptions): Promise<SqlDesign> {
  return new SqlDesign(new SqlSource(await openColumns("sqlDesign", options)));
}
