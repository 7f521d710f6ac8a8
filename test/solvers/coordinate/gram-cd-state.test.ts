/** Columns let into the Gram matrix of a model: as many as there is room for, and until a signal is aborted. */
import assert from "node:assert/strict";
import { mcp } from "../../../src/penalties";
import { tryInclude } from "../../../src/solvers/coordinate/gram-cd-state";
import { QuadraticModel } from "../../../src/solvers/subproblem/quadratic-model";
import { assertClose } from "../../support/assert-close";
import { type LinearData, linearData, problemOf } from "../../support/problems";

const modelOf = (data: LinearData): QuadraticModel =>
  new QuadraticModel(problemOf(data, mcp()), new Float64Array(data.y.length));

describe("admission to the Gram matrix", () => {
  it("brings the products of those columns of all lists that were not there", () => {
    const data = linearData(1, 15, 6);
    const { gram } = modelOf(data);
    const model = { gram } as QuadraticModel;
    assert.equal(tryInclude(model, [[4], []], undefined), true);
    assert.equal(tryInclude(model, [Int32Array.of(1, 4), [5]], undefined), true);
    assert.deepEqual(Array.from(gram.columns), [4, 1, 5]);
    for (const [k, j] of [4, 1, 5].entries()) {
      for (const [l, m] of [4, 1, 5].entries()) {
        const product = data.X.reduce((sum, row) => sum + row[j] * row[m], 0) / data.y.length;
        assertClose(`x${j}'x${m}`, gram.matrix[k * gram.stride + l], product, 1e-12);
      }
    }
  });

  it("lets nobody in where more than 4096 columns would be there", () => {
    const model = modelOf(linearData(2, 2, 4100));
    assert.equal(tryInclude(model, [[0, 1, 2]], undefined), true);
    const others = Int32Array.from({ length: 4094 }, (_, k) => k + 3);
    assert.equal(tryInclude(model, [others], undefined), false);
    assert.equal(model.gram.size, 3);
  });

  it("says whether all were let in before a signal was aborted, which takes nothing where all are there", () => {
    const [n, p] = [6000, 400];
    const model = modelOf(linearData(3, n, p));
    const all = Int32Array.from({ length: p }, (_, j) => j);
    const signal = { aborted: true };
    assert.equal(tryInclude(model, [all], signal), false);
    assert.ok(model.gram.size > 0 && model.gram.size < p, `${model.gram.size} columns`);
    assert.equal(tryInclude(model, [all], undefined), true);
    assert.equal(model.gram.size, p);
    assert.equal(tryInclude(model, [all], signal), true);
  });
});
