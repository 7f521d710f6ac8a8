import assert from "node:assert/strict";
import { squaredError } from "../../../src/datafits";
import type { DesignInput } from "../../../src/design/design-input";
import { denseMatrix } from "../../../src/design/sources/dense-matrix";
import { sparseMatrix } from "../../../src/design/sources/sparse-matrix";
import { readData } from "../../../src/estimators/options/model-data";

const rows = [
  [1, 0],
  [0, 2],
  [3, 0],
];
const [nSamples, nFeatures] = [3, 2];
const sparse = sparseMatrix({ rows: [0, 2, 1], columns: [0, 0, 1], values: [1, 3, 2], nSamples, nFeatures });
const dense = denseMatrix({ nSamples, nFeatures }, (values) => values.set([1, 0, 3, 0, 2, 0]));

describe("the data of a run", () => {
  const tables: readonly (readonly [string, DesignInput, boolean])[] = [
    ["rows, which are copied", rows, true],
    ["a sparse matrix that is copied", { ...sparse }, true],
    ["what sparseMatrix made, which the next run gets too", sparse, false],
    ["what denseMatrix made, which the next run gets too", dense, false],
  ];
  for (const [title, X, ownsDesign] of tables) {
    it(`are ${ownsDesign ? "" : "not "}the run's own where they are ${title}`, () => {
      const [one, other] = [0, 1].map(() => readData("test", X, [1, 2, 3], squaredError(), {}));
      assert.equal(one.ownsDesign, ownsDesign);
      assert.equal(one.design === other.design, !ownsDesign);
    });
  }
});
