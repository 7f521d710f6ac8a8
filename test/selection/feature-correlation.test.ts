import assert from "node:assert/strict";
import { asDesignMatrix } from "../../src/design/sources/read-table";
import { featureDistribution } from "../../src/selection/gaussian-knockoffs";
import { assertAllClose, assertClose } from "../support/assert-close";
import { designOf, linearData } from "../support/problems";

/** 8 rows of 5; `estimate.lambda` of the R package corpcor 1.6.10 gives the share below. */
const rows = [
  [0.22, 1.17, 1.17, 0.59, -0.75],
  [-0.54, 0.35, -0.04, -0.28, -1.48],
  [0.89, 1.18, -0.1, 1.26, 0.86],
  [0.6, 0.61, -0.28, 0.91, -0.4],
  [1.64, 1.83, 1.54, -0.93, -0.23],
  [0.69, 0.66, 0.17, 1.24, 0.93],
  [-1.28, -1.27, 1.31, 0.15, -0.47],
  [-0.21, -0.12, 1.29, 1.05, -0.64],
];
const corpcorShare = 0.768797254422212;

describe("the distribution of features", () => {
  it("is shrunk where there are few rows, by the share of corpcor", () => {
    const found = featureDistribution("test", designOf(rows), {});
    assertClose("share", found.shrinkage, corpcorShare, 1e-14);
    const [a, b] = [0, 1].map((j) => rows.map((row) => row[j]));
    const mean = (of: number[]): number => of.reduce((sum, x) => sum + x) / 8;
    const covariance = (u: number[], v: number[]): number =>
      mean(u.map((x, i) => (x - mean(u)) * (v[i] - mean(v))));
    const r = covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
    assertClose("correlation", found.correlation[1], (1 - corpcorShare) * r, 1e-14);
    assertClose("mean", found.means[1], mean(b), 1e-14);
    assertClose("deviation", found.deviations[1], Math.sqrt(covariance(b, b)), 1e-14);
  });

  it("is that of the sample where rows abound, unless that is singular", () => {
    const { X } = linearData(3, 40, 5);
    assert.equal(featureDistribution("test", designOf(X), {}).shrinkage, 0);
    const copied = X.map((row) => [...row, row[0]]);
    const found = featureDistribution("test", designOf(copied), {});
    assert.ok(found.shrinkage > 0);
    assertClose("copies", found.correlation[5], 1 - found.shrinkage, 1e-14);
  });

  it("is the one that is given, taken apart into deviations and correlations", () => {
    const covariance = [
      [4, 3],
      [3, 9],
    ];
    const found = featureDistribution(
      "test",
      designOf([
        [1, 2],
        [2, 5],
        [3, 3],
      ]),
      { covariance, mean: [7, 8] },
    );
    assert.deepEqual([...found.means], [7, 8]);
    assert.deepEqual([...found.deviations], [2, 3]);
    assertAllClose("correlation", found.correlation, [1, 0.5, 0.5, 1], 1e-15);
  });

  it("is refused where it is none, in one sentence", () => {
    const refuses = (options: object, message: string): void => {
      const design = asDesignMatrix("test", { a: [1, 2, 3], b: [2, 5, 3] });
      assert.throws(() => featureDistribution("test", design, options), { name: "InputError", message });
    };
    refuses({ covariance: [[1, 0]] }, "test: covariance must be 2 rows of 2 numbers, got an array of 1");
    refuses(
      { covariance: [[1, 0], [0]] },
      "test: covariance[1] must be 2 numbers, one a feature, got an array of 1",
    );
    refuses(
      {
        covariance: [
          [1, 0.5],
          [0.4, 1],
        ],
      },
      "test: covariance[1][0] must be covariance[0][1] = 0.5, got 0.4",
    );
    refuses(
      {
        covariance: [
          [1, 1],
          [1, 1],
        ],
      },
      "test: covariance must be positive definite, got an array of 2",
    );
    refuses(
      {
        covariance: [
          [-1, 0],
          [0, 1],
        ],
      },
      "test: covariance must be positive definite, got an array of 2",
    );
    refuses({ mean: [0, Number.NaN] }, "test: mean[1] must be a finite number, got NaN");
    const constant = asDesignMatrix("test", { a: [1, 2, 3], b: [2, 2, 2] });
    assert.throws(() => featureDistribution("test", constant, {}), {
      name: "InputError",
      message: 'test: column "b" must be one that varies, got 2; leave it out',
    });
    const offset = asDesignMatrix("test", { a: [1, 2, 3], b: [1e15, 1e15 + 1, 1e15] });
    assert.throws(() => featureDistribution("test", offset, {}), {
      name: "InputError",
      message:
        /^test: column "b" must be one that varies beside its size, .*; subtract an offset, such as its mean$/,
    });
  });
});
