import assert from "node:assert/strict";
import {
  estimatorFromJSON,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothSparseGroupLasso,
} from "../../../src/estimators";
import { stabilitySelection } from "../../../src/selection";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X: rows, y } = linearData(4, 40, 5);
const names = ["a", "b", "c", "d", "e"];
const X = Object.fromEntries(names.map((name, j) => [name, rows.map((row) => row[j])]));
const labels = [0, 1, 0, 2, 1];
// The same groups in another order than that of their first features.
const listed = [["e", 1], ["d"], ["c", "a"]];
const named = { second: ["b", "e"], third: [3], first: [0, 2] };

describe("groups as lists of features", () => {
  it("are those of the labels, by index and name, whatever their order", () => {
    for (const groups of [listed, named]) {
      const pairs = [
        [
          new SmoothGroupLasso({ lambda: 0.2, groups }),
          new SmoothGroupLasso({ lambda: 0.2, groups: labels }),
        ],
        [
          new SmoothGroupBridge({ lambda: 0.2, q: 0.5, groups }),
          new SmoothGroupBridge({ lambda: 0.2, q: 0.5, groups: labels }),
        ],
        [
          new SmoothSparseGroupLasso({ lambda: 0.2, groups }),
          new SmoothSparseGroupLasso({ lambda: 0.2, groups: labels }),
        ],
      ] as const;
      for (const [one, other] of pairs) assert.deepEqual(one.fit(X, y).coef, other.fit(X, y).coef);
    }
  });

  it("have their penalty factors in the order of the lists", () => {
    const options = { lambda: 0.2, penaltyFactors: [0, 3, 1] };
    const { coef } = new SmoothGroupLasso({ ...options, groups: listed }).fit(X, y);
    const byLabel = new SmoothGroupLasso({ lambda: 0.2, penaltyFactors: [1, 0, 3], groups: labels });
    assert.deepEqual(coef, byLabel.fit(X, y).coef);
    assert.ok(coef[1] !== 0 && coef[4] !== 0);
  });

  it("survive JSON, threads and resampling", async () => {
    const model = new SmoothGroupLasso({ lambda: 0.2, groups: named });
    const { coef } = model.fit(X, y);
    assert.deepEqual(estimatorFromJSON(JSON.stringify(model)).fit(X, y).coef, coef);
    assert.deepEqual((await model.fitAsync(X, y)).coef, coef);
    const options = { nPairs: 2, lambdas: [1, 0.3] };
    assert.deepEqual(
      stabilitySelection(model, X, y, options).probabilities,
      stabilitySelection(new SmoothGroupLasso({ groups: labels }), X, y, options).probabilities,
    );
  });

  it("are refused where a feature is missing, there twice or unknown", () => {
    const refuses = (groups: Anything, message: string): void => {
      assert.throws(() => new SmoothGroupLasso({ lambda: 0.2, groups }).fit(X, y), {
        name: "InputError",
        message,
      });
    };
    const where = "SmoothGroupLasso.fit";
    refuses([["a", "b"], ["c"]], `${where}: groups must list feature "d" once, got it in none`);
    refuses(
      { one: [0, 1, 2, 3, 4], two: ["a"] },
      `${where}: groups must list feature "a" once, got it in two places`,
    );
    refuses(
      { one: ["f"] },
      `${where}: groups.one[0] must be a feature, by name or an index below 5, got "f"`,
    );
    refuses([[0, 5]], `${where}: groups[0][1] must be a feature, by name or an index below 5, got 5`);
    refuses(
      [[0, 1, 2, 3, 4], []],
      "SmoothGroupLasso: groups[1] must be a list of at least one feature, got an array of 0",
    );
    refuses({ one: "abc" }, 'SmoothGroupLasso: groups.one must be a list of at least one feature, got "abc"');
  });
});
