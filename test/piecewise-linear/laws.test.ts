import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import * as index from "../../src/piecewise-linear";
import {
  hinge,
  type PiecewiseLinearDatafit,
  piecewiseLinearValue,
  pinball,
} from "../../src/piecewise-linear";
import { assertAtMost, assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

interface Member {
  readonly datafit: PiecewiseLinearDatafit;
  /** A target of its domain. */
  readonly draw: (size: number, seed: number) => Float64Array;
  /** The loss of one sample as textbooks have it. */
  readonly textbook: (y: number, eta: number) => number;
}

const real = (size: number, seed: number): Float64Array => normals(seededRandom(seed), size);
const labels = (size: number, seed: number): Float64Array => real(size, seed).map((x) => (x > 0 ? 1 : 0));
const check = (tau: number) => (y: number, eta: number) =>
  tau * Math.max(y - eta, 0) + (1 - tau) * Math.max(eta - y, 0);

const members: readonly Member[] = [
  { datafit: pinball(), draw: real, textbook: (y, eta) => Math.abs(y - eta) / 2 },
  { datafit: pinball(0.9), draw: real, textbook: check(0.9) },
  { datafit: pinball(0.05), draw: real, textbook: check(0.05) },
  { datafit: hinge(), draw: labels, textbook: (y, eta) => Math.max(0, 1 - (2 * y - 1) * eta) },
];

describe("every piecewise linear datafit", () => {
  it("of the index is in this suite", () => {
    const made = Object.values(index)
      .filter((value) => value !== piecewiseLinearValue)
      .map((make) => (make as () => PiecewiseLinearDatafit)().name);
    assert.deepEqual(
      made.filter((name) => members.every(({ datafit }) => datafit.name !== name)),
      [],
    );
  });

  for (const { datafit, draw, textbook } of members) {
    const { name } = datafit;

    it(`${name} is the mean of the textbook's loss`, () => {
      for (let seed = 0; seed < 20; seed++) {
        const [y, eta] = [draw(7, seed), real(7, seed + 100)];
        const expected = y.reduce((sum, target, i) => sum + textbook(target, eta[i]) / 7, 0);
        assertClose("value", piecewiseLinearValue(datafit.terms(y), eta), expected, 1e-15);
      }
    });

    it(`${name} is above each of its dual lines, and on one of them`, () => {
      const random = seededRandom(3);
      for (let seed = 0; seed < 20; seed++) {
        const [y, eta] = [draw(5, seed), real(5, seed + 100)];
        const { center, tilt, width } = datafit.terms(y);
        const line = (slope: (i: number) => number): number =>
          center.reduce((sum, c, i) => sum + ((tilt[i] + width[i] * slope(i)) * (c - eta[i])) / 5, 0);
        const value = piecewiseLinearValue({ center, tilt, width }, eta);
        assertAtMost(
          "line",
          line(() => 2 * random.uniform() - 1),
          value,
          1e-15,
        );
        assertClose(
          "steepest line",
          line((i) => Math.sign(center[i] - eta[i])),
          value,
          1e-15,
        );
      }
    });

    it(`${name} has a box with zero in it and some room`, () => {
      const { tilt, width } = datafit.terms(draw(9, 1));
      tilt.forEach((entry, i) => {
        assert.ok(width[i] > 0);
        assertAtMost("tilt", Math.abs(entry), width[i]);
      });
    });

    it(`${name} takes targets of its domain and leaves them alone`, () => {
      const y = draw(6, 2);
      const before = y.slice();
      datafit.checkTarget("test", y);
      datafit.terms(y).center.fill(9);
      assert.deepEqual(y, before);
    });
  }
});

describe("pinball", () => {
  it("refuses a quantile that is none, in one sentence", () => {
    for (const tau of [0, 1, -0.5, 2, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => pinball(tau), {
        name: "InputError",
        message: `pinball: tau must be a number strictly between 0 and 1, got ${tau}`,
      });
    }
  });
});

describe("hinge", () => {
  it("refuses labels other than 0 and 1, in one sentence that names the row", () => {
    assert.throws(() => hinge().checkTarget("fit", Float64Array.of(0, 1, -1)), {
      name: "InputError",
      message: "fit: y, row 2 must be 0 or 1, got -1; encode the two classes as 0 and 1",
    });
  });
});
