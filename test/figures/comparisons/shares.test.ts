import assert from "node:assert/strict";
import { seededRandom } from "smooth-edges";
import { clusteredMean, wilson } from "../../../figures/comparisons/shares";
import { meanOf } from "../../../figures/studies/means";

describe("shares", () => {
  it("have the intervals that Newcombe (1998) prints for the score method, in his table I", () => {
    for (const [count, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ]) {
      const found = wilson(count, n);
      assert.equal(found.share, count / n);
      assert.ok(Math.abs(found.low - low) < 5.1e-5, `${count} of ${n}: ${found.low}`);
      assert.ok(Math.abs(found.high - high) < 5.1e-5, `${count} of ${n}: ${found.high}`);
    }
  });

  it("have intervals that are mirrored where trials are counted that failed", () => {
    const [one, other] = [wilson(3, 40), wilson(37, 40)];
    assert.ok(Math.abs(one.low + other.high - 1) < 1e-12 && Math.abs(one.high + other.low - 1) < 1e-12);
    assert.equal(wilson(40, 40).high, 1);
  });

  it("are refused of no trials, and of more successes than trials", () => {
    assert.throws(() => wilson(0, 0), /0 of 0/);
    assert.throws(() => wilson(5, 4), /5 of 4/);
    assert.throws(() => wilson(Number.NaN, 4), /NaN of 4/);
  });
});

describe("means over clusters", () => {
  const values = [0.2, 0.9, 0.4, 1, 0.7];

  it("of one value each are means of values", () => {
    const { mean, error } = clusteredMean(values.map((value) => [value]));
    const plain = meanOf(values);
    assert.ok(Math.abs(mean - plain.mean) < 1e-15 && Math.abs(error - plain.error) < 1e-15);
  });

  it("are no surer by values that are there several times in a cluster", () => {
    const { error } = clusteredMean(values.map((value) => [value, value, value]));
    assert.ok(Math.abs(error - meanOf(values).error) < 1e-15);
  });

  it("have the spread that simulated clusters have", () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: 2000 }, () =>
      clusteredMean(
        Array.from({ length: 20 }, (_, k) => {
          const center = random.uniform();
          return Array.from({ length: 2 + (k % 2) }, () => center + 0.1 * random.uniform());
        }),
      ),
    );
    const means = meanOf(draws.map(({ mean }) => mean));
    const spread = means.error * Math.sqrt(draws.length);
    const told = Math.sqrt(meanOf(draws.map(({ error }) => error ** 2)).mean);
    assert.ok(Math.abs(told / spread - 1) < 0.06, `${told} is told, ${spread} is the spread`);
  });

  it("are refused of a single cluster", () => {
    assert.throws(() => clusteredMean([[1, 2]]), /two clusters, got 1/);
  });
});
