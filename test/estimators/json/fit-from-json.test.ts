import assert from "node:assert/strict";
import { type Datafit, huber, logistic, squaredError } from "../../../src/datafits";
import { type FitJson, fitFromJSON, SmoothLasso, SparseLinearFit } from "../../../src/estimators";
import { noteFromFile } from "../../../src/estimators/notes";
import { type Anything, X, y } from "../../support/bad-input";

const fit = new SmoothLasso({ lambda: 0.1 }).fit({ age: X.map(([x]) => x), bmi: X.map(([, x]) => x) }, y);
const classifier = new SmoothLasso({ lambda: 0.01, datafit: logistic() }).fit(X, ["b", "a", "b", "a"]);

const read = (changes: Anything, from: FitJson = fit.toJSON()): SparseLinearFit =>
  fitFromJSON(JSON.stringify({ ...from, ...changes }));

describe("a fit as JSON", () => {
  it("is plain, says what it is, and can be read by people", () => {
    const json = JSON.parse(JSON.stringify(fit));
    assert.deepEqual(Object.keys(json).slice(0, 3), ["format", "version", "estimator"]);
    assert.deepEqual([json.format, json.version, json.estimator], ["smooth-edges/fit", 1, "SmoothLasso"]);
    assert.deepEqual(json.featureNames, ["age", "bmi"]);
    assert.deepEqual(json.coef, [...fit.coef]);
    assert.deepEqual(json.datafit, { $made: "squaredError", args: [{}] });
    assert.equal(json.classes, null);
    assert.deepEqual(JSON.parse(JSON.stringify(classifier)).classes, ["a", "b"]);
  });

  it("says whether rows had weights, and is the same without", () => {
    const sampleWeight = y.map((_, i) => 1 + (i % 2));
    const weighted = new SmoothLasso({ lambda: 0.1 }).fit(X, y, { sampleWeight }).toJSON();
    assert.equal(weighted.usesWeights, true);
    assert.equal(fitFromJSON(JSON.stringify(weighted)).toJSON().usesWeights, true);
    assert.ok(!("usesWeights" in fit.toJSON()));
  });

  it("keeps every number to the last bit, also those that JSON has no word for", () => {
    const supportDeviations = () => Float64Array.of(1, 2, 3, 0.1 + 0.2);
    const odd = new SparseLinearFit({
      estimator: "Mine",
      datafit: huber({ delta: 0.1 + 0.2 }),
      classes: undefined,
      usesOffset: false,
      coef: Float64Array.of(0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0, 1 / 3),
      intercept: -0,
      featureNames: ["a", "b", "c", "d", "e"],
      lambda: 1e-300,
      nIter: 3,
      status: "stalled",
      certificate: {
        objective: Number.NaN,
        dualityGap: Infinity,
        violation: -0,
        singleCoordinateGain: 2 ** -1074,
        misalignment: -Infinity,
      },
      nullDeviance: 0.1 + 0.7,
      supportDeviations,
      trace: [
        { iteration: 1, objective: Infinity, stationarity: Number.NaN },
        { iteration: 2, objective: 0.1 + 0.2, stationarity: -0, dualityGap: Infinity, method: "fista" },
      ],
      starts: [{ start: "null model", objective: -Infinity, nIter: 3, status: "stalled" }],
      notes: [noteFromFile('says "so"')],
      hasNoMinimizer: true,
    });
    const again = fitFromJSON(JSON.stringify(odd));
    assert.deepStrictEqual(again, odd); // which tells -0 from 0, and NaN is NaN
    assert.ok(Object.is(again.coef[3], -0) && Object.is(again.certificate.violation, -0));
    assert.equal(again.predict([[1, 0, 0, 0, 1]])[0], 0.1 + 0.2 + 1 / 3);
  });

  it("is read from text, from what JSON.parse gives, and ignores what it does not know", () => {
    const json = JSON.parse(JSON.stringify(fit));
    assert.deepEqual(fitFromJSON({ ...json, comment: "of Monday" }), fit);
  });

  it("says that it has no finite optimum where it has none", () => {
    assert.ok(!("isEndless" in fit.toJSON()) && !fit.hasNoMinimizer);
    assert.equal(read({ isEndless: true }).hasNoMinimizer, true);
    assert.throws(() => read({ isEndless: 1 }), /isEndless must be true or false/);
  });

  it("cannot be refitted, and says so in one sentence", () => {
    assert.throws(() => read({}).refit(), {
      name: "InputError",
      message:
        "SmoothLasso.refit: the data must be at hand, got a value read from JSON, which has none; fit them again",
    });
  });

  it("is refused in one sentence for a datafit that no file can hold", () => {
    const mine: Datafit = { ...squaredError(), name: "mine" };
    assert.throws(() => JSON.stringify(new SmoothLasso({ lambda: 0.1, datafit: mine }).fit(X, y)), {
      name: "InputError",
      message: 'SmoothLasso.toJSON: datafit must be made by a factory of this library, got "mine"',
    });
  });

  const made = (factory: string, ...args: unknown[]) => ({ datafit: { $made: factory, args } });
  const certificate = { ...fit.toJSON().certificate };
  const malformed: readonly (readonly [string, Anything, string])[] = [
    ["another format", { format: "pickle" }, 'format must be "smooth-edges/fit", got "pickle"'],
    [
      "a path",
      { format: "smooth-edges/path" },
      'format must be "smooth-edges/fit", got "smooth-edges/path"; pathFromJSON reads it',
    ],
    [
      "no format, as the copy that a worker posts",
      { format: undefined },
      'format must be "smooth-edges/fit", got undefined; pass the text of JSON.stringify, which a worker must post instead of the object',
    ],
    ["a newer version", { version: 2 }, "version must be at most 1, got 2; update smooth-edges to read it"],
    [
      "an older version",
      { version: 0 },
      "version must be 1, got 0; write the file again from what it was made of",
    ],
    ["no version", { version: "1.0" }, 'version must be a number, got "1.0"'],
    ["an estimator without a name", { estimator: 5 }, "estimator must be a text, got 5"],
    ["no names", { featureNames: null }, "featureNames must be an array, got null"],
    ["a name that is none", { featureNames: ["a", 1] }, "featureNames[1] must be a text, got 1"],
    [
      "a name twice",
      { featureNames: ["a", "a"] },
      'column names must be distinct, got "a"; rename column 0 or column 1',
    ],
    ["a coefficient that is none", { coef: [1, "x"] }, 'coef[1] must be a finite number, got "x"'],
    ["an infinite coefficient", { coef: ["Infinity", 1] }, 'coef[0] must be a finite number, got "Infinity"'],
    ["typed arrays as JSON writes them", { coef: { 0: 1, 1: 2 } }, "coef must be an array, got an object"],
    [
      "too few coefficients",
      { coef: [1] },
      "coef must be an array of 2, as many as featureNames, got an array of 1",
    ],
    ["no intercept", { intercept: null }, "intercept must be a number, got null"],
    ["a negative lambda", { lambda: -1 }, "lambda must be a finite number >= 0, got -1"],
    ["half an iteration", { nIter: 1.5 }, "nIter must be a whole number >= 0, got 1.5"],
    [
      "another status",
      { status: "fine" },
      'status must be "converged" or "max-iter" or "stalled" or "interrupted", got "fine"',
    ],
    ["an offset that may be", { usesOffset: "no" }, 'usesOffset must be true or false, got "no"'],
    ["no certificate", { certificate: 3 }, "certificate must be an object, got 3"],
    [
      "a certificate without a violation",
      { certificate: { ...certificate, violation: undefined } },
      "certificate.violation must be a number, got undefined",
    ],
    ["a trace of numbers", { trace: [1] }, "trace[0] must be an object, got 1"],
    [
      "a trace without objectives",
      { trace: [{ iteration: 1, stationarity: 0 }] },
      "trace[0].objective must be a number, got undefined",
    ],
    ["a note that is none", { notes: [{}] }, "notes[0] must be a text, got an object"],
    [
      "no datafit",
      { datafit: undefined },
      "datafit must be a datafit of a known number of responses, got undefined",
    ],
    [
      "a datafit of several",
      { ...made("multinomial", { nClasses: 2 }), classes: ["a", "b"] },
      "coefs must be an array, got undefined",
    ],
    [
      "a datafit unknown here",
      made("weibull"),
      'the factory of datafit must be one of this library, got "weibull"',
    ],
    [
      "classes of numbers",
      { classes: ["a", "b"] },
      "classes must be null with squaredError, got an array of 2",
    ],
    ["no classes of classes", made("logistic"), "classes must be an array, got null"],
    [
      "a datafit of an open number of classes",
      made("multinomial"),
      "datafit must be a datafit of a known number of responses, got an object",
    ],
    [
      "three classes",
      { ...made("logistic"), classes: [1, 2, 3] },
      "classes must be 2 labels of one kind, got an array of 3",
    ],
    [
      "classes of two kinds",
      { ...made("logistic"), classes: [1, "2"] },
      "classes must be 2 labels of one kind, got an array of 2",
    ],
  ];
  for (const [what, changes, message] of malformed) {
    it(`is refused in one sentence that names the field: ${what}`, () => {
      assert.throws(() => read(changes), { name: "InputError", message: `fitFromJSON: ${message}` });
    });
  }

  it("is refused in one sentence where it is no JSON, or no object", () => {
    for (const [given, message] of [
      ["{", 'json must be the text of a JSON value, got "{"'],
      ["[1]", "json must be an object, got an array of 1"],
      ["null", "json must be an object, got null"],
      [7, "json must be an object, got 7"],
    ]) {
      assert.throws(() => fitFromJSON(given as Anything), {
        name: "InputError",
        message: `fitFromJSON: ${message}`,
      });
    }
  });
});
