import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src";
import { supportPlot } from "../../../src/plot";
import { linearData } from "../../support/problems";
import { textsFromLeft } from "../../support/vega-lite";

const featureNames = ["a", "b.c", "d", "e"];
const path = {
  lambdas: [8, 4, 2, 1],
  // a is true and enters at 4, d is false and enters at 2, b.c is true and enters at 1, e never.
  coefs: [
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    [1, 0, -1, 0],
    [1, 2, -1, 0],
  ],
  featureNames,
};

function cellsOf(chart: ReturnType<typeof supportPlot>): Record<string, unknown>[] {
  return (chart.spec.data as { values: Record<string, unknown>[] }).values;
}

describe("supportPlot", () => {
  it("tells found, missed and false along a path, as runs of lambdas", () => {
    const cells = cellsOf(supportPlot(path, ["a", 1]));
    assert.deepEqual(
      cells.map(({ name, kind, high, low }) => [name, kind, high, low]),
      [
        ["a", "missed", 8, 8],
        ["a", "found", 4, 1],
        ["b.c", "missed", 8, 2],
        ["b.c", "found", 1, 1],
        ["d", "false", 2, 1],
      ],
    );
    // Each run reaches halfway to its neighbour on the logarithmic axis.
    assert.deepEqual([cells[0].from, cells[0].to, cells[1].from, cells[1].to], [8, 5.65685, 5.65685, 1]);
  });

  it("says what is found before the first false one", () => {
    assert.deepEqual(supportPlot(path, { coef: [1, 1, 0, 0] }).spec.title, {
      text: "1 of 2 true features found before the first false one at λ = 2",
      subtitle: "1 feature neither selected nor true",
    });
    assert.match(
      supportPlot(path, [0, 1, 2]).toString(),
      /3 of 3 true features found, none selected falsely/,
    );
  });

  it("compares methods, with their counts", async () => {
    const chart = supportPlot(
      { "x[0]": { coef: [1, 0, 1, 0], featureNames }, second: { coef: [1, 1, 0, 0], featureNames } },
      [0, 1],
    );
    assert.match(
      JSON.stringify(chart.spec.title),
      /x\[0\]: 1 found, 1 false; second: 2 found, 0 false; 1 feature neither/,
    );
    const texts = textsFromLeft(await chart.toSVG());
    assert.ok(texts.indexOf("x[0]") < texts.indexOf("second"));
  });

  it("takes a path as it is, in any order, and says what it leaves out", () => {
    const { X, y } = linearData(2, 60, 50);
    const chart = supportPlot(new SmoothLasso().path(X, y, { nLambdas: 80, lambdaMinRatio: 1e-3 }), [0, 1]);
    assert.match(JSON.stringify(chart.spec.title), /30 of \d+ features are drawn/);
    const turned = { ...path, lambdas: [...path.lambdas].reverse(), coefs: [...path.coefs].reverse() };
    assert.deepEqual(supportPlot(turned, [0]).spec, supportPlot(path, [0]).spec);
  });

  it("refuses what is no selection and no truth", () => {
    const refused = (selections: unknown, truth: unknown, message: string): void =>
      assert.throws(() => supportPlot(selections as never, truth as never), {
        name: "InputError",
        message: `supportPlot: ${message}`,
      });
    refused({}, [], "selections must be a path, or a fit for each method by its name, got an object");
    refused(
      { a: { coef: [1] } },
      [],
      "selections must be a path, or a fit for each method by its name, got an object",
    );
    refused(path, ["z"], 'truth[0] must be a feature, by name or an index below 4, got "z"');
    refused(path, [4], "truth[0] must be a feature, by name or an index below 4, got 4");
    refused(
      path,
      { coef: [1] },
      "truth must be features by name or index, or { coef } with 4 numbers, got an object",
    );
    refused(
      { a: { coef: [1, Number.NaN], featureNames: ["u", "v"] } },
      [],
      'coef of a, "v" must be a finite number, got NaN',
    );
    refused({ ...path, coefs: [[1]] }, [], "coefs must be 4 arrays, one a lambda, got an array of 1");
  });
});
