import assert from "node:assert/strict";
import { multinomial } from "../../../src/datafits";
import {
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  type SparseLinearFit,
} from "../../../src/estimators";
import { dependentColumns } from "../../../src/estimators/fit/identifiability";
import { l1 } from "../../../src/penalties";
import { assertAllClose } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";

const { X, y } = linearData(5, 50, 6);
const ones = new Float64Array(50).fill(1);

describe("columns that depend on others", () => {
  it("are copies, combinations and what the free columns make up, the later of them", () => {
    const wide = X.map((row) => [row[0], row[1], row[0], 0, row[2], 3 * row[1] - row[2] + 4, row[3]]);
    assert.deepEqual(dependentColumns(problemOf({ X: wide, y }, l1(), [ones])), [2, 5]);
    assert.deepEqual(dependentColumns(problemOf({ X: wide, y })), [2]);
    const free = [ones, Float64Array.from(X, (row) => row[3])];
    assert.deepEqual(dependentColumns(problemOf({ X: wide, y }, l1(), free)), [2, 5, 6]);
    assert.deepEqual(dependentColumns(problemOf({ X, y }, l1(), [ones])), []);
  });

  it("are not those that differ by more than roundings, on whatever scale", () => {
    for (const [share, expected] of [
      [1e-4, []],
      [1e-8, []],
      [1e-13, [2]],
    ] as const) {
      for (const scale of [1e-6, 1, 1e6]) {
        const near = X.map((row) => [row[0], row[1], scale * (row[0] + row[1] + share * row[2]), row[3]]);
        assert.deepEqual(dependentColumns(problemOf({ X: near, y })), expected, `${share}, ${scale}`);
      }
    }
    const powers = Array.from({ length: 50 }, (_, i) =>
      Array.from({ length: 7 }, (_, k) => (i / 50) ** (k + 1)),
    );
    assert.deepEqual(dependentColumns(problemOf({ X: powers, y }, l1(), [ones])), []);
  });

  it("leave coefficients open at lambda 0, as every fit says, and not what it predicts", () => {
    const twice = X.map((row) => [...row, row[0], row[1] + row[2]]);
    const plain = new SmoothLasso({ lambda: 0, tol: 1e-12 }).fit(X, y).predict(X);
    const fits: ((lambda: number) => SparseLinearFit)[] = [
      (lambda) => new SmoothLasso({ lambda, tol: 1e-12 }).fit(twice, y),
      (lambda) => new SmoothElasticNet({ lambda, tol: 1e-12 }).fit(twice, y),
      (lambda) => new SmoothBridge({ lambda, q: 0.5, tol: 1e-12 }).fit(twice, y),
      (lambda) =>
        new SmoothGroupLasso({ lambda, tol: 1e-12, groups: [0, 0, 0, 1, 1, 1, 2, 2] }).fit(twice, y),
    ];
    for (const fitAt of fits) {
      const fit = fitAt(0);
      assertAllClose("fitted values", fit.predict(twice), plain, 1e-6);
      assert.deepEqual(fit.notes, [
        'lambda is 0 and columns "x6", "x7" depend on the others, so coefficients are not unique; the fitted values are',
      ]);
      assert.deepEqual(fitAt(0.1).notes, []);
    }
    assert.deepEqual(new SmoothLasso({ lambda: 0 }).fit(X, y).notes, []);
  });

  it("are found among the rows that count", () => {
    const sampleWeight = ones.map((_, i) => (i < 3 ? 0 : 1 + (i % 2)));
    const apart = X.map((row, i) => [row[0], row[1], i < 3 ? row[3] : row[0] - row[1]]);
    const model = new SmoothLasso({ lambda: 0, tol: 1e-12 });
    const { notes } = model.fit(apart, y, { sampleWeight });
    assert.match(notes[0], /^lambda is 0 and column "x2" depends on the others/);
    assert.deepEqual(
      model.fit(apart.slice(3), y.slice(3), { sampleWeight: sampleWeight.slice(3) }).notes,
      notes,
    );
    assert.deepEqual(model.fit(apart, y).notes, []);
  });

  it("are those that make up the free ones by what classes do not share", () => {
    const labels = y.map((value, i) => ["low", "mid", "top"][(value > 0 ? 1 : 0) + (i % 2)]);
    const twice = X.map((row) => [row[0], row[1], row[0] + 3 * row[2], row[2]]);
    const model = new SmoothLasso({ lambda: 0, datafit: multinomial(), penaltyFactors: [0, 1, 1, 0] });
    assert.match(model.fit(twice, labels).notes[0], /^lambda is 0 and column "x2" depends on the others/);
    const free = model.withParams({ penaltyFactors: [0, 1, 1, 1] }).fit(twice, labels);
    assert.match(free.notes[0], /^lambda is 0 and column "x3" depends on the others/);
    const { notes } = model.fit(
      X.map((row) => row.slice(0, 4)),
      labels,
    );
    assert.deepEqual(
      notes.filter((note) => note.includes("depend")),
      [],
    );
  });
});
