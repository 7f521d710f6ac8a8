/** What the readers of files in blocks share of DuckDB: which files it reads, as which numbers, and connections that are closed. */
import { duckDbFor } from "#platform";
import { USUAL_MISSING } from "../data/files/table-columns";
import { InputError } from "../errors";

/** By the end of a file's name: the function of DuckDB that reads it, and options of it. */
export const READERS: readonly (readonly [RegExp, string, string])[] = [
  [/\.(parquet|pq)$/i, "read_parquet", ""],
  [/\.(csv|tsv|txt)(\.gz)?$/i, "read_csv", `, nullstr = [${USUAL_MISSING.map(quoted).join(", ")}]`],
];

/** No extension is loaded or installed. */
const CONFIG: Readonly<Record<string, string>> = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

const INTEGERS = /^U?(BIGINT|HUGEINT)$/;
export const NUMBERS: RegExp =
  /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|BOOLEAN|DECIMAL\(.*\))$/;

/** The members of a result's column that are read. */
export interface NumberVector {
  readonly items: ArrayLike<number>;
  readonly validity: { itemValid(row: number): boolean };
}

type DuckDb = Awaited<ReturnType<typeof duckDbFor>>["DuckDBInstance"]["prototype"];

/** A connection to DuckDB. */
export type Connection = Awaited<ReturnType<DuckDb["connect"]>>;

/** Opens DuckDB for one use. Its connection is closed too: one that is open keeps memory and a thread until it is collected. */
export async function withDuckDb<Result>(
  where: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { DuckDBInstance } = await duckDbFor(where);
  const instance = await DuckDBInstance.create(":memory:", CONFIG);
  let connection: Connection | undefined;
  try {
    connection = await instance.connect();
    return await use(connection);
  } finally {
    connection?.closeSync();
    instance.closeSync();
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
    if (own) throw new InputError(`${where}: ${own[1]}`); // The message of `selectedColumn`.
    const short = line.length > 200 ? `${line.slice(0, 197)}...` : line;
    throw new InputError(`${where}: the file must be one that DuckDB can read, got its answer "${short}"`);
  }
}

/** A column as 64-bit floats; large integers only where they are held exactly. */
export function selectedColumn(name: string, type: string): string {
  const column = `"${name.replaceAll('"', '""')}"`;
  const float = `CAST(${column} AS DOUBLE)`;
  if (!INTEGERS.test(type)) return float;
  const message = `column ${JSON.stringify(name)} must be integers that a 64-bit float holds exactly, got `;
  const refusal = `error('${message.replaceAll("'", "''")}' || ${column})`;
  return `CASE WHEN ${column} IS NULL OR CAST(${float} AS HUGEINT) = ${column} THEN ${float} ELSE ${refusal} END`;
}
