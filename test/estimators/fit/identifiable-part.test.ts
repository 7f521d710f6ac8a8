import assert from "node:assert/strict";
import { multinomial } from "../../../src/datafits";
import { keepIdentifiablePart } from "../../../src/estimators/fit/identifiability";
import { seededRandom } from "../../../src/random/random";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { normals } from "../../support/problems";

const weights = Float64Array.of(1, 0, 2, 1);

describe("the visible part of a column", () => {
  it("is the column itself where all rows count and the loss sees every response", () => {
    const column = normals(seededRandom(1), 12);
    const kept = column.slice();
    keepIdentifiablePart(kept, 3, undefined);
    assert.deepEqual(kept, column);
  });

  it("changes a loss of classes as the column does, and has nothing that all classes share", () => {
    const random = seededRandom(2);
    const column = normals(random, 12);
    const kept = column.slice();
    keepIdentifiablePart(kept, 3, weights, true);
    for (let i = 0; i < 4; i++) {
      const own = [kept[i], kept[i + 4], kept[i + 8]];
      assertClose(`row ${i}`, own[0] + own[1] + own[2], 0, 1e-15);
      if (weights[i] === 0) assert.deepEqual(own, [0, 0, 0]);
    }
    const loss = multinomial({ nClasses: 3 }).weighted(weights);
    const target = Float64Array.of(1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0);
    const [eta, slope] = [normals(random, 12), new Float64Array(12)];
    const lossAfter = (step: Float64Array): number =>
      loss.valueAndGradient(
        target,
        eta.map((entry, k) => entry + step[k]),
        slope,
      );
    assertClose("loss", lossAfter(kept), lossAfter(column), 1e-14);
    const again = kept.slice();
    keepIdentifiablePart(again, 3, weights, true);
    assertAllClose("twice", again, kept, 1e-15);
  });
});
