/** Generalized linear models against glmnet with families of MASS and statmod, and ridge regression. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { binomial, cox, type Datafit, logistic, negativeBinomial, tweedie } from "../../src/datafits";
import { fitFromJSON, SmoothElasticNet, SmoothLasso } from "../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

interface GoldenPath {
  readonly lambdas: number[];
  readonly intercepts: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
}

const golden: {
  readonly n: number;
  readonly p: number;
  readonly X: number[];
  readonly paths: Readonly<Record<string, GoldenPath>>;
  readonly trials: number[];
  readonly successes: number[];
  readonly labels: number[];
  readonly counts: number[];
  readonly claims: number[];
  readonly numbers: number[];
  readonly time: number[];
  readonly event: number[];
} = JSON.parse(readFileSync(path.resolve(__dirname, "../../../test/golden/glm-families.json"), "utf8"));

const { n, p, trials, successes, labels, counts, claims, numbers } = golden;
const X = Array.from({ length: n }, (_, i) => Array.from({ length: p }, (_, j) => golden.X[i + j * n]));
const times = golden.time.map((t, i) => (golden.event[i] ? t : -t));
const shares = successes.map((count, i) => count / trials[i]);

/** Fails unless the fits are those of a path of glmnet. */
function assertPath(
  { lambdas, intercepts, coefficients }: GoldenPath,
  fits: readonly { status: string; intercept: number; coef: Float64Array }[],
): void {
  assert.equal(fits.length, lambdas.length);
  fits.forEach((fit, k) => {
    assert.equal(fit.status, "converged");
    assertClose(`intercept at ${lambdas[k]}`, fit.intercept, intercepts[k], 1e-6);
    assertAllClose(`coefficients at ${lambdas[k]}`, fit.coef, coefficients[k], 1e-6);
  });
}

describe("a lasso of other families", () => {
  const cases: readonly (readonly [string, Datafit, readonly number[], object?])[] = [
    ["negative_binomial", negativeBinomial({ theta: 2 }), counts],
    ["tweedie", tweedie({ power: 1.5 }), claims],
    ["binomial", binomial(), shares, { sampleWeight: trials }],
    ["probit", binomial({ link: "probit" }), labels],
    ["cloglog", binomial({ link: "cloglog" }), labels],
    ["cox", cox(), times],
  ];
  for (const [name, datafit, y, run = {}] of cases) {
    it(`has the path of glmnet with ${name}`, () => {
      const { lambdas } = golden.paths[name];
      const { fits } = new SmoothLasso({ datafit, tol: 1e-13 }).path(X, y as number[], { ...run, lambdas });
      assertPath(golden.paths[name], fits);
      const again = fitFromJSON(JSON.stringify(fits[2]));
      assertAllClose("predictions of a file", again.predict(X) as Float64Array, fits[2].predict(X), 0);
    });
  }

  it("is the logistic lasso where shares are 0 or 1", () => {
    const [ofShares, ofClasses] = [binomial(), logistic()].map((datafit) =>
      new SmoothLasso({ datafit, lambda: 0.05, tol: 1e-13 }).fit(X, labels),
    );
    assertAllClose("coefficients", ofShares.coef, ofClasses.coef, 1e-9);
    assertClose("objective", ofShares.certificate.objective, ofClasses.certificate.objective, 1e-12);
    assertAtMost("gap", ofShares.certificate.dualityGap ?? Infinity, 1e-12);
  });

  it("says what is refused, and what to take instead", () => {
    for (const [make, message] of [
      [
        () => tweedie({ power: 2 }),
        "tweedie: power must be a number strictly between 1 and 2, got 2; take gamma()",
      ],
      [
        () => tweedie({ power: 3 }),
        "tweedie: power must be a number strictly between 1 and 2, got 3; beyond it the loss of a logarithmic link is not convex",
      ],
      [
        () => negativeBinomial({} as never),
        'negativeBinomial: theta must be a positive finite number or "estimate", got undefined',
      ],
      [
        () => binomial({ link: "cauchit" as never }),
        /^binomial: link must be "logit", "probit" or "cloglog", got "cauchit"/,
      ],
      [
        () => new SmoothLasso({ datafit: binomial(), lambda: 1 }).fit(X, successes),
        /^SmoothLasso.fit: y, row \d+ must be a share between 0 and 1, got \d+; divide the successes by the trials, and give these as sampleWeight$/,
      ],
      [
        () => new SmoothLasso({ datafit: binomial(), lambda: 1 }).fit(X, { successes, trials }),
        "SmoothLasso.fit: y must be one column, got 2; fit one column at a time; successes and trials are binomial()'s y: successes / trials, sampleWeight: trials",
      ],
    ] as const) {
      assert.throws(make, { name: "InputError", message });
    }
  });
});

describe("ridge regression", () => {
  it("has the path of glmnet with classes", () => {
    const { lambdas } = golden.paths.ridge_logistic;
    const model = new SmoothElasticNet({ l1Ratio: 0, datafit: logistic(), tol: 1e-14 });
    assertPath(golden.paths.ridge_logistic, model.path(X, labels, { lambdas }).fits);
  });

  it("has that of glmnet with numbers, whose lambda it divides by their standard deviation", () => {
    const mean = numbers.reduce((sum, value) => sum + value / n, 0);
    const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0));
    const lambdas = golden.paths.ridge.lambdas.map((lambda) => lambda / deviation);
    const { fits } = new SmoothElasticNet({ l1Ratio: 0, tol: 1e-14 }).path(X, numbers, { lambdas });
    assertPath(golden.paths.ridge, fits);
  });

  it("solves its normal equations where columns are many more than rows", () => {
    const { X: wide, y } = linearData(5, 20, 600);
    const lambda = 0.3;
    const fit = new SmoothElasticNet({ l1Ratio: 0, lambda, standardize: false, tol: 1e-16 }).fit(wide, y);
    const residual = wide.map(
      (row, i) => y[i] - row.reduce((sum, x, j) => sum + x * fit.coef[j], fit.intercept),
    );
    const slopes = Array.from(fit.coef, (b, j) =>
      wide.reduce((sum, row, i) => sum + (row[j] * residual[i]) / wide.length, -lambda * b),
    );
    assertAllClose(
      "slopes",
      slopes,
      slopes.map(() => 0),
      1e-7,
    );
    assert.equal(fit.support.length, 600);
    assert.ok(fit.nIter < 1000, "far fewer iterations than factors of all columns would cost");
  });

  it("begins a path where an elastic net of l1Ratio 0.001 would", () => {
    const [ridge, net] = [0, 1e-3].map((l1Ratio) =>
      new SmoothElasticNet({ l1Ratio }).path(X, numbers, { nLambdas: 2 }),
    );
    assertClose("lambdaMax", ridge.lambdas[0], net.lambdas[0], 1e-14);
  });
});
