import assert from "node:assert/strict";
import {
  type Simulation,
  simulateCompressedSensing,
  simulateDna,
  simulateGroups,
  simulateSpikes,
  simulateToeplitz,
} from "../../../src/data/simulations";
import { InputError } from "../../../src/errors";
import { logistic, SmoothLasso } from "../../../src/index";
import type { Anything } from "../../support/bad-input";

interface Case {
  /** Few features, many rows: what averages come to. */
  readonly large: () => Simulation;
  /** Small, of a seed. */
  readonly small: (seed: number) => Simulation;
  /** Whether the features are drawn. */
  readonly isDrawn: boolean;
}

const N = 20000;

const CASES: Record<string, Case> = {
  simulateToeplitz: {
    large: () => simulateToeplitz({ nSamples: N, nFeatures: 8, nActive: 3, rho: 0.7 }),
    small: (seed) => simulateToeplitz({ nSamples: 10, nFeatures: 20, nTest: 3, seed }),
    isDrawn: true,
  },
  simulateGroups: {
    large: () => simulateGroups({ nSamples: N, groupSizes: [2, 3, 1], nActive: 2, rho: 0.5, seed: 3 }),
    small: (seed) => simulateGroups({ nSamples: 10, nTest: 3, seed }),
    isDrawn: true,
  },
  simulateCompressedSensing: {
    large: () => simulateCompressedSensing({ nSamples: N, nFeatures: 6, nActive: 2, sigma: 0.02 }),
    small: (seed) => simulateCompressedSensing({ nSamples: 10, nTest: 3, seed }),
    isDrawn: true,
  },
  simulateSpikes: {
    large: () => simulateSpikes({ nFeatures: 12, cutoff: 4, nActive: 3 }),
    small: (seed) => simulateSpikes({ seed, sigma: 1 }),
    isDrawn: false,
  },
  simulateDna: {
    large: () => simulateDna({ nSamples: N, nSites: 4, nActive: 2, rho: 0.4 }),
    small: (seed) => simulateDna({ nSamples: 10, nTest: 3, seed }),
    isDrawn: true,
  },
};

/** `intercept + X coef` by its definition. */
function predictors({ X, coef, intercept }: Simulation): number[] {
  return Array.from({ length: X.nSamples }, (_, i) =>
    coef.reduce((sum, beta, j) => sum + beta * X.data[i * X.nFeatures + j], intercept),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const center = mean(values);
  return mean(values.map((v) => (v - center) ** 2));
};

describe("every simulation", () => {
  for (const [name, { large, small, isDrawn }] of Object.entries(CASES)) {
    it(`has the covariances it says: ${name}`, () => {
      const { X, covariance } = large();
      const p = X.nFeatures;
      const columns = Array.from({ length: p }, (_, j) =>
        Array.from({ length: X.nSamples }, (_, i) => X.data[i * p + j]),
      );
      const centers = columns.map((column) => (isDrawn ? mean(column) : 0));
      for (let j = 0; j < p; j++) {
        for (let k = 0; k <= j; k++) {
          const found = mean(columns[j].map((v, i) => (v - centers[j]) * (columns[k][i] - centers[k])));
          const scale = Math.sqrt(covariance(j, j) * covariance(k, k));
          // Five standard deviations of an average over N rows; none of a fixed design.
          const room = isDrawn ? 5 * Math.SQRT2 * scale * Math.sqrt(1 / N) : 1e-12;
          const wanted = covariance(j, k);
          assert.ok(Math.abs(found - wanted) <= room, `${j}, ${k}: ${found} is not ${wanted}`);
          assert.equal(covariance(k, j), wanted);
        }
      }
    });

    it(`has noise of the standard deviation it says beside its truth: ${name}`, () => {
      const data = large();
      const eta = predictors(data);
      if (data.sigma === undefined) {
        // Pearson's residuals of the true probabilities have mean 0 and variance 1.
        const residuals = eta.map((value, i) => {
          const probability = 1 / (1 + Math.exp(-value));
          return (data.y[i] - probability) / Math.sqrt(probability * (1 - probability));
        });
        assert.ok(Math.abs(mean(residuals)) < 5 / Math.sqrt(N));
        assert.ok(Math.abs(variance(residuals) - 1) < 0.15);
        return;
      }
      const residuals = eta.map((value, i) => data.y[i] - value);
      if (data.sigma === 0) assert.ok(residuals.every((value) => Math.abs(value) < 1e-12));
      else assert.ok(Math.abs(variance(residuals) / data.sigma ** 2 - 1) < 5 * Math.sqrt(2 / N));
    });

    it(`has its support where coefficients are not zero, in as many groups as features have: ${name}`, () => {
      const { coef, support, groups, X } = small(1);
      assert.deepEqual(
        [...support],
        Array.from(coef.keys()).filter((j) => coef[j] !== 0),
      );
      assert.equal(groups.length, X.nFeatures);
      assert.equal(X.data.length, X.nSamples * X.nFeatures);
      assert.equal(X.featureNames?.length, coef.length);
    });

    it(`is the same for the same seed, and not for another: ${name}`, () => {
      const [a, b, c] = [small(4), small(4), small(5)];
      assert.deepEqual([a.X, a.y, a.coef, a.test.y], [b.X, b.y, b.coef, b.test.y]);
      assert.notDeepEqual(a.y, c.y);
    });

    it(`refuses what it does not know in one sentence: ${name}`, () => {
      const make = {
        simulateCompressedSensing,
        simulateDna,
        simulateGroups,
        simulateSpikes,
        simulateToeplitz,
      };
      const simulate = make[name as keyof typeof make] as (options: Anything) => Simulation;
      assert.throws(() => simulate({ nFeature: 3 }), /every option must be one of .*, got "nFeature"/);
      assert.throws(
        () => simulate({ seed: 0.5 }),
        new InputError("seededRandom: seed must be an integer, got 0.5"),
      );
      assert.throws(
        () => simulate({ nActive: 1e6 }),
        /nActive must be a whole number from [01] to \d+, got 1000000$/,
      );
    });
  }
});

describe("a simulation's test rows", () => {
  it("are of the same truth, others than those to fit, which do not depend on them", () => {
    const data = simulateToeplitz({ nTest: 2000, snr: 10 });
    const without = simulateToeplitz({ snr: 10 });
    assert.deepEqual([without.X, without.y], [data.X, data.y]);
    const { test, sigma } = data;
    const residual = predictors({ ...data, ...test }).map((eta, i) => test.y[i] - eta);
    assert.ok(Math.abs(variance(residual) / (sigma as number) ** 2 - 1) < 5 * Math.sqrt(2 / 2000));
    assert.notEqual(test.X.data[0], data.X.data[0]);
  });
});

describe("simulateToeplitz", () => {
  it("has the signal to noise ratio it was asked for", () => {
    for (const snr of [0.5, 3, 10]) {
      const data = simulateToeplitz({ nSamples: N, nFeatures: 30, nActive: 5, rho: 0.9, snr });
      const ratio = variance(predictors(data)) / (data.sigma as number) ** 2;
      assert.ok(Math.abs(ratio / snr - 1) < 5 * Math.sqrt(2 / N), `${ratio} is not ${snr}`);
    }
  });

  it("has ten coefficients of 1 and -1 in turn, evenly spaced over 200, by default", () => {
    const { coef, support, X } = simulateToeplitz();
    assert.deepEqual([X.nSamples, X.nFeatures], [100, 200]);
    assert.deepEqual(
      [...support],
      Array.from({ length: 10 }, (_, m) => 10 + 20 * m),
    );
    assert.deepEqual(
      Array.from(support, (j) => coef[j]),
      [1, -1, 1, -1, 1, -1, 1, -1, 1, -1],
    );
  });
});

describe("simulateGroups", () => {
  it("has 7 of 40 groups of 5 informative, whole, by default, and others for another seed", () => {
    const activeOf = (seed: number) => {
      const { coef, groups, support } = simulateGroups({ seed });
      assert.equal(coef.length, 200);
      const active = [...new Set(Array.from(support, (j) => groups[j]))];
      assert.equal(support.length, 5 * active.length);
      return active;
    };
    assert.equal(activeOf(1).length, 7);
    assert.notDeepEqual(activeOf(1), activeOf(2));
  });

  it("has coefficients of mean 0 and variance 1", () => {
    const { coef } = simulateGroups({ nSamples: 1, groupSizes: new Array(4000).fill(2), nActive: 4000 });
    assert.ok(Math.abs(mean([...coef])) < 5 / Math.sqrt(8000));
    assert.ok(Math.abs(variance([...coef]) - 1) < 5 * Math.sqrt(2 / 8000));
  });
});

describe("simulateSpikes", () => {
  it("has the Dirichlet kernel as its Gram matrix", () => {
    const { covariance } = simulateSpikes({ nFeatures: 50, cutoff: 2 });
    for (let d = 1; d < 50; d++) {
      const kernel = Math.sin((5 * Math.PI * d) / 50) / Math.sin((Math.PI * d) / 50);
      assert.ok(Math.abs(5 * covariance(d, 0) - kernel) < 1e-12);
    }
  });
});

describe("simulateDna", () => {
  it("has classes about as frequent as each other, and sites of three indicators of which one at most is 1", () => {
    const { X, y, groups } = simulateDna({ nSamples: 4000 });
    assert.equal(X.nFeatures, 180);
    assert.deepEqual(groups.slice(0, 4), [0, 0, 0, 1]);
    assert.ok(Math.abs(mean([...y]) - 0.5) < 0.05);
    for (let site = 0; site < 60 * 4000; site++) {
      const [a, b, c] = X.data.subarray(3 * site, 3 * site + 3);
      assert.ok(a + b + c <= 1 && [a, b, c].every((v) => v === 0 || v === 1));
    }
  });

  it("has a linear predictor of the variance it was asked for", () => {
    const data = simulateDna({ nSamples: N, nSites: 10, nActive: 3, variance: 2 });
    assert.ok(Math.abs(variance(predictors(data)) / 2 - 1) < 0.08);
    assert.ok(Math.abs(mean(predictors(data))) < 5 * Math.sqrt(2 / N));
  });

  it("is what a logistic model finds again", () => {
    const data = simulateDna({ nSamples: N, nSites: 4, nActive: 2, nTest: 0 });
    const fit = new SmoothLasso({ lambda: 0, datafit: logistic() }).fit(data.X, data.y);
    fit.coef.forEach((value, j) => {
      assert.ok(Math.abs(value - data.coef[j]) < 0.25, `${j}: ${value} is not ${data.coef[j]}`);
    });
  });
});
