import assert from "node:assert/strict";
import { join } from "node:path";
import { History } from "../../../bench/comparison/history";
import { type KnownPeers, knownPeers } from "../../../bench/comparison/known-peers";
import { markdownTable } from "../../../bench/comparison/markdown";
import { reportOf } from "../../../bench/comparison/report";
import type { FreshLine, Row, RunHeader } from "../../../bench/comparison/row";
import { ROOT } from "../../support/tracked-files";

const header: RunHeader = {
  run: {
    date: "2026-02-03",
    commit: "abc1234",
    machine: "2 x Processor",
    pinned: true,
    anchorSeconds: 0.02,
    missing: ["grpreg, which Rscript does not find"],
  },
};

const known: KnownPeers = {
  date: "2025-12-31",
  machine: "another",
  anchorSeconds: 0.01,
  versions: "old 1",
  rows: [
    { problem: "P1", contender: "old", threads: 1, label: "equal", tol: 1e-8, seconds: 0.5, worst: 1e-7 },
    {
      problem: "P1",
      contender: "glmnet",
      threads: 1,
      label: "equal",
      tol: 1e-8,
      seconds: 0.001,
      worst: 1e-7,
    },
    { problem: "P2", contender: "old", threads: 1, label: "equal", tol: 1e-8, seconds: 0.001, worst: 1e-7 },
  ],
};

const row = (contender: string, more: Partial<Row>): Row => ({
  problem: "P1",
  contender,
  loss: "squared",
  ours: contender === "smooth-edges",
  threads: 1,
  layout: "columns",
  label: "equal",
  target: 1e-6,
  ...more,
});

const rows = [
  row("smooth-edges", {
    seconds: 0.1,
    loadSeconds: 0.15,
    worst: 1e-14,
    objectiveSum: 10,
    tol: 0.1,
    version: "0.1.0",
  }),
  row("smooth-edges", { label: "default", seconds: 0.2, worst: 1e-15, tol: 1e-7, testError: 0.25 }),
  row("glmnet", { seconds: 0.4, worst: 5e-7, objectiveSum: 11, tol: 1e-16, version: "4.1, R 4" }),
  row("glmnet", { label: "default", seconds: 0.05, worst: 2e-3, tol: 1e-7, testError: 0.26 }),
  row("adelie", { label: "missed", seconds: 3, worst: 2e-6, tol: 1e-14 }),
  row("skglm", { label: "too-slow", seconds: 60, message: "more than 60 s" }),
  row("celer", { label: "failed", message: "no" }),
];

const fresh: FreshLine[] = [
  {
    fresh: "first call",
    task: "the first lasso",
    programs: [
      { program: "smooth-edges", version: "0.1.0", seconds: 0.2 },
      { program: "scikit-learn", version: "1.8", seconds: 1 },
      { program: "glmnet", version: "4.1, R 4", seconds: 0.8 },
    ],
    missing: [],
  },
  {
    fresh: "memory",
    task: "a path",
    programs: [
      { program: "smooth-edges", version: "0.1.0", loadedMb: 50, peakMb: 200, shareOfX: 1.5 },
      { program: "scikit-learn", version: "1.8", loadedMb: 100, peakMb: 220, shareOfX: 1.2 },
    ],
    missing: ["glmnet is left out: it is not here"],
  },
];

/** The cells of the table rows that begin with a text. */
function cells(report: string, start: string): string[][] {
  return report
    .split("\n")
    .filter((line) => line.startsWith(`| ${start}`))
    .map((line) => line.slice(2, -2).split(" | "));
}

describe("the report of a benchmark", () => {
  const report = reportOf(header, rows, known);

  it("sums up the library against the best measured peer, not a scaled or a failed one", () => {
    const [summary] = cells(report, "P1, 1e-6");
    assert.deepEqual(summary, [
      "P1, 1e-6",
      "0.100",
      "0.250",
      "1.0e-14",
      "glmnet",
      "0.400",
      "5.0e-7",
      "4.0",
      "1.6",
    ]);
  });

  it("says what was done before the clock ran", () => {
    assert.match(report, /made, checked and summed up before the clock runs/);
    assert.match(report, /\| library, s \| with loading, s \|.*\| times \| times with loading \|/);
  });

  it("sets the library's default against the quickest default, with what both predict", () => {
    const [summary] = cells(report, "P1 |");
    assert.deepEqual(summary, [
      "P1",
      "0.200",
      "1.0e-15",
      "0.2500",
      "glmnet",
      "0.0500",
      "2.0e-3",
      "0.2600",
      "0.25",
    ]);
  });

  it("has a table for each number of threads, and what it takes from a row-major array beside it", () => {
    const more = [
      ...rows,
      row("smooth-edges", { layout: "rows", seconds: 0.3, worst: 1e-14 }),
      row("celer", { layout: "rows", seconds: 0.6, worst: 1e-7 }),
      row("smooth-edges", { threads: 2, seconds: 0.05, worst: 1e-14 }),
      row("glmnet", { threads: 2, seconds: 0.1, worst: 1e-7 }),
    ];
    const both = reportOf(header, more, known);
    const one = both.slice(both.indexOf("## Equal error, 1 : 1 thread\n"), both.indexOf("## Default"));
    assert.deepEqual(cells(one, "P1, 1e-6"), [
      [...cells(report, "P1, 1e-6")[0], "0.300", "celer", "0.600", "2.0"],
    ]);
    const two = both.slice(both.indexOf("## Equal error, 2 : 2 threads\n"));
    assert.deepEqual(cells(two, "P1, 1e-6")[0].slice(1), [
      "0.0500",
      "", // what loading took was not measured
      "1.0e-14",
      "glmnet",
      "0.100",
      "1.0e-7",
      "2.0",
      "",
    ]);
  });

  it("begins with the geometric mean and the worst row of each comparison, without scaled peers", () => {
    const more = [
      ...rows,
      row("smooth-edges", { problem: "P2", seconds: 1, worst: 1e-14 }),
      row("glmnet", { problem: "P2", seconds: 1, worst: 1e-7 }),
      row("smooth-edges", { layout: "rows", label: "default", seconds: 0.5, worst: 1e-14 }),
      row("celer", { layout: "rows", label: "default", seconds: 0.4, worst: 1e-7 }),
    ];
    const all = cells(reportOf(header, more, known), "");
    const rowOf = (name: string): string[] | undefined => all.find(([first]) => first === name)?.slice(1);
    // Of 0.4 / 0.1 and 1 / 1.
    assert.deepEqual(rowOf("equal error, 1 : 1 thread"), ["2.0", "1.0 (P2, 1e-6)", "0", "2"]);
    assert.deepEqual(rowOf("equal error, with loading, 1 : 1 thread"), ["1.6", "1.6 (P1, 1e-6)", "0", "1"]);
    assert.deepEqual(rowOf("default against default, 1 : 1 thread"), ["0.25", "0.25 (P1)", "1", "1"]);
    assert.deepEqual(rowOf("default against default, from rows, 1 : 1 thread"), [
      "0.80",
      "0.80 (P1)",
      "1",
      "1",
    ]);
    assert.equal(rowOf("equal error, 2 : 2 threads"), undefined);
  });

  it("sets the library against the best peer in fresh processes, with the programs and versions of each", () => {
    const text = reportOf(header, rows, known, fresh);
    assert.deepEqual(cells(text, "First call")[0].slice(1), ["0.200", "glmnet", "0.800", "4.0"]);
    assert.deepEqual(cells(text, "Peak memory")[0].slice(1), ["1.50", "scikit-learn", "1.20", "0.80"]);
    const calls = text.slice(text.indexOf("## First call"), text.indexOf("## Peak memory"));
    assert.deepEqual(cells(calls, "scikit-learn"), [["scikit-learn", "1.00", "5.0", "1.8"]]);
    const memory = text.slice(text.indexOf("## Peak memory"), text.indexOf("## Equal error"));
    assert.deepEqual(cells(memory, "scikit-learn"), [["scikit-learn", "100", "220", "1.20", "0.80", "1.8"]]);
    assert.match(memory, /Not measured: glmnet is left out: it is not here\./);
  });

  it("has no table of fresh processes where none was measured, as in older histories", () => {
    for (const title of ["First call", "Peak memory", "process of its own |"])
      assert.ok(!report.includes(title), title);
    const { header: last, rows: old } = new History(join(ROOT, "bench/history/2026-11-27.jsonl"));
    const text = reportOf(last!, old, knownPeers());
    assert.match(text, /## All problems together\n\n.*\n.*\n\| equal error, 1 : 1 thread \|/);
    assert.ok(!text.includes("First call"));
  });

  it("puts the quickest first and those that missed last, each with what it came to", () => {
    const own = report.slice(report.indexOf("## P1, 1 thread, 1e-6"));
    const table = own
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(2, 8);
    const shown = table.map((line) => line.slice(2, -2).split(" | ").slice(0, 2));
    assert.deepEqual(shown, [
      ["smooth-edges", "0.100"],
      ["glmnet", "0.400"],
      ["old (*scaled*)", "1.00"],
      ["adelie", "3.00 (missed)"],
      ["skglm", "> 60.0"],
      ["celer", "failed"],
    ]);
  });

  it("scales a peer that is not here by the anchors, and one that is not at all", () => {
    const [scaled] = cells(report, "old (*scaled*)");
    assert.deepEqual([scaled[1], scaled[6]], ["1.00", "10"]);
    assert.equal(cells(report, "glmnet").filter((line) => line.length > 2).length, 1);
    assert.match(report, /2025-12-31/);
  });

  it("says how far an objective is above the lowest", () => {
    assert.equal(cells(report, "glmnet")[0][3], "1.0e-1");
  });

  it("names the commit, the machine, the versions and what is missing", () => {
    for (const text of [
      "abc1234",
      "2 x Processor",
      "| glmnet | 4.1, R 4 |",
      "grpreg, which Rscript does not find",
    ])
      assert.ok(report.includes(text), text);
  });

  it("compares with a scaled peer, and says so, where none was measured", () => {
    const alone = reportOf(header, rows.slice(0, 1), { ...known, rows: known.rows.slice(0, 1) });
    const [summary] = cells(alone, "P1, 1e-6");
    assert.deepEqual(summary.slice(4), ["old (*scaled*)", "1.00", "1.0e-7", "10", "4.0"]);
  });

  it("shows no ratio to a library that did not get there", () => {
    const late = [row("smooth-edges", { label: "too-slow", seconds: 60 }), ...rows.slice(2, 4)];
    const [summary] = cells(reportOf(header, late, known), "P1, 1e-6");
    assert.deepEqual(summary, ["P1, 1e-6", "> 60.0", "", "", "glmnet", "0.400", "5.0e-7", "", ""]);
  });

  it("shows each target of a problem by itself", () => {
    const two = reportOf(
      header,
      [
        row("smooth-edges", { target: 1e-3, seconds: 1, worst: 1e-4 }),
        row("smooth-edges", { target: 1e-6, seconds: 2, worst: 1e-7 }),
      ],
      { ...known, rows: [] },
    );
    assert.ok(two.includes("## P1, 1 thread, 1e-3") && two.includes("## P1, 1 thread, 1e-6"));
  });
});

describe("a Markdown table", () => {
  it("sets columns of numbers right, others left", () => {
    assert.equal(
      markdownTable(
        ["a", "b", "c"],
        [
          ["x", "1.5", "1.2.3"],
          ["y", "> 6.0", ""],
        ],
      ),
      "| a | b | c |\n| --- | --: | --- |\n| x | 1.5 | 1.2.3 |\n| y | > 6.0 |  |",
    );
  });
});
