import assert from "node:assert/strict";
import { binomial, gamma, logistic, SmoothLasso } from "../../../src";
import { InputError } from "../../../src/errors";
import { sqlDesign } from "../../../src/frame";
import { dialects } from "../../../src/frame/sql/dialects";
import type { Anything } from "../../support/bad-input";
import { createTable, type Database, databases } from "../../support/databases";

for (const { dialect, skipped, open } of databases) {
  describe(`columns of a table on ${dialect}`, function () {
    this.timeout(300_000);
    if (skipped) {
      it(`is skipped: ${skipped}`, function () {
        this.skip();
      });
      return;
    }
    let database: Database;
    before(async () => {
      database = await open();
      await database.query("DROP VIEW IF EXISTS hollow");
      await createTable(database, dialect, "people", {
        x: [1, 2, 4, 3],
        y: [1, 3, 2, 5],
        gaps: [1, null, 2, 3],
        label: ["no", "yes", "no", "no"],
        customer: ["a", null, "", "d"],
        fold: [0, 1, 2, 0],
      });
      await database.query("CREATE VIEW hollow AS SELECT x, y, nullif(y, y) AS nothing FROM people");
    });
    after(() => database.close());

    const opened = (options: Anything) =>
      sqlDesign({
        query: database.query,
        dialect,
        table: "people",
        features: "x",
        response: "y",
        ...options,
      });
    const model = new SmoothLasso({ lambda: 0.01 });

    it("are told apart by small and capital letters where the database does so", async () => {
      if (dialects[dialect].tellsCase) {
        await createTable(database, dialect, "cases", { x: [1, 2, 4, 3], X: [5, 1, 2, 2], Y: [1, 3, 2, 5] });
        const design = await opened({ table: "cases", features: ["x", "X"], response: "Y" });
        const wanted = model.fit({ x: [1, 2, 4, 3], X: [5, 1, 2, 2] }, [1, 3, 2, 5]);
        (await design.fit(model)).coef.forEach((value, j) => {
          assert.ok(Math.abs(value - wanted.coef[j]) < 1e-9, `${j}: ${value}`);
        });
        return;
      }
      const [own, other] = (
        await database.query(
          'SELECT "x" AS a, "X" AS b FROM people'.replaceAll('"', dialect === "spark" ? "`" : '"'),
        )
      ).map((row) => Object.values(row))[0];
      assert.equal(own, other, "one column");
      for (const options of [
        { features: ["x", "X"] },
        { features: ["x", "Y"] },
        { sampleWeight: "X" },
        { offset: "Y" },
        { foldBy: "X" },
        { categorical: "X" },
      ])
        await assert.rejects(
          opened(options),
          /^InputError: sqlDesign: column "[xyY]" must be written in one way, since the database takes .* for the same, got "[XYy]"$/,
        );
      assert.equal((await opened({ foldBy: "x" })).featureNames.length, 1);
    });

    it("of a table that is not found lead to its parts, and to the dialect", async () => {
      await assert.rejects(opened({ table: "public.tiny" }), (error: Error) => {
        assert.ok(error instanceof InputError && error.cause instanceof Error);
        assert.match(
          error.message,
          /^sqlDesign: query failed: .*; the dialect of the query is "[a-z]+", and a table in a schema is named by its parts, as in table: \["public","tiny"\]$/,
        );
        return true;
      });
      // No database has the functions of all dialects.
      const other = dialect === "clickhouse" ? "postgresql" : "clickhouse";
      await assert.rejects(opened({ dialect: other }), {
        name: "InputError",
        message: new RegExp(`^sqlDesign: query failed: .*; the dialect of the query is "${other}"$`),
      });
    });

    it("are refused in one sentence that says what helps", async () => {
      const refused: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
        [
          async () => (await opened({ foldBy: "customer" })).crossValidate(model, { folds: 2 }),
          /column "customer" must have a value in every row, got 2 rows without; it decides the fold/,
        ],
        [
          async () => (await opened({ foldBy: "fold" })).crossValidate(model, { folds: 5 }),
          /folds must be so few that each has rows, got 5; fold \d has none, since a hash divides the values of "fold" into folds, so take fewer, or a column with more values$/,
        ],
        [
          async () => (await opened({ response: "label" })).fit(model),
          /column "label" must be of numbers with squaredError, got "no" and "yes"; two classes are fitted with datafit: logistic\(\)$/,
        ],
        [
          async () => (await opened({ response: "gaps", missing: "mean" })).fit(model),
          /column "gaps" must have a value in every row, got 1 row without; missing: "drop" leaves such rows out$/,
        ],
        [
          async () => (await opened({ sampleWeight: "gaps", missing: "mean" })).fit(model),
          /column "gaps" must have a value in every row, got 1 row without$/,
        ],
        [
          async () => (await opened({ table: "hollow", features: "nothing" })).fit(model),
          /column "nothing" must have a value in every row, got 4 rows without; no row has one, so leave the column out of the features$/,
        ],
        [
          async () => (await opened({ features: "gaps" })).fit(model),
          /column "gaps" .*; missing: "drop", "mean", "median" or "level" reads such rows$/,
        ],
        [
          async () => (await opened({ response: "fold" })).fit(model.withParams({ datafit: gamma() })),
          /column "fold" must be a positive number, got 0$/,
        ],
        [
          async () => (await opened({ response: "fold" })).fit(model.withParams({ datafit: binomial() })),
          /column "fold" must be a share between 0 and 1, got 2$/,
        ],
      ];
      for (const [attempt, message] of refused)
        await assert.rejects(attempt, (error: Error) => {
          assert.ok(error instanceof InputError, error.stack);
          assert.match(error.message, message);
          return true;
        });
      // Without folds nothing is divided.
      assert.equal((await (await opened({ foldBy: "customer" })).fit(model)).support.length, 1);
      const classes = await opened({ response: "label" });
      assert.equal((await classes.fit(model.withParams({ datafit: logistic() }))).status, "converged");
    });
  });
}
