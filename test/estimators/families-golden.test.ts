/** Generalized linear models against glmnet with families of MASS and statmod, and ridge regression. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { binomial, cox, type Datafit, logistic, negativeBinomial, tweedie } from "../../src/datafits";
import type { TargetInput } from "../../src/design/design-input";
import { InputError } from "../../src/errors";
import { fitFromJSON, SmoothElasticNet, SmoothLasso } from "../../src/estimators";
import { lsqr } from "../../src/solvers/lsqr";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";
import { deviationsOf } from "../support/written-out";

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
  const cases: readonly (readonly [string, Datafit, TargetInput, object?])[] = [
    ["negative_binomial", negativeBinomial({ theta: 2 }), counts],
    ["tweedie", tweedie({ power: 1.5 }), claims],
    ["binomial", binomial(), shares, { sampleWeight: trials }],
    ["binomial", binomial(), { successes, trials }],
    ["binomial", binomial(), { failures: trials.map((count, i) => count - successes[i]), successes }],
    ["probit", binomial({ link: "probit" }), labels],
    ["cloglog", binomial({ link: "cloglog" }), labels],
    ["cox", cox(), times],
  ];
  for (const [name, datafit, y, run = {}] of cases) {
    const form = Array.isArray(y) ? "" : `, of ${Object.keys(y).join(" and ")}`;
    it(`has the path of glmnet with ${name}${form}`, () => {
      const { lambdas } = golden.paths[name];
      const { fits } = new SmoothLasso({ datafit, tol: 1e-13 }).path(X, y, { ...run, lambdas });
      assertPath(golden.paths[name], fits);
      const again = fitFromJSON(JSON.stringify(fits[2]));
      assertAllClose("predictions of a file", again.predict(X) as Float64Array, fits[2].predict(X), 0);
    });
  }

  it("weighs counts by their trials and by the weights given, where it fits and where it scores", () => {
    const sampleWeight = trials.map((_, i) => i % 3);
    const model = new SmoothLasso({ datafit: binomial(), lambda: 0.02, tol: 1e-13 });
    const byShare = { sampleWeight: trials.map((count, i) => count * sampleWeight[i]) };
    const [ofCounts, ofShares] = [
      model.fit(X, { successes, trials }, { sampleWeight }),
      model.fit(X, shares, byShare),
    ];
    assertAllClose("coefficients", ofCounts.coef, ofShares.coef, 1e-12);
    const score = ofCounts.score(X, { successes, trials }, { sampleWeight });
    assertClose("score", score, ofShares.score(X, shares, byShare), 1e-12);
    const none = { successes: [0, ...successes.slice(1)], trials: [0, ...trials.slice(1)] };
    const without = model.fit(X.slice(1), { successes: successes.slice(1), trials: trials.slice(1) });
    assertAllClose("without trials", model.fit(X, none).coef, without.coef, 1e-9);
    for (const [y, message] of [
      [
        { successes: [3, ...successes.slice(1)], trials: [2, ...trials.slice(1)] },
        "row 0 must be at most its trials 2, got 3",
      ],
      [{ successes: [-1, ...successes.slice(1)], trials }, "row 0 must be a number >= 0, got -1"],
    ] as const)
      assert.throws(() => model.fit(X, y), new InputError(`SmoothLasso.fit: the successes of y, ${message}`));
    assert.throws(
      () => model.fit(X, { successes, trials }, { sampleWeight: [-1, ...sampleWeight.slice(1)] }),
      new InputError("SmoothLasso.fit: sampleWeight, row 0 must be a number >= 0, got -1"),
    );
  });

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
        /^SmoothLasso.fit: y, row \d+ must be a share between 0 and 1, got \d+; give counts as y: \{ successes, failures \}$/,
      ],
      [
        () => new SmoothLasso({ datafit: binomial(), lambda: 1 }).fit(X, { yes: successes, trials }),
        'SmoothLasso.fit: y must be one column of shares, or two, "successes" and "failures" or "trials", got "yes" and "trials"; name them, as cbind(successes = a, failures = b) does in a formula',
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

  it("has that of glmnet with numbers", () => {
    const { lambdas } = golden.paths.ridge;
    for (const solver of ["auto", lsqr()] as const) {
      const { fits } = new SmoothElasticNet({ l1Ratio: 0, tol: 1e-14, solver }).path(X, numbers, { lambdas });
      assertPath(golden.paths.ridge, fits);
    }
  });

  it("solves its normal equations where columns are many more than rows", () => {
    const { X: wide, y } = linearData(5, 20, 600);
    const lambda = 0.3;
    const fit = new SmoothElasticNet({ l1Ratio: 0, lambda, standardize: false, tol: 1e-16 }).fit(wide, y);
    const residual = wide.map(
      (row, i) => y[i] - row.reduce((sum, x, j) => sum + x * fit.coef[j], fit.intercept),
    );
    const [deviation] = deviationsOf(y.map((value) => [value]));
    const slopes = Array.from(fit.coef, (b, j) =>
      wide.reduce((sum, row, i) => sum + (row[j] * residual[i]) / wide.length, (-lambda * b) / deviation),
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
