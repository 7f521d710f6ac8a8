import assert from "node:assert/strict";
import { judgePath } from "../../../bench/checker/judge";
import type { Row } from "../../../bench/comparison/row";
import { drawnProblems } from "../../../bench/profile/drawn-problems";
import { profileReport } from "../../../bench/profile/profile-report";
import { realProblems } from "../../../bench/profile/real-problems";
import { assertAllClose } from "../../support/assert-close";

describe("drawn problems", () => {
  it("are the same by the same seed and others by another", () => {
    const names = (seed: number) => drawnProblems(seed, 6).map(({ name }) => name.replace(/^drawn \d+/, ""));
    assert.deepEqual(names(4), names(4));
    assert.ok(names(4).every((name, k) => name !== names(5)[k]));
  });

  it("are of many sizes within bounds, every third one logistic", () => {
    const problems = drawnProblems(11, 60);
    const shapes = problems.map(({ name }) => /(\w+), (\d+) x (\d+)/.exec(name)!.slice(1));
    assert.equal(shapes.filter(([loss]) => loss === "logistic").length, 20);
    for (const [, n, p] of shapes) assert.ok(Number(n) * Number(p) <= 2_020_000);
    assert.ok(shapes.some(([, n, p]) => Number(n) > 2 * Number(p)));
    assert.ok(shapes.some(([, n, p]) => Number(p) > 2 * Number(n)));
  });

  it("are made as their names say", () => {
    for (const { name, make } of drawnProblems(3, 3)) {
      const { nSamples, nFeatures, loss, lambdas, y } = make();
      assert.ok(name.includes(`${loss}, ${nSamples} x ${nFeatures}`), name);
      assert.equal(lambdas.length, name.includes("one lambda") ? 1 : 50);
      assert.equal(
        loss === "logistic",
        y.every((entry) => entry === 0 || entry === 1),
      );
    }
  });
});

describe("real problems", () => {
  it("without scikit-learn are those of this package, and the others are named", () => {
    const { problems, missing } = realProblems("no-such-python");
    assert.deepEqual(
      problems.map(({ name }) => name),
      ["diabetes", "diabetes, degree 2", "diabetes, degree 3"],
    );
    assert.equal(missing.length, 5);
  });

  it("of the diabetes data are its columns and their products, standardized", () => {
    const [linear, square, cube] = realProblems("no-such-python").problems.map(({ make }) => make());
    // 10 columns, with 55 products of two, with 220 of three; the square of a two-valued column is a column too.
    assert.deepEqual(
      [linear, square, cube].map(({ nFeatures }) => nFeatures),
      [10, 65, 285],
    );
    const n = 442;
    for (const { X, nFeatures } of [linear, square, cube]) {
      const column = X.data.subarray((nFeatures - 1) * n, nFeatures * n);
      assertAllClose("mean", [column.reduce((a, b) => a + b) / n], [0], 1e-12);
      assertAllClose("square", [column.reduce((a, b) => a + b * b, 0) / n], [1], 1e-12);
    }
    assert.ok(
      judgePath({ ...linear, lambdas: linear.lambdas.subarray(0, 1) }, new Float64Array(10)).worst < 1e-12,
    );
  });
});

describe("the report of profiles", () => {
  it("has a profile and the times of each loss", () => {
    const header = {
      run: { date: "d", commit: "c", machine: "m", pinned: true, anchorSeconds: 1, missing: [] },
    };
    const row = (problem: string, contender: string, loss: Row["loss"], seconds: number): Row => ({
      problem,
      loss,
      contender,
      ours: false,
      threads: 1,
      layout: "columns",
      label: "equal",
      target: 1e-6,
      seconds,
    });
    const report = profileReport(header, [
      row("a", "x", "squared", 1),
      row("a", "y", "squared", 4),
      row("b", "x", "logistic", 3),
    ]);
    assert.ok(
      report.includes("## Squared error: 1 of the problems") &&
        report.includes("## Logistic loss: 1 of the problems"),
    );
    assert.ok(report.includes("| y | 0 | 0 | 0 | 0 | 100 | 100 | 100 | 100 | 100 |"));
    assert.ok(report.includes("| a | 1.00 | 4.00 |"));
  });
});
