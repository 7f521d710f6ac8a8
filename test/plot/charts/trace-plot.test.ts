import assert from "node:assert/strict";
import { lbfgs, SmoothLasso } from "../../../src";
import { tracePlot } from "../../../src/plot";
import { surrogateDescent } from "../../../src/solvers";
import { hadamardProduct } from "../../../src/surrogate";
import { linearData } from "../../support/problems";
import { textsOf } from "../../support/vega-lite";

const trace = [
  { iteration: 0, objective: 5, stationarity: 2 },
  { iteration: 1, objective: 3, stationarity: 0.5, dualityGap: 0.25 },
  { iteration: 2, objective: 2, stationarity: 0.125, dualityGap: 0 },
];

function rowsOf(panel: number): Record<string, number | null>[] {
  const { vconcat } = tracePlot({ trace }).spec as unknown as {
    vconcat: { data: { values: Record<string, number | null>[] } }[];
  };
  return vconcat[panel].data.values;
}

describe("tracePlot", () => {
  it("draws the objective above its lowest, the gap where there is one, and the stationarity", () => {
    assert.deepEqual(rowsOf(0), [
      { x: 0, s0: 3, s1: null },
      { x: 1, s0: 1, s1: 0.25 },
      { x: 2, s0: null, s1: null },
    ]);
    assert.deepEqual(
      rowsOf(1).map(({ s0 }) => s0),
      [2, 0.5, 0.125],
    );
  });

  it("says what a logarithmic axis cannot hold, and how the fit ended", () => {
    assert.deepEqual(tracePlot({ trace, status: "converged" }).spec.title, {
      text: "2 iterations to an objective of 2",
      subtitle: "converged; last duality gap 0; 2 numbers not above zero left out of the logarithmic axes",
    });
  });

  it("draws shares of the null deviance, as tol is, where that is known", () => {
    const chart = tracePlot({ trace: trace.slice(0, 2), nullDeviance: 10 });
    const { vconcat } = chart.spec as unknown as { vconcat: { data: { values: unknown[] } }[] };
    assert.deepEqual(vconcat[0].data.values, [
      { x: 0, s0: 0.2, s1: null },
      { x: 1, s0: null, s1: 0.025 },
    ]);
    assert.match(chart.toString(), /last duality gap 0\.025 of the null deviance/);
  });

  it("says that its axes are logarithmic, in two lines where one has no room for it", async () => {
    const texts = textsOf(await tracePlot({ trace, nullDeviance: 10 }).toSVG());
    for (const text of ["relative objective (log)", "stationarity (log)"])
      assert.ok(texts.includes(text), text);
    const narrow = textsOf(await tracePlot({ trace, nullDeviance: 10 }, { width: 320 }).toSVG());
    for (const text of ["relative objective", "(log)"]) assert.ok(narrow.includes(text), narrow.join("|"));
  });

  it("counts iterations by whole numbers", async () => {
    const texts = textsOf(await tracePlot({ trace: trace.slice(0, 2) }).toSVG());
    assert.ok(texts.includes("0") && texts.includes("1"), texts.join("|"));
    assert.deepEqual(
      texts.filter((text) => /^0\.[2468]$/.test(text)),
      [],
    );
  });

  it("says what a long trace leaves out", () => {
    const long = Array.from({ length: 5000 }, (_, iteration) => ({
      iteration,
      objective: 1,
      stationarity: 1,
    }));
    assert.match(tracePlot({ trace: long }).toString(), /1000 of 5000 iterations are drawn/);
  });

  it("takes a fit as it is", async () => {
    const { X, y } = linearData(1, 30, 4);
    const solver = surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs());
    const fit = new SmoothLasso({ lambda: 0.1, solver }).fit(X, y);
    assert.ok(textsOf(await tracePlot(fit).toSVG()).includes("duality gap"));
  });

  it("refuses what is no trace", () => {
    const refused = (fit: unknown, message: string): void =>
      assert.throws(() => tracePlot(fit as never), { name: "InputError", message: `tracePlot: ${message}` });
    refused(
      [1],
      "fit must be what fit(X, y) gives, got an array of 1; use trainingPlot for the epochs of a network",
    );
    refused(
      { trace: [] },
      "trace must be at least one iteration, got an array of 0; nothing was iterated for this fit",
    );
    refused(
      { trace: [trace[0], { ...trace[1], objective: Number.NaN }] },
      "trace[1].objective must be a finite number, got NaN",
    );
  });
});
