/** The groups that fits select, by the labels that they were given by. */
import assert from "node:assert/strict";
import { multinomial } from "../../../src/datafits";
import {
  fitFromJSON,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
} from "../../../src/estimators";
import { groupMcp } from "../../../src/penalties";
import { groupPlot } from "../../../src/plot";
import { linearData } from "../../support/problems";

const { X } = linearData(2, 60, 6);
/** Almost of the features 2 and 3 alone, which are group "b". */
const y = X.map((row) => 2 * row[2] - row[3] + 0.01 * row[0]);
const labels = ["a", "a", "b", "b", "c", "c"];

/** The labels of the features that have a coefficient, each once. */
const ofSupport = (support: Int32Array, of: readonly (number | string)[]): (number | string)[] =>
  [...new Set(of)].filter((label) => Array.from(support).some((j) => of[j] === label));

describe("the groups that a fit selects", () => {
  const estimators = {
    SmoothGroupLasso: new SmoothGroupLasso({ groups: labels, lambda: 0.3 }),
    "SmoothGroupLasso, orthonormal": new SmoothGroupLasso({
      groups: labels,
      lambda: 0.3,
      standardize: "groups",
    }),
    SmoothGroupBridge: new SmoothGroupBridge({ groups: labels, q: 0.5, lambda: 0.3 }),
    SmoothSparseGroupLasso: new SmoothSparseGroupLasso({ groups: labels, lambda: 0.2 }),
    "SparseLinearModel of group MCP": new SparseLinearModel({ penalty: groupMcp(labels), lambda: 0.4 }),
  };
  for (const [name, model] of Object.entries(estimators)) {
    it(`are those with a feature in the support, by their labels, of ${name}`, () => {
      const fit = model.fit(X, y);
      assert.deepEqual(fit.selectedGroups, ofSupport(fit.support, labels));
      assert.deepEqual(fit.selectedGroups, ["b"]);
      assert.deepEqual(fit.refit().selectedGroups, ["b"]);
      const none = (model as SmoothGroupLasso).withParams({ lambda: 1e3 }).fit(X, y);
      assert.deepEqual(none.selectedGroups, []);
    });
  }

  it("have the norms of their standardized coefficients, largest first, in a table too", () => {
    const fit = new SmoothGroupLasso({ groups: labels, lambda: 0.02 }).fit(
      X,
      X.map((row) => 2 * row[2] - row[3] + 0.5 * row[4]),
    );
    const rows = fit.groupNorms!;
    const deviations = fit.supportDeviations!;
    assert.ok(rows.length > 1);
    for (const { group, norm, nSelected, nFeatures } of rows) {
      const squares = Array.from(fit.support, (j, k) =>
        labels[j] === group ? (fit.coef[j] * deviations[k]) ** 2 : 0,
      );
      assert.ok(Math.abs(norm - Math.sqrt(squares.reduce((sum, square) => sum + square))) <= 1e-14 * norm);
      assert.equal(nSelected, squares.filter((square) => square > 0).length);
      assert.equal(nFeatures, labels.filter((label) => label === group).length);
    }
    assert.deepEqual(
      rows.map(({ norm }) => norm),
      rows.map(({ norm }) => norm).sort((a, b) => b - a),
    );
    assert.deepEqual(rows.map(({ group }) => group).sort(), [...fit.selectedGroups!].sort());
    const table = fit.groupSummary();
    assert.deepEqual(
      table.rows,
      rows.map(({ group, norm, nSelected, nFeatures }) => [group, norm, nSelected, nFeatures]),
    );
    assert.match(groupPlot(fit).toString(), new RegExp(`Largest first: ${rows[0].group} `));
    const lasso = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    assert.equal(lasso.groupNorms, undefined);
    assert.throws(
      () => lasso.groupSummary(),
      /^InputError: SmoothLasso\.groupSummary: fit must be of groups, and not from a file/,
    );
    assert.throws(
      () => groupPlot(lasso),
      /^InputError: groupPlot: fit must be the fit of a penalty with groups, .*; use coefficientPlot/,
    );
  });

  it("are the names or places of lists, in the order of their first features", () => {
    const named = new SmoothGroupLasso({
      groups: { last: [4, 5], first: [0, 1], middle: [2, 3] },
      lambda: 0.3,
    });
    assert.deepEqual(named.fit(X, y).selectedGroups, ["middle"]);
    assert.deepEqual(named.withParams({ lambda: 0 }).fit(X, y).selectedGroups, ["first", "middle", "last"]);
    const listed = new SmoothGroupLasso({
      groups: [
        [4, 5],
        [0, 1],
        [2, 3],
      ],
      lambda: 0.3,
    });
    assert.deepEqual(listed.fit(X, y).selectedGroups, [2]);
  });

  it("are of all responses together, and the same from another thread", async () => {
    const classes = y.map((value) => (value > 1 ? "high" : value > -1 ? "mid" : "low"));
    const model = new SmoothGroupLasso({ groups: labels, datafit: multinomial(), lambda: 0.12 });
    const fit = model.fit(X, classes);
    assert.deepEqual(fit.selectedGroups, ofSupport(fit.support, labels));
    assert.deepEqual((await model.fitAsync(X, classes)).selectedGroups, fit.selectedGroups);
  });

  it("are undefined without groups, and for a fit from a file", () => {
    assert.equal(new SmoothLasso({ lambda: 0.1 }).fit(X, y).selectedGroups, undefined);
    assert.equal(new SmoothGroupLasso({ groups: "rows", lambda: 0.1 }).fit(X, y).selectedGroups, undefined);
    const fit = estimators.SmoothGroupLasso.fit(X, y);
    assert.equal(fitFromJSON(JSON.stringify(fit)).selectedGroups, undefined);
  });
});
