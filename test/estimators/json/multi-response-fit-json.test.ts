import assert from "node:assert/strict";
import { multinomial, squaredError } from "../../../src/datafits";
import {
  fitFromJSON,
  type MultiResponseFit,
  SmoothBridge,
  SmoothGroupLasso,
  SmoothLasso,
} from "../../../src/estimators";
import type { Anything } from "../../support/bad-input";
import { severalResponses } from "../../support/multi-response";

describe("a fit of several responses as JSON", () => {
  const { X: rows, Y, labels } = severalResponses(4);
  const height = { height: Y.map(([a]) => a), weight: Y.map(([, b]) => b), age: Y.map(([, , c]) => c) };
  const offset = rows.map((row) => [0.1 * row[0], 0, -1]);
  const tasks = new SmoothGroupLasso({
    groups: "rows",
    lambda: 0.2,
    datafit: squaredError({ nResponses: 3 }),
  });
  const classifier = new SmoothLasso({ lambda: 0.05, datafit: multinomial() });
  const ofTasks = tasks.fit(rows, height, { offset });
  const ofClasses = classifier.fit(rows, labels);

  it("comes back to the last bit: tasks with an offset, classes of an open number, the starts of a bridge", () => {
    const datafit = multinomial({ nClasses: 3 });
    const bridge = new SmoothBridge({ q: 0.5, lambda: 0.05, datafit, search: "thorough" }).fit(rows, labels);
    assert.ok(bridge.starts.length > 1);
    for (const fit of [ofTasks, ofClasses, bridge] as const) {
      const again = fitFromJSON<MultiResponseFit>(JSON.stringify(fit));
      assert.deepStrictEqual(again, fit);
      assert.equal(String(again), String(fit));
      assert.deepEqual(again.toJSON(), fit.toJSON());
      const run = fit === ofTasks ? { offset } : {};
      assert.deepEqual(again.predict(rows, run), fit.predict(rows, run));
      assert.deepEqual(fitFromJSON(fit.toJSON()), fit);
    }
    const again = fitFromJSON<MultiResponseFit<"classes">>(JSON.stringify(ofClasses));
    assert.deepEqual(again.predictLabels(rows), ofClasses.predictLabels(rows));
    assert.deepEqual(again.predictProbability(rows), ofClasses.predictProbability(rows));
    assert.equal(again.score(rows, labels), ofClasses.score(rows, labels));
    assert.throws(() => fitFromJSON(JSON.stringify(ofTasks)).predict(rows), {
      message:
        "SmoothGroupLasso.predict: offset must be given, as in the fit, got undefined; pass zeros for none",
    });
  });

  it("says which it is, and has the numbers of one response one level deeper", () => {
    const json = JSON.parse(JSON.stringify(ofTasks));
    assert.deepEqual([json.format, json.version], ["smooth-edges/fit", 1]);
    assert.deepEqual(json.datafit, { $made: "squaredError", args: [{ nResponses: 3 }] });
    assert.deepEqual(json.responseNames, ["height", "weight", "age"]);
    assert.deepEqual(
      json.coefs,
      ofTasks.coefs.map((coef) => [...coef]),
    );
    assert.deepEqual(json.intercepts, [...ofTasks.intercepts]);
    assert.equal("coef" in json || "intercept" in json, false);
    assert.deepEqual(ofClasses.toJSON().datafit, { $made: "multinomial", args: [{ nClasses: 3 }] });
  });

  it("is refused in one sentence for a datafit that no file can hold", () => {
    const mine = { ...squaredError({ nResponses: 3 }), name: "mine" };
    assert.throws(() => JSON.stringify(new SmoothLasso({ lambda: 0.5, datafit: mine }).fit(rows, Y)), {
      name: "InputError",
      message: 'SmoothLasso.toJSON: datafit must be made by a factory of this library, got "mine"',
    });
  });

  it("is where another fit starts, and cannot be refitted", () => {
    const init = fitFromJSON<MultiResponseFit<"classes">>(JSON.stringify(ofClasses));
    assert.deepEqual(
      classifier.withParams({ init }).fit(rows, labels),
      classifier.withParams({ init: ofClasses }).fit(rows, labels),
    );
    assert.throws(() => init.refit(), {
      name: "InputError",
      message:
        "SmoothLasso.refit: the data must be at hand, got a value read from JSON, which has none; fit them again",
    });
  });

  const [first, second, third] = ofClasses.toJSON().coefs;
  const six = "must be arrays of 6, as many as featureNames, got an array of 3";
  const malformed: readonly (readonly [string, Anything, string])[] = [
    ["a newer version", { version: 2 }, "version must be at most 1, got 2; update smooth-edges to read it"],
    ["no coefficients", { coefs: undefined }, "coefs must be an array, got undefined"],
    [
      "those of two classes",
      { coefs: [first, second] },
      "coefs must be an array of 3, as many as responses of the datafit, got an array of 2",
    ],
    ["a vector that is none", { coefs: [first, 7, third] }, "coefs[1] must be an array, got 7"],
    [
      "a coefficient that is none",
      { coefs: [first, ["a", ...second.slice(1)], third] },
      'coefs[1][0] must be a finite number, got "a"',
    ],
    ["a vector that is too short", { coefs: [first, second, third.slice(1)] }, `coefs ${six}`],
    ["an intercept alone", { intercepts: 3 }, "intercepts must be an array, got 3"],
    [
      "an intercept too few",
      { intercepts: [1, 2] },
      "intercepts must be an array of 3, as many as coefs, got an array of 2",
    ],
    [
      "names of fewer responses",
      { responseNames: ["a"] },
      "responseNames must be an array of 3, as many as coefs, got an array of 1",
    ],
    ["a name that is none", { responseNames: ["a", "b", 3] }, "responseNames[2] must be a text, got 3"],
    ["two classes", { classes: ["a", "b"] }, "classes must be 3 labels of one kind, got an array of 2"],
    [
      "a class twice",
      { classes: ["a", "b", "a"] },
      "classes must be 3 labels of one kind, got an array of 3",
    ],
    [
      "the datafit of tasks",
      { datafit: { $made: "squaredError", args: [{ nResponses: 3 }] } },
      "classes must be null with squaredError, got an array of 3",
    ],
    [
      "a datafit of one response",
      { datafit: { $made: "poisson", args: [] }, classes: null },
      "coef must be an array, got undefined",
    ],
  ];
  for (const [what, changes, message] of malformed) {
    it(`is refused in one sentence that names the field: ${what}`, () => {
      const text = JSON.stringify({ ...ofClasses.toJSON(), ...changes });
      assert.throws(() => fitFromJSON(text), { name: "InputError", message: `fitFromJSON: ${message}` });
    });
  }
});
