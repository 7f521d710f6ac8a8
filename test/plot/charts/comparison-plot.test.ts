import assert from "node:assert/strict";
import { comparisonPlot } from "../../../src/plot";
import { MUTED } from "../../../src/plot/rendering/theme";
import { textsOf } from "../../support/vega-lite";

const errors = { lasso: [1, 2, 3], bridge: [1, 1, 4], "m.c[p]": [2, 3, 4] };

describe("comparisonPlot", () => {
  it("has mean and standard error of each method", async () => {
    const texts = textsOf(await comparisonPlot(errors, { metric: "test error" }).toSVG());
    // sd of 1, 2, 3 is 1, of 1, 1, 4 it is sqrt(3); divided by sqrt(3).
    for (const text of ["2 ± 0.58", "2 ± 1", "3 ± 0.58", "lasso", "m.c[p]", "test error"])
      assert.ok(texts.includes(text), `${text}: ${texts.join("|")}`);
    assert.ok(texts.includes("test error from 2 (lasso) to 3 (m.c[p])"), texts[0]);
  });

  it("draws a dot for each repetition, from one list a method", async () => {
    const dotsOf = async (count: number): Promise<number> => {
      const values = Array.from({ length: count }, (_, i) => i);
      const svg = await comparisonPlot({ a: values, b: values }).toSVG();
      return svg.split(`fill="${MUTED}"`).length - 1;
    };
    assert.deepEqual(
      [await dotsOf(1), await dotsOf(3), await dotsOf(50), await dotsOf(500)],
      [0, 6, 100, 200],
    );
    const { spec } = comparisonPlot({ a: Array.from({ length: 100 }, (_, i) => Math.sqrt(i)) });
    assert.ok(JSON.stringify(spec).length < 6000);
  });

  it("compares pair by pair with a baseline, whose own row drops out", () => {
    assert.equal(
      comparisonPlot(errors, { metric: "error", baseline: "lasso" }).toString(),
      "Dot chart of 2 methods: error, difference from lasso, means over 3 repetitions with bars of one standard error. " +
        "bridge 0 ± 0.58, m.c[p] 1 ± 0.",
    );
  });

  it("breaks an axis title in two where one line has no room for it", async () => {
    const options = { metric: "test error (MSE)", baseline: "lasso" };
    const title = "test error (MSE), difference from lasso";
    assert.ok(textsOf(await comparisonPlot(errors, options).toSVG()).includes(title));
    const narrow = textsOf(await comparisonPlot(errors, { ...options, width: 320 }).toSVG());
    assert.ok(narrow.includes("test error (MSE), difference from"), narrow.join("|"));
    assert.deepEqual(
      narrow.filter((text) => text.includes("…")),
      [],
    );
  });

  it("has no bars for single values, and says that it leaves out dots", () => {
    assert.match(
      comparisonPlot({ a: [1], b: [2] }).toString(),
      /one value a method; the axis does not begin at zero\. a 1, b 2\./,
    );
    const many = comparisonPlot({ a: Array.from({ length: 500 }, (_, i) => i) });
    assert.match(many.toString(), /100 of 500 repetitions are drawn as dots/);
  });

  it("says of an axis that is logarithmic so, and of single values where it does not begin at zero", async () => {
    const single = { a: [0.951], b: [0.957] };
    assert.match(comparisonPlot(single).toString(), /one value a method; the axis does not begin at zero\./);
    // A tenth of 3 below the lowest value is below zero.
    assert.doesNotMatch(comparisonPlot({ a: [0.2], b: [3.2] }).toString(), /begin at zero/);
    assert.doesNotMatch(comparisonPlot(single, { baseline: "a" }).toString(), /begin at zero/);
    const texts = textsOf(await comparisonPlot(single, { metric: "accuracy", log: true }).toSVG());
    assert.ok(texts.includes("accuracy (log scale)"), texts.join("|"));
  });

  it("keeps the line of a baseline off the numbers", async () => {
    const svg = await comparisonPlot(errors, { baseline: "lasso" }).toSVG();
    assert.equal(
      textsOf(svg).filter((text) => text === "0 ± 0.58").length,
      2,
      "one of them a seam below the other",
    );
  });

  it("refuses what cannot be compared", () => {
    const refused = (methods: unknown, options: object, message: string): void =>
      assert.throws(() => comparisonPlot(methods as never, options), {
        name: "InputError",
        message: `comparisonPlot: ${message}`,
      });
    refused(
      {},
      {},
      "methods must be an object with the values of at least one method by its name, got an object",
    );
    const scores = "give scores, such as [fit.score(X, y)]";
    refused({ a: [] }, {}, `"a" must be at least one number, got an array of 0; ${scores}`);
    refused({ a: new Map() }, {}, `"a" must be at least one number, got a Map; ${scores}`);
    refused({ a: 0.5 }, {}, '"a" must be at least one number, got 0.5; write [0.5]');
    refused({ a: [1, Number.NaN] }, {}, '"a"[1] must be a finite number, got NaN');
    refused({ a: [0] }, { log: true }, '"a"[0] must be a finite number > 0, got 0');
    refused(errors, { baseline: "ridge" }, 'baseline must be one of lasso, bridge, m.c[p], got "ridge"');
    refused({ a: [1] }, { baseline: "a" }, "methods must be at least one beside the baseline, got an object");
    refused({ a: [1], b: [1, 2] }, { baseline: "a" }, '"b" must be 1 numbers, as "a" has, got an array of 2');
    refused(
      errors,
      { baseline: "lasso", log: true },
      "log must be false where differences from a baseline are drawn, got true",
    );
  });
});
