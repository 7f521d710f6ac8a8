import assert from "node:assert/strict";
import { inspect } from "node:util";
import { displayableMatrix, matrixTable } from "../../src/display/matrix-table";
import { denseMatrix, sparseMatrix } from "../../src/index";

describe("the table of a matrix", () => {
  it("shows the corners, and asks for no other entries", () => {
    const asked: number[] = [];
    const table = matrixTable({ nSamples: 1e6, nFeatures: 1e6 }, (i, j) => {
      asked.push(i, j);
      return i + j;
    });
    assert.equal(asked.length, 2 * 10 * 10);
    assert.ok(asked.every((place) => place < 5 || place >= 1e6 - 5));
    const lines = table.toString().split("\n");
    assert.equal(lines[0], "1000000 rows × 1000000 features");
    assert.match(lines[1], / x0 .* x4 +… +x999995 .* x999999$/);
    assert.equal(lines[8], "… 999990 of 1000000 rows not shown …");
    assert.equal(lines.at(-1), "… 999990 columns not shown …");
  });

  it("is how matrices of either memory order and sparse ones show themselves", () => {
    const shape = { nSamples: 2, nFeatures: 2, featureNames: ["a", "b"] };
    const body = "   a  b\n───────\n0  1  2\n1  0  4";
    const byRows = displayableMatrix({ ...shape, data: [1, 2, 0, 4] });
    assert.equal(inspect(byRows), `2 rows × 2 features\n${body}`);
    const dense = denseMatrix(shape, (values) => values.set([1, 0, 2, 4]));
    assert.equal(inspect(dense), `2 rows × 2 features\n${body}`);
    const sparse = sparseMatrix({ ...shape, rows: [0, 0, 1], columns: [0, 1, 1], values: [1, 2, 4] });
    assert.equal(inspect(sparse), `2 rows × 2 features, 75 % of the entries stored\n${body}`);
  });
});
