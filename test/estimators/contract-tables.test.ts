/** How every estimator meets tables, coming in and going out. */
import assert from "node:assert/strict";
import { DataFrame, Series } from "danfojs-node";
import { fitFromJSON } from "../../src/estimators";
import { assertAllClose, assertClose } from "../support/assert-close";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";
import { shrunk } from "../support/written-out";

const { X, y } = linearData(7, 40, 6);
const lambda = 0.2;

for (const { title, name, convex, make, penalty } of estimators) {
  describe(`${title}, as every estimator,`, () => {
    it("reads rows, typed rows, records, columns, matrices and frames alike", () => {
      const names = ["a", "b", "c", "d", "e", "f"];
      const columns = Object.fromEntries(names.map((key, j) => [key, X.map((row) => row[j])]));
      const expected = make({ lambda }).fit(X, y);
      const frame = new DataFrame(columns);
      const response = new Series(y);
      for (const [what, table, target, labels] of [
        ["typed rows", X.map((row) => Float64Array.from(row)), Float64Array.from(y), expected.featureNames],
        ["records", X.map((row) => Object.fromEntries(names.map((key, j) => [key, row[j]]))), y, names],
        ["columns", columns, y, names],
        ["matrix", { data: X.flat(), nSamples: 40, nFeatures: 6 }, y, expected.featureNames],
        ["danfojs frame", frame, response, names],
        ["y as a column", columns, { y }, names],
      ] as const) {
        const fit = make({ lambda }).fit(table, target);
        assert.deepEqual([...fit.coef, fit.intercept], [...expected.coef, expected.intercept], what);
        assert.deepEqual(fit.featureNames, labels, what);
      }
    });

    it("predicts by column name in any order, past columns it does not know", () => {
      const columns = { a: X.map((row) => row[0]), b: X.map((row) => row[1]), c: X.map((row) => row[2]) };
      const fit = make({ lambda }, [0, 1, 2]).fit(columns, y);
      const expected = X.map(
        (row) => fit.intercept + row[0] * fit.coef[0] + row[1] * fit.coef[1] + row[2] * fit.coef[2],
      );
      const other = { city: X.map(() => "Ulm"), c: columns.c, a: columns.a, b: columns.b };
      assertAllClose("by name", fit.predict(other), expected, 1e-13);
      assertAllClose(
        "frame",
        fit.predict(new DataFrame({ b: columns.b, c: columns.c, a: columns.a })),
        expected,
        1e-13,
      );
      assertAllClose("by position", fit.predict(X.map((row) => row.slice(0, 3))), expected, 1e-13);
      assert.equal(fit.predict([[1, 2, 3]]).length, 1);
    });

    it("scores by the share of variance explained", () => {
      const fit = make({ lambda }).fit(X, y);
      const predicted = fit.predict(X);
      const center = y.reduce((a, b) => a + b) / y.length;
      const error = y.reduce((sum, v, i) => sum + (v - predicted[i]) ** 2, 0);
      const total = y.reduce((sum, v) => sum + (v - center) ** 2, 0);
      assertClose("R^2", fit.score(X, y), 1 - error / total, 1e-13);
      assertClose("of the null model", make({ lambda: 1e9 }).fit(X, y).score(X, y), 0, 1e-13);
      assert.ok(Number.isNaN(fit.score(X, Float64Array.from(y).fill(1))));
    });

    it("shows itself by how it ended and its coefficients, largest first", () => {
      // One column x = ±1 and a response 3 ± 2, which the other column explains nothing of.
      const table = { up: [1, -1, 1, -1], down: [0, 0, 1, 1] };
      const fit = make({ lambda: 0.5, tol: 1e-12, search: "thorough" }, [0, 2]).fit(table, [5, 1, 5, 1]);
      const starts = convex ? "" : ", where all of 5 starts ended";
      const iterations = `${fit.nIter} iteration${fit.nIter === 1 ? "" : "s"}`;
      const method = fit.trace.length > 0 ? ` of ${fit.trace[0].method}` : "";
      const up = shrunk(2, (b) => penalty([b], 0.5, [0], 2))
        .toFixed(3)
        .replace(/\.?0*$/, "");
      const lines = fit.toString().split("\n");
      assert.equal(
        lines[0],
        `${name}, lambda = 0.5: 1 of 2 coefficients is not zero; converged after ${iterations}${method}${starts}`,
      );
      assert.match(
        lines[1],
        convex ? /^✓ duality gap (0|\S+ of the null deviance) {3}✓ violation/ : /^✓ violation/,
      );
      assert.deepEqual(lines[2].trim().split(/ +/), ["feature", "coefficient", "standardized"]);
      assert.match(lines[3], /^─+$/);
      assert.deepEqual(lines[4].trim().split(/ +/), ["(intercept)", "3"]);
      // The deviation of ±1 is 1.
      assert.deepEqual(lines[5].trim().split(/ +/), ["up", up, up, "█".repeat(12)]);
      assert.equal(lines.length, 6);
      assert.equal(`${fit.summary()}`, fit.toString());
      const bundle = fit.toMimeBundle() as Record<string, string>;
      assert.equal(bundle["text/plain"], fit.toString());
      assert.match(bundle["text/html"], /<table/);
    });

    it("ranks by what a feature's deviation changes, whatever its unit, and shows the coefficient beside", () => {
      // "low" is a sixth as telling as "high", whose unit is a thousand times as small.
      const signs = [1, -1, 1, -1, 1, -1, 1, -1];
      const others = [1, 1, -1, -1, 1, 1, -1, -1];
      const response = signs.map((sign, i) => 6 * sign + others[i]);
      const table = { low: others, high: signs.map((sign) => 1000 * sign) };
      const fit = make({ lambda: 0.01 }, [0, 2]).fit(table, response);
      assert.ok(Math.abs(fit.coef[0]) > 100 * Math.abs(fit.coef[1]));
      assert.deepEqual([...fit.supportDeviations!], [1, 1000]);
      const { rows } = fit.summary();
      assert.deepEqual(rows, [
        ["(intercept)", fit.intercept, null],
        ["high", fit.coef[1], 1000 * fit.coef[1]],
        ["low", fit.coef[0], fit.coef[0]],
      ]);
      const again = fitFromJSON(JSON.stringify(fit));
      assert.equal(`${again}`, `${fit}`);
      const record = JSON.parse(JSON.stringify(fit));
      assert.deepEqual(record.supportDeviations, [1, 1000]);
      assert.throws(() => fitFromJSON({ ...record, supportDeviations: [1] }), {
        message: /supportDeviations must be an array of 2, as many as coefficients not zero/,
      });
    });

    it("shows no intercept where none was fitted, also once it was a file", () => {
      const table = { up: [1, -1, 1, -1], down: [0, 0, 1, 1] };
      const fit = make({ lambda: 0.5, fitIntercept: false }, [0, 2]).fit(table, [2, -2, 2, -2]);
      assert.equal(fit.intercept, 0);
      const rows = fit.toString().split("\n").slice(4);
      assert.deepEqual(
        rows.map((row) => row.trim().split(/ +/)[0]),
        ["up"],
      );
      assert.equal(`${fitFromJSON(JSON.stringify(fit))}`, `${fit}`);
      const none = make({ lambda: 1e9, fitIntercept: false }, [0, 2]).fit(table, [2, -2, 2, -2]);
      assert.match(none.toString(), /^─+$/m);
      assert.doesNotMatch(none.toString(), /intercept/);
      assert.match(make({ lambda: 1e9 }, [0, 2]).fit(table, [2, -2, 2, -2]).toString(), /\(intercept\) +0/);
    });

    it("shows a path by lambda, size, deviance, evidence, status and changes", () => {
      const path = make().path(X, y, { nLambdas: 3 });
      const lines = path.toString().split("\n");
      assert.match(lines[0], new RegExp(`^${name}, path of 3 lambdas from \\S+ to \\S+$`));
      const evidence = convex ? "gap / null deviance" : "violation / lambda";
      assert.equal(lines[1], "✓ 3 of 3 fits converged");
      assert.match(lines[2], new RegExp(`^ *lambda +df +% deviance +${evidence} +status +changes$`));
      assert.equal(lines.length, 7);
      for (const line of lines.slice(4)) assert.match(line, /^( *\S+){4} +converged/);
      const entered = [...path.fits[1].support].filter((j) => !path.fits[0].support.includes(j));
      assert.ok(lines[5].includes(entered.map((j) => `+x${j}`)[0] ?? "converged"));
    });
  });
}
