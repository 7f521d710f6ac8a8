import assert from "node:assert/strict";
import { progressFraction } from "../../../src/estimators/path/fit-runner";

describe("the share of a descent", () => {
  it("is by digits: half of them, half of the way", () => {
    const share = progressFraction();
    assert.deepEqual([1e6, 1e3, 1].map(share), [0, 0.5, 1]);
  });

  it("stays from 0 to 1 where the certificate rises, is met or tells nothing", () => {
    const share = progressFraction();
    assert.deepEqual([Infinity, Number.NaN, 100, 1000, 0.1, 0].map(share), [0, 0, 0, 0, 1, 1]);
    assert.equal(progressFraction()(0.5), 0);
  });
});
