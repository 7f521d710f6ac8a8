import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { summarizeFile } from "../../src/frame";
import { SmoothLasso } from "../../src/index";

const N = 10_000_000;
const P = 20;

/** `y = 3 + 2 x_0 - x_5 + e`, features uniform on the hundredths from -0.5 to 0.5, `e` uniform on [-0.5, 0.5). */
function query(): string {
  const uniform = (k: number): string => `((hash(i * 100 + ${k}) % 101)::DOUBLE / 100 - 0.5)`;
  const features = Array.from({ length: P }, (_, j) => `${uniform(j)} AS x${j}`).join(", ");
  const noise = "((hash(i * 100 + 77) % 1000)::DOUBLE / 1000 - 0.5)";
  return `SELECT *, 3 + 2 * x0 - x5 + ${noise} AS y FROM (SELECT i, ${features} FROM range(${N}) t(i))`;
}

describe("a file of ten million rows", () => {
  let folder: string;
  let path: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "summary-"));
    path = join(folder, "rows.parquet");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(`COPY (SELECT * EXCLUDE (i) FROM (${query()})) TO '${path}' (FORMAT parquet)`);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is fitted in one scan, in less memory than half its columns", async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 50);
    const started = performance.now();
    const summary = await summarizeFile(path, { response: "y" });
    const scan = performance.now() - started;
    const lassos = summary.path(new SmoothLasso());
    clearInterval(watch);
    const table = N * (P + 1) * 8;
    process.stdout.write(
      `${N} rows of ${P} features: ${(scan / 1000).toFixed(1)} s, ${((peak - before) / 2 ** 20).toFixed(0)} MiB above ${(before / 2 ** 20).toFixed(0)}, table ${(table / 2 ** 20).toFixed(0)} MiB\n`,
    );
    assert.equal(summary.nSamples, N);
    assert.ok(peak - before < table / 2, `${peak - before} bytes`);
    // Ten standard errors: those of least squares, sd(e) / (sd(x) sqrt(N)).
    const room = 10 / Math.sqrt(N);
    const { coef, intercept } = summary.fit(new SmoothLasso({ lambda: 0 }));
    const truth = Array.from({ length: P }, (_, j) => ({ 0: 2, 5: -1 })[j] ?? 0);
    coef.forEach((value, j) => {
      assert.ok(Math.abs(value - truth[j]) < room, `x${j}: ${value}`);
    });
    assert.ok(Math.abs(intercept - 2.9995) < room);
    assert.deepEqual([...lassos.at(0.05).support], [0, 5]);
  });

  it("has the covariances that DuckDB aggregates", async () => {
    const summary = await summarizeFile(path, { response: "y" });
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const reader = await connection.runAndReadAll(
      `SELECT avg(y), covar_pop(x0, y), covar_pop(x5, y), var_pop(x7) FROM read_parquet('${path}')`,
    );
    const [mean, first, second, variance] = reader.getRows()[0].map(Number);
    const size = P + 1;
    const found = [
      summary.means[P],
      summary.covariance[P],
      summary.covariance[5 * size + P],
      summary.covariance[7 * size + 7],
    ];
    [mean, first, second, variance].forEach((wanted, k) => {
      assert.ok(Math.abs(found[k] - wanted) <= 1e-11, `${k}: ${found[k]} is not ${wanted}`);
    });
  });
});
