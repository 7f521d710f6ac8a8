import assert from "node:assert/strict";
import { seededRandom, sparseMatrix } from "../../src";
import { logistic, poisson } from "../../src/datafits";
import { type ModelOptions, SmoothLasso, SparseLinearModel } from "../../src/estimators";
import { groupHadamardProduct, hadamardProduct } from "../../src/parametrizations";
import { mcp } from "../../src/penalties";
import { assertAllClose, assertClose } from "../support/assert-close";
import { cscOf, matrixOf } from "../support/csc";
import { readGolden } from "../support/golden";

/** Counts as a table of words has them: half of the columns rare, one constant, one empty, one full and far from 0. */
function wordCounts(seed: number, nSamples: number, nFeatures: number): { rows: number[][]; eta: number[] } {
  const random = seededRandom(seed);
  const rows = Array.from({ length: nSamples }, () =>
    Array.from({ length: nFeatures }, (_, j) => {
      if (j === 5) return 0;
      if (j === 6) return 2;
      if (j === 7) return 1000 + random.normal();
      return random.uniform() < 0.02 + j / (2 * nFeatures) ? 1 + Math.round(3 * random.uniform()) : 0;
    }),
  );
  const eta = rows.map((row) => 0.6 * row[0] - 0.5 * row[9] + 0.4 * row[12] + 0.3 * random.normal());
  return { rows, eta };
}

const { rows, eta } = wordCounts(5, 80, 20);
const factors = Float64Array.from({ length: 20 }, (_, j) => [1, 0.5, 2][j % 3]);
factors[3] = 0;
factors[7] = 0;
factors[11] = Infinity;

describe("a sparse matrix gives the numbers of its dense twin", () => {
  const dense = matrixOf(rows);
  const sparse = cscOf(dense);
  const models: Record<string, (options: ModelOptions) => SmoothLasso | SparseLinearModel> = {
    SmoothLasso: (options) => new SmoothLasso(options),
    "SparseLinearModel with groups": ({ penaltyFactors: _, ...options }) =>
      new SparseLinearModel({
        ...options,
        parametrization: groupHadamardProduct(
          factors.map((_, j) => j >> 1),
          { depth: 2 },
        ),
      }),
    "SparseLinearModel with mcp": ({ penaltyFactors: _, ...options }) =>
      new SparseLinearModel({ ...options, penalty: mcp(), tol: 1e-12 }), // a violation of 1e-13 of lambda is rounding
  };
  for (const [name, make] of Object.entries(models)) {
    for (const fitIntercept of [true, false]) {
      for (const standardize of [true, false]) {
        it(`${name}, fitIntercept ${fitIntercept}, standardize ${standardize}`, () => {
          for (const penaltyFactors of [undefined, factors]) {
            const model = make({ fitIntercept, standardize, penaltyFactors, lambda: 0.05, tol: 1e-13 });
            const [one, other] = [sparse, dense].map((X) => model.fit(X, eta));
            assertAllClose("coefficients", one.coef, other.coef, 1e-10);
            assertClose("intercept", one.intercept, other.intercept, 1e-10);
            assert.deepEqual(one.support, other.support);
            assertAllClose("predictions", one.predict(sparse), other.predict(dense), 1e-10);
            assertClose("score", one.score(sparse, eta), other.score(dense, eta), 1e-10);
          }
        });
      }
    }
  }

  it("with losses that are not quadratic, along a path", () => {
    const cases = [
      { datafit: logistic(), y: eta.map((value) => (value > 0.2 ? 1 : 0)) },
      { datafit: poisson(), y: eta.map((value) => Math.round(Math.exp(value))) },
    ];
    for (const { datafit, y } of cases) {
      const model = new SmoothLasso({ datafit, tol: 1e-13 });
      const [one, other] = [sparse, dense].map((X) =>
        model.path(X, y, { nLambdas: 6, lambdaMinRatio: 0.05 }),
      );
      assertAllClose("lambdas", one.lambdas, other.lambdas, 1e-12);
      one.coefs.forEach((coef, k) => {
        assertAllClose(`${datafit.name}, lambda ${k}`, coef, other.coefs[k], 1e-10);
      });
    }
  });
});

describe("reference paths with X as a sparse matrix", () => {
  for (const name of [
    "lasso-raw",
    "lasso-intercept",
    "lasso-std-intercept",
    "lasso-penalty-factor",
    "wide-lasso-raw",
    "wide-lasso-std-intercept",
    "wide-lasso-penalty-factor",
  ]) {
    it(`${name} is met to 1e-6`, () => {
      const { X, y, options, lambdas, coefficients, intercepts } = readGolden(name);
      const path = new SmoothLasso({ ...options, tol: 1e-12 }).path(cscOf(X), y, { lambdas });
      path.fits.forEach((fit, k) => {
        assertAllClose(`${name}, lambda ${k}`, fit.coef, coefficients[k], 1e-6);
        assertClose(`${name}, intercept ${k}`, fit.intercept, intercepts[k], 1e-6);
      });
    });
  }
});

describe("a sparse matrix of 20000 rows and columns", () => {
  const [n, nonZeros] = [20000, 100000];
  const random = seededRandom(2);
  const places = (): number[] => Array.from({ length: nonZeros }, () => Math.floor(n * random.uniform()));
  const X = sparseMatrix({
    rows: places(),
    // Columns 0 to 4 are common, the others have about four entries.
    columns: places().map((j, k) => (k % 10 === 0 ? j % 5 : j)),
    values: Array.from({ length: nonZeros }, () => 1 + random.uniform()),
    nSamples: n,
    nFeatures: n,
  });
  const y = new Float64Array(n);
  for (let k = X.indptr[0]; k < X.indptr[5]; k++) y[X.indices[k]] += X.data[k];

  /** The length of the longest array of floats made while `work` ran, and of all together, in multiples of a column. */
  function columnsMade(work: () => void): { longest: number; together: number } {
    const { Float64Array: original } = globalThis;
    let longest = 0;
    let together = 0;
    globalThis.Float64Array = new Proxy(original, {
      construct(target, args) {
        // Not with the proxy as `new.target`: V8 gives each array made so a hidden class of its own, and loops over arrays
        // stay up to ten times slower until the process ends.
        const made = Reflect.construct(target, args);
        if (!(args[0] instanceof ArrayBuffer)) {
          longest = Math.max(longest, made.length);
          together += made.length;
        }
        return made;
      },
    });
    try {
      work();
    } finally {
      globalThis.Float64Array = original;
    }
    assert.ok(together >= n, "nothing was counted");
    return { longest: longest / n, together: together / n };
  }

  for (const [name, model] of Object.entries({
    SmoothLasso: new SmoothLasso({ lambda: 0.05 }),
    SparseLinearModel: new SparseLinearModel({
      parametrization: hadamardProduct({ depth: 2 }),
      lambda: 0.05,
    }),
  })) {
    it(`is fitted and predicted by ${name} without n times p numbers, in one array or in columns`, () => {
      const { longest, together } = columnsMade(() => {
        const fit = model.fit(X, y);
        assert.equal(fit.status, "converged");
        assert.deepEqual([...fit.support], [0, 1, 2, 3, 4]);
        assert.ok(fit.score(X, y) > 0.9);
      });
      assert.ok(longest < 10, `an array as long as ${longest} columns was made`);
      assert.ok(together < n / 10, `arrays as long as ${together} columns were made`);
    });
  }
});
