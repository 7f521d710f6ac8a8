import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  SmoothLasso,
  type SparseLinearFit,
  type SparsePath,
  squaredError,
  squaredHinge,
  tweedie,
} from "../../../src";
import { runnerOf } from "../../../src/estimators/named/estimator";
import { PassModel } from "../../../src/estimators/out-of-core/pass-model";
import { fileDesign, sqlDesign } from "../../../src/frame";
import { openColumns } from "../../../src/frame/sql/sql-columns";
import { SqlSource } from "../../../src/frame/sql/sql-table";
import { seededRandom } from "../../../src/random/random";
import { createTable, type Database, databases } from "../../support/databases";
import { warningsDuring } from "../../support/warnings";

const N = 401;
const NAMES = ["a", "b", "c"];

/** What a response of mean size `mean` looks like, and the law that the intercept of its null model obeys. */
interface Case {
  readonly datafit: (mean: number) => Datafit;
  readonly response: (eta: number, mean: number, u: number) => number;
  /** The intercept of the null model, and the factor of the mean by which it may differ; else its mean loss is least there. */
  readonly intercept?: (y: readonly number[], mean: number) => readonly [value: number, tolerance: number];
  readonly means: readonly number[];
}

const SCALES = [1e-6, 5, 1e6];
const SIGNED = [...SCALES, -5, -1e6];
const average = (y: readonly number[]): number => y.reduce((sum, value) => sum + value / y.length, 0);
const logOfMean = (y: readonly number[]): readonly [number, number] => [Math.log(average(y)), 0];
const line = (eta: number, mean: number): number => mean * (1 + eta / 10);
const factor = (eta: number, mean: number): number => mean * Math.exp(eta);
const bernoulli = (eta: number, _mean: number, u: number): number => (1 / (1 + Math.exp(-eta)) > u ? 1 : 0);

/** The order statistic at a share, of an odd number of values; the smoothed loss is least within `smoothing` of it. */
function orderStatistic(y: readonly number[], share: number): number {
  return [...y].sort((a, b) => a - b)[Math.floor(share * N)];
}

const CASES: Readonly<Record<string, Case>> = {
  "squared error": {
    datafit: () => squaredError(),
    response: line,
    intercept: (y, mean) => [average(y), 1e-12 * Math.abs(mean)],
    means: SIGNED,
  },
  "Huber of the default kink": { datafit: () => huber(), response: line, means: SIGNED },
  "log-cosh of the default bend": { datafit: () => logCosh(), response: line, means: SIGNED },
  "Huber of a narrow kink": {
    datafit: (mean) => huber({ delta: 1e-4 * Math.abs(mean) }),
    response: line,
    intercept: (y, mean) => [orderStatistic(y, 0.5), 1e-4 * Math.abs(mean)],
    means: SIGNED,
  },
  "the median": {
    datafit: (mean) => quantile({ smoothing: 1e-3 * Math.abs(mean) }),
    response: line,
    intercept: (y, mean) => [orderStatistic(y, 0.5), 1e-3 * Math.abs(mean)],
    means: SIGNED,
  },
  "the 0.9 quantile": { datafit: () => quantile({ tau: 0.9 }), response: line, means: SIGNED },
  "the 0.03 quantile": {
    datafit: (mean) => quantile({ tau: 0.03, smoothing: 1e-3 * Math.abs(mean) }),
    response: line,
    intercept: (y, mean) => [orderStatistic(y, 0.03), 1e-3 * Math.abs(mean)],
    means: SIGNED,
  },
  Poisson: { datafit: poisson, response: factor, intercept: logOfMean, means: [...SCALES, 1e12] },
  gamma: { datafit: gamma, response: factor, intercept: logOfMean, means: [...SCALES, 1e12] },
  Tweedie: { datafit: () => tweedie(), response: factor, intercept: logOfMean, means: SCALES },
  "negative binomial": {
    datafit: () => negativeBinomial({ theta: 2 }),
    response: factor,
    intercept: logOfMean,
    means: SCALES,
  },
  logistic: {
    datafit: logistic,
    response: bernoulli,
    intercept: (y) => [Math.log(average(y) / (1 - average(y))), 0],
    means: [1],
  },
  binomial: {
    datafit: () => binomial(),
    response: (eta) => Math.round(4 / (1 + Math.exp(-eta))) / 4,
    intercept: (y) => [Math.log(average(y) / (1 - average(y))), 0],
    means: [1],
  },
  "squared hinge": { datafit: squaredHinge, response: bernoulli, means: [1] },
};

describe("losses in memory and in passes", function () {
  this.timeout(300_000);
  const [{ open }] = databases;
  let database: Database;
  let folder: string;
  let nTables = 0;
  before(async () => {
    database = await open();
    folder = mkdtempSync(join(tmpdir(), "losses-"));
  });
  after(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const random = seededRandom(11);
  const columns = Object.fromEntries(
    NAMES.map((name) => [name, Array.from({ length: N }, () => random.uniform() - 0.5)]),
  );
  const eta = Array.from({ length: N }, (_, i) => columns.a[i] - 0.6 * columns.b[i] + 0.2 * random.normal());
  const u = Array.from({ length: N }, () => random.uniform());

  /** The designs of a table, by files and by queries. */
  async function tablesOf(y: readonly number[], more: Readonly<Record<string, number[]>> = {}) {
    const name = `table_${nTables++}`;
    const all: Record<string, number[]> = { ...columns, y: [...y], ...more };
    const names = Object.keys(all);
    const file = join(folder, `${name}.csv`);
    writeFileSync(
      file,
      [names.join(","), ...y.map((_, i) => names.map((each) => all[each][i]).join(","))].join("\n"),
    );
    await createTable(database, "duckdb", name, all);
    const options = {
      features: NAMES,
      response: "y",
      ...Object.fromEntries(Object.keys(more).map((key) => [key, key])),
    };
    return {
      files: await fileDesign(file, options),
      queries: await sqlDesign({ query: database.query, table: name, ...options }),
    };
  }

  /** The loss of a fit, which an estimator whose loss follows the unit of the response has chosen. */
  const meanLoss = (datafit: Datafit, y: readonly number[], predictor: (i: number) => number): number =>
    datafit.valueAndGradient(
      Float64Array.from(y),
      Float64Array.from(y, (_, i) => predictor(i)),
      new Float64Array(N),
    );

  for (const [name, { datafit: make, response, intercept, means }] of Object.entries(CASES))
    for (const mean of means)
      it(`agree: ${name}, of a response of the size ${mean}`, async () => {
        const y = eta.map((own, i) => response(own, mean, u[i]));
        const datafit = make(mean);
        const model = new SmoothLasso({ datafit, tol: 1e-8 });
        const path = model.path(columns, y, { nLambdas: 3, lambdaMinRatio: 0.05 });
        const found: Record<string, SparsePath> = { memory: path };
        const warnings = await warningsDuring(async () => {
          for (const [where, table] of Object.entries(await tablesOf(y)))
            found[where] = await table.path(model, { nLambdas: 3, lambdaMinRatio: 0.05 });
        });
        assert.deepEqual(warnings, []);
        const loss = datafit.forTarget?.(Float64Array.from(y)) ?? datafit;
        for (const [where, { lambdas, fits }] of Object.entries(found)) {
          assertClose(lambdas, path.lambdas, 1e-6, `lambdas, ${where}`);
          const [none] = fits;
          assert.equal(none.support.length, 0, where);
          if (intercept) {
            const [value, tolerance] = intercept(y, mean);
            const distance = Math.abs(none.intercept - value);
            assert.ok(distance <= tolerance + 1e-7, `${where}: ${none.intercept} is not ${value}`);
          }
          assertStationary(loss, y, none, Math.abs(mean), where);
          for (const [k, fit] of fits.entries()) {
            const wanted = path.fits[k];
            assert.equal(fit.status, "converged", where);
            const { dualityGap, objective } = fit.certificate;
            if (dualityGap !== undefined) assert.ok(dualityGap <= 1e-8 * path.fits[0].nullDeviance!, where);
            assertClose([fit.nullDeviance!], [wanted.nullDeviance!], 1e-7, `null deviance, ${where}`);
            const gap = Math.abs(objective - wanted.certificate.objective);
            assert.ok(gap <= 2e-8 * wanted.nullDeviance! + 1e-14 * Math.abs(objective), `${where}: ${gap}`);
            const penalty = fit.coef.reduce(
              (sum, value, j) => sum + Math.abs(value) * deviationOf(columns[NAMES[j]]),
              0,
            );
            const own =
              meanLoss(
                loss,
                y,
                (i) =>
                  fit.intercept + NAMES.reduce((sum, each, j) => sum + fit.coef[j] * columns[each][i], 0),
              ) +
              fit.lambda * penalty;
            assert.ok(
              Math.abs(own - objective) <= 1e-9 * (Math.abs(own) + wanted.nullDeviance!),
              `${where}: ${own}`,
            );
          }
        }
      });

  /** The mean loss is not lower at an intercept that is larger or smaller, by steps of many sizes. */
  function assertStationary(
    datafit: Datafit,
    y: readonly number[],
    { intercept }: SparseLinearFit,
    unit: number,
    where: string,
  ): void {
    const least = meanLoss(datafit, y, () => intercept);
    const excess = least - datafit.saturatedValue(Float64Array.from(y));
    for (let k = -6; k <= 0; k++)
      for (const sign of [-1, 1]) {
        const step = sign * 10 ** k * (datafit.dependsOnResidual ? unit : 1);
        const other = meanLoss(datafit, y, () => intercept + step);
        const rounding = 1e-10 * excess + 1e-14 * Math.abs(least);
        assert.ok(
          other >= least - rounding,
          `${where}: ${other} at ${intercept + step}, ${least} at ${intercept}`,
        );
      }
  }

  it("agree where offsets move the predictors far, and rows have weights", async () => {
    const offset = eta.map((_, i) => 5 * Math.sin(7 * i) + 8);
    const sampleWeight = eta.map((_, i) => i % 3);
    const y = eta.map((own, i) => Math.round(1e3 * Math.exp(own + offset[i])));
    const price = eta.map((own, i) => 1e5 * (1 + own / 10) + 1e4 * offset[i]);
    for (const [response, datafit, unit] of [
      [y, poisson(), 1],
      [price, huber(), 1e4],
      [price, quantile({ tau: 0.8 }), 1e4],
    ] as const) {
      const model = new SmoothLasso({ datafit, tol: 1e-10 });
      const own = offset.map((value) => value * unit);
      const run = {
        lambdas: [0.1, 0.02].map(
          (share) =>
            share * model.path(columns, response, { offset: own, sampleWeight, nLambdas: 1 }).lambdas[0],
        ),
      };
      const wanted = model.path(columns, response, { ...run, offset: own, sampleWeight });
      for (const [where, table] of Object.entries(await tablesOf(response, { offset: own, sampleWeight }))) {
        const { fits } = await table.path(model, run);
        for (const [k, fit] of fits.entries()) {
          assert.equal(fit.status, "converged", `${where}, ${datafit.name}`);
          assertClose(fit.coef, wanted.fits[k].coef, 1e-4, `${where}, ${datafit.name}`);
          assertClose([fit.intercept], [wanted.fits[k].intercept], 1e-5, `${where}, ${datafit.name}`);
        }
      }
    }
  });

  it("certify nothing where the loss has no curvature and the intercept a slope", async () => {
    const y = eta.map((own) => line(own, 1e6));
    const name = `table_${nTables++}`;
    await createTable(database, "duckdb", name, { ...columns, y });
    const source = new SqlSource(
      await openColumns("test", { query: database.query, table: name, features: NAMES, response: "y" }),
    );
    const table = source.tableOf("test", 1, await source.summarize("test", 1));
    const datafit = huber({ delta: 1 });
    const estimator = new SmoothLasso({ datafit, lambda: 1e-3 });
    const model = new PassModel("test", table, undefined, runnerOf(estimator).model);
    const asked = model.evaluate(new Float64Array(NAMES.length + 1), 1e-3, new Int32Array(0));
    const points = asked.next().value as Parameters<typeof table.evaluate>[1];
    const point = asked.next(await table.evaluate(datafit, points)).value;
    // Far below all responses each row pulls with the force delta.
    const { certificate, decrement } = model.assess(point as Parameters<typeof model.assess>[0], 1e-3);
    assert.ok(Math.abs(certificate.violation - 1) < 1e-12, `${certificate.violation}`);
    assert.equal(decrement, Number.POSITIVE_INFINITY);
    const dual = { scale: 1e-6, shift: new Float64Array(NAMES.length + 1), size: 1 };
    const [sums] = await table.evaluate(datafit, [
      { coefs: new Float64Array(NAMES.length + 1), dual, hasGradient: true },
    ]);
    assert.equal(model.gapOf(new Float64Array(NAMES.length + 1), 1e-3, sums), Number.POSITIVE_INFINITY);
  });
});

function deviationOf(x: readonly number[]): number {
  const mean = average(x);
  return Math.sqrt(average(x.map((value) => (value - mean) ** 2)));
}

function assertClose(
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(found.length, wanted.length, what);
  const size = Math.max(...Array.from(wanted, Math.abs), 1e-300);
  for (let k = 0; k < wanted.length; k++)
    assert.ok(Math.abs(found[k] - wanted[k]) <= tolerance * size, `${what}: ${found[k]} is not ${wanted[k]}`);
}
