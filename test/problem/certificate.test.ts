import assert from "node:assert/strict";
import { logistic, poisson } from "../../src/datafits";
import { SmoothLasso } from "../../src/estimators";
import { type WorkingProblem, workingProblem } from "../../src/estimators/fit/working-problem";
import { featureFactors } from "../../src/estimators/options/coefficient-options";
import { readData } from "../../src/estimators/options/model-data";
import { checkOptions, type ModelOptions } from "../../src/estimators/options/model-options";
import { l1, lq } from "../../src/penalties";
import { type Certificate, certify, leastGap } from "../../src/problem/certificate";
import { type Profile, profileAt, type SparseProblem } from "../../src/problem/problem";
import { seededRandom } from "../../src/random/random";
import { assertAtMost, assertClose } from "../support/assert-close";
import { type LinearData, linearData, normals, problemOf } from "../support/problems";

/** Columns of unequal scale and mean, on which intercept, scaling and factors all matter. */
function unevenData(seed: number, nSamples: number, nFeatures: number): LinearData {
  const { X, y } = linearData(seed, nSamples, nFeatures);
  return {
    X: X.map((row) => row.map((entry, j) => 3 ** (j - 2) * (entry + 2 * j))),
    y: y.map((entry) => entry + 10),
  };
}

const settings: Readonly<Record<string, ModelOptions>> = {
  "without intercept": { fitIntercept: false, standardize: false },
  "with intercept": { standardize: false },
  standardized: {},
  "standardized without intercept": { fitIntercept: false },
  "with free columns": { penaltyFactors: [0, 1, 1, 0, 1, 1] },
  "with free columns and no intercept": { fitIntercept: false, penaltyFactors: [0, 1, 2, 0, 1, 1] },
  "with excluded columns": { penaltyFactors: [Infinity, 1, 0.5, 1, 1, Infinity] },
  "with factors from 1e-3 to 1e3": { penaltyFactors: [1e-3, 1e-2, 1, 10, 100, 1e3] },
  "with a depending free column": { penaltyFactors: [0, 1, 1, 1, 1, 0] },
};

/** The penalty's part of the duality gap, which is the lower bound of a loss whose samples cannot be taken apart. */
function gapOfPenalty(
  problem: SparseProblem,
  ...[lambda, beta, profile]: [lambda: number, beta: Float64Array, profile: Profile]
): number | undefined {
  const datafit = { ...problem.datafit, subset: undefined };
  return leastGap({ ...problem, datafit }, lambda, beta, profile);
}

function workingOf({ X, y }: LinearData, options: ModelOptions): WorkingProblem {
  const checked = checkOptions("test", options);
  const data = readData("test", X, y, checked.datafit, {});
  const factors = featureFactors("test", options, data.design);
  const family = { penalty: l1(), parametrization: undefined, interchangeable: true, factors };
  return workingProblem("test", data, family, checked);
}

function certificateAt(problem: SparseProblem, lambda: number, beta: Float64Array): Certificate {
  const profile = profileAt(problem, beta, new Float64Array(problem.free.size));
  return certify(problem, lambda, beta, profile, 0);
}

describe("the duality gap", () => {
  for (const [name, options] of Object.entries(settings)) {
    const shapes = [
      [30, 6],
      [4, 6],
    ] as const;
    for (const [n, p] of shapes) {
      it(`${name}, n = ${n}, bounds the distance to the optimum at any point (p = ${p})`, () => {
        const data = unevenData(n, n, p);
        if (name === "with a depending free column") for (const row of data.X) row[5] = 3 * row[0] - 1;
        const working = workingOf(data, options);
        const random = seededRandom(11);
        for (const share of [0.9, 0.3, 0.01]) {
          const lambda = share * working.lambdaMax;
          const fit = new SmoothLasso({ ...options, lambda, tol: 1e-13 }).fit(data.X, data.y);
          const best = fit.certificate.objective;
          const optimum = working.toWorking([fit.coef]);
          for (let trial = 0; trial < 30; trial++) {
            const size = 10 ** -random.permutation(8)[0] * working.magnitude;
            const noise = normals(random, optimum.length);
            const beta = optimum.map((b, j) => (trial % 3 === 0 ? 0 : b) + size * noise[j] * (trial % 2));
            const { dualityGap, objective, singleCoordinateGain } = certificateAt(
              working.problem,
              lambda,
              beta,
            );
            assert.ok(dualityGap! >= -1e-12, `the gap is ${dualityGap}`);
            const slack = 1e-12 * (1 + working.nullDeviance);
            assertAtMost("P(beta) - P*", objective - best, dualityGap!, slack);
            assertAtMost("coordinatewise decrease", singleCoordinateGain, objective - best, slack);
          }
        }
      });
    }
  }

  it("falls to rounding at the optimum, where nothing else does", () => {
    const data = unevenData(1, 40, 6);
    const working = workingOf(data, {});
    const lambda = 0.2 * working.lambdaMax;
    const fit = new SmoothLasso({ lambda, tol: 1e-14 }).fit(data.X, data.y);
    const optimum = working.toWorking([fit.coef]);
    assertAtMost("gap", certificateAt(working.problem, lambda, optimum).dualityGap!, 1e-13);
    for (const shift of [1e-2, 1e-3, 1e-4]) {
      const moved = optimum.slice();
      moved[fit.support[0]] += shift;
      const { dualityGap, objective } = certificateAt(working.problem, lambda, moved);
      assert.ok(dualityGap! > 1e-3 * shift, "to first order, since the dual point moves");
      assertAtMost("P - P*", objective - fit.certificate.objective, dualityGap!);
    }
  });

  it("needs the residual orthogonal to the free columns: unprojected it takes the wrong sign", () => {
    // Without profiling, a point whose intercept is off has a dual point that is not feasible.
    const { X, y } = unevenData(2, 30, 6);
    const working = workingOf({ X, y }, { standardize: false });
    // The estimators shift the response by what the free columns explain; here it keeps its mean.
    const problem = { ...working.problem, target: Float64Array.from(y) };
    const lambda = 0.5 * working.lambdaMax;
    const fit = new SmoothLasso({ lambda, standardize: false, tol: 1e-13 }).fit(X, y);
    const beta = working.toWorking([fit.coef]);
    const honest = profileAt(problem, beta, new Float64Array(1));
    let lowest = Infinity;
    for (const shift of [-5, -1, 1, 5]) {
      const eta = honest.eta.map((entry) => entry + shift);
      const residual = new Float64Array(eta.length);
      const loss = problem.datafit.valueAndGradient(problem.target, eta, residual);
      const dual = residual.slice();
      // The textbook gap f + lambda R + f*(u), f*(u) = u'y + n/2 u'u, at the same scaling but with u unprojected.
      const gradient = new Float64Array(beta.length);
      problem.design.rmatvec(dual, gradient);
      const scale = Math.min(1, lambda / problem.penalty.dualNorm!(gradient));
      let conjugate = 0;
      dual.forEach((u, i) => {
        conjugate += scale * u * problem.target[i] + (dual.length * (scale * u) ** 2) / 2;
      });
      const naive = loss + problem.penalty.value(beta, lambda) + conjugate;
      lowest = Math.min(lowest, naive);
      // The certificate takes the same point, profiles it, and is right.
      const certified = certify(problem, lambda, beta, profileAt(problem, beta, Float64Array.of(shift)), 0);
      assertAtMost("certified gap", Math.abs(certified.dualityGap!), 1e-10);
    }
    assert.ok(lowest < -1, `an unprojected residual gave at least ${lowest}`);
  });

  it("has a part of the penalty alone, which is less, and all of it where the residual is feasible for a squared error", () => {
    const { problem, lambdaMax } = workingOf(unevenData(23, 30, 6), {});
    const random = seededRandom(29);
    for (let k = 0; k < 20; k++) {
      const beta = normals(random, 6).map((z) => Math.max(z, 0));
      const profile = profileAt(problem, beta, new Float64Array(problem.free.size));
      const steepest = problem.penalty.lambdaMax(profile.gradient, new Float64Array(6).fill(1));
      for (const lambda of [0.3 * lambdaMax, 2 * steepest]) {
        const { dualityGap } = certify(problem, lambda, beta, profile, 0);
        const part = gapOfPenalty(problem, lambda, beta, profile);
        assert.ok(part! >= 0 && part! <= dualityGap!, `${part} of ${dualityGap}`);
        // Then it is the difference of lambda |beta_j| and what the gradient makes of it.
        const expected = beta.reduce((sum, b, j) => sum + lambda * Math.abs(b) + profile.gradient[j] * b, 0);
        if (lambda > steepest) assertClose("gap", dualityGap!, expected, 1e-12);
        if (lambda > steepest) assertClose("part", part!, expected, 1e-12);
      }
    }
    const profile = profileAt(problem, new Float64Array(6), new Float64Array(problem.free.size));
    assert.equal(gapOfPenalty(problem, 0, new Float64Array(6), profile), undefined);
  });

  it("has a lower bound of few samples, which is all of it where there are no more, with weights too", () => {
    for (const n of [40, 300]) {
      const weights = normals(seededRandom(n), n).map((z) => z * z);
      for (const sampleWeight of [undefined, weights]) {
        const data = linearData(n, n, 6);
        const classes = data.y.map((entry) => (entry > 0 ? 1 : 0));
        const checked = checkOptions("test", { datafit: logistic() });
        const read = readData("test", data.X, classes, checked.datafit, { sampleWeight });
        const factors = featureFactors("test", {}, read.design);
        const family = { penalty: l1(), parametrization: undefined, interchangeable: true, factors };
        const { problem, lambdaMax } = workingProblem("test", read, family, checked);
        const random = seededRandom(31);
        for (let k = 0; k < 10; k++) {
          const beta = normals(random, 6);
          const profile = profileAt(problem, beta, new Float64Array(problem.free.size));
          const { dualityGap } = certify(problem, 0.3 * lambdaMax, beta, profile, 0);
          const least = leastGap(problem, 0.3 * lambdaMax, beta, profile)!;
          if (n === 40) assertClose("gap", least, dualityGap!, 1e-12);
          else assert.ok(least > 0 && least < dualityGap!, `${least} of ${dualityGap}`);
          assert.ok(least > gapOfPenalty(problem, 0.3 * lambdaMax, beta, profile)!);
        }
        assert.equal(
          leastGap(
            problem,
            0,
            new Float64Array(6),
            profileAt(problem, new Float64Array(6), new Float64Array(1)),
          ),
          undefined,
        );
      }
    }
  });

  it("is undefined where there is none: no lambda, no convex penalty", () => {
    const data = linearData(3, 20, 4);
    const zero = new Float64Array(4);
    assert.equal(certificateAt(problemOf(data), 0, zero).dualityGap, undefined);
    assert.equal(certificateAt(problemOf(data, lq({ q: 0.5 })), 0.1, zero).dualityGap, undefined);
  });
});

describe("the certificate", () => {
  it("states the objective of the printed formula on the original scale", () => {
    const { X, y } = unevenData(4, 25, 6);
    const penaltyFactors = [0, 1, 0.5, 2, 1, 3];
    for (const options of [{}, { standardize: false }, { fitIntercept: false }]) {
      const fit = new SmoothLasso({ ...options, lambda: 0.3, penaltyFactors }).fit(X, y);
      const n = y.length;
      let objective = 0;
      X.forEach((row, i) => {
        const eta = row.reduce((sum, x, j) => sum + x * fit.coef[j], fit.intercept);
        objective += (y[i] - eta) ** 2 / (2 * n);
      });
      for (let j = 0; j < 6; j++) {
        const mean = X.reduce((sum, row) => sum + row[j], 0) / n;
        const deviation = Math.sqrt(X.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / n);
        const scale = "standardize" in options ? 1 : deviation;
        objective += 0.3 * scale * penaltyFactors[j] * Math.abs(fit.coef[j]);
      }
      assertClose(JSON.stringify(options), fit.certificate.objective, objective, 1e-12);
    }
  });

  it("is not vacuous at zero for a bridge penalty: singleCoordinateGain finds the better point", () => {
    // One column of squared norm n: the 1-D problem 1/2 (b - z)^2 + lambda |b|^q, whose minimum is far from zero.
    const X = [[1], [-1], [1], [-1]];
    const y = X.map(([x]) => 2 * x);
    const certificate = certificateAt(problemOf({ X, y }, lq({ q: 0.5 })), 0.1, new Float64Array(1));
    assert.equal(certificate.violation, 0);
    assert.ok(certificate.singleCoordinateGain > 1.5);
  });

  it("has a singleCoordinateGain decrease that is the one by brute force over single coordinates", () => {
    const random = seededRandom(5);
    for (const penalty of [l1(), lq({ q: 0.5 })]) {
      const problem = problemOf(linearData(6, 20, 3), penalty);
      const beta = normals(random, 3);
      const { singleCoordinateGain, objective } = certificateAt(problem, 0.2, beta);
      let best = objective;
      for (let j = 0; j < 3; j++) {
        for (let b = -4; b <= 4; b += 1e-3) {
          const moved = beta.slice();
          moved[j] = Math.abs(b) < 5e-4 ? 0 : b;
          best = Math.min(best, certificateAt(problem, 0.2, moved).objective);
        }
      }
      assertAtMost("brute force finds no more", objective - best, singleCoordinateGain, 1e-12);
      assertAtMost("brute force finds nearly as much", singleCoordinateGain, objective - best, 1e-5);
    }
  });

  it("has with a loss that bends the decrease of its quadratic model, by brute force over all coordinates", () => {
    const { X, y } = linearData(6, 30, 40);
    const squared = problemOf({ X, y: y.map((entry) => Math.abs(Math.round(entry))) });
    const problem = { ...squared, datafit: poisson() };
    const beta = Float64Array.from({ length: 40 }, (_, j) => (j % 20 === 3 ? 0.1 - 0.01 * j : 0));
    const { gradient, eta } = profileAt(problem, beta, new Float64Array(0));
    const lambda = 0.97 * Math.max(...gradient.map(Math.abs)); // one zero or two would move
    let best = 0;
    for (let j = 0; j < 40; j++) {
      const bend = X.reduce((sum, row, i) => sum + (Math.exp(eta[i]) * row[j] ** 2) / 30, 0);
      for (let b = -1; b <= 1; b += 1e-4) {
        const move = (Math.abs(b) < 5e-5 ? 0 : b) - beta[j];
        const term = lambda * (Math.abs(beta[j] + move) - Math.abs(beta[j]));
        best = Math.max(best, -move * gradient[j] - (bend * move ** 2) / 2 - term);
      }
    }
    assertAtMost("something is to be gained", 1e-4, best);
    assertClose("decrease", certificateAt(problem, lambda, beta).singleCoordinateGain, best, 1e-7);
  });

  it("never asks a squared error for its predictor again, which may cost a pass over the design", () => {
    const problem = problemOf(linearData(6, 20, 3));
    const beta = normals(seededRandom(5), 3);
    const profile = profileAt(problem, beta, new Float64Array(0));
    const expected = certify(problem, 0.2, beta, profile, 0).singleCoordinateGain;
    const late = {
      ...profile,
      get eta(): Float64Array {
        throw new Error("asked for");
      },
    };
    assert.equal(certify(problem, 0.2, beta, late, 0).singleCoordinateGain, expected);
  });
});
