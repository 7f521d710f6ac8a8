import assert from "node:assert/strict";
import { huber, logistic, poisson, SmoothLasso } from "../../../src";
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
      assert.match(warnings[0], /: SqlDesign.path: query failed: connection lost; the path has \d fits$/);
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

    it("where rows come, go or change in the middle are those of another table, and end the path with the fits until then", async () => {
      const whole = await opened(Number.POSITIVE_INFINITY, 0);
      const path = await whole.design.path(model, grid);
      const changes = [
        "INSERT INTO waves SELECT * FROM waves WHERE id < 5",
        "DELETE FROM waves WHERE id = 7",
        "UPDATE waves SET y = 1 - y WHERE id = 7",
        "UPDATE waves SET x1 = x1 + 1e-3 WHERE id = 7",
      ];
      const rules = [
        /the number of rows must be 120 in every query.*, got 125; open it anew/,
        /the number of rows must be 120 .*, got 119/,
        /the mean of the response must be/,
        /the mean of the standardized features must be/,
      ];
      for (const [k, change] of changes.entries())
        for (const at of [whole.count() - 1, whole.count() - 3]) {
          await database.query("CREATE TABLE kept AS FROM waves");
          let sent = 0;
          const query = async (sql: string): Promise<object[]> => {
            if (++sent === at) await database.query(change);
            return database.query(sql);
          };
          const options = {
            query,
            table: "waves",
            features: ["x0", "x1", "x2"],
            response: "y",
            foldBy: "id",
          };
          const design = await sqlDesign(options);
          let cut = path;
          const warnings = await warningsDuring(async () => {
            cut = await design.path(model, grid);
          });
          assert.match(warnings[0], rules[k]);
          assert.equal(cut.status, "interrupted");
          for (const [i, fit] of cut.fits.entries())
            if (fit.status === "converged") assert.deepEqual([...fit.coef], [...path.fits[i].coef]);
          // Another fit of the design would have other rows than its first pass.
          await assert.rejects(design.fit(model.withParams({ lambda: 0.05 })), rules[k]);
          await database.query("DROP TABLE waves");
          await database.query("ALTER TABLE kept RENAME TO waves");
        }
    });

    it("where rows come within the first pass refuse the table", async () => {
      const queries: string[] = [];
      const query = async (sql: string): Promise<object[]> => {
        queries.push(sql);
        return database.query(sql);
      };
      const options = { table: "waves", features: ["x0", "x1", "x2"], response: "y" };
      await (await sqlDesign({ ...options, query })).fit(new SmoothLasso({ lambda: 0.1 }));
      // The types, the check of values, counts, means and products: rows that come before the third belong to all sums.
      assert.equal(queries.length, 5);
      for (const [at, change, rule] of [
        [
          4,
          "INSERT INTO waves SELECT * FROM waves WHERE id < 5",
          /the number of rows must be 120 .*, got 125/,
        ],
        [
          5,
          "INSERT INTO waves SELECT * FROM waves WHERE id < 5",
          /the number of rows must be 120 .*, got 125/,
        ],
        [5, "UPDATE waves SET x1 = 2 WHERE id = 7", /the mean of "x1" must be/],
      ] as const) {
        await database.query("CREATE TABLE kept AS FROM waves");
        let sent = 0;
        const changing = async (sql: string): Promise<object[]> => {
          if (++sent === at) await database.query(change);
          return database.query(sql);
        };
        const design = await sqlDesign({ ...options, query: changing });
        await assert.rejects(design.fit(new SmoothLasso({ lambda: 0.1 })), rule);
        await database.query("DROP TABLE waves");
        await database.query("ALTER TABLE kept RENAME TO waves");
      }
    });

    it("are not refused for roundings, where an offset explains nearly all of a response", async () => {
      const far = (i: number): number => 1e6 * (wave(i, 3) + wave(i, 8));
      await createTable(database, "duckdb", "offsets", {
        x: Array.from({ length: n }, (_, i) => 1e7 + wave(i, 0)),
        y: Array.from({ length: n }, (_, i) => far(i) + 1e-2 * wave(i, 0)),
        o: Array.from({ length: n }, (_, i) => far(i)),
      });
      const options = { table: "offsets", features: "x", response: "y", offset: "o", query: database.query };
      const fit = await (await sqlDesign(options)).fit(
        new SmoothLasso({ lambda: 1e-4, datafit: huber({ delta: 1 }) }),
      );
      assert.equal(fit.status, "converged");
    });

    it("where a level comes after the table was opened refuse it", async () => {
      for (const [features, response, rule] of [
        [
          "x",
          "y",
          /column "x" must have a value that it had when the table was opened in every row, got 1 row without/,
        ],
        ["n", "x", /column "x" must have a value that it had when the table was opened/],
      ] as const) {
        await createTable(database, "duckdb", "cities", {
          x: ["Ulm", "Kiel", "Ulm", "Kiel"],
          y: [1, 2, 3, 5],
          n: [1, 2, 4, 8],
        });
        const design = await sqlDesign({ query: database.query, table: "cities", features, response });
        await database.query("INSERT INTO cities VALUES ('Bonn', 3, 2)");
        const datafit = response === "x" ? logistic() : undefined;
        await assert.rejects(design.fit(new SmoothLasso({ lambda: 0.1, ...(datafit && { datafit }) })), rule);
        await database.query("DROP TABLE cities");
      }
    });

    it("are not sent any more once a signal is aborted", async () => {
      const whole = await opened(Number.POSITIVE_INFINITY, 0);
      const nBefore = whole.count();
      const aborted = { signal: { aborted: true } };
      await assert.rejects(whole.design.path(model, { ...grid, ...aborted }), {
        name: "InputError",
        message: "SqlDesign.path: a pass over the rows must not be aborted before there is a fit",
      });
      assert.equal(whole.count(), nBefore);
      const path = await whole.design.path(model, grid);
      const nAll = whole.count();
      for (const last of [nBefore + 1, nBefore + 4, nAll - 2]) {
        const { design, count } = await opened(Number.POSITIVE_INFINITY, 0);
        const signal = {
          get aborted() {
            return count() >= last;
          },
        };
        const warnings = await warningsDuring(async () => {
          const cut = await design.path(model, { ...grid, signal }).catch((error: Error) => {
            assert.match(error.message, /aborted before there is a fit/);
            assert.ok(last < nAll - 2);
          });
          if (!cut) return;
          assert.equal(cut.status, "interrupted");
          assert.ok(cut.fits.length > 0);
          assert.deepEqual([...cut.fits[0].coef], [...path.fits[0].coef]);
        });
        assert.ok(
          warnings.every((text) => !text.includes("must not be aborted")),
          warnings[0],
        );
        assert.equal(count(), last);
      }
    });

    it("before anything is known are an error", async () => {
      const { design } = await opened(4, Number.POSITIVE_INFINITY);
      await assert.rejects(design.path(model, grid), {
        name: "InputError",
        message: "SqlDesign.path: query failed: connection lost",
      });
    });
  });
});

const [, { skipped, open: openServer }] = databases;

describe("a server of postgresql that ends a session in the middle of a path", function () {
  this.timeout(60_000);
  if (skipped) {
    it(`is skipped: ${skipped}`, function () {
      this.skip();
    });
    return;
  }
  const { Client, Pool } = require("pg");
  const connectionString = process.env.SMOOTH_EDGES_POSTGRESQL;
  const wave = (i: number, j: number): number => Math.sin(1 + i * (j + 1));
  const model = new SmoothLasso({ datafit: logistic(), tol: 1e-9 });
  const run = { lambdas: [0.1, 0.05, 0.02, 0.01] };
  const options = {
    dialect: "postgresql",
    table: "ended",
    features: ["x0", "x1", "x2"],
    response: "y",
  } as const;
  let server: Database;
  before(async () => {
    server = await openServer();
    await createTable(server, "postgresql", "ended", {
      ...Object.fromEntries(
        [0, 1, 2].map((j) => [`x${j}`, Array.from({ length: 120 }, (_, i) => wave(i, j))]),
      ),
      y: Array.from({ length: 120 }, (_, i) => (wave(i, 0) + wave(i, 5) > 0 ? 1 : 0)),
    });
  });
  after(() => server.close());

  /** Ends the sessions of a client's name, before one of its queries is sent. */
  const endedAt = (
    last: number,
    name: string,
    send: (sql: string) => Promise<{ rows: object[] }>,
  ): { readonly query: (sql: string) => Promise<object[]>; readonly count: () => number } => {
    let sent = 0;
    return {
      count: () => sent,
      query: async (sql) => {
        if (++sent === last)
          await server.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`,
          );
        return (await send(sql)).rows;
      },
    };
  };

  it("costs nothing with a pool, which connects anew", async () => {
    const pool = new Pool({ connectionString, application_name: "pool" });
    pool.on("error", () => {});
    const whole = endedAt(0, "pool", (sql) => pool.query(sql));
    const path = await (await sqlDesign({ ...options, query: whole.query })).path(model, run);
    const cut = endedAt(whole.count() - 2, "pool", (sql) => pool.query(sql));
    const again = await (await sqlDesign({ ...options, query: cut.query })).path(model, run);
    assert.equal(again.status, "complete");
    assert.deepEqual(
      again.fits.map(({ coef }) => [...coef]),
      path.fits.map(({ coef }) => [...coef]),
    );
    await pool.end();
  });

  it("ends a path in a transaction with the fits until then", async () => {
    const pool = new Pool({ connectionString, application_name: "snapshot" });
    const path = await (await sqlDesign({ ...options, query: server.query })).path(model, run);
    for (const back of [1, 3]) {
      const client = await pool.connect();
      client.on("error", () => {});
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      const whole = endedAt(0, "snapshot", (sql) => client.query(sql));
      // Rows that others write meanwhile are none of the transaction's.
      const design = await sqlDesign({ ...options, query: whole.query });
      await server.query("INSERT INTO ended SELECT * FROM ended LIMIT 7");
      const same = await design.path(model, run);
      assert.equal(same.status, "complete");
      assert.equal(design.nSamples, 120);
      await client.query("COMMIT");
      await server.query(
        "DELETE FROM ended WHERE ctid NOT IN (SELECT min(ctid) FROM ended GROUP BY x0, x1, x2, y)",
      );
      const cut = endedAt(whole.count() - back, "snapshot", (sql) => client.query(sql));
      const other = await sqlDesign({ ...options, query: cut.query });
      let ended = path;
      const warnings = await warningsDuring(async () => {
        ended = await other.path(model, run);
      });
      assert.match(warnings[0], /query failed: .*; the path has \d fits?$/);
      assert.equal(ended.status, "interrupted");
      assert.deepEqual([...ended.fits[0].coef], [...path.fits[0].coef]);
      client.release(true);
    }
    await pool.end();
  });

  it("leaves a process alive that has given one client, where it listens to its errors", async () => {
    const client = new Client({ connectionString, application_name: "client" });
    client.on("error", () => {});
    await client.connect();
    const cut = endedAt(12, "client", (sql) => client.query(sql));
    const design = await sqlDesign({ ...options, query: cut.query });
    await warningsDuring(async () => {
      const ended = await design.path(model, run);
      assert.equal(ended.status, "interrupted");
      assert.ok(ended.fits.length > 0);
    });
  });
});
