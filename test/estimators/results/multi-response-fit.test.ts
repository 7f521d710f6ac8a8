import assert from "node:assert/strict";
import { logistic, multinomial, squaredError } from "../../../src/datafits";
import {
  type MultiResponseFit,
  SmoothGroupLasso,
  SmoothLasso,
  type SparseLinearFit,
} from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { columnOf, severalResponses } from "../../support/multi-response";

const { X, Y, labels } = severalResponses(2);
const tasks = squaredError({ nResponses: 3 });
const names = ["height", "weight", "age"];
/** What an action throws. */
function throwing(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
/** The tasks as columns by name. */
const frame = Object.fromEntries(names.map((name, r) => [name, columnOf(Y, r)]));

describe("a fit of several tasks", () => {
  const fit = new SmoothGroupLasso({ groups: "rows", lambda: 0.3, datafit: tasks }).fit(X, frame);

  it("has a vector of coefficients a task, and as its support the features that any of them has", () => {
    assert.deepEqual(
      fit.coefs.map((coef) => coef.length),
      [6, 6, 6],
    );
    const any = X[0].flatMap((_, j) => (fit.coefs.some((coef) => coef[j] !== 0) ? [j] : []));
    assert.ok(any.length > 0 && any.length < 6);
    assert.deepEqual([...fit.support], any);
    assert.equal(fit.classes, undefined);
  });

  it("keeps the names of the responses, and numbers those that have none", () => {
    assert.deepEqual(fit.responseNames, names);
    const records = Y.map(([height, weight, age]) => ({ height, weight, age }));
    const model = new SmoothGroupLasso({ groups: "rows", lambda: 0.3, datafit: tasks });
    assert.deepEqual(model.fit(X, records).responseNames, names);
    assert.deepEqual(model.fit(X, records).coefs, fit.coefs);
    assert.deepEqual(model.fit(X, Y).responseNames, ["y0", "y1", "y2"]);
    const data = Float64Array.from(Y.flat());
    const matrix = model.fit(X, { data, nSamples: X.length, nFeatures: 3 });
    assert.deepEqual(matrix.coefs, fit.coefs);
  });

  it("predicts a row of numbers for each row of X, which are its linear predictors", () => {
    const rows = fit.predict(X.slice(0, 5));
    assert.deepEqual(rows, fit.decisionFunction(X.slice(0, 5)));
    rows.forEach((row, i) => {
      const expected = fit.coefs.map((coef, r) =>
        coef.reduce((sum, b, j) => sum + b * X[i][j], fit.intercepts[r]),
      );
      assertAllClose(`row ${i}`, row, expected, 1e-12);
    });
  });

  it("is scored by the mean of the R^2 of its tasks, as one response is by its own", () => {
    const model = new SmoothLasso({ lambda: 0.1, datafit: tasks });
    const alone = [0, 1, 2].map((r) => {
      const y = columnOf(Y, r);
      return new SmoothLasso({ lambda: 0.1 }).fit(X, y).score(X, y);
    });
    const mean = alone.reduce((sum, score) => sum + score / 3, 0);
    const part = X.map((_, i) => Number(i < 40));
    const some = fit.score(X.slice(0, 40), Y.slice(0, 40));
    assertClose("weighted", fit.score(X, Y, { sampleWeight: part }), some, 1e-12);
    assertClose("score", model.fit(X, Y).score(X, Y), mean, 1e-7);
    assert.ok(
      Number.isNaN(
        fit.score(
          X,
          Y.map(([a, b]) => [a, b, 1]),
        ),
      ),
    );
  });

  it("has neither labels nor probabilities, and says so as a fit of one response does", () => {
    for (const method of ["predictLabels", "predictProbability"] as const) {
      const sentence = (of: SparseLinearFit | MultiResponseFit): string =>
        String(
          throwing(() => {
            of[method](X);
          }),
        );
      assert.equal(
        sentence(fit),
        `InputError: SmoothGroupLasso.${method}: datafit must be one of classes, such as logistic(), got "squaredError"`,
      );
      const one = new SmoothGroupLasso({ groups: "rows", lambda: 0.3 }).fit(X, columnOf(Y, 0));
      assert.equal(sentence(one), sentence(fit));
    }
  });

  it("shows itself as a table of one column a task, features of the largest coefficients per deviation first", () => {
    const [headline, lights, header, , intercepts, ...rest] = String(fit).split("\n");
    assert.match(
      headline,
      /^SmoothGroupLasso, lambda = 0\.3: \d of 6 features are in the model of 3 responses; converged after \d+ iterations? of proximalNewton$/,
    );
    assert.match(lights, /^✓ duality gap/);
    assert.match(header, /feature +height +weight +age +standardized norm/);
    assert.match(intercepts, /^\(intercept\)/);
    const deviationOf = (j: number) => {
      const column = columnOf(X, j);
      const mean = column.reduce((sum, x) => sum + x / column.length, 0);
      return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2 / column.length, 0));
    };
    const size = (j: number) => deviationOf(j) * Math.hypot(...fit.coefs.map((coef) => coef[j]));
    const order = [...fit.support].sort((a, b) => size(b) - size(a));
    assert.deepEqual(
      rest.map((line) => line.split(/\s/)[0]),
      order.map((j) => `x${j}`),
    );
    const { rows, bars } = fit.summary();
    const norms = rows.map((row) => row.at(-1));
    assert.equal(norms[0], null);
    order.forEach((j, k) => {
      assert.ok(Math.abs(Number(norms[k + 1]) - size(j)) < 1e-12 * size(j));
    });
    assert.deepEqual(bars, norms);
    assert.match(fit.toMimeBundle()["text/html"] as string, /<table/);
  });

  it("is where another one starts", () => {
    const again = new SmoothGroupLasso({ groups: "rows", lambda: 0.3, datafit: tasks, init: fit }).fit(X, Y);
    assert.equal(again.nIter, 0);
    assert.equal(again.status, "converged");
  });
});

describe("a fit of several classes", () => {
  const fit = new SmoothLasso({ lambda: 0.03, datafit: multinomial() }).fit(X, labels);

  it("finds the classes and predicts the likeliest of them", () => {
    assert.deepEqual(fit.classes, ["ant", "bee", "cat"]);
    assert.deepEqual(fit.responseNames, ["ant", "bee", "cat"]);
    const [probabilities, scores] = [fit.predictProbability(X), fit.decisionFunction(X)];
    fit.predict(X).forEach((label, i) => {
      const c = fit.classes.indexOf(label);
      assert.equal(scores[i][c], Math.max(...scores[i]));
      const total = scores[i].reduce((sum, score) => sum + Math.exp(score), 0);
      assertAllClose(
        `row ${i}`,
        probabilities[i],
        scores[i].map((score) => Math.exp(score) / total),
        1e-12,
      );
    });
  });

  it("is scored by the share of rows whose class it predicts", () => {
    const hits = fit.predict(X).filter((label, i) => label === labels[i]).length;
    assert.ok(hits > X.length / 2 && hits < X.length);
    assert.equal(fit.score(X, labels), hits / X.length);
    const right = fit.predict(X).map((label, i) => Number(label === labels[i]));
    assertClose("right ones", fit.score(X, labels, { sampleWeight: right }), 1, 1e-14);
    const dogs = labels.map(() => "dog");
    assert.throws(() => fit.score(X, dogs), {
      name: "InputError",
      message: 'SmoothLasso.score: y, row 0 must be a class of the fit, "ant", "bee" or "cat", got "dog"',
    });
  });

  it("gives labels back as they came: numbers, truth values, the column of a frame", () => {
    const codes = labels.map((label) => ["cat", "ant", "bee"].indexOf(label) - 1);
    const numbers = new SmoothLasso({ lambda: 0.03, datafit: multinomial({ nClasses: 3 }) }).fit(X, codes);
    assert.deepEqual(numbers.classes, [-1, 0, 1]);
    assert.deepEqual(
      numbers.predict(X),
      fit.predict(X).map((label) => ["cat", "ant", "bee"].indexOf(label as string) - 1),
    );
    const isBee = labels.map((label) => label === "bee");
    assert.deepEqual(
      new SmoothLasso({ lambda: 0.03, datafit: multinomial({ nClasses: 2 }) }).fit(X, isBee).classes,
      [false, true],
    );
    const model = new SmoothLasso({ lambda: 0.03, datafit: multinomial() });
    assert.deepEqual(model.fit(X, { species: labels } as Anything).predict(X), fit.predict(X));
  });

  it("has the labels of `predict` as `predictLabels`, which two classes of one response have as well", () => {
    assert.deepEqual(fit.predictLabels(X), fit.predict(X));
    const isBee = labels.map((label) => (label === "bee" ? "bee" : "other"));
    const lambda = 0.03;
    const two = new SmoothLasso({ lambda, tol: 1e-10, datafit: multinomial() }).fit(X, isBee);
    // The symmetric pair (b/2, -b/2) has the penalty of b, so the predictors differ by that of the logistic loss.
    const one = new SmoothLasso({ lambda, tol: 1e-10, datafit: logistic() }).fit(X, isBee);
    assert.deepEqual(two.classes, one.classes);
    assert.deepEqual(two.predictLabels(X), one.predictLabels(X));
    assert.deepEqual(new Set(two.predictLabels(X)), new Set(["bee", "other"]));
    two.predictProbability(X).forEach((row, i) => {
      assertAllClose(`row ${i}`, row, one.predictProbability(X)[i], 1e-4);
    });
  });

  it("names a column that depends on others as one response does, by its feature", () => {
    const twice = X.map((row) => [...row, row[0]]);
    const note =
      'lambda is 0 and column "x6" depends on the others, so coefficients are not unique; the fitted values are';
    const one = new SmoothLasso({ lambda: 0 }).fit(twice, columnOf(Y, 0));
    const several = new SmoothLasso({ lambda: 0, datafit: tasks }).fit(twice, Y);
    const ofClasses = new SmoothLasso({ lambda: 0, datafit: multinomial() }).fit(twice, labels);
    assert.deepEqual([one.notes, several.notes, ofClasses.notes[0]], [[note], [note], note]);
  });

  it("says that without a penalty only differences between classes are determined", () => {
    const unpenalized = new SmoothLasso({ lambda: 0, datafit: multinomial() }).fit(X, labels);
    assert.deepEqual(unpenalized.notes, [
      "lambda is 0, so only differences between the coefficients of the classes are determined",
    ]);
    const free = new SmoothLasso({ lambda: 1, datafit: multinomial(), penaltyFactors: [0, 0, 0, 0, 0, 0] });
    const centred = free.fit(X, labels);
    for (const c of [1, 2]) {
      const difference = (coefs: readonly Float64Array[]) => coefs[c].map((b, j) => b - coefs[0][j]);
      assertAllClose(`class ${c}`, difference(unpenalized.coefs), difference(centred.coefs), 1e-4);
    }
  });
});

describe("several responses in a worker thread", () => {
  it("have the same fit, to the last bit, for tasks and for classes of an open number", async () => {
    const model = new SmoothGroupLasso({ groups: "rows", lambda: 0.3, datafit: tasks });
    const [here, there] = [model.fit(X, frame), await model.fitAsync(X, frame)];
    assert.deepEqual(there.coefs, here.coefs);
    assert.deepEqual([there.intercepts, there.responseNames], [here.intercepts, names]);
    assert.deepEqual(there.predict(X), here.predict(X));
    const classes = new SmoothLasso({ datafit: multinomial() });
    const [path, sent] = [
      classes.path(X, labels, { nLambdas: 4 }),
      await classes.pathAsync(X, labels, { nLambdas: 4 }),
    ];
    assert.deepEqual(sent.coefs, path.coefs);
    assert.deepEqual(sent.fits[3].predict(X), path.fits[3].predict(X));
    assert.deepEqual(sent.at(0.05).coefs, path.at(0.05).coefs);
  });
});
