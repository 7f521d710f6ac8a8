import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  binomial,
  cox,
  type Datafit,
  gamma,
  huber,
  logCosh,
  logistic,
  negativeBinomial,
  poisson,
  quantile,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothMcp,
  squaredError,
  squaredHinge,
  tweedie,
} from "../../src";
import { DenseBlock } from "../../src/design/dense-block";
import { InputError } from "../../src/errors";
import { PassEvaluator, type PassPoint } from "../../src/estimators/out-of-core/passes";
import { fromFrame, type SqlDesign, type SqlDesignOptions, sqlDesign } from "../../src/frame";
import { openColumns } from "../../src/frame/sql/sql-columns";
import { SqlSource } from "../../src/frame/sql/sql-table";
import type { Anything } from "../support/bad-input";
import { createTable, type Database, databases } from "../support/databases";

const N = 600;
const P = 5;

/** A number in [-1, 1) for row `i`: the fraction of a large sine. */
function noise(i: number, k: number): number {
  const x = Math.sin(12.9898 * (i + 1) + 78.233 * (k + 1)) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

function rowsOf<Cell>(cell: (i: number) => Cell): Cell[] {
  return Array.from({ length: N }, (_, i) => cell(i));
}

const eta = rowsOf((i) => 1.5 * noise(i, 0) - 1.2 * noise(i, 3) + 0.3);

/** Features far from zero, correlated with their neighbours, on unlike scales; names with quotes and words of SQL. */
const NAMES = ["select", 'a"b', "c'd", "e`f", "x\\y"];
const features = Object.fromEntries(
  NAMES.map((name, j) => [
    name,
    rowsOf((i) => 10 ** (j % 3) * (noise(i, j) + 0.5 * noise(i, j + 1)) + 10 * (j % 4)),
  ]),
);
const frame = {
  ...features,
  gaps: rowsOf((i) => (i % 7 === 0 ? null : noise(i, 20))),
  city: rowsOf((i) => (i % 11 === 0 ? null : ["Ulm", "O'Hara", 'Bad "Ems"', "back\\slash"][i % 4])),
  zone: rowsOf((i) => i % 3),
  isNew: rowsOf((i) => noise(i, 21) > 0.2),
  label: rowsOf((i) => (1 / (1 + Math.exp(-eta[i])) > (noise(i, 9) + 1) / 2 ? "yes" : "no")),
  binary: rowsOf((i) => (eta[i] + noise(i, 10) > 0 ? 2 : 1)),
  count: rowsOf((i) => Math.floor(Math.exp(eta[i] + noise(i, 11)))),
  share: rowsOf((i) => [0, 0.25, 0.5, 0.75, 1][i % 5]),
  y: rowsOf((i) => eta[i] + noise(i, 12)),
  size: rowsOf((i) => Math.exp(eta[i] + noise(i, 13))),
  weight: rowsOf((i) => (i % 13 === 0 ? 0 : 0.5 + (i % 10) / 10)),
  exposure: rowsOf((i) => noise(i, 14) / 3),
  customer: rowsOf((i) => `c${Math.floor(i / 7)}`),
};
const columns = { ...frame, zone: frame.zone.map(BigInt), count: frame.count.map(BigInt) };

const losses: readonly (readonly [response: keyof typeof frame, datafit: Datafit])[] = [
  ["y", squaredError()],
  ["label", logistic()],
  ["share", binomial()],
  ["label", squaredHinge()],
  ["count", poisson()],
  ["size", gamma()],
  ["size", tweedie({ power: 1.3 })],
  ["count", negativeBinomial({ theta: 1.7 })],
  ["y", huber({ delta: 0.4 })],
  ["y", logCosh({ delta: 0.4 })],
  ["y", quantile({ tau: 0.7, smoothing: 0.3 })],
];

function assertSame(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  assert.equal(found.length, wanted.length);
  const scale = Math.max(...Array.from(wanted, Math.abs), 1e-300);
  for (let j = 0; j < wanted.length; j++)
    assert.ok(Math.abs(found[j] - wanted[j]) <= tolerance * scale, `${j}: ${found[j]} is not ${wanted[j]}`);
}

for (const { dialect, skipped, open } of databases) {
  describe(`sqlDesign on ${dialect}`, function () {
    this.timeout(300_000);
    if (skipped) {
      it(`is skipped: ${skipped}`, function () {
        this.skip();
      });
      return;
    }
    /** A query of Spark takes a second, whatever it asks for. */
    const isSlow = dialect === "spark";
    let database: Database;
    before(async () => {
      database = await open();
      await createTable(database, dialect, "order", columns);
    });
    after(() => database.close());

    const opened = (
      response: keyof typeof frame,
      options: Partial<SqlDesignOptions> = {},
    ): Promise<SqlDesign> =>
      sqlDesign({
        query: database.query,
        dialect,
        table: "order",
        features: NAMES,
        response,
        ...options,
      });

    const weighted = { sampleWeight: "weight", offset: "exposure" } as const;
    const inMemory = { sampleWeight: frame.weight, offset: frame.exposure };
    const summaries = new Map<
      string,
      Promise<readonly [SqlSource, Awaited<ReturnType<SqlSource["summarize"]>>]>
    >();
    const summarized = async (response: keyof typeof frame) => {
      const options = { query: database.query, dialect, table: "order", features: NAMES, response };
      const source = new SqlSource(
        await openColumns("test", { ...options, ...weighted, foldBy: "customer" }),
      );
      return [source, await source.summarize("test", 3)] as const;
    };

    for (const [response, datafit] of losses) {
      it(`adds up ${datafit.name} as in memory, to twelve digits`, async () => {
        if (!summaries.has(response)) summaries.set(response, summarized(response));
        const [source, summary] = await summaries.get(response)!;
        const table = source.tableOf("test", 3, summary);
        const classes = datafit.response === "classes" ? await table.classes() : undefined;
        table.codeAs(classes, datafit);
        const standardized = new DenseBlock(N, P + 1);
        standardized.values.fill(1);
        NAMES.forEach((name, j) => {
          const values = features[name].map((value) => (value - table.means[j]) / table.deviations[j]);
          standardized.values.set(values, j * N);
        });
        const coefs = Float64Array.of(0.3, 0, -0.2, 0.1, 0, 0.4);
        const shift = Float64Array.of(0, 1e-3, 0, 2e-3, 0, 0);
        const rows = { fold: 1, isHeldOut: true };
        const points: PassPoint[] = [
          { coefs, hasGradient: true, gram: Int32Array.of(0, 2, 5) },
          { coefs, hasGradient: true, gram: Int32Array.of(1, 2), rows },
          { coefs: shift, rows: { ...rows, isHeldOut: false }, measure: "squaredError" },
          { coefs, measure: "absoluteError" },
          ...(classes ? [{ coefs, rows, measure: "misclassification" as const }] : []),
          ...(table.hasConjugate(datafit)
            ? [
                { coefs, hasGradient: true, dual: { scale: 0.9, shift, size: 1 } },
                { coefs, dual: { scale: 0.999, shift: shift.map(() => 0), size: 1 }, rows },
              ]
            : []),
        ];
        const folds = foldsOf(frame.customer, 3);
        const evaluator = new PassEvaluator(datafit, points);
        const target = Float64Array.from(frame[response] as unknown[], (value) =>
          classes ? classes.indexOf(value as string) : Number(value),
        );
        evaluator.add({
          columns: standardized,
          target,
          weights: Float64Array.from(frame.weight),
          offset: Float64Array.from(frame.exposure),
          folds,
        });
        const found = await table.evaluate(datafit, points);
        for (const [k, wanted] of evaluator.sums().entries()) {
          const size = Math.abs(wanted.loss) + Math.abs(wanted.saturated);
          assertSame([found[k].weight], [wanted.weight], 1e-12);
          assertSame([found[k].loss, found[k].saturated, size], [wanted.loss, wanted.saturated, size], 1e-12);
          assertSame([found[k].error], [wanted.error], 1e-12);
          assertSame([found[k].fenchelYoung, size], [wanted.fenchelYoung, size], 1e-12);
          assertSame([...found[k].gradient, 1], [...wanted.gradient, 1], 1e-12);
          assertSame(found[k].gram, wanted.gram, 1e-12);
        }
      });
    }

    it("finds the means and covariances of the rows, to twelve digits, where columns are far from zero", async () => {
      const x = rowsOf((i) => 1e6 + noise(i, 30));
      await createTable(database, dialect, "far", { x, y: frame.y });
      const source = new SqlSource(
        await openColumns("test", {
          query: database.query,
          dialect,
          table: "far",
          features: "x",
          response: "y",
        }),
      );
      const [{ means, covariance }] = (await source.summarize("test", 1)).moments;
      const mean = x.reduce((sum, value) => sum + (value - 1e6) / N, 0);
      const variance = x.reduce((sum, value) => sum + (value - 1e6 - mean) ** 2 / N, 0);
      assertSame([means[0]], [1e6 + mean], 1e-15);
      assertSame([covariance[0]], [variance], 1e-12);
    });

    it("fits a logistic path as the rows do, with categories, missing values, weights and an offset", async () => {
      const options = {
        response: "label",
        features: [...NAMES, "gaps", "city", "zone", "isNew"],
        categorical: "zone",
        missing: "level",
      } as const;
      const design = await opened("label", { ...options, ...weighted });
      const data = fromFrame(frame, options);
      assert.deepEqual(design.featureNames, data.featureNames);
      assert.deepEqual(design.groups, data.groups);
      const model = new SmoothLasso({ datafit: logistic(), tol: 1e-14 });
      const run = { nLambdas: isSlow ? 2 : 4, lambdaMinRatio: 0.05 };
      const [found, wanted] = [
        await design.path(model.withParams({ tol: 1e-11 }), run),
        model.path(data.X, data.y, { ...run, ...inMemory }),
      ];
      assertSame(found.lambdas, wanted.lambdas, 1e-11);
      assertSame(found.devianceRatio, wanted.devianceRatio, 1e-10);
      for (const [k, fit] of found.fits.entries()) {
        assert.deepEqual(fit.classes, wanted.fits[k].classes);
        assertSame(fit.coef, wanted.fits[k].coef, 1e-5);
        assert.equal(fit.status, "converged");
        assert.ok(fit.certificate.dualityGap! <= 1e-11 * fit.nullDeviance!);
      }
      assert.ok(design.passes <= 30, `${design.passes} passes`);
      const some = [
        {
          ...Object.fromEntries(NAMES.map((name) => [name, 1])),
          gaps: null,
          city: "Ulm",
          zone: 1,
          isNew: true,
        },
      ];
      assertSame(
        found.fits.at(-1)!.decisionFunction(design.encode(some), { offset: [0.1] }) as Float64Array,
        wanted.fits.at(-1)!.decisionFunction(data.encode(some), { offset: [0.1] }) as Float64Array,
        1e-5,
      );
    });

    it("fits and validates a squared error in two passes", async () => {
      const design = await opened("y", { foldBy: "customer" });
      const model = new SmoothLasso({ tol: 1e-12 });
      const run = { nLambdas: 5 };
      const cv = await design.crossValidate(model, { ...run, folds: 3 });
      assert.match(String(cv), /^SmoothLasso, cross-validation in 3 folds over/);
      assert.equal(design.passes, 2);
      const data = fromFrame(frame, { response: "y", features: NAMES });
      const foldId = foldsOf(frame.customer, 3);
      const wanted = model.crossValidate(data.X, data.y, { ...run, foldId });
      assertSame(cv.meanScore, wanted.meanScore, 1e-9);
      assertSame(cv.standardError, wanted.standardError, 1e-9);
      assertSame([cv.lambdaMin], [wanted.lambdaMin], 1e-12);
      assert.equal(cv.foldId.length, 0);
    });

    if (isSlow) return;

    it("validates a logistic path in folds that a key decides", async () => {
      const design = await opened("binary", { foldBy: "customer" });
      const data = fromFrame(frame, { response: "binary", features: NAMES });
      const foldId = foldsOf(frame.customer, 3);
      const model = new SmoothLasso({ datafit: logistic(), tol: 1e-13 });
      const run = { lambdas: [0.1, 0.03, 0.01] };
      const cv = await design.crossValidate(model.withParams({ tol: 1e-11 }), { ...run, folds: 3 });
      const wanted = model.crossValidate(data.X, data.y, { ...run, foldId });
      assertSame(cv.meanScore, wanted.meanScore, 1e-8);
      for (const [fold, scores] of cv.foldScores.entries()) assertSame(scores, wanted.foldScores[fold], 1e-8);
      assert.equal(cv.lambdaMin, wanted.lambdaMin);
      const refitted = await design.refit(model, cv.best);
      assertSame(refitted.coef, wanted.best.refit().coef, 1e-6);
    });

    it("takes penalty factors, bounds, groups, the elastic net, MCP and models without intercept or scaling", async () => {
      const { X, y } = fromFrame(frame, { response: "count", features: NAMES });
      const design = await opened("count");
      const shared = { lambda: 0.02, datafit: poisson(), tol: 1e-12 };
      const bounds = NAMES.map((_, j): [number, number] => (j === 0 ? [0, 0.2] : [-5, 5]));
      const models = [
        new SmoothLasso({ ...shared, penaltyFactors: [0, 1, 2, Number.POSITIVE_INFINITY, 1] }),
        new SmoothLasso({ ...shared, fitIntercept: false, standardize: false }),
        new SmoothLasso({ ...shared, bounds }),
        new SmoothElasticNet({ ...shared, l1Ratio: 0.3 }),
        new SmoothGroupLasso({ ...shared, groups: [0, 0, 1, 1, 2], standardize: "groups" }),
        new SmoothMcp(shared),
        new SmoothLasso({ ...shared, lambda: 0 }),
      ];
      for (const model of models) {
        const [found, wanted] = [await design.fit(model), model.fit(X, y)];
        assertSame(found.coef, wanted.coef, 1e-5);
        assert.equal(found.status, "converged");
        assert.ok(found.trace.length <= 25, `${found.trace.length} passes`);
      }
    });

    it("takes the scale of Huber's loss from the quantiles of the response", async () => {
      const { X, y } = fromFrame(frame, { response: "y", features: NAMES });
      const model = new SmoothLasso({ lambda: 0.05, datafit: huber(), tol: 1e-12 });
      for (const weights of [undefined, frame.weight]) {
        const design = await opened("y", weights ? { sampleWeight: "weight" } : {});
        const found = await design.fit(model);
        const wanted = model.fit(X, y, weights ? { sampleWeight: weights } : {});
        assertSame(found.coef, wanted.coef, 1e-8);
      }
    });

    for (const missing of ["drop", "mean", "median"] as const) {
      it(`reads missing values as fromFrame does, by ${missing}`, async () => {
        const options = { response: "y", features: ["gaps", "city", "isNew"], missing };
        const design = await opened("y", options);
        const data = fromFrame(frame, options);
        assert.deepEqual(design.featureNames, data.featureNames);
        const model = new SmoothLasso({ lambda: 0.01 });
        assertSame((await design.fit(model)).coef, model.fit(data.X, data.y).coef, 1e-9);
      });
    }

    it("takes truth values that are all true for ones", async () => {
      await createTable(database, dialect, "agreed", { x: [1, 2, 4], y: [true, true, true] });
      const design = await opened("y", { table: "agreed", features: "x" });
      assert.equal((await design.fit(new SmoothLasso({ lambda: 0.01 }))).intercept, 1);
    });

    it("refuses in one sentence what it cannot fit", async () => {
      await createTable(database, dialect, "empty", { a: [1], y: [1] });
      await database.query("TRUNCATE TABLE empty");
      await createTable(database, dialect, "bad", {
        a: [1, null, 3],
        b: [1, Number.POSITIVE_INFINITY, 2],
        c: ["x", "y", "z"],
        large: [1n, 9007199254740993n, 2n],
        someB: [null, Number.POSITIVE_INFINITY, 2],
        y: [1, 2, 4],
        noY: [1, null, 0],
        negative: [1, -2, 3],
        ones: [0, 1, 1],
      });
      const tryOn = async (options: Anything, datafit: Datafit = squaredError(), table = "bad") => {
        const all = { query: database.query, dialect, table, features: "a", response: "y", ...options };
        return (await sqlDesign(all)).fit(new SmoothLasso({ lambda: 0.1, datafit }));
      };
      const refused: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
        [() => tryOn({ features: "none" }), /^sqlDesign: query failed: .*none/],
        [() => tryOn({ table: "nowhere" }), /^sqlDesign: query failed: .*nowhere/],
        [() => tryOn({}, squaredError(), "empty"), /table must have rows, got none/],
        [() => tryOn({ query: "SELECT" }), /query must be a function that sends SQL/],
        [() => tryOn({ query: async () => ({ rows: [] }) }), /a function that returns an array of rows/],
        [() => tryOn({ query: async () => [{ other: 1 }] }), /rows with the columns se_0 to se_1/],
        [() => tryOn({ dialect: "sqlite" }), /dialect must be/],
        [() => tryOn({ features: [] }), /features must be the name of at least one column/],
        [() => tryOn({ features: ["a", "a"] }), /features must be distinct names, got "a"/],
        [() => tryOn({ features: undefined }), /features must be the name of a column/],
        [() => tryOn({}), /column "a" must have a value in every row, got 1 row without; missing: "drop"/],
        [
          () => tryOn({ features: "b" }),
          /column "b" must have a finite number in every row, got 1 row without/,
        ],
        [
          () => tryOn({ features: "large" }),
          /"large" must have an integer that a 64-bit float holds exactly/,
        ],
        [
          () => tryOn({ features: "large", categorical: "large" }),
          /"large" must have an integer that a 64-bit float holds exactly/,
        ],
        [
          () => tryOn({ features: "someB", missing: "level" }),
          /column "someB" must have a finite number in every row, got 1 row without$/,
        ],
        [() => tryOn({ features: "b", response: "noY" }), /must have .* in every row/],
        [
          () => tryOn({ features: "negative", response: "noY", missing: "mean" }),
          /column "noY" must have a value/,
        ],
        [
          () => tryOn({ features: "y", response: "c" }, logistic()),
          /c must have two classes with logistic, got "x", "y" and "z"/,
        ],
        [
          () => tryOn({ features: "negative" }, logistic()),
          /y must have two classes with logistic, got 1, 2 and 4/,
        ],
        [() => tryOn({ features: "y", response: "c" }), /column "c" must be of numbers with squaredError/],
        [
          () => tryOn({ features: "y", response: "negative" }, poisson()),
          /column "negative" must be a number >= 0, got -2/,
        ],
        [
          () => tryOn({ features: "c", sampleWeight: "negative" }),
          /sampleWeight must be numbers >= 0, got -2/,
        ],
        [() => tryOn({ features: "c" }, cox()), /datafit must be a sum over rows of one response/],
        [
          () => tryOn({ features: "c", response: "ones" }, binomial({ link: "probit" })),
          /datafit must be one of .*, which are written in SQL/,
        ],
        [
          async () => (await opened("y")).crossValidate(new SmoothLasso(), { folds: 3 }),
          /SqlDesign\.crossValidate: foldBy must be the name of a column/,
        ],
      ];
      for (const [attempt, message] of refused)
        await assert.rejects(attempt, (error: Error) => {
          assert.ok(error instanceof InputError, error.stack);
          assert.match(error.message, message);
          assert.ok(!error.message.includes("\n"));
          return true;
        });
    });
  });
}

/** The lower half of the MD5 of a text modulo 2^32, which decides its fold. */
function foldsOf(keys: readonly string[], nFolds: number): Int32Array {
  return Int32Array.from(keys, (key) => createHash("md5").update(key).digest().readUInt32LE(8) % nFolds);
}
