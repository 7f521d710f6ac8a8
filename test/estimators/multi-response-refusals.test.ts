import assert from "node:assert/strict";
import { logistic, type MultiResponseDatafit, multinomial, squaredError } from "../../src/datafits";
import { SmoothLasso } from "../../src/estimators";
import type { Anything } from "../support/bad-input";
import { columnOf, severalResponses } from "../support/multi-response";
import { warningsOf } from "../support/warnings";

const { X, Y, labels } = severalResponses(2);
const tasks = squaredError({ nResponses: 3 });
/** The tasks as columns by name. */
const frame = Object.fromEntries(["height", "weight", "age"].map((name, r) => [name, columnOf(Y, r)]));

describe("several responses are refused in one sentence", () => {
  const fitting =
    (datafit: MultiResponseDatafit | Anything, y: Anything, run = {}) =>
    () =>
      new SmoothLasso({ lambda: 1, datafit }).fit(X, y, run);
  const twoThree = "y must be the datafit's 3 responses, got 2";
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    [
      "with too few columns",
      fitting(
        tasks,
        Y.map(([a, b]) => [a, b]),
      ),
      `SmoothLasso.fit: the number of columns of ${twoThree}`,
    ],
    [
      "as one flat array",
      fitting(tasks, columnOf(Y, 0)),
      "SmoothLasso.fit: y must be rows of 3 numbers, a matrix or a data frame, got an array of 60",
    ],
    ["with too few rows", fitting(tasks, Y.slice(1)), "SmoothLasso.fit: X has 60 rows but y has 59"],
    [
      "with a missing value",
      fitting(tasks, { ...frame, age: frame.age.map((entry, i) => (i === 4 ? Number.NaN : entry)) }),
      'SmoothLasso.fit: y, column "age", row 4 must be a finite number, got NaN; drop or impute missing values first',
    ],
    [
      "with classes of which one is too many",
      fitting(multinomial({ nClasses: 2 }), labels),
      "SmoothLasso.fit: the number of classes of y must be the datafit's 2, got 3",
    ],
    [
      "with a class that never occurs",
      fitting(multinomial({ nClasses: 4 }), labels),
      "SmoothLasso.fit: the number of classes of y must be the datafit's 4, got 3",
    ],
    [
      "with a single class",
      fitting(
        multinomial(),
        X.map(() => "ant"),
      ),
      'SmoothLasso.fit: y must have at least two classes, got only "ant"',
    ],
    [
      "with a measurement for its classes",
      fitting(
        multinomial(),
        X.map(([a]) => a),
      ),
      `SmoothLasso.fit: y must have few classes with multinomial, got 60 different numbers in 60 rows, such as ${columnOf(X, 0).sort((a, b) => a - b)[0]}; for a response of numbers take squaredError() or another datafit of numbers, or write labels as texts`,
    ],
    [
      "with a class without weight",
      fitting(multinomial(), labels, { sampleWeight: labels.map((label) => Number(label !== "bee")) }),
      'SmoothLasso.fit: the number of rows of positive weight in class "bee" must be at least 1, got 0',
    ],
    [
      "with one of two classes without weight",
      fitting(
        logistic(),
        labels.map((label) => label === "bee"),
        { sampleWeight: labels.map((label) => Number(label !== "bee")) },
      ),
      "SmoothLasso.fit: the number of rows of positive weight in class true must be at least 1, got 0",
    ],
    [
      "with a missing label",
      fitting(
        multinomial(),
        labels.map((label, i) => (i === 2 ? null : label)),
      ),
      "SmoothLasso.fit: y, row 2 must be a label: a text, a finite number, true or false, got null; drop missing labels first",
    ],
    [
      "with an offset of one column",
      fitting(tasks, Y, { offset: columnOf(Y, 0) }),
      "SmoothLasso.fit: offset must be rows of 3 numbers, a matrix or a data frame, got an array of 60",
    ],
    [
      "by a datafit that does not say what they are",
      fitting({ ...tasks, responses: undefined }, Y),
      'SmoothLasso: datafit.responses must be "tasks" or "classes" with several responses, got undefined',
    ],
    [
      "by a datafit that says something else",
      fitting({ ...tasks, responses: "labels" }, Y),
      'SmoothLasso: datafit.responses must be "tasks", "classes" or left out, got "labels"',
    ],
    [
      "from a fit of one",
      () => {
        const init: Anything = new SmoothLasso({ lambda: 0.1 }).fit(X, columnOf(Y, 0));
        return new SmoothLasso({ lambda: 1e-3, datafit: tasks, init }).fit(X, Y);
      },
      "SmoothLasso.fit: init must be of 3 responses, got 1",
    ],
    [
      "from coefficients of which one is missing",
      () => new SmoothLasso({ lambda: 1, datafit: tasks, init: [[0, 0], [0], [0, 0]] }).fit(X, Y),
      "SmoothLasso.fit: init must be of 6 features, got 2",
    ],
    [
      "by an estimator of one",
      () => new SmoothLasso().withParams({ datafit: tasks }),
      'SmoothLasso.withParams: datafit must be one of one response, as it was, got "tasks"; make a new estimator',
    ],
  ];
  for (const [title, action, message] of cases) {
    it(title, () => {
      assert.deepEqual(
        warningsOf(() => assert.throws(action, { name: "InputError", message })),
        [],
      );
    });
  }
});
