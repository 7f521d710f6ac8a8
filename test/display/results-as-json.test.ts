/** What results without a record of their own write as JSON, against their fields. */
import assert from "node:assert/strict";
import {
  cox,
  evaluate,
  logistic,
  nestedCrossValidate,
  predictSurvival,
  SmoothLasso,
  seededRandom,
} from "../../src";
import { fromFrame } from "../../src/frame";
import {
  bootstrapInclusion,
  knockoffFilter,
  marginalFalseDiscovery,
  stabilitySelection,
} from "../../src/selection";

const { normal } = seededRandom(1);
const X = Array.from({ length: 40 }, () => [normal(), normal(), normal()]);
const y = X.map(([a]) => 2 * a + normal() / 2);
const labels = y.map((value) => value > 0);
const times = { time: y.map((value) => Math.exp(value)), event: labels.map(Number) };
const lasso = new SmoothLasso({ lambda: 0.1 });
const byTimes = new SmoothLasso({ lambda: 0.1, datafit: cox() }).fit(X, times);
const ofOneClass = evaluate(
  new SmoothLasso({ lambda: 0.1, datafit: logistic() }).fit(X, labels),
  X.slice(0, 3),
  [true, true, true],
);

const results: Readonly<Record<string, object>> = {
  evaluate: evaluate(lasso.fit(X, y), X, y, { sampleWeight: y.map(() => 2) }),
  "evaluate of one class": ofOneClass,
  predictSurvival: predictSurvival(byTimes, { X, y: times }, X.slice(0, 2)),
  nestedCrossValidate: nestedCrossValidate(new SmoothLasso(), X, y, {
    outer: { folds: 2 },
    folds: 2,
    nLambdas: 3,
  }),
  fromFrame: fromFrame({ a: [1, 2, null], y: [1, 2, 3] }, { response: "y", missing: "drop" }),
  bootstrapInclusion: bootstrapInclusion(lasso, X, y, { nBootstraps: 2 }),
  stabilitySelection: stabilitySelection(new SmoothLasso(), X, y, { nPairs: 2, nLambdas: 3 }),
  marginalFalseDiscovery: marginalFalseDiscovery(new SmoothLasso(), X, y, { nLambdas: 3 }),
  knockoffFilter: knockoffFilter(lasso, X, y),
};

/** Asserts that JSON has the numbers of a value, whose arrays may be typed. */
function assertWritten(where: string, written: unknown, value: unknown): void {
  if (typeof value === "number") {
    assert.ok(Object.is(Number(written), value), `${where}: ${written} is not ${value}`);
  } else if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const entries = Array.from(value as ArrayLike<unknown>);
    assert.ok(Array.isArray(written), `${where} is no array`);
    assert.equal(written.length, entries.length, where);
    for (const [i, entry] of entries.entries()) assertWritten(`${where}[${i}]`, written[i], entry);
  } else if (typeof value === "object" && value !== null && !("toJSON" in value)) {
    for (const [name, field] of Object.entries(value))
      if (field !== undefined && typeof field !== "function")
        assertWritten(`${where}.${name}`, (written as Record<string, unknown>)[name], field);
  } else if (typeof value !== "object") assert.equal(written, value, where);
}

describe("results as JSON", () => {
  for (const [name, result] of Object.entries(results))
    it(`have the fields of what ${name} gives, arrays as arrays`, () => {
      const written = JSON.parse(JSON.stringify(result));
      assertWritten(name, written, { ...result });
      assert.ok(Object.keys(written).length > 3);
    });

  it("name what JSON has no number for", () => {
    assert.ok(Number.isNaN(ofOneClass.auc));
    assert.equal(JSON.parse(JSON.stringify(ofOneClass)).auc, "NaN");
  });
});
