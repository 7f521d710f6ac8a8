import assert from "node:assert/strict";
import { concordanceIndex } from "../../../src/estimators/results/score";
import { seededRandom } from "../../../src/random/random";
import { assertClose } from "../../support/assert-close";

/** Its definition, pair by pair. */
function byPairs(times: Float64Array, risks: Float64Array, weights: Float64Array): number {
  let [concordant, pairs] = [0, 0];
  for (const i of times.keys()) {
    for (const j of times.keys()) {
      const before = Math.abs(times[i]) < Math.abs(times[j]) || (times[i] === -times[j] && times[i] > 0);
      if (i === j || times[i] < 0 || !before) continue;
      pairs += weights[i] * weights[j];
      const share = risks[i] > risks[j] ? 1 : risks[i] === risks[j] ? 0.5 : 0;
      concordant += share * weights[i] * weights[j];
    }
  }
  return concordant / pairs;
}

describe("the concordance index", () => {
  it("is the share of pairs in the right order, ties of times and risks and weights included", () => {
    for (let trial = 0; trial < 200; trial++) {
      const random = seededRandom(trial);
      const n = 2 + Math.floor(20 * random.uniform());
      const draw = (levels: number): Float64Array =>
        Float64Array.from({ length: n }, () => 1 + Math.floor(levels * random.uniform()));
      const times = draw(trial % 2 === 0 ? 4 : 1e6).map((time) => (random.uniform() < 0.4 ? -time : time));
      const risks = draw(trial % 3 === 0 ? 3 : 1e6).map((risk) => risk - 2);
      const weights = draw(3).map((weight) => weight - 1);
      const ones = new Float64Array(n).fill(1);
      const same = byPairs(times, risks, ones);
      if (Number.isNaN(same)) assert.ok(Number.isNaN(concordanceIndex(times, risks, undefined)));
      else assert.equal(concordanceIndex(times, risks, undefined), same, `trial ${trial}`);
      const weighted = byPairs(times, risks, weights);
      if (Number.isNaN(weighted)) assert.ok(Number.isNaN(concordanceIndex(times, risks, weights)));
      else assertClose(`weighted, trial ${trial}`, concordanceIndex(times, risks, weights), weighted, 1e-14);
    }
  });

  it("is 1, 0 and one half for risks in order, in the wrong order, and all alike", () => {
    const times = Float64Array.of(1, -2, 3, 4);
    assert.equal(concordanceIndex(times, Float64Array.of(4, 3, 2, 1), undefined), 1);
    assert.equal(concordanceIndex(times, Float64Array.of(1, 2, 3, 4), undefined), 0);
    assert.equal(concordanceIndex(times, new Float64Array(4), undefined), 0.5);
  });

  it("is none where no pair can be told apart", () => {
    for (const times of [
      [-1, -2, -3],
      [2, 2, 2],
      [-1, 2],
    ]) {
      const index = concordanceIndex(Float64Array.from(times), new Float64Array(times.length), undefined);
      assert.ok(Number.isNaN(index), `${times}`);
    }
  });

  it("takes time that grows with n log n, not with pairs", () => {
    const random = seededRandom(1);
    const times = Float64Array.from({ length: 200_000 }, () => 1 + random.uniform());
    const index = concordanceIndex(
      times,
      times.map((time) => -time),
      undefined,
    );
    assert.equal(index, 1);
  });
});
