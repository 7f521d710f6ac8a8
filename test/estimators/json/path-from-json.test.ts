import assert from "node:assert/strict";
import { multinomial, squaredError } from "../../../src/datafits";
import {
  type MultiResponsePath,
  pathFromJSON,
  SmoothGroupLasso,
  SmoothLasso,
  type SparsePath,
} from "../../../src/estimators";
import { type Anything, X, y } from "../../support/bad-input";
import { severalResponses } from "../../support/multi-response";

const path = new SmoothLasso().path(X, y, { nLambdas: 3 });
const json = path.toJSON();
const read = (changes: Anything): SparsePath => pathFromJSON(JSON.stringify({ ...json, ...changes }));

describe("a path as JSON", () => {
  it("has the names of its features once", () => {
    assert.deepEqual(Object.keys(json), [
      "format",
      "version",
      "status",
      "featureNames",
      "devianceRatio",
      "aic",
      "bic",
      "ebic",
      "maxDf",
      "fits",
    ]);
    assert.equal(JSON.stringify(json).split('"x0"').length, 2);
  });

  it("has its fits at the lambdas of the grid, and says in one sentence that it has no data for more", () => {
    const again = read({});
    assert.deepEqual(again.at(path.lambdas[1]).coef, path.coefs[1]);
    const rest = "the data must be at hand, got a value read from JSON, which has none; fit them again";
    for (const [action, method] of [
      [() => again.at(0.123), "path.at"],
      [() => again.relaxed(0), "path.relaxed"],
      [() => again.fits[1].refit(), "refit"],
    ] as const) {
      assert.throws(action, { name: "InputError", message: `SmoothLasso.${method}: ${rest}` });
    }
  });

  it("keeps shares of the deviance that are no finite numbers", () => {
    const [none, half] = read({ devianceRatio: ["NaN", 0.5, "-Infinity"] }).devianceRatio;
    assert.ok(Number.isNaN(none) && half === 0.5);
  });

  const [first, ...others] = json.fits;
  const malformed: readonly (readonly [string, Anything, string])[] = [
    [
      "a fit alone",
      path.fits[0].toJSON(),
      'format must be "smooth-edges/path", got "smooth-edges/fit"; fitFromJSON reads it',
    ],
    ["a newer version", { version: 7 }, "version must be at most 1, got 7; update smooth-edges to read it"],
    ["a status that is none", { status: "done" }, 'status must be "complete" or "interrupted", got "done"'],
    ["no fits", { fits: [] }, "fits must be an array of at least one fit, got an array of 0"],
    [
      "fits out of order",
      { fits: [...others, first] },
      "fits must be in the order of falling lambdas, got an array of 3",
    ],
    [
      "too few shares",
      { devianceRatio: [0, 1] },
      "devianceRatio must be an array of 3, as many as fits, got an array of 2",
    ],
    [
      "a share that is none",
      { devianceRatio: [0, 1, {}] },
      "devianceRatio[2] must be a number, got an object",
    ],
    [
      "a coefficient that is none",
      { fits: [first, { ...first, coef: [0, null] }] },
      "fits[1].coef[1] must be a finite number, got null",
    ],
    [
      "a fit of other features",
      { fits: [{ ...first, coef: [0] }] },
      "fits[0].coef must be an array of 2, as many as featureNames, got an array of 1",
    ],
    [
      "a certificate that is none",
      { fits: [{ ...first, certificate: [] }] },
      "fits[0].certificate must be an object, got an array of 0",
    ],
  ];
  for (const [what, changes, message] of malformed) {
    it(`is refused in one sentence that names the field: ${what}`, () => {
      assert.throws(() => read(changes), { name: "InputError", message: `pathFromJSON: ${message}` });
    });
  }
});

describe("a path of several responses as JSON", () => {
  const { X: rows, Y, labels } = severalResponses(4);
  const ofClasses = new SmoothLasso({ datafit: multinomial() }).path(rows, labels, { nLambdas: 4 });
  const tasks = new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 3 }) });
  const ofTasks = tasks.path(rows, Y, { nLambdas: 4 });
  const textOf = (changes: object): string => JSON.stringify({ ...ofClasses.toJSON(), ...changes });

  it("comes back to the last bit, with its criteria, for tasks and classes", () => {
    for (const each of [ofClasses, ofTasks] as const) {
      const again = pathFromJSON<MultiResponsePath>(JSON.stringify(each));
      assert.deepStrictEqual(again, each);
      assert.equal(String(again), String(each));
      assert.deepEqual(again.toRecords(), each.toRecords());
      assert.deepEqual(again.at(each.lambdas[2]), each.fits[2]);
      assert.deepEqual(again.best("bic"), each.best("bic"));
      assert.deepEqual(pathFromJSON(each.toJSON()), each);
    }
  });

  it("has no data for other lambdas, relaxed fits or convexity, and says so", () => {
    const again = pathFromJSON<MultiResponsePath>(textOf({}));
    assert.deepEqual(ofClasses.locallyConvex, [true, true, true, true]);
    assert.equal(again.locallyConvex, undefined);
    const rest = "the data must be at hand, got a value read from JSON, which has none; fit them again";
    assert.throws(() => again.at(0.123), { message: `SmoothLasso.path.at: ${rest}` });
    assert.throws(() => again.relaxed(0.5), { message: `SmoothLasso.path.relaxed: ${rest}` });
  });

  it("is refused where its fits are of other responses than the first, or a field is not as it was written", () => {
    const [one, ...others] = ofClasses.toJSON().fits;
    const alone = new SmoothLasso()
      .path(
        rows,
        Y.map(([value]) => value),
        { nLambdas: 3 },
      )
      .toJSON().fits[2];
    for (const [changes, message] of [
      [
        { fits: [one, { ...others[0], responseNames: ["a", "b", "c"] }] },
        "fits must be of the same responses, got an array of 2",
      ],
      [{ fits: [one, { ...alone, lambda: 0 }] }, "fits must be of the same responses, got an array of 2"],
      [
        { fits: [one, { ...others[0], coefs: [[1]] }] },
        "fits[1].coefs must be an array of 3, as many as responses of the datafit, got an array of 1",
      ],
      [{ bic: [1, 2] }, "bic must be an array of 4, as many as fits, got an array of 2"],
      [{ version: 2 }, "version must be at most 1, got 2; update smooth-edges to read it"],
    ] as const) {
      assert.throws(() => pathFromJSON(textOf(changes)), {
        name: "InputError",
        message: `pathFromJSON: ${message}`,
      });
    }
  });
});
