/** What is used of DuckDB. Its own types are not named here: the package's declarations are read where it is not installed. */

/** Some rows of a result, by columns. */
export interface Chunk {
  readonly rowCount: number;
  getColumnVector(index: number): unknown;
}

/** What is used of a connection to DuckDB. */
export interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRows(): unknown[][]; getRowObjects(): Record<string, unknown>[] }>;
  stream(sql: string): Promise<{ fetchChunk(): Promise<Chunk | null> }>;
  interrupt(): void;
  closeSync(): void;
}

/** What is used of its package. */
export interface DuckDbLibrary {
  readonly DuckDBInstance: {
    create(
      path: string,
      config: Record<string, string>,
    ): Promise<{ connect(): Promise<Connection>; closeSync(): void }>;
  };
}
