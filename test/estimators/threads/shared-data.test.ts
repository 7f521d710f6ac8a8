import assert from "node:assert/strict";
import { logistic, squaredError } from "../../../src/datafits";
import { DenseDesign } from "../../../src/design/dense-design";
import { denseMatrix } from "../../../src/design/sources/dense-matrix";
import { sparseMatrix } from "../../../src/design/sources/sparse-matrix";
import { SparseDesign } from "../../../src/design/sparse-design";
import { readData } from "../../../src/estimators/options/model-data";
import { readShared, sharedData } from "../../../src/estimators/threads/shared-data";

const dense = readData("test", { a: [1, 2, 3], b: [0, 0.5, -0] }, ["no", "yes", "no"], logistic(), {
  sampleWeight: [1, 2, 0],
  offset: [0.1, 0, 1],
});
const entries = { rows: [0, 2, 1], columns: [0, 0, 2], values: [1, -2, 3] };
const sparse = readData(
  "test",
  sparseMatrix({ ...entries, nSamples: 3, nFeatures: 4 }),
  [1, 2, 3],
  squaredError(),
  {},
);

describe("shared data", () => {
  it("are the data again: columns and their names, weights, offset and classes", () => {
    for (const data of [dense, sparse]) {
      const { design, ...rest } = readShared(structuredClone(sharedData(data)));
      const plain = (array: ArrayLike<number> | undefined): number[] | undefined =>
        array && Array.from(array);
      const { design: expected, ...others } = data;
      assert.deepEqual(design.featureNames, expected.featureNames);
      assert.deepEqual(
        [
          plain(rest.target),
          rest.classes,
          plain(rest.samples.weights),
          plain(rest.samples.offset),
          rest.samples.nCounted,
        ],
        [
          plain(others.target),
          others.classes,
          plain(others.samples.weights),
          plain(others.samples.offset),
          others.samples.nCounted,
        ],
      );
      assert.equal(design.constructor, expected.constructor);
      const product = (of: typeof design): Float64Array => {
        const out = new Float64Array(of.nSamples);
        of.matvec(
          Float64Array.from({ length: of.nFeatures }, (_, j) => 1 + j / 7),
          out,
        );
        return out;
      };
      assert.deepEqual(product(design), product(expected));
    }
  });

  it("are copied once and shared from then on", () => {
    const once = sharedData(dense);
    const twice = sharedData(readShared(once));
    assert.ok(once.design && "values" in once.design && "values" in twice.design);
    assert.equal(twice.design.values.buffer, once.design.values.buffer);
    assert.ok(once.design.values.buffer instanceof SharedArrayBuffer);
    assert.equal(twice.target.buffer, once.target.buffer);
    assert.ok(dense.design instanceof DenseDesign && sparse.design instanceof SparseDesign);
    assert.ok(dense.design.values.buffer instanceof ArrayBuffer);
    const filled = denseMatrix({ nSamples: 3, nFeatures: 2 }, (values) => values.set([1, 2, 4, 0, 1, 0]));
    const first = sharedData(readData("test", filled, [1, 2, 3], squaredError(), {}));
    const again = sharedData(readShared(first));
    assert.ok("standardized" in first.design && "standardized" in again.design);
    assert.equal(again.design.standardized, first.design.standardized);
  });
});
