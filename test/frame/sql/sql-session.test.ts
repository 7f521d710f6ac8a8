import assert from "node:assert/strict";
import { logistic, poisson, SmoothLasso } from "../../../src";
import { sqlDesign } from "../../../src/frame";
import { dialects } from "../../../src/frame/sql/dialects";
import { column, inSql, plus } from "../../../src/frame/sql/expression";
import { openColumns } from "../../../src/frame/sql/sql-columns";
import { SqlSource } from "../../../src/frame/sql/sql-table";
import { createTable, type Database, databases } from "../../support/databases";
import { warningsDuring } from "../../support/warnings";

describe("queries of sqlDesign", function () {
  this.timeout(60_000);
  const [{ open }] = databases;
  let database: Database;
  before(async () => {
    database = await open();
  });
  after(() => database.close());

  it("have at most 500 sums, and as many predictors as a wide fit needs", async () => {
    const wide = Array.from({ length: 1200 }, (_, j) => `x${j}`);
    const table = Object.fromEntries([...wide, "y"].map((name, j) => [name, [0, j % 3, 1]]));
    await createTable(database, "duckdb", "wide", table);
    const sizes: number[] = [];
    const query = (sql: string): Promise<object[]> => {
      sizes.push(sql.split(" FROM ")[0].match(/ AS se_\d+/g)?.length ?? 0);
      return database.query(sql);
    };
    const options = { query, table: "wide", features: wide.slice(0, 260), response: "y" };
    await new SqlSource(await openColumns("test", options)).summarize("test", 1);
    assert.ok(Math.max(...sizes) <= 501, `${Math.max(...sizes)} sums`);
    // DuckDB refuses expressions deeper than 1000.
    const sum = inSql(plus(...wide.map(column)), dialects.duckdb);
    const [{ total }] = (await database.query(`SELECT sum(${sum}) AS total FROM wide`)) as {
      total: number;
    }[];
    assert.equal(total, 3 * 400 + 1200);
  });

  it("refuse an infinite loss where a client writes it as NULL, as clients that read JSON do", async () => {
    const offset = [800, 800, 800, -800];
    await createTable(database, "duckdb", "steep", { x: [1, 2, 3, 4], y: [1, 0, 2, 1], offset });
    const asJson = async (sql: string): Promise<object[]> =>
      (await database.query(sql)).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === "number" && !Number.isFinite(value) ? null : value,
          ]),
        ),
      );
    const options = { table: "steep", features: "x", response: "y", offset: "offset" };
    for (const query of [database.query, asJson]) {
      const design = await sqlDesign({ ...options, query });
      await assert.rejects(
        design.fit(new SmoothLasso({ lambda: 0.1, datafit: poisson(), fitIntercept: false })),
        /the loss without penalized features must be finite/,
      );
    }
  });

  describe("that fail", () => {
    const n = 120;
    const wave = (i: number, j: number): number => Math.sin(1 + i * (j + 1));
    before(() =>
      createTable(database, "duckdb", "waves", {
        ...Object.fromEntries(
          [0, 1, 2].map((j) => [`x${j}`, Array.from({ length: n }, (_, i) => wave(i, j))]),
        ),
        y: Array.from({ length: n }, (_, i) => (wave(i, 0) + wave(i, 5) > 0 ? 1 : 0)),
        id: Array.from({ length: n }, (_, i) => i),
      }),
    );
    /** A design whose queries fail from the `first` to the `last`, and how many were sent. */
    const opened = async (first: number, last: number) => {
      let sent = 0;
      const query = (sql: string): Promise<object[]> =>
        ++sent >= first && sent <= last ? Promise.reject(new Error("connection lost")) : database.query(sql);
      const options = { query, table: "waves", features: ["x0", "x1", "x2"], response: "y", foldBy: "id" };
      return { design: await sqlDesign(options), count: () => sent };
    };
    const model = new SmoothLasso({ datafit: logistic(), tol: 1e-9 });
    const grid = { lambdas: [0.1, 0.05, 0.02, 0.01] };

    it("once are sent again, and change no digit", async () => {
      const whole = await opened(Number.POSITIVE_INFINITY, 0);
      const path = await whole.design.path(model, grid);
      const once = await opened(whole.count() - 2, whole.count() - 2);
      const again = await once.design.path(model, grid);
      assert.equal(once.count(), whole.count() + 1);
      assert.deepEqual(
        again.fits.map(({ coef }) => [...coef]),
        path.fits.map(({ coef }) => [...coef]),
      );
    });

    it("for good end a path with the fits until then, and a warning", async () => {
      const whole = await opened(Number.POSITIVE_INFINITY, 0);
      const path = await whole.design.path(model, grid);
      const { design } = await opened(whole.count() - 1, Number.POSITIVE_INFINITY);
      let cut = path;
      const warnings = await warningsDuring(async () => {
        cut = await design.path(model, grid);
      });
      assert.equal(cut.status, "interrupted");
      assert.deepEqual([...cut.fits[0].coef], [...path.fits[0].coef]);
      assert.equal(cut.fits[cut.fits.length - 1].status, "interrupted");
      assert.match(warnings[0], /: sqlDesign: query failed: connection lost; the path has \d fits$/);
    });

    it("for good leave a cross-validation its path", async () => {
      const whole = await opened(Number.POSITIVE_INFINITY, 0);
      await whole.design.crossValidate(model, { ...grid, folds: 3 });
      const { design } = await opened(whole.count(), Number.POSITIVE_INFINITY);
      const warnings = await warningsDuring(async () => {
        const { path, status } = await design.crossValidate(model, { ...grid, folds: 3 });
        assert.deepEqual([path.status, status], ["complete", "interrupted"]);
        assert.ok(path.fits.every(({ status: own }) => own === "converged"));
      });
      assert.match(warnings[0], /connection lost; the path has no scores$/);
    });

    it("before anything is known are an error", async () => {
      const { design } = await opened(4, Number.POSITIVE_INFINITY);
      await assert.rejects(design.path(model, grid), {
        name: "InputError",
        message: "sqlDesign: query failed: connection lost",
      });
    });
  });
});
