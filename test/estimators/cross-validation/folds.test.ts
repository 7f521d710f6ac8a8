import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import { type CrossValidationOptions, SmoothLasso } from "../../../src/estimators";
import { assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X, y } = linearData(3, 47, 3);
/** 17 of one class, 30 of the other. */
const labels = y.map((_, i) => (i % 47 < 17 ? 1 : 0));
const lambdas = [1];

const foldsFor = (options: CrossValidationOptions, target = y, estimator = new SmoothLasso()): number[] => [
  ...estimator.crossValidate(X, target, { lambdas, ...options }).foldId,
];
const classes = new SmoothLasso({ datafit: logistic() });

/** How many rows each fold has of those that count. */
function sizes(foldId: readonly number[], counts: (i: number) => boolean = () => true): number[] {
  const found = new Array<number>(Math.max(...foldId) + 1).fill(0);
  foldId.forEach((id, i) => {
    if (counts(i)) found[id]++;
  });
  return found;
}
const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

function refuses(options: Anything, message: string, target = y, estimator = new SmoothLasso()): void {
  assert.throws(() => foldsFor(options, target, estimator), {
    name: "InputError",
    message: `SmoothLasso.crossValidate${message.startsWith("without") ? ", " : ": "}${message}`,
  });
}

describe("the folds of a cross-validation", () => {
  it("are ten, and differ by at most one row", () => {
    assert.equal(sizes(foldsFor({})).length, 10);
    for (const folds of [2, 5, 10, 47]) {
      const counted = sizes(foldsFor({ folds }));
      assert.equal(counted.length, folds);
      assert.ok(spread(counted) <= 1, `${counted}`);
    }
  });

  it("are the same for the same seed, 1 unless given, and others for another", () => {
    assert.deepEqual(foldsFor({ seed: 1 }), foldsFor({}));
    const draws = [1, 2, 3, -7].map((seed) => foldsFor({ seed }).join());
    assert.equal(new Set(draws).size, 4);
  });

  it("spread every class evenly unless told not to, and stay balanced as a whole", () => {
    for (const seed of [1, 2, 3]) {
      const foldId = foldsFor({ folds: 5, seed }, labels, classes);
      for (const label of [0, 1]) assert.ok(spread(sizes(foldId, (i) => labels[i] === label)) <= 1);
      assert.ok(spread(sizes(foldId)) <= 1);
    }
    const uneven = [1, 2, 3].map((seed) => {
      const foldId = foldsFor({ folds: 5, seed, stratified: false }, labels, classes);
      assert.ok(spread(sizes(foldId)) <= 1);
      return spread(sizes(foldId, (i) => labels[i] === 1));
    });
    assert.ok(Math.max(...uneven) > 1, `${uneven}`);
  });

  it("balance the rows of positive weight", () => {
    const sampleWeight = y.map((_, i) => (i % 3 === 0 ? 0 : 1));
    const foldId = foldsFor({ folds: 5, sampleWeight });
    assert.ok(spread(sizes(foldId, (i) => sampleWeight[i] > 0)) <= 1);
    assert.ok(spread(sizes(foldId)) <= 1);
  });

  it("may be given by any integers, and come back as they were", () => {
    const foldId = y.map((_, i) => [5, -2, 3][i % 3]);
    const cv = new SmoothLasso().crossValidate(X, y, { lambdas, foldId });
    assert.deepEqual([...cv.foldId], foldId);
    assert.deepEqual(cv.folds, [-2, 3, 5]);
  });

  it("may be given by texts, numbered in ascending order", () => {
    const regions = y.map((_, i) => ["south", "north", "west"][i % 3]);
    const cv = new SmoothLasso().crossValidate(X, y, { lambdas, foldId: regions });
    assert.deepEqual(
      [...cv.foldId],
      y.map((_, i) => [1, 0, 2][i % 3]),
    );
    const held = labels.map((label, i) => (label === 1 ? "west" : regions[i % 2]));
    const message =
      'the rows outside fold "west" must have all 2 classes, got 1; every class needs rows in two folds';
    refuses({ foldId: held }, message, labels, classes);
    refuses(
      { foldId: ["a", null, ...regions.slice(2)] },
      "foldId, row 1 must be a label: a text, a finite number, true or false, got null; drop missing labels first",
    );
    refuses(
      { foldId: regions.map((_, i) => (i === 3 ? 1 : "a")) },
      "foldId, row 3 must be a text like row 0, got 1",
    );
    refuses({ foldId: regions.map(() => "a") }, 'foldId must be of at least two folds, got only "a"');
  });

  it("are refused in one sentence where they cannot be drawn", () => {
    const rule = "folds must be an integer from 2 to the number of rows, here 47";
    refuses({ folds: 1 }, `${rule}, got 1`);
    refuses({ folds: 48 }, `${rule}, got 48`);
    refuses({ folds: 2.5 }, `${rule}, got 2.5`);
    refuses({ folds: "5" }, `${rule}, got "5"`);
    refuses(
      { folds: 20, sampleWeight: y.map((_, i) => (i < 19 ? 1 : 0)) },
      "folds must be an integer from 2 to the number of rows of positive weight, here 19, got 20",
    );
    const few = (count: number) => () => foldsFor({ sampleWeight: y.map((_, i) => (i < count ? 1 : 0)) }, y);
    const ofWeight = "SmoothLasso.crossValidate: the number of rows of positive weight";
    assert.throws(few(1), { message: `${ofWeight} must be at least 2, got 1` });
    assert.throws(few(4), {
      message: `${ofWeight} must be at least 10, the default of folds, got 4; name folds, such as { folds: 4 }`,
    });
    assert.throws(() => new SmoothLasso().crossValidate([[1, 2]], [3]), {
      message: "SmoothLasso.crossValidate: the number of rows must be at least 2, got 1",
    });
    refuses({ seed: 0.5 }, "seed must be an integer, got 0.5");
    refuses({ stratified: 1 }, "stratified must be true or false, got 1");
    refuses({ stratified: true }, "stratified must be false for a loss that is not of classes, got true");
  });

  it("keep the rows of a sample group together, in folds of about the same size", () => {
    const patients = y.map((_, i) => `p${(i * i) % 13}`);
    for (const seed of [1, 2, 3]) {
      const foldId = foldsFor({ folds: 4, seed, sampleGroups: patients });
      assert.deepEqual(foldsFor({ folds: 4, seed, sampleGroups: patients }), foldId);
      for (const patient of new Set(patients)) {
        assert.equal(new Set(foldId.filter((_, i) => patients[i] === patient)).size, 1);
      }
      const largest = Math.max(...patients.map((p) => patients.filter((other) => other === p).length));
      assert.ok(spread(sizes(foldId)) <= largest);
    }
    // Each by itself they are left out one at a time; those without weight count for nothing.
    const three = y.map((_, i) => i % 3);
    assert.deepEqual(sizes(foldsFor({ folds: 3, sampleGroups: three })).sort(), [15, 16, 16]);
    const sampleWeight = three.map((label) => (label === 0 ? 0 : 1));
    refuses(
      { folds: 3, sampleGroups: three, sampleWeight },
      "folds must be an integer from 2 to the number of sampleGroups, here 2, got 3",
    );
    refuses(
      { folds: 3, sampleGroups: three.slice(1) },
      "the length of sampleGroups must be the number of rows 47, got 46",
    );
    refuses(
      { folds: 3, sampleGroups: [null, ...three.slice(1)] },
      "sampleGroups, row 0 must be a label: a text, a finite number, true or false, got null; drop missing labels first",
    );
    refuses({ foldId: three, sampleGroups: three }, "foldId must come without sampleGroups, got both");
    refuses(
      { sampleGroups: three, stratified: true },
      "stratified must be false with sampleGroups, whose classes stay where they are, got true",
      labels,
      classes,
    );
  });

  it("are refused in one sentence where those given are no folds", () => {
    const foldId = y.map((_, i) => i % 3);
    refuses({ foldId: foldId.slice(1) }, "the length of foldId must be the number of rows 47, got 46");
    refuses(
      { foldId: [...foldId, 0] },
      "the length of foldId must be the number of rows 47, got 48; where fromFrame dropped rows, take those of data.rows",
    );
    refuses({ foldId: y.map(() => 2) }, "foldId must be of at least two folds, got only 2");
    const third = foldId.map((id, i) => (i === 2 ? 0.5 : id));
    refuses({ foldId: third }, "foldId, row 2 must be an integer of 32 bits, got 0.5");
    refuses({ foldId, folds: 3 }, "foldId must come without folds, got both");
    refuses({ foldId, seed: 3 }, "foldId must come without seed, got both");
    refuses({ foldId, stratified: false }, "foldId must come without stratified, got both");
  });

  it("are refused where one of them holds all rows of a class that count", () => {
    const foldId = labels.map((label, i) => (label === 1 ? 8 : i % 3));
    const message =
      "the rows outside fold 8 must have all 2 classes, got 1; every class needs rows in two folds";
    refuses({ foldId }, message, labels, classes);
    // One row in another fold helps, unless it has no weight.
    const moved = foldId.map((id, i) => (i === 0 ? 1 : id));
    foldsFor({ foldId: moved }, labels, classes);
    refuses(
      { foldId: moved, sampleWeight: labels.map((_, i) => (i === 0 ? 0 : 1)) },
      message,
      labels,
      classes,
    );
  });

  it("may leave a single row to fit, which is then the prediction", () => {
    const foldId = y.map((_, i) => (i === 0 ? 1 : 2));
    const { meanScore } = new SmoothLasso().crossValidate(X, y, { foldId, lambdas: [1e6] });
    const [first, ...others] = y;
    const mean = others.reduce((sum, entry) => sum + entry) / others.length;
    const squares = others.reduce((sum, entry) => sum + (entry - first) ** 2, (first - mean) ** 2);
    assertClose("mean squared error", meanScore[0], squares / y.length, 1e-12);
  });
});
