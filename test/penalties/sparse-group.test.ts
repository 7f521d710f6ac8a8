import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { type GroupLabels, groupL2, sparseGroup } from "../../src/penalties";
import { groupLabels, threeWeights } from "../support/group-penalties";
import { normals } from "../support/problems";

describe("sparseGroup", () => {
  it("is the plain penalty where its ratio leaves one of them", () => {
    const weights = threeWeights;
    const labels = groupLabels as GroupLabels;
    assert.equal(sparseGroup(labels, { l1Ratio: 1, weights }).name, "l1");
    const own = sparseGroup(labels, { l1Ratio: 1, l1Weights: [1, 2, 3, 4, 5, 6] });
    assert.equal(own.value(Float64Array.of(1, -1, 0, 0, 0, 2), 1), 15);
    const R = sparseGroup(labels, { l1Ratio: 0, weights });
    const beta = normals(seededRandom(1), 6);
    assert.equal(R.value(beta, 0.3), groupL2(labels, { weights }).value(beta, 0.3));
  });
});
