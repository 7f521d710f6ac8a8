/**
 * Databases that tests query: DuckDB in this process, and those that `.ci/run` starts, by environment variables: `SMOOTH_EDGES_POSTGRESQL`, such
 * as `postgresql://user@127.0.0.1:5432/postgres`, `SMOOTH_EDGES_CLICKHOUSE`, a Python with the package chdb, and `SMOOTH_EDGES_SPARK`, host and
 * port of Spark's Thrift server.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DialectName } from "../../src/frame";
import { type Dialect, dialects } from "../../src/frame/sql/dialects";

/** A database that is open. */
export interface Database {
  query(sql: string): Promise<object[]>;
  close(): Promise<void>;
}

/** A database, and why tests leave it out. */
interface DatabaseUnderTest {
  readonly dialect: DialectName;
  readonly skipped: string | undefined;
  open(): Promise<Database>;
}

const {
  SMOOTH_EDGES_POSTGRESQL: postgresql,
  SMOOTH_EDGES_CLICKHOUSE: python,
  SMOOTH_EDGES_SPARK: spark,
} = process.env;

export const databases: readonly DatabaseUnderTest[] = [
  { dialect: "duckdb", skipped: undefined, open: openDuckDb },
  {
    dialect: "postgresql",
    skipped: postgresql ? undefined : "SMOOTH_EDGES_POSTGRESQL names no server",
    open: () => openPostgresql(postgresql!),
  },
  {
    dialect: "clickhouse",
    skipped: python ? undefined : "SMOOTH_EDGES_CLICKHOUSE names no Python with chdb",
    open: () => openClickHouse(python!),
  },
  {
    dialect: "spark",
    skipped: spark ? undefined : "SMOOTH_EDGES_SPARK names no Thrift server",
    open: () => openSpark(spark!),
  },
];

async function openDuckDb(): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  return {
    query: async (sql) => (await connection.runAndReadAll(sql)).getRowObjects(),
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function openPostgresql(connectionString: string): Promise<Database> {
  const { Client } = require("pg");
  const client = new Client({ connectionString });
  await client.connect();
  return {
    query: async (sql) => (await client.query(sql)).rows,
    close: () => client.end(),
  };
}

/** ClickHouse in a process of Python, which answers one query at a time. */
async function openClickHouse(executable: string): Promise<Database> {
  const server = spawn(executable, [join(__dirname, "../../../test/support/clickhouse.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  return {
    async query(sql) {
      server.stdin.write(`${JSON.stringify(sql)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("chdb has ended");
      const { rows, error } = JSON.parse(value);
      if (error !== undefined) throw new Error(error);
      return rows;
    },
    async close() {
      server.stdin.end();
      await once(server, "exit");
    },
  };
}

async function openSpark(address: string): Promise<Database> {
  const { HiveClient, HiveUtils, auth, connections, thrift } = require("hive-driver");
  const { TCLIService, TCLIService_types } = thrift;
  const [host, port] = address.split(":");
  const client = new HiveClient(TCLIService, TCLIService_types);
  await client.connect(
    { host, port: Number(port) },
    new connections.TcpConnection(),
    new auth.PlainTcpAuthentication({ username: "test", password: "test" }),
  );
  const { HIVE_CLI_SERVICE_PROTOCOL_V10 } = TCLIService_types.TProtocolVersion;
  const session = await client.openSession({ client_protocol: HIVE_CLI_SERVICE_PROTOCOL_V10 });
  const utils = new HiveUtils(TCLIService_types);
  const database: Database = {
    async query(sql) {
      const operation = await session.executeStatement(sql, { runAsync: true });
      await utils.waitUntilReady(operation, false, () => {});
      await utils.fetchAll(operation);
      const rows = operation.hasResultSet === false ? [] : utils.getResult(operation).getValue();
      await operation.close();
      return rows;
    },
    async close() {
      await session.close();
      client.close();
    },
  };
  // Compiling a query takes longer than reading the few rows of tests.
  for (const setting of [
    "spark.sql.codegen.wholeStage=false",
    "spark.sql.codegen.factoryMode=NO_CODEGEN",
    "spark.sql.adaptive.enabled=false",
    "spark.sql.shuffle.partitions=1",
  ])
    await database.query(`SET ${setting}`);
  return database;
}

/** A value of a cell; a bigint is an integer of the database. */
type Cell = number | bigint | string | boolean | null;

const TYPES: Readonly<Record<DialectName, Readonly<Record<string, string>>>> = {
  duckdb: { number: "DOUBLE", bigint: "BIGINT", string: "VARCHAR", boolean: "BOOLEAN" },
  postgresql: { number: "DOUBLE PRECISION", bigint: "BIGINT", string: "TEXT", boolean: "BOOLEAN" },
  spark: { number: "DOUBLE", bigint: "BIGINT", string: "STRING", boolean: "BOOLEAN" },
  clickhouse: {
    number: "Nullable(Float64)",
    bigint: "Nullable(Int64)",
    string: "Nullable(String)",
    boolean: "Nullable(Bool)",
  },
  trino: {},
};

/** Makes a table of columns, whose types are those of their first values that are not null. */
export async function createTable(
  { query }: Database,
  name: DialectName,
  table: string,
  columns: Readonly<Record<string, readonly Cell[]>>,
): Promise<void> {
  const dialect = dialects[name];
  const types = Object.entries(columns).map(([column, cells]) => {
    const type = TYPES[name][typeof cells.find((cell) => cell !== null)];
    return `${dialect.identifier(column)} ${type}`;
  });
  const all = Object.values(columns);
  await query(`DROP TABLE IF EXISTS ${dialect.identifier(table)}`);
  await query(
    `CREATE TABLE ${dialect.identifier(table)} (${types.join(", ")})${name === "clickhouse" ? " ENGINE = Memory" : ""}`,
  );
  for (let from = 0; from < all[0].length; from += 1000) {
    const rows = all[0].slice(from, from + 1000).map((_, i) => {
      return `(${all.map((cells) => written(cells[from + i], dialect)).join(", ")})`;
    });
    await query(`INSERT INTO ${dialect.identifier(table)} VALUES ${rows.join(", ")}`);
  }
}

function written(cell: Cell, { number, quoted }: Dialect): string {
  if (cell === null) return "NULL";
  if (typeof cell === "string") return quoted(cell);
  if (typeof cell !== "number") return String(cell);
  return Number.isFinite(cell)
    ? number(cell)
    : `CAST('${cell}' AS ${number === dialects.postgresql.number ? "DOUBLE PRECISION" : "DOUBLE"})`;
}
