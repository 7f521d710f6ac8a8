import assert from "node:assert/strict";
import { choleskyFactor } from "../../src/linalg/cholesky";
import { symmetricEigen } from "../../src/linalg/symmetric-eigen";
import { seededRandom } from "../../src/random/random";
import { gaussianKnockoffs } from "../../src/selection";
import { equicorrelation } from "../../src/selection/gaussian-knockoffs";
import { assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

/** `rho^|i - j|` */
const autoregressive = (size: number, rho: number): Float64Array =>
  Float64Array.from({ length: size * size }, (_, k) => rho ** Math.abs((k % size) - Math.floor(k / size)));

/** Draws rows of a normal distribution by the Cholesky factor of its covariance. */
function normalRows(
  n: number,
  mean: readonly number[],
  covariance: readonly number[][],
  seed: number,
): number[][] {
  const p = mean.length;
  const random = seededRandom(seed);
  const factor = Float64Array.from(covariance.flat());
  assert.ok(choleskyFactor(factor, p));
  return Array.from({ length: n }, () => {
    const noise = mean.map(() => random.normal());
    return mean.map((m, j) => noise.slice(0, j + 1).reduce((sum, z, k) => sum + factor[j * p + k] * z, m));
  });
}

const covariance = [
  [4, 1.2, -0.6],
  [1.2, 1, 0.1],
  [-0.6, 0.1, 0.25],
];
const mean = [1, -2, 3];

describe("Gaussian knockoffs", () => {
  it("have with the features the covariance G = [Sigma, Sigma - S; Sigma - S, Sigma], which no swap changes", () => {
    const n = 20_000;
    const X = normalRows(n, mean, covariance, 5);
    const { data } = gaussianKnockoffs(X, { covariance, mean, seed: 9 });
    const scales = covariance.map((row, j) => Math.sqrt(row[j]));
    const correlation = covariance.flatMap((row, i) => row.map((entry, j) => entry / scales[i] / scales[j]));
    const s = Math.min(1, 2 * symmetricEigen(Float64Array.from(correlation), 3).values[0]);
    const joint = X.map((row, i) => [...row, ...data.subarray(3 * i, 3 * i + 3)]);
    for (const swapped of [[], [0], [1, 2], [0, 1, 2]]) {
      const order = [0, 1, 2, 3, 4, 5].map((k) => (swapped.includes(k % 3) ? (k + 3) % 6 : k));
      for (let a = 0; a < 6; a++) {
        const u = joint.map((row) => row[order[a]] - mean[a % 3]);
        const scale = scales[a % 3];
        const center = u.reduce((sum, x) => sum + x, 0) / n;
        assert.ok(Math.abs(center) < (4.5 * scale) / Math.sqrt(n), `mean ${a} is off by ${center}`);
        for (let b = 0; b <= a; b++) {
          const found = u.reduce((sum, x, i) => sum + x * (joint[i][order[b]] - mean[b % 3]), 0) / n;
          const sigma = covariance[a % 3][b % 3];
          const expected = a !== b && a % 3 === b % 3 ? sigma * (1 - s) : sigma;
          // The variance of a product of normals is at most 2 Sigma_aa Sigma_bb.
          const bound = 4.5 * Math.SQRT2 * scale * (scales[b % 3] / Math.sqrt(n));
          assert.ok(
            Math.abs(found - expected) < bound,
            `${swapped}: G[${a}][${b}] = ${found}, not ${expected}`,
          );
        }
      }
    }
  });

  it("are independent of features that are independent: then s is one", () => {
    assertClose("identity", equicorrelation(autoregressive(6, 0), 6), 1, 1e-15);
    const { X } = linearData(1, 4000, 2);
    const { data } = gaussianKnockoffs(X, {
      covariance: [
        [1, 0],
        [0, 1],
      ],
      mean: [0, 0],
    });
    const cross = X.reduce((sum, row, i) => sum + row[0] * data[2 * i], 0) / 4000;
    assert.ok(Math.abs(cross) < 4.5 / Math.sqrt(4000), `${cross}`);
  });

  it("are equicorrelated as the smallest eigenvalue allows", () => {
    // Correlation rho of all pairs has the smallest eigenvalue 1 - rho.
    const equal = (rho: number): Float64Array =>
      Float64Array.from({ length: 25 }, (_, k) => (k % 6 === 0 ? 1 : rho));
    for (const rho of [0.6, 0.9, 0.999]) {
      assertClose(`rho ${rho}`, equicorrelation(equal(rho), 5), 2 * (1 - rho) * (1 - 1e-6), 1e-10);
    }
    assertClose("rho 0.3", equicorrelation(equal(0.3), 5), 1, 1e-15);
    const ar = autoregressive(30, 0.7);
    const [smallest] = symmetricEigen(ar, 30).values;
    assertClose("autoregressive", equicorrelation(ar, 30), 2 * smallest * (1 - 1e-6), 1e-10);
    assert.ok(smallest > 0.3 / 1.7, "the spectral density of the process bounds it from below");
  });

  it("come in the order and on the scale of X, the same for the same seed, with estimated moments", () => {
    const X = { big: [100, 300, 200, 250, 150, 350, 90], small: [0.1, 0.4, 0.2, 0.3, 0.5, 0.1, 0.2] };
    const found = gaussianKnockoffs(X, { seed: 3 });
    assert.deepEqual(found.featureNames, ["big knockoff", "small knockoff"]);
    assert.deepEqual([found.nSamples, found.nFeatures], [7, 2]);
    assert.deepEqual(gaussianKnockoffs(X, { seed: 3 }), found);
    assert.notDeepEqual(gaussianKnockoffs(X, { seed: 4 }), found);
    for (let i = 0; i < 7; i++) {
      assert.ok(Math.abs(found.data[2 * i] - 200) < 600 && Math.abs(found.data[2 * i + 1] - 0.25) < 1);
    }
  });

  it("are drawn where there are more columns than rows, and are close to columns that nearly agree", () => {
    const wide = gaussianKnockoffs(linearData(6, 10, 25).X).data;
    assert.ok(wide.every(Number.isFinite));
    const { X, y } = linearData(2, 30, 4);
    const near = X.map((row, i) => [...row, row[0] + 1e-6 * y[i]]);
    const { data } = gaussianKnockoffs(near);
    // Their correlation leaves an s of about 1e-12, and a deviation of about the root of twice that.
    assert.ok(near.every((row, i) => row.every((x, j) => Math.abs(data[5 * i + j] - x) < 1e-4)));
    assert.ok(near.some((row, i) => row.some((x, j) => data[5 * i + j] !== x)));
  });

  it("refuse options that nobody reads, in one sentence", () => {
    assert.throws(() => gaussianKnockoffs([[1], [2]], { sigma: 1 } as object), {
      name: "InputError",
      message: 'gaussianKnockoffs: every option must be one of covariance, mean, seed, got "sigma"',
    });
  });
});
