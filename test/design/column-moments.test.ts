import assert from "node:assert/strict";
import { columnMoments, isConstantColumn } from "../../src/design/design-matrix";
import { assertAllClose, assertClose } from "../support/assert-close";
import { designOf } from "../support/problems";

describe("columnMoments", () => {
  it("gives mean and standard deviation with divisor n", () => {
    const { means, deviations } = columnMoments(
      designOf([
        [1, 10],
        [2, 10],
        [3, 40],
        [6, -20],
      ]),
    );
    assertAllClose("means", means, [3, 10], 1e-15);
    assertAllClose("deviations", deviations, [Math.sqrt(3.5), Math.sqrt(450)], 1e-15);
  });

  it("keeps the deviation's digits far from zero and at any scale", () => {
    const spread = [0, 1, 3, 4];
    for (const [origin, scale] of [
      [1e12, 1],
      [-1e9, 1e-3],
      [0, 1e-200],
      [0, 1e200],
      [1e200, 1e190],
    ]) {
      const { deviations } = columnMoments(designOf(spread.map((x) => [origin + scale * x])));
      const tolerance = 1e-14 + 4e-16 * Math.abs(origin / scale);
      assertClose(`origin ${origin}, scale ${scale}`, deviations[0] / scale, Math.sqrt(2.5), tolerance);
    }
  });

  it("calls a column constant when it is, or differs by rounding only", () => {
    for (const rows of [
      [[3], [3], [3]],
      [[0], [0], [0]],
      [[0.1 + 0.2], [0.3], [0.3]],
      [[1e300], [1e300], [1e300]],
    ]) {
      assert.equal(columnMoments(designOf(rows)).deviations[0], 0);
    }
  });
});

describe("isOneValue", () => {
  it("tells a constant from what varies by roundings only, where rows count", () => {
    const design = designOf([
      [3, 1e15, 1],
      [3, 1e15 + 1, 1],
      [3, 1e15, 2],
    ]);
    assert.deepEqual(
      [0, 1, 2].map((j) => isConstantColumn(design, j)),
      [true, false, false],
    );
    assert.equal(isConstantColumn(design, 2, Float64Array.of(1.5, 1.5, 0)), true);
    assert.equal(isConstantColumn(design, 2, Float64Array.of(0, 1.5, 1.5)), false);
  });
});
