/** Writes the SQL of passes in every dialect as JSON, for `test/frame/read_sql.py`; no database is there, so sums are made up. */
import {
  binomial,
  type Datafit,
  gamma,
  huber,
  logCosh,
  logistic,
  negativeBinomial,
  poisson,
  quantile,
  squaredError,
  squaredHinge,
  tweedie,
} from "../../src";
import { type DialectName, dialects } from "../../src/frame/sql/dialects";
import { openColumns } from "../../src/frame/sql/sql-columns";
import { SqlSource } from "../../src/frame/sql/sql-table";

/** The types that each database calls its columns by. */
const TYPES: Readonly<Record<DialectName, readonly [number: string, text: string]>> = {
  duckdb: ["DOUBLE", "VARCHAR"],
  postgresql: ["double precision", "text"],
  spark: ["double", "string"],
  clickhouse: ["Nullable(Float64)", "LowCardinality(String)"],
  trino: ["double", "varchar(20)"],
};

/** An answer of the same shape as a database's, whatever its sums. */
function answerTo(sql: string, dialect: DialectName): unknown[][] {
  const nColumns = (sql.split(" FROM ")[0].match(/ AS se_\d+/g) ?? []).length;
  const [number, text] = TYPES[dialect];
  if (/typeof|toTypeName/.test(sql)) return [[number, text, text, number, number, text].slice(0, nColumns)];
  if (/GROUP BY .* LIMIT 22$/.test(sql)) return [["no"], ["yes"]];
  if (/GROUP BY .* LIMIT \d+$/.test(sql))
    return [
      ["Ulm", 4],
      ["O'Hara", 5],
      [null, 1],
    ];
  const columns = sql
    .split(" FROM ")[0]
    .split(/ AS se_\d+(?:, )?/)
    .slice(0, nColumns);
  const isChecked = /count\(\*\) - count/.test(sql);
  /** All values are there, and their means are what they were. */
  const answered = (column: string, k: number, nRows: number): number => {
    if (/count\(\*\)/.test(column) && !/ - count/.test(column)) return nRows;
    return isChecked || column.includes("se_z") ? 0 : 10 + (k % 3);
  };
  if (!/GROUP BY se_f$/.test(sql)) return [columns.map((column, k) => answered(column, k, 20))];
  return [0, 1].map((fold) => columns.map((column, k) => (k === 0 ? fold : answered(column, k, 10))));
}

const losses: readonly Datafit[] = [
  squaredError(),
  logistic(),
  binomial(),
  squaredHinge(),
  poisson(),
  gamma(),
  tweedie(),
  negativeBinomial({ theta: 2 }),
  huber({ delta: 1 }),
  logCosh({ delta: 1 }),
  quantile({ smoothing: 0.1 }),
];

/** Waits for a pass, whose sums are no answer of a table that stays as it is. */
async function writtenBy(pass: Promise<unknown>): Promise<void> {
  await pass.catch((error: Error) => {
    if (!error.message.includes("a table must stay as it is")) throw error;
  });
}

async function written(dialect: DialectName): Promise<string[]> {
  const asked: string[] = [];
  const columns = await openColumns("test", {
    query: async (sql) => {
      asked.push(sql);
      return answerTo(sql, dialect);
    },
    dialect,
    table: ["a schema", 'claims"of`all'],
    features: ["x\\y", "select"],
    response: "label's",
    missing: "level",
    sampleWeight: "weight",
    offset: "exposure",
    foldBy: "key",
  });
  const source = new SqlSource(columns);
  const table = source.tableOf("test", 2, await source.summarize("test", 2));
  await table.lossFor(huber());
  const coefs = Float64Array.of(0.5, -1, 0, 2, 1e-7);
  for (const datafit of losses)
    await writtenBy(
      table.evaluate(datafit, [
        { coefs, hasGradient: true, gram: Int32Array.of(0, 2, 4), measure: "squaredError" },
        { coefs, rows: { fold: 1, isHeldOut: false }, dual: { scale: 0.5, shift: coefs, size: 1 } },
      ]),
    );
  return asked;
}

async function main(): Promise<void> {
  const names = Object.keys(dialects) as DialectName[];
  const all = await Promise.all(names.map(async (name) => [name, await written(name)] as const));
  process.stdout.write(JSON.stringify(Object.fromEntries(all)));
}

void main();
