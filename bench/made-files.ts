/** Makes Parquet files of correlated columns that tables larger than memory are measured on ({@link madeFiles}). */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Number of features. */
const FEATURES = 100;

/** Number of features that the responses depend on. */
const CAUSES = 20;

/** Number of rows of a file. */
const PIECE = 1_000_000;

/** Number of rows drawn before the seed would repeat those of another. */
const ROWS_OF_A_SEED = 2 ** 40;

/**
 * Writes files of together so many rows, unless they are there: 100 features with a correlation of about 0.2, and 0.5 of neighbours, a
 * response `y` of numbers and one `label` of 0 and 1, both of which depend on every fifth feature.
 *
 * A uniform number is DuckDB's `hash` of the row and the column, so that files of one version of it are the same everywhere.
 *
 * @returns the pattern of their names.
 */
export async function madeFiles(folder: string, nRows: number, seed = 0): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "1GB" });
  const connection = await instance.connect();
  const uniform = (k: number): string =>
    `(hash(i * 256 + ${k}::UBIGINT) >> 11)::DOUBLE * ${2 ** -52} - 1 AS u${k}`;
  const drawn = Array.from({ length: FEATURES + 4 }, (_, k) => uniform(k));
  const features = Array.from(
    { length: FEATURES },
    (_, j) => `u${j} + 0.6 * u${j + 1} + 0.5 * u${FEATURES + 1} AS x${j}`,
  );
  const eta = Array.from({ length: CAUSES }, (_, k) => `${k % 2 ? "-" : "+"} ${1 / (k + 2)} * x${5 * k}`);
  const pieces = Math.max(4, Math.ceil(nRows / PIECE));
  for (let piece = 0; piece < pieces; piece++) {
    const name = `rows-${nRows}-${seed}-${String(piece).padStart(4, "0")}.parquet`;
    const file = join(folder, name);
    if (existsSync(file)) continue;
    const [from, to] = [piece, piece + 1].map(
      (k) => seed * ROWS_OF_A_SEED + Math.round((k * nRows) / pieces),
    );
    const rows = `SELECT ${drawn.join(", ")} FROM range(${from}, ${to}) t(n), (SELECT n::UBIGINT AS i)`;
    const table = `SELECT ${features.join(", ")}, u${FEATURES + 2}, u${FEATURES + 3} FROM (${rows})`;
    const predicted = `SELECT *, ${eta.join(" ")} AS eta FROM (${table})`;
    const columns = `* EXCLUDE (eta, u${FEATURES + 2}, u${FEATURES + 3}), eta + 2 * u${FEATURES + 2} AS y`;
    const label = `(1 / (1 + exp(0.5 - eta)) > (u${FEATURES + 3} + 1) / 2)::INTEGER AS label`;
    const target = `'${file.replaceAll("'", "''")}.part'`;
    await connection.run(
      `COPY (SELECT ${columns}, ${label} FROM (${predicted})) TO ${target} (FORMAT parquet)`,
    );
    renameSync(`${file}.part`, file);
  }
  connection.closeSync();
  instance.closeSync();
  return join(folder, `rows-${nRows}-${seed}-*.parquet`);
}
