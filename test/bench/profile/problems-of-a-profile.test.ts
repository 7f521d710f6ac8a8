import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { judgePath } from "../../../bench/checker/judge";
import type { Row } from "../../../bench/comparison/row";
import { drawnProblems } from "../../../bench/profile/drawn-problems";
import { profileChart, profileReport } from "../../../bench/profile/profile-report";
import { realProblems } from "../../../bench/profile/real-problems";
import { sourceSeed } from "../../../bench/profile/source-seed";
import { assertAllClose } from "../../support/assert-close";

describe("drawn problems", () => {
  it("are the same by the same seed and others by another", () => {
    const names = (seed: number) => drawnProblems(seed, 6).map(({ name }) => name.replace(/^drawn \d+/, ""));
    assert.deepEqual(names(4), names(4));
    assert.ok(names(4).every((name, k) => name !== names(5)[k]));
  });

  it("are of many sizes within bounds, every fourth one logistic and every fourth one of groups", () => {
    const problems = drawnProblems(11, 60);
    const shapes = problems.map(({ name }) => /: ([a-z ]+), (\d+) x (\d+)/.exec(name)!.slice(1));
    for (const kind of ["logistic lasso", "group lasso"])
      assert.equal(shapes.filter(([own]) => own === kind).length, 15);
    for (const [, n, p] of shapes) assert.ok(Number(n) * (Number(p) - 5) <= 500_000 && Number(p) % 5 === 0);
    assert.ok(shapes.some(([, n, p]) => Number(n) > 2 * Number(p)));
    assert.ok(shapes.some(([, n, p]) => Number(p) > 2 * Number(n)));
  });

  it("are made as their names say", () => {
    for (const { name, make } of drawnProblems(3, 4)) {
      const { nSamples, nFeatures, loss, penalty, lambdas, y } = make();
      assert.ok(name.includes(`, ${nSamples} x ${nFeatures},`), name);
      assert.equal(lambdas.length, name.includes("one lambda") ? 1 : 50);
      assert.equal(loss === "logistic", name.includes("logistic"));
      assert.equal(penalty.name === "group", name.includes("group"));
      assert.equal(
        loss === "logistic",
        y.every((entry) => entry === 0 || entry === 1),
      );
    }
  });

  it("come from the seed that git tells of src/", () => {
    const seed = sourceSeed();
    assert.equal(seed, sourceSeed());
    const tree = execFileSync("git", ["ls-tree", "HEAD", "src"], { encoding: "utf8" });
    assert.ok(tree.includes(` ${seed.toString(16).padStart(6, "0")}`), tree);
  });
});

describe("real problems", () => {
  it("are ten, of four data sets of this package, with a solution of zero at the largest lambda", () => {
    const problems = realProblems();
    assert.equal(new Set(problems.map(({ name }) => name)).size, 10);
    assert.equal(new Set(problems.map(({ name }) => name.split(",")[0])).size, 4);
    const small = problems.filter(({ name }) => !name.includes("degree"));
    for (const { make } of small) {
      const problem = make();
      const { lambdas, nFeatures, loss, y } = problem;
      const first = { ...problem, lambdas: lambdas.subarray(0, 1) };
      assert.ok(judgePath(first, new Float64Array(nFeatures)).worst < 1e-12);
      const classes = new Set(y).size;
      assert.ok(loss === "logistic" ? classes === 2 : classes > 2);
    }
  });

  it("of the diabetes data are its columns and their products, standardized", () => {
    const [linear, square, cube] = realProblems()
      .slice(0, 3)
      .map(({ make }) => make());
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
  });
});

describe("the report of profiles", () => {
  const row = (problem: string, contender: string, more: Partial<Row>): Row => ({
    problem,
    loss: "squared",
    contender,
    ours: false,
    threads: 1,
    layout: "columns",
    label: "equal",
    target: 1e-6,
    ...more,
  });
  const rows = [
    row("a", "x", { seconds: 1 }),
    row("a", "y", { seconds: 4 }),
    row("b", "x", { loss: "logistic", seconds: 3 }),
    row("c", "x", { penalty: "group", seconds: 2 }),
    row("c", "y", { penalty: "group", label: "missed", seconds: 1 }),
  ];

  it("has a profile and the times of each kind of problem", () => {
    const header = {
      run: { date: "d", commit: "c", machine: "m", pinned: true, anchorSeconds: 1, missing: [] },
    };
    const report = profileReport(header, rows);
    for (const kind of ["Lasso", "Logistic lasso", "Group lasso"])
      assert.ok(report.includes(`## ${kind}: 1 of the problems`), kind);
    assert.ok(report.includes("| y | 0 | 0 | 0 | 0 | 100 | 100 | 100 | 100 | 100 |"));
    assert.ok(report.includes("| a | 1.00 | 4.00 |"));
    // What misses the target is not solved, however quick.
    assert.ok(report.includes("| c | 2.00 | - |"));
  });

  it("draws a curve for each contender and kind, of shares that the table has too", () => {
    const text = JSON.stringify(profileChart(rows));
    for (const name of ["Lasso", "Logistic lasso", "Group lasso"]) assert.ok(text.includes(name), name);
    const values = [...text.matchAll(/"x":([\d.]+),"y":([\d.]+),"name":"y"/g)].map(([, x, y]) => [+x, +y]);
    const jump = values.find(([, share]) => share === 100)!;
    // Four times the quickest of a: the first factor drawn from there on is 10^(13/20).
    assertAllClose("jump", jump, [10 ** (13 / 20), 100], 1e-3);
  });
});
