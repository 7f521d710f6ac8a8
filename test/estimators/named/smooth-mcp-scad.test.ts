import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { seededRandom } from "../../../src";
import { cox, logistic, multinomial, poisson, squaredError } from "../../../src/datafits";
import {
  SmoothGroupMcp,
  SmoothGroupScad,
  SmoothMcp,
  SmoothScad,
  type SparseLinearFit,
} from "../../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

const { X, y } = linearData(7, 40, 6);
/** Every fourth label is wrong, so that no coefficients separate the classes. */
const labels = y.map((value, i) => (value > 0 === i % 4 > 0 ? "yes" : "no"));
const groups = ["a", "a", "b", "b", "b", "c"];

describe("SmoothMcp and SmoothScad", () => {
  it("say with the curvature where the default gamma is hard thresholding, as with classes and times", () => {
    const share = labels.filter((label) => label === "yes").length / labels.length;
    const curvature = share * (1 - share); // of a standardized column, less than 1/4
    for (const model of [
      new SmoothMcp({ lambda: 0.1, datafit: logistic() }),
      new SmoothScad({ lambda: 0.1, datafit: logistic() }),
    ]) {
      const { notes } = model.fit(X, labels);
      assert.equal(notes.length, 1);
      const [, said] = /curvature of the loss in a coefficient is at most (\S+) where/.exec(notes[0])!;
      assert.ok(Math.abs(Number(said) - curvature) < 1e-3, said);
      assert.match(
        notes[0],
        /hard thresholding; take a larger gamma, or rescale: "adaptive" of SmoothMcp and SmoothScad$/,
      );
    }
    const times = y.map((value, i) => Math.exp(value) * (i % 3 === 0 ? -1 : 1));
    const ofTimes = new SmoothMcp({ lambda: 0.1, gamma: 1.05, datafit: cox() }).fit(X, times);
    assert.match(ofTimes.notes.join(), /hard thresholding/);
    const ofGroups = new SmoothGroupMcp({ groups, lambda: 0.05, datafit: logistic() }).fit(X, labels);
    assert.match(ofGroups.notes.join(), /hard thresholding/);
  });

  it("say nothing where gamma is large enough, and with squared errors", () => {
    assert.deepEqual(new SmoothMcp({ lambda: 0.1, gamma: 5, datafit: logistic() }).fit(X, labels).notes, []);
    assert.deepEqual(new SmoothMcp({ lambda: 0.1, datafit: squaredError() }).fit(X, y).notes, []);
  });

  it("refuse a gamma at which the objective would have no least value in one coefficient", () => {
    for (const [make, rule] of [
      [() => new SmoothMcp({ gamma: 1 }), "SmoothMcp: gamma must be a finite number above 1, got 1"],
      [() => new SmoothScad({ gamma: 2 }), "SmoothScad: gamma must be a finite number above 2, got 2"],
      [
        () => new SmoothGroupMcp({ groups, gamma: 1 }),
        "SmoothGroupMcp: gamma must be a finite number above 1, got 1",
      ],
      [
        () => new SmoothGroupScad({ groups, gamma: 2 }),
        "SmoothGroupScad: gamma must be a finite number above 2, got 2",
      ],
    ] as const) {
      assert.throws(make, { message: rule });
    }
  });
});

interface NcvregCase {
  readonly family: "binomial" | "poisson";
  readonly penalty: "MCP" | "SCAD";
  readonly gamma: number;
  readonly factors: readonly number[];
  readonly lambdas: readonly number[];
  readonly intercepts: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
}

interface ValidatedCase extends Pick<NcvregCase, "penalty" | "gamma" | "lambdas"> {
  readonly cve: readonly number[];
  readonly lambda_min: number;
}

const ncvreg = JSON.parse(
  readFileSync(path.resolve(__dirname, "../../../../test/golden/ncvreg.json"), "utf8"),
) as {
  readonly X: number[][];
  readonly responses: Readonly<Record<"gaussian" | "binomial" | "poisson", number[]>>;
  readonly fold: number[];
  readonly cases: readonly NcvregCase[];
  readonly cv: readonly ValidatedCase[];
};
const estimators = { MCP: SmoothMcp, SCAD: SmoothScad };

describe("MCP and SCAD with rescale", () => {
  const losses = { binomial: logistic(), poisson: poisson() };

  for (const { family, penalty, gamma, factors, lambdas, intercepts, coefficients } of ncvreg.cases) {
    const given = factors.some((factor) => factor !== 1) ? ", penalty factors" : "";
    it(`are ncvreg's ${penalty} of family ${family} at gamma ${gamma}${given}`, () => {
      const options = {
        gamma,
        datafit: losses[family],
        penaltyFactors: factors,
        rescale: "adaptive",
        tol: 1e-9,
      } as const;
      const model = new estimators[penalty](options);
      const y = ncvreg.responses[family];
      const found = model.path(ncvreg.X, y, { lambdas });
      found.fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged");
        assertAllClose(`coefficients at ${lambdas[k]}`, fit.coef, coefficients[k], 1e-6);
        assertClose("intercept", fit.intercept, intercepts[k], 1e-6);
      });
      const cold = model.withParams({ lambda: lambdas[2] }).fit(ncvreg.X, y);
      assertAllClose("without the lambdas before", cold.coef, coefficients[2], 1e-6);
    });
  }

  it("balance the slope of the loss with that of a penalty at gamma over the curvature", () => {
    const [gamma, lambda] = [3, 0.08];
    const y = ncvreg.responses.binomial;
    const fit = new SmoothMcp({ gamma, lambda, datafit: logistic(), rescale: "adaptive", tol: 1e-10 }).fit(
      ncvreg.X,
      y,
    );
    const p = fit.predictProbability(ncvreg.X).map(([, second]) => second);
    assert.ok(fit.support.length > 1);
    for (const j of fit.support) {
      const column = ncvreg.X.map((row) => row[j]);
      const mean = column.reduce((sum, x) => sum + x / column.length, 0);
      const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2 / column.length, 0));
      const z = column.map((x) => (x - mean) / deviation);
      const slope = z.reduce((sum, x, i) => sum + (x * (p[i] - y[i])) / z.length, 0);
      const v = z.reduce((sum, x, i) => sum + (x * x * p[i] * (1 - p[i])) / z.length, 0);
      const size = Math.abs(fit.coef[j]) * deviation;
      assertClose("balance", Math.abs(slope), Math.max(0, lambda - (v * size) / gamma), 1e-7);
      assert.ok(slope * fit.coef[j] <= 0);
    }
  });

  it("are the estimator as it is with a squared error", () => {
    const own = new SmoothMcp({ lambda: 0.1 }).fit(X, y);
    assertAllClose(
      "coefficients",
      new SmoothMcp({ lambda: 0.1, rescale: "adaptive" }).fit(X, y).coef,
      own.coef,
      1e-9,
    );
  });

  it("make the same path in another thread, and know there where it is locally convex", async () => {
    const model = new SmoothMcp({ datafit: logistic(), rescale: "adaptive" });
    const options = { lambdas: [0.1, 0.06] };
    const here = model.path(ncvreg.X, ncvreg.responses.binomial, options);
    const there = await model.pathAsync(ncvreg.X, ncvreg.responses.binomial, options);
    assert.deepEqual(there.coefs, here.coefs);
    assert.deepEqual(there.locallyConvex, here.locallyConvex);
  });

  it("say so where classes are separable and no curvatures are those of the fit", () => {
    const [rows, codes] = [X.map((row) => row.slice(0, 3)), X.map(([a, b]) => (a > b ? 1 : 0))];
    let fit!: SparseLinearFit;
    const [warning] = warningsOf(() => {
      fit = new SmoothMcp({ lambda: 0.004, datafit: logistic(), rescale: "adaptive" }).fit(rows, codes);
    });
    assert.equal(fit.status, "stalled");
    assert.match(
      warning,
      /curvatures rescale the penalty that are off by a factor of|no finite coefficients are best/,
    );
  });

  it("end a path where classes are separated, and say so once", () => {
    const separable = X.map((row) => row.slice(0, 3));
    const codes = X.map(([a, b]) => (a > b ? 1 : 0));
    let found!: ReturnType<SmoothMcp["path"]>;
    const warnings = warningsOf(() => {
      found = new SmoothMcp({ datafit: logistic(), rescale: "adaptive" }).path(separable, codes, {
        nLambdas: 20,
      });
    });
    assert.ok(found.fits.every(({ status }) => status === "converged"));
    assert.ok(found.fits.length > 1 && found.fits.length < 20);
    const sentence = /^the path ends above lambda [\d.e-]+, at which the model is saturated/;
    assert.match(found.fits.at(-1)!.notes.at(-1)!, sentence);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^ConvergenceWarning: SmoothMcp\.path: the path ends above lambda/);
    // With lambdas of one's own each has its fit.
    const lambdas = [found.lambdas[0], found.lambdas.at(-1)!, found.lambdas.at(-1)! / 50];
    warningsOf(() => {
      found = new SmoothMcp({ datafit: logistic(), rescale: "adaptive" }).path(separable, codes, { lambdas });
    });
    assert.equal(found.fits.length, 3);
  });

  it("take the second derivative of Cox's loss in each coefficient, pairs of samples included", () => {
    const random = seededRandom(91);
    const rows = Array.from({ length: 60 }, () => Array.from({ length: 5 }, () => random.normal()));
    const times = rows.map(([a, b], i) => [
      Math.ceil(6 * Math.exp(-a + 0.6 * b + random.normal() / 2)),
      Number(i % 4 > 0),
    ]);
    /** Breslow's partial likelihood by its definition. */
    const loss = (coef: ArrayLike<number>): number => {
      const eta = rows.map((row) => row.reduce((sum, x, j) => sum + x * coef[j], 0));
      const logs = times.map(([time, event], i) => {
        const atRisk = eta.filter((_, k) => times[k][0] >= time).map(Math.exp);
        return event * (Math.log(atRisk.reduce((a, b) => a + b)) - eta[i]);
      });
      return logs.reduce((a, b) => a + b) / rows.length;
    };
    const options = { datafit: cox(), rescale: "adaptive", standardize: false, tol: 1e-11 } as const;
    const [lambda, gamma] = [0.08, 3];
    for (const [penalty, slopeAt] of [
      ["MCP", (b: number, v: number) => Math.max(lambda - (v * b) / gamma, 0)],
      ["SCAD", (b: number, v: number) => Math.min(lambda, Math.max(gamma * lambda - v * b, 0) / (gamma - 1))],
    ] as const) {
      const { coef, support } = new estimators[penalty]({ ...options, gamma, lambda }).fit(rows, times);
      assert.ok(support.length === 4);
      for (const j of support) {
        const at = (step: number): number => loss(coef.with(j, coef[j] + step));
        const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
        const curvature = (at(1e-3) - 2 * at(0) + at(-1e-3)) / 1e-6;
        const expected = -Math.sign(coef[j]) * slopeAt(Math.abs(coef[j]), curvature);
        assertClose(`slope of ${penalty} in x${j}`, slope, expected, 1e-6);
      }
    }
  });

  it("are refused with another word, and with several responses", () => {
    assert.throws(() => new SmoothMcp({ rescale: true } as Anything), {
      message: 'SmoothMcp: rescale must be "adaptive" or left out, got true',
    });
    assert.throws(() => new SmoothScad({ rescale: "adaptive", datafit: multinomial() }), {
      message: 'SmoothScad: rescale must be left out where there are several responses, got "adaptive"',
    });
  });
});

describe("cross-validation of MCP and SCAD", () => {
  for (const { penalty, gamma, lambdas, cve, lambda_min } of ncvreg.cv) {
    it(`is cv.ncvreg's of ${penalty} at gamma ${gamma}, with folds given`, () => {
      const model = new estimators[penalty]({ gamma, tol: 1e-10 });
      const cv = model.crossValidate(ncvreg.X, ncvreg.responses.gaussian, { foldId: ncvreg.fold, lambdas });
      assertAllClose("errors", cv.meanScore, cve, 1e-6);
      // Lambdas between which no fit changes have the same error but for rounding.
      assertAtMost(
        "the least error",
        cv.meanScore[cv.lambdas.indexOf(cv.lambdaMin)],
        cve[lambdas.indexOf(lambda_min)],
        1e-6,
      );
    });
  }

  it("chooses gamma by these errors too", () => {
    const [{ lambdas }] = ncvreg.cv;
    const options = { foldId: ncvreg.fold, lambdas, grid: { gamma: [3, 2] } };
    const cv = new SmoothMcp().crossValidate(ncvreg.X, ncvreg.responses.gaussian, options);
    cv.members!.forEach((member, m) => {
      assertAllClose("errors", member.meanScore, ncvreg.cv[m].cve, 1e-5);
    });
  });
});
