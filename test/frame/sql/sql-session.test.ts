import assert from "node:assert/strict";
import { poisson, SmoothLasso } from "../../../src";
import { sqlDesign } from "../../../src/frame";
import { dialects } from "../../../src/frame/sql/dialects";
import { column, inSql, plus } from "../../../src/frame/sql/expression";
import { openColumns } from "../../../src/frame/sql/sql-columns";
import { SqlSource } from "../../../src/frame/sql/sql-table";
import { createTable, type Database, databases } from "../../support/databases";

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
});
