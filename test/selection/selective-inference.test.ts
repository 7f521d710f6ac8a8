/** Inference on what a lasso selected, against selectiveInference of R and in closed form. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  cox,
  fitFromJSON,
  huber,
  logistic,
  MultiTaskLasso,
  SmoothElasticNet,
  SmoothLasso,
  type SmoothLassoOptions,
  type SparseLinearFit,
} from "../../src";
import { normalTail } from "../../src/random/distributions";
import { seededRandom } from "../../src/random/random";
import { selectiveInference } from "../../src/selection";
import { proximalGradient } from "../../src/solvers";
import { assertAllClose, assertClose } from "../support/assert-close";

interface GoldenCase {
  readonly name: string;
  readonly lambda: number;
  readonly sigma?: number;
  readonly intercept?: boolean;
  readonly vars: readonly number[];
  readonly estimate: readonly number[];
  readonly sd: readonly number[];
  readonly p: readonly (number | null)[];
  readonly low_limit: readonly number[];
  readonly high_limit: readonly (number | null)[];
  readonly sign: readonly number[];
  readonly interval: readonly (readonly (number | null)[])[];
}

const file: {
  readonly n: number;
  readonly p: number;
  readonly X: readonly number[];
  readonly y: readonly number[];
  readonly labels: readonly number[];
  readonly time: readonly number[];
  readonly event: readonly number[];
  readonly cases: readonly GoldenCase[];
} = JSON.parse(
  readFileSync(path.resolve(__dirname, "../../../test/golden/selective-inference.json"), "utf8"),
);
const { n, p } = file;
const X = Array.from({ length: n }, (_, i) => Array.from({ length: p }, (_, j) => file.X[i + j * n]));
const times = file.time.map((time, i) => (file.event[i] === 1 ? time : -time));

const responses: Readonly<Record<string, { y: readonly number[]; options?: SmoothLassoOptions }>> = {
  logistic: { y: file.labels, options: { datafit: logistic() } },
  cox: { y: times, options: { datafit: cox(), tol: 1e-10 } },
  "lasso, standardized": { y: file.y, options: { standardize: true } },
};

/** What the package left out is passed over. */
function assertWhereKnown(
  what: string,
  found: readonly number[],
  expected: readonly (number | null)[],
  tolerance: number,
): void {
  const known = expected.flatMap((value, k) => (value === null ? [] : [k]));
  assert.ok(known.length > 0, `${what}: nothing is known`);
  assertAllClose(
    what,
    known.map((k) => found[k]),
    known.map((k) => expected[k]!),
    tolerance,
  );
}

describe("selective inference", () => {
  for (const golden of file.cases) {
    it(`is that of R's selectiveInference: ${golden.name}`, () => {
      const { y, options } = responses[golden.name] ?? { y: file.y };
      const { lambda, intercept: fitIntercept = true, sign } = golden;
      const fit = new SmoothLasso({ lambda, fitIntercept, standardize: false, tol: 1e-12, ...options }).fit(
        X,
        y,
      );
      const isGiven = golden.name.includes("given");
      const found = selectiveInference(fit, { level: 0.9, ...(isGiven ? { sigma: golden.sigma } : {}) });
      // The package has columns of deviation 1 where we have them standardized.
      const scales = fit.supportDeviations!.map((deviation) => (options?.standardize ? deviation : 1));
      const scaled = (values: Float64Array): number[] => Array.from(values, (value, k) => value * scales[k]);
      const toSign = (first: Float64Array, second: Float64Array): number[] =>
        scaled(first).map((value, k) => (sign[k] > 0 ? value : -scaled(second)[k]));
      const tolerance = 1e-8;

      assert.deepEqual([...fit.support], golden.vars);
      if (golden.sigma !== undefined) assertClose("sigma", found.sigma, golden.sigma, 1e-12);
      assertAllClose("estimates", scaled(found.estimates), golden.estimate, tolerance);
      assertAllClose("standard errors", scaled(found.standardErrors), golden.sd, tolerance);
      assertAllClose(
        "statistics",
        found.statistics,
        golden.estimate.map((b, k) => b / golden.sd[k]),
        1e-7,
      );
      assertWhereKnown("p-values", [...found.pValues], golden.p, tolerance);
      assertAllClose(
        "lower limits",
        toSign(found.truncatedFrom, found.truncatedTo),
        golden.low_limit,
        tolerance,
      );
      const upper = toSign(found.truncatedTo, found.truncatedFrom);
      assertWhereKnown("upper limits", upper, golden.high_limit, tolerance * 100);
      const [low, high] = [0, 1].map((side) => golden.interval.map((interval) => interval[side]));
      assertWhereKnown("lower ends", scaled(found.lower), low, tolerance);
      assertWhereKnown("upper ends", scaled(found.upper), high, tolerance);
    });
  }

  // Columns of Hadamard's matrix: orthogonal, of mean 0 and deviation 1.
  const signs = Array.from({ length: 64 }, (_, i) =>
    [1, 2, 4, 8, 16].map((bit) => ((i & bit) === 0 ? 1 : -1)),
  );
  const random = seededRandom(5);
  const noise = Array.from({ length: 64 }, () => random.normal());
  const response = signs.map(([a, b], i) => 0.6 * a - 0.4 * b + noise[i]);

  it("has the closed form of an orthogonal design: tails beyond lambda", () => {
    const [lambda, sigma] = [0.2, 1.2];
    const fit = new SmoothLasso({ lambda, tol: 1e-12 }).fit(signs, response);
    const { pValues, estimates, truncatedFrom } = selectiveInference(fit, { sigma });
    assert.ok(fit.support.length >= 2);
    fit.support.forEach((j, k) => {
      const z = signs.reduce((sum, row, i) => sum + row[j] * response[i], 0) / 64;
      assertClose("the estimate", estimates[k], z, 1e-12);
      const expected = normalTail((8 * Math.abs(z)) / sigma) / normalTail((8 * lambda) / sigma);
      assertClose("p", pValues[k] / expected, 1, 1e-10);
      if (z > 0) assertClose("the limit", truncatedFrom[k], lambda, 1e-12);
    });
  });

  it("leaves a feature without a penalty untruncated where it is orthogonal, and tests both sides of it", () => {
    const options = { lambda: 0.2, penaltyFactors: [1, 1, 0, 1, 1], tol: 1e-12 };
    const fit = new SmoothLasso(options).fit(signs, response);
    const found = selectiveInference(fit, { sigma: 1 });
    const k = found.names.indexOf("x2");
    const z = signs.reduce((sum, row, i) => sum + row[2] * response[i], 0) / 64;
    assertClose("p", found.pValues[k], 2 * normalTail(8 * Math.abs(z)), 1e-12);
    assert.deepEqual([found.truncatedFrom[k], found.truncatedTo[k]], [-Infinity, Infinity]);
  });

  it("counts a row of weight 2 as two rows, and takes an offset off the response", () => {
    const sampleWeight = response.map((_, i) => 1 + (i % 2));
    const offset = response.map((_, i) => (i % 5) / 3);
    const twice = response.flatMap((_, i) => (i % 2 === 0 ? [i] : [i, i]));
    const estimator = new SmoothLasso({ lambda: 0.1, tol: 1e-13 });
    const weighted = estimator.fit(signs, response, { sampleWeight, offset });
    const copied = estimator.fit(
      twice.map((i) => signs[i]),
      twice.map((i) => response[i] - offset[i]),
    );
    const [one, other] = [weighted, copied].map((fit) => selectiveInference(fit, { sigma: 1.1 }));
    assert.deepEqual(one.names, other.names);
    for (const key of ["estimates", "standardErrors", "pValues", "lower", "upper"] as const) {
      assertAllClose(key, one[key], other[key], 1e-8);
    }
  });

  it("is that of the lasso where no coefficient is negative anyway", () => {
    const positive = signs.map(([a, b, ...rest]) => [a, -b, ...rest]);
    const options = { lambda: 0.2, tol: 1e-12, exclude: [2, 3, 4] };
    const [plain, oneSided] = [false, true].map((nonNegative) =>
      selectiveInference(new SmoothLasso({ ...options, nonNegative }).fit(positive, response)),
    );
    assertAllClose("p", oneSided.pValues, plain.pValues, 1e-12);
  });

  it("says what it is of, what it accounts for and on which condition", () => {
    const text = String(
      selectiveInference(new SmoothLasso({ lambda: 0.2 }).fit(signs, response), { sigma: 1 }),
    );
    assert.match(
      text,
      /^SmoothLasso, squaredError, lambda = 0.2: \d coefficients selected from 64 rows, sigma 1\n/,
    );
    assert.match(
      text,
      /account for the selection of features and signs at this lambda, if it was not chosen/,
    );
  });

  describe("refuses in a sentence", () => {
    const lasso = new SmoothLasso({ lambda: 0.2 });
    const fit = lasso.fit(signs, response);
    const cases: readonly (readonly [string, () => SparseLinearFit, RegExp])[] = [
      ["no fit", () => ({}) as SparseLinearFit, /fit must be one of a single response/],
      [
        "several responses",
        () => new MultiTaskLasso({ lambda: 0.1 }).fit(signs, signs) as unknown as SparseLinearFit,
        /fit must be one of a single response/,
      ],
      [
        "another loss",
        () => new SmoothLasso({ lambda: 0.1, datafit: huber() }).fit(signs, response),
        /datafit must be/,
      ],
      ["a file", () => fitFromJSON(fit.toJSON()) as SparseLinearFit, /the data must be at hand/],
      ["a refit", () => fit.refit(), /lambda must be above 0, that of a lasso, got 0; take inference\(fit\)/],
      [
        "another penalty",
        () => new SmoothElasticNet({ lambda: 0.1 }).fit(signs, response),
        /penalty must be l1/,
      ],
      [
        "bounds",
        () => new SmoothLasso({ lambda: 0.1, bounds: [-1, 1] }).fit(signs, response),
        /penalty must be l1/,
      ],
      [
        "adaptive weights",
        () => new SmoothLasso({ lambda: 0.1, adaptive: true }).fit(signs, response),
        /fit must be that of a lasso by itself, got "one that is adaptive"/,
      ],
      [
        "an empty support",
        () => new SmoothLasso({ lambda: 9 }).fit(signs, response),
        /: fit must have at least one feature, got none; take a smaller lambda/,
      ],
      [
        "no sigma with few rows",
        () => new SmoothLasso({ lambda: 0.1 }).fit(X.slice(0, 15), file.y.slice(0, 15)),
        /sigma must be given where there are not more rows than coefficients, here 15 rows/,
      ],
      [
        "no sigma where nothing is left of the response",
        () =>
          lasso.fit(
            X,
            X.map(([first, second]) => 2 * first - second),
          ),
        /sigma must be given where least squares on all features leaves no error, got undefined; pass/,
      ],
    ];
    for (const [title, make, words] of cases) {
      it(title, () => {
        assert.throws(() => selectiveInference(make()), words);
      });
    }
    it("options outside their domain", () => {
      assert.throws(
        () => selectiveInference(fit, { level: 1 }),
        /level must be a number strictly between 0 and 1/,
      );
      assert.throws(
        () => selectiveInference(fit, { sigma: 0 }),
        /sigma must be a positive finite number, got 0/,
      );
      assert.throws(() => selectiveInference(fit, { alpha: 0.1 } as object), /alpha/);
    });
    it("sigma of a loss that has none", () => {
      const labels = response.map((value) => (value > 0 ? 1 : 0));
      const classified = new SmoothLasso({ lambda: 0.05, datafit: logistic() }).fit(signs, labels);
      assert.throws(() => selectiveInference(classified, { sigma: 2 }), /sigma must be left out/);
    });
    it("a fit that is far from its optimum", () => {
      const init = Array.from({ length: p }, (_, j) => (j === 1 ? -1 : 0));
      const options = { lambda: 0.2, init, solver: proximalGradient() };
      const stopped = new SmoothLasso(options).fit(X, file.y, { signal: { aborted: true } });
      assert.throws(() => selectiveInference(stopped), /fit must be converged, .* got "interrupted"/);
      const loose = new SmoothLasso({ ...options, lambda: 0.02, tol: 0.8 }).fit(X, file.y);
      assert.throws(() => selectiveInference(loose), /fit must be close enough to its optimum/);
    });
  });
});
