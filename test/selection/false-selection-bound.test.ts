import assert from "node:assert/strict";
import { unimodalBound, worstCaseBound } from "../../src/selection/stability-selection";

/** `q, p, threshold, B`, and PFER of `stabsel_parameters` of the R package stabs 0.7.1, to three digits. */
const reference: readonly (readonly [number, number, number, number, number, number])[] = [
  [10, 100, 0.75, 50, 2, 1.02],
  [10, 100, 0.9, 50, 1.25, 0.431],
  [20, 1000, 0.6, 100, 2, 1.03],
  [6, 50, 1, 25, 0.72, 0.0554],
  [5, 40, 0.7, 50, 1.56, 0.801],
];

const threeDigits = (value: number): number => Number(value.toPrecision(3));

describe("bounds on false selections", () => {
  it("are those of the R package stabs, in the worst case and where shares are unimodal", () => {
    for (const [q, p, threshold, nPairs, worst, unimodal] of reference) {
      assert.equal(threeDigits(worstCaseBound(q, p, threshold)), worst);
      assert.equal(threeDigits(unimodalBound(q, p, threshold, nPairs)), unimodal);
    }
  });

  it("fall with the threshold, also across 3/4, where the unimodal one changes its formula", () => {
    let before = Infinity;
    for (let k = 52; k <= 100; k++) {
      const bound = unimodalBound(5, 100, k / 100, 50);
      assert.ok(bound < before && bound > 0, `at ${k / 100}: ${bound}, before ${before}`);
      before = bound;
    }
  });

  it("are not given by the unimodal theorem where it does not hold", () => {
    assert.ok(Number.isNaN(unimodalBound(60, 100, 0.9, 50)), "q / p above 1 / sqrt 3");
    assert.ok(Number.isNaN(unimodalBound(5, 100, 0.51, 50)), "a threshold below 1/2 + 1/B");
    assert.ok(Number.isNaN(unimodalBound(40, 100, 0.6, 50)), "a threshold too near 1/2 for this q");
  });
});
