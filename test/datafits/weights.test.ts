import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import type { Datafit } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import {
  datafitCases,
  derivedCases,
  gradientAt,
  hessianTimes,
  lossAt,
  sixWeights,
} from "../support/datafit-cases";
import { normals } from "../support/problems";

/** The samples of a matrix, one response after the other, each as often as `copies` says. */
function repeatSamples(v: Float64Array, copies: readonly number[]): Float64Array {
  const n = copies.length;
  return Float64Array.from(Array.from(v).flatMap((value, k) => new Array<number>(copies[k % n]).fill(value)));
}

/** The sums over the copies of each sample: the transpose of {@link repeatSamples}. */
function sumCopies(v: Float64Array, copies: readonly number[], nResponses: number): Float64Array {
  let next = 0;
  return Float64Array.from({ length: copies.length * nResponses }, (_, k) => {
    let sum = 0;
    for (let copy = 0; copy < copies[k % copies.length]; copy++) sum += v[next++];
    return sum;
  });
}

/** The deviance, which counts and weights change alike also where the loss itself has a constant of theirs. */
const excess = (f: Datafit, y: Float64Array, eta: Float64Array): number =>
  lossAt(f, y, eta) - f.saturatedValue(y);

describe("the weights of a datafit", () => {
  it("may be cut into batches for every loss but Cox's, which is no mean over samples", () => {
    const whole = datafitCases.filter(({ datafit }) => datafit.subset === undefined);
    assert.deepEqual(
      whole.map(({ factory }) => factory),
      ["cox"],
    );
  });

  for (const { datafit: f, draw } of [...datafitCases, ...derivedCases]) {
    it(`of ${f.name} may be left out where every sample counts the same: it is a mean over samples`, () => {
      const [y, eta] = [draw(5, 2), normals(seededRandom(2), 5 * f.nResponses)];
      const twice = [2, 2, 2, 2, 2];
      const [yTwice, etaTwice] = [repeatSamples(y, twice), repeatSamples(eta, twice)];
      assertClose("deviance", excess(f, yTwice, etaTwice), excess(f, y, eta), 1e-15);
      const ones = f.weighted(new Float64Array(5).fill(1));
      assert.equal(lossAt(ones, y, eta), lossAt(f, y, eta));
      assert.deepEqual(gradientAt(ones, y, eta), gradientAt(f, y, eta));
    });

    it(`of ${f.name} act like copies of the samples`, () => {
      const copies = [1, 3, 0, 2, 1];
      const weighted = f.weighted(Float64Array.from(copies, (count) => (count * 5) / 7));
      const random = seededRandom(3);
      for (let trial = 0; trial < 10; trial++) {
        const y = draw(5, trial);
        const [eta, v] = [normals(random, y.length), normals(random, y.length)];
        const [yCopied, etaCopied, vCopied] = [y, eta, v].map((each) => repeatSamples(each, copies));
        const summed = (each: Float64Array) => sumCopies(each, copies, f.nResponses);
        assertClose("deviance", excess(weighted, y, eta), excess(f, yCopied, etaCopied), 1e-14);
        assertAllClose(
          "gradient",
          gradientAt(weighted, y, eta),
          summed(gradientAt(f, yCopied, etaCopied)),
          1e-14,
        );
        assertAllClose(
          "Hessian times v",
          hessianTimes(weighted, y, eta, v),
          summed(hessianTimes(f, yCopied, etaCopied, vCopied)),
          1e-14,
        );
      }
    });

    if (f.subset) {
      it(`of ${f.name} go with their samples: it is the mean of its batches, weighted or not`, () => {
        const [y, eta] = [draw(6, 8), normals(seededRandom(8), 6 * f.nResponses)];
        for (const whole of [f, f.weighted(sixWeights)]) {
          const mean = new Float64Array(y.length);
          let total = 0;
          for (const rows of [Int32Array.of(4, 0), Int32Array.of(1, 5), Int32Array.of(3, 2)]) {
            const entries = Array.from({ length: f.nResponses }, (_, r) =>
              [...rows].map((i) => i + 6 * r),
            ).flat();
            const of = (v: Float64Array) => Float64Array.from(entries, (k) => v[k]);
            const batch = whole.subset!(rows);
            total += lossAt(batch, of(y), of(eta)) / 3;
            gradientAt(batch, of(y), of(eta)).forEach((slope, m) => {
              mean[entries[m]] += slope / 3;
            });
          }
          assertClose("value", total, lossAt(whole, y, eta), 1e-14);
          assertAllClose("gradient", mean, gradientAt(whole, y, eta), 1e-14);
        }
      });
    }

    it(`of ${f.name} are copied, checked, and as many as the samples`, () => {
      const weights = Float64Array.of(1, 1, 1);
      const weighted = f.weighted(weights);
      const [y, eta] = [draw(3, 4), normals(seededRandom(4), 3 * f.nResponses)];
      const before = lossAt(weighted, y, eta);
      weights.fill(9);
      assert.equal(lossAt(weighted, y, eta), before);
      assert.throws(
        () => weighted.checkTarget("test", draw(4, 4)),
        new InputError("test: the number of sample weights must be that of the samples (4), got 3"),
      );
      for (const bad of [-1, Number.NaN, Infinity]) {
        assert.throws(
          () => f.weighted(Float64Array.of(1, bad)),
          (error: Error) =>
            error.message.endsWith(`.weighted: weights[1] must be a finite number >= 0, got ${bad}`),
        );
      }
    });
  }
});
