import assert from "node:assert/strict";
import { cox, logistic } from "../../src/datafits";
import { seededRandom } from "../../src/random/random";
import { bootstrapCounts, complementaryHalves, strataOf } from "../../src/selection/resampling";

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const total = (of: Float64Array): number => of.reduce((sum, value) => sum + value, 0);

describe("resampling", () => {
  it("halves the rows that count into two halves that have none in common", () => {
    const weights = ones(23);
    weights[4] = 0;
    weights[9] = 0;
    const strata = strataOf(new Float64Array(23), weights);
    const random = seededRandom(3);
    for (let pair = 0; pair < 50; pair++) {
      const [a, b] = complementaryHalves(strata, 23, random);
      assert.deepEqual([total(a), total(b), a[4], b[9]], [10, 10, 0, 0]);
      assert.ok(a.every((member, i) => member * b[i] === 0));
    }
  });

  it("puts every row into a half as often as any other", () => {
    const strata = strataOf(new Float64Array(9), ones(9));
    const random = seededRandom(5);
    const counts = new Float64Array(9);
    for (let pair = 0; pair < 2000; pair++) {
      const [half] = complementaryHalves(strata, 9, random);
      half.forEach((member, i) => {
        counts[i] += member;
      });
    }
    // Binomial with 2000 trials of probability 4/9: 4.5 standard deviations are 100.
    for (const count of counts) assert.ok(Math.abs(count - 8000 / 9) < 100, `${count}`);
  });

  it("halves a class of three so that both halves have it, and a survival target by events", () => {
    const labels = Float64Array.from({ length: 40 }, (_, i) => (i % 15 === 2 ? 1 : 0));
    const times = Float64Array.from({ length: 40 }, (_, i) => (i % 15 === 2 ? i + 1 : -i - 1));
    const random = seededRandom(1);
    for (const [target, datafit] of [[labels, logistic()] as const, [times, cox()] as const]) {
      const strata = strataOf(target, ones(40), datafit);
      assert.deepEqual(strata.map((rows) => rows.length).sort(), [3, 37]);
      for (let pair = 0; pair < 50; pair++) {
        const counts = complementaryHalves(strata, 40, random).map((half) =>
          total(half.map((member, i) => member * labels[i])),
        );
        assert.ok(
          counts.every((count) => count === 1 || count === 2),
          `${counts}`,
        );
        assert.equal(total(bootstrapCounts(strata, 40, random).map((count, i) => count * labels[i])), 3);
      }
    }
  });

  it("draws bootstrap samples of as many rows as count, with the variance of drawing with replacement", () => {
    const weights = ones(20);
    weights[0] = 0;
    const strata = strataOf(new Float64Array(20), weights);
    const random = seededRandom(8);
    let squares = 0;
    for (let b = 0; b < 1000; b++) {
      const counts = bootstrapCounts(strata, 20, random);
      assert.deepEqual([total(counts), counts[0]], [19, 0]);
      for (let i = 1; i < 20; i++) squares += (counts[i] - 1) ** 2;
    }
    // A multinomial count of 19 draws over 19 rows has the variance 18/19.
    assert.ok(Math.abs(squares / 19000 - 18 / 19) < 0.05, `${squares / 19000}`);
  });
});
