import assert from "node:assert/strict";
import { logistic, squaredError } from "../../../src/datafits";
import {
  type CrossValidation,
  crossValidationFromJSON,
  type MultiResponseFit,
  SmoothBridge,
  SmoothLasso,
} from "../../../src/estimators";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X, y } = linearData(6, 30, 4);
const options = { folds: 3, nLambdas: 4, lambdaMinRatio: 0.1, keep: true };
const cv = new SmoothLasso().crossValidate(X, y, options);
const json = cv.toJSON();
const [member] = json.members;
const read = (changes: Anything): CrossValidation =>
  crossValidationFromJSON(JSON.stringify({ ...json, ...changes }));

/** Typed arrays as lists: bits of NaN differ, which are all the same number. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
}

/** Fails unless all that a cross-validation says is the same to the last bit. */
function assertSame(again: CrossValidation, before: CrossValidation): void {
  for (const key of [
    "estimator",
    "measure",
    "lambdas",
    "meanScore",
    "standardError",
    "foldScores",
    "folds",
  ] as const)
    assert.deepEqual(plain(again[key]), plain(before[key]), key);
  for (const key of [
    "foldId",
    "df",
    "lambdaMin",
    "lambda1se",
    "outOfFold",
    "status",
    "params",
    "params1se",
    "repeats",
    "timeOrdered",
  ] as const)
    assert.deepEqual(plain(again[key]), plain(before[key]), key);
  assert.deepEqual(again.toRecords(), before.toRecords());
  assert.equal(String(again), String(before));
  assert.deepEqual(again.path.coefs, before.path.coefs);
  assert.deepEqual(again.toJSON(), before.toJSON());
}

describe("a cross-validation as JSON", () => {
  it("holds the scores, the choices and the path, and comes back to the last bit", () => {
    assert.deepEqual([...cv.lambdas], member.lambdas);
    assert.deepEqual([cv.lambdaMin, cv.lambda1se], [member.lambdaMin, member.lambda1se]);
    assertSame(read({}), cv);
    assertSame(crossValidationFromJSON(json), cv);
    assert.deepEqual(read({}).best.predict(X), cv.best.predict(X));
    assert.deepEqual(read({}).oneStandardError.coef, cv.oneStandardError.coef);
  });

  it("keeps labels, what was not kept, and what an interruption left open", () => {
    const labels = y.map((value) => (value > 0 ? "up" : "down"));
    const classes = new SmoothLasso({ datafit: logistic() }).crossValidate(X, labels, {
      ...options,
      keep: false,
    });
    const again = crossValidationFromJSON(JSON.stringify(classes));
    assertSame(again, classes);
    assert.deepEqual(again.best.predictLabels(X), classes.best.predictLabels(X));
    const never = new SmoothLasso().crossValidate(X, y, { ...options, signal: { aborted: true } });
    assert.ok(Number.isNaN(never.lambdaMin));
    assertSame(crossValidationFromJSON(JSON.stringify(never)), never);
  });

  it("has the cross-validation of each depth", () => {
    const compared = new SmoothBridge().crossValidate(X, y, { ...options, grid: { depth: [2, 4, 3] } });
    const again = crossValidationFromJSON(JSON.stringify(compared));
    assertSame(again, compared);
    assert.deepEqual(
      again.members.map(({ params }) => params.depth),
      [2, 4, 3],
    );
    compared.members.forEach((each, m) => {
      assertSame(again.members[m], each);
    });
  });

  it("is of several responses as of one", () => {
    const several = new SmoothLasso({ datafit: squaredError({ nResponses: 2 }) });
    const tasks = several.crossValidate(
      X,
      y.map((value, i) => [value, i % 3]),
      options,
    );
    const again = crossValidationFromJSON<MultiResponseFit<"tasks">>(JSON.stringify(tasks));
    assert.deepEqual(again.toJSON(), tasks.toJSON());
    assert.deepEqual(plain(again.outOfFold), plain(tasks.outOfFold));
    assert.deepEqual(plain(again.best.predict(X)), plain(tasks.best.predict(X)));
    assert.equal(String(again), String(tasks));
  });

  it("is none with a loss of the caller's own, which it says", () => {
    const own = new SmoothLasso({ datafit: { ...squaredError(), name: "mine" } as never });
    assert.throws(() => JSON.stringify(own.crossValidate(X, y, options)), {
      name: "InputError",
      message: 'SmoothLasso.toJSON: datafit must be made by a factory of this library, got "mine"',
    });
  });

  const malformed: readonly (readonly [string, Anything, string])[] = [
    [
      "a path alone",
      cv.path.toJSON(),
      'format must be "smooth-edges/cross-validation", got "smooth-edges/path"; pathFromJSON reads it',
    ],
    ["a newer version", { version: 9 }, "version must be at most 2, got 9; update smooth-edges to read it"],
    ["rows of no fold", { foldId: [0, 0.5] }, "foldId[1] must be a whole number, got 0.5"],
    [
      "no members",
      { members: [] },
      "members must be an array of one where no options were compared, got an array of 0",
    ],
    [
      "options that are none",
      { members: [{ ...member, params: { depth: [2] } }] },
      "members[0].params must be an object of numbers, texts and truth values, got an object",
    ],
    [
      "options of some members only",
      { members: [member, { ...member, params: { depth: 2 } }] },
      "members must be an array of members with params each, got an array of 2",
    ],
    [
      "lambdas of another path",
      { members: [{ ...member, lambdas: [4, 3, 2, 1] }] },
      "members[0].lambdas must be those of path.fits, got an array of 4",
    ],
    [
      "too few scores",
      { members: [{ ...member, meanScore: [1] }] },
      "members[0].meanScore must be an array of 4, as many as path.fits, got an array of 1",
    ],
    [
      "a choice off the grid",
      { members: [{ ...member, lambdaMin: 0.123 }] },
      "members[0].lambdaMin must be one of lambdas, got 0.123",
    ],
    [
      "a choice without folds",
      { members: [{ ...member, folds: [], foldLoss: [], lambda1se: 0.5 }] },
      'members[0].lambda1se must be "NaN" without folds, got 0.5',
    ],
    [
      "scores of fewer folds",
      { members: [{ ...member, foldLoss: [] }] },
      "members[0].foldLoss must be an array of 3, as many as folds, got an array of 0",
    ],
    [
      "a score that is none",
      { members: [{ ...member, foldLoss: [[1, 2, 3, null], [], []] }] },
      "members[0].foldLoss[0][3] must be a number, got null",
    ],
    [
      "scores that are no list",
      { members: [{ ...member, outOfFold: [3] }] },
      "members[0].outOfFold[0] must be an array, got 3",
    ],
    [
      "a path that is none",
      { members: [{ ...member, path: { ...member.path, fits: [] } }] },
      "members[0].path.fits must be an array of at least one fit, got an array of 0",
    ],
  ];
  for (const [what, changes, message] of malformed) {
    it(`is refused in one sentence that names the field: ${what}`, () => {
      assert.throws(() => read(changes), {
        name: "InputError",
        message: `crossValidationFromJSON: ${message}`,
      });
    });
  }
});
