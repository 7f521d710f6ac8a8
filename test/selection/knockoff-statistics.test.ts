import assert from "node:assert/strict";
import { SmoothLasso } from "../../src";
import type { RowMajorMatrix } from "../../src/design/design-input";
import { seededRandom } from "../../src/random/random";
import { coefficientDifference, signedMax } from "../../src/selection/knockoff-filter";
import { assertAllClose } from "../support/assert-close";

const [n, p] = [40, 4];
const random = seededRandom(2);
const left = Array.from({ length: n }, () => Array.from({ length: p }, () => random.normal()));
const right = Array.from({ length: n }, () => Array.from({ length: p }, () => random.normal()));
const y = Float64Array.from(left, (row, i) => row[0] - row[1] + 0.7 * right[i][2] + 0.3 * random.normal());

/** Features and knockoffs, those of some features swapped. */
function both(swapped: readonly number[] = []): RowMajorMatrix {
  const pick = (i: number, j: number, side: number): number =>
    (side === 1) === swapped.includes(j) ? left[i][j] : right[i][j];
  const rows = left.map((row, i) => [
    ...row.map((_, j) => pick(i, j, 0)),
    ...row.map((_, j) => pick(i, j, 1)),
  ]);
  return { data: rows.flat(), nSamples: n, nFeatures: 2 * p };
}

describe("knockoff statistics", () => {
  const estimator = new SmoothLasso({ lambda: 0.1, tol: 1e-12 });

  for (const [name, statistic] of Object.entries({ signedMax, coefficientDifference })) {
    it(`change the sign of just those features that are swapped with their knockoffs: ${name}`, () => {
      const before = statistic("test", estimator, both(), y, {}).statistics;
      for (const swapped of [[0], [1, 2], [0, 1, 2, 3]]) {
        const after = statistic("test", estimator, both(swapped), y, {}).statistics;
        const expected = before.map((w, j) => (swapped.includes(j) ? -w : w));
        assertAllClose(`${swapped}`, after, expected, 1e-9);
      }
      assert.ok(before[0] !== 0 && before[2] !== 0);
    });
  }

  it("are large for what matters, and negative where the knockoff does", () => {
    for (const statistic of [signedMax, coefficientDifference]) {
      const w = statistic("test", estimator, both([2]), y, {}).statistics;
      assert.ok(w[0] > 0.3 && w[1] > 0.3 && w[2] > 0.3 && Math.abs(w[3]) < 0.2, `${w}`);
      assert.ok(statistic("test", estimator, both(), y, {}).statistics[2] < -0.3);
    }
  });

  it("are the lambdas of orthogonal columns' own gradients, up to the grid", () => {
    // With X'X = n I a column enters at |x'y| / n.
    const hadamard = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 8 }, (_, j) =>
        [...(i & j).toString(2)].filter((bit) => bit === "1").length % 2 ? -1 : 1,
      ),
    );
    const matrix = { data: hadamard.flatMap((row) => row.slice(1, 7)), nSamples: 8, nFeatures: 6 };
    const effects = [3, -1, 0.5, 2, -1.5, 0.1];
    const target = Float64Array.from(hadamard, (row) =>
      effects.reduce((sum, b, j) => sum + b * row[j + 1], 0),
    );
    const { statistics } = signedMax("test", new SmoothLasso(), matrix, target, {
      nLambdas: 500,
      lambdaMinRatio: 0.01,
    });
    assertAllClose("signed max", statistics, [3, -1.5, 0.5], 0.01);
  });

  it("refuse lambdas that the fit of one lambda does not read, in one sentence", () => {
    assert.throws(() => coefficientDifference("test", estimator, both(), y, { nLambdas: 5 }), {
      name: "InputError",
      message:
        "test: nLambdas must be left out with coefficientDifference, got 5; lambda is an option of the estimator",
    });
  });
});
