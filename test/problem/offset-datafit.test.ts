import assert from "node:assert/strict";
import { offsetDatafit } from "../../src/problem/offset-datafit";
import { seededRandom } from "../../src/random/random";
import { datafitCases, gradientAt, lossAt } from "../support/datafit-cases";
import { normals } from "../support/problems";

describe("a loss with an offset", () => {
  for (const { datafit, draw } of datafitCases) {
    const random = seededRandom(4);
    const y = draw(6, 1);
    const [eta, offset, v] = [0, 1, 2].map(() => normals(random, y.length));
    const moved = eta.map((entry, i) => entry + offset[i]);
    const known = offsetDatafit(datafit, offset);

    it(`of ${datafit.name} is the loss at the whole predictor, to the last bit`, () => {
      assert.equal(lossAt(known, y, eta), lossAt(datafit, y, moved));
      assert.deepEqual(gradientAt(known, y, eta), gradientAt(datafit, y, moved));
      const into = (fill: (out: Float64Array) => void): Float64Array => {
        const out = new Float64Array(y.length);
        fill(out);
        return out;
      };
      assert.deepEqual(
        into((out) => known.curvature(y, eta, out)),
        into((out) => datafit.curvature(y, moved, out)),
      );
      assert.deepEqual(
        into((out) => known.inverseLink(eta, out)),
        into((out) => datafit.inverseLink(moved, out)),
      );
      assert.deepEqual(
        into((out) => known.hessianProduct?.(y, eta, v, out)),
        into((out) => datafit.hessianProduct?.(y, moved, v, out)),
      );
      assert.equal(known.saturatedValue(y), datafit.saturatedValue(y));
      const dual = gradientAt(datafit, y, v);
      assert.equal(known.fenchelYoung?.(y, eta, dual), datafit.fenchelYoung?.(y, moved, dual));
    });

    it(`of ${datafit.name} keeps the offset of each row in weights and in batches`, () => {
      const n = y.length / datafit.nResponses;
      const weights = Float64Array.from({ length: n }, (_, i) => 0.5 + (i % 3) / 2);
      assert.equal(lossAt(known.weighted(weights), y, eta), lossAt(datafit.weighted(weights), y, moved));
      if (datafit.subset === undefined) {
        assert.equal(known.subset, undefined);
        return;
      }
      const rows = Int32Array.of(4, 1, 2);
      const cut = (vector: Float64Array): Float64Array =>
        Float64Array.from(
          Array.from({ length: datafit.nResponses }).flatMap((_, r) =>
            [...rows].map((i) => vector[r * n + i]),
          ),
        );
      assert.equal(
        lossAt(known.subset!(rows), cut(y), cut(eta)),
        lossAt(datafit.subset(rows), cut(y), cut(moved)),
      );
    });
  }
});
