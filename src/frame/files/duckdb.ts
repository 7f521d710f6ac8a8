/** Shares DuckDB among the readers of files in blocks: which files it reads, as which numbers, and connections that are closed. */
import { duckDbFor } from "#platform";
import { InputError } from "../../errors";
import type { Chunk, Connection } from "../../platform/duckdb";

/** By the end of a file's name: what kind of file it is. */
export const READERS: readonly (readonly [RegExp, "parquet" | "csv"])[] = [
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(csv|tsv|txt)(\.gz)?$/i, "csv"],
];

/** The remedy for a file of another kind, by the end of its name. */
export function otherFormat(path: string): string | undefined {
  const remedy =
    "write the Arrow file as Parquet, as pyarrow.parquet.write_table(pyarrow.feather.read_table(file), out) does";
  return /\.(arrow|arrows|feather|ipc)$/i.test(path) ? remedy : undefined;
}

/** No extension is loaded or installed. */
const CONFIG: Readonly<Record<string, string>> = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/** The members of a result's column that are read. */
export interface NumberVector {
  readonly items: ArrayLike<number>;
  readonly validity: { itemValid(row: number): boolean };
}

/** Opens DuckDB. Its connection has to be closed too: one that is open keeps memory and a thread until it is collected. */
export async function openDuckDb(
  where: string,
): Promise<{ readonly connection: Connection; readonly close: () => void }> {
  const { DuckDBInstance } = await duckDbFor(where);
  const instance = await DuckDBInstance.create(":memory:", CONFIG);
  try {
    const connection = await instance.connect();
    const close = (): void => {
      connection.closeSync();
      instance.closeSync();
    };
    return { connection, close };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** Opens DuckDB for one use. */
export async function withDuckDb<Result>(
  where: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { connection, close } = await openDuckDb(where);
  try {
    return await use(connection);
  } finally {
    close();
  }
}

/** A text in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Sends a query to DuckDB, and reports its errors in one line. */
export async function query<T>(where: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const [line] = String((error as Error).message).split("\n");
    const own = /^Invalid Input Error: (column ".*)$/.exec(line);
    if (own) throw new InputError(`${where}: ${own[1]}`); // The message of `doubleOf`.
    const short = line.length > 200 ? `${line.slice(0, 197)}...` : line;
    throw new InputError(`${where}: the file must be one that DuckDB can read, got its answer "${short}"`);
  }
}

/**
 * The rows that a query gives, chunk by chunk.
 *
 * The client ends the rows of a query that fails as if there were no more, so the caller has to count them.
 * A query of which not all rows are taken is interrupted: its result would keep DuckDB and the files open until it is collected.
 */
export async function* chunksOf(
  where: string,
  connection: Connection,
  sql: string,
): AsyncGenerator<Chunk, void> {
  const result = await query(where, () => connection.stream(sql));
  let isWhole = false;
  try {
    for (;;) {
      const chunk = await query(where, () => result.fetchChunk());
      isWhole = !chunk || chunk.rowCount === 0;
      if (!chunk || isWhole) return;
      yield chunk;
    }
  } finally {
    if (!isWhole) {
      connection.interrupt();
      // Chunks that were ready come before the error.
      for (let rows = 1; rows > 0; )
        rows = await result.fetchChunk().then(
          (chunk) => chunk?.rowCount ?? 0,
          () => 0,
        );
    }
  }
}
