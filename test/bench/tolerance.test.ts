import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problemOf } from "../../bench/problems";
import { toeplitz } from "../../bench/problems/designs";
import { evenly, noisy, positive, signalOf } from "../../bench/problems/responses";
import { measureTolerances, readRows, type ToleranceRow, toleranceReport } from "../../bench/tolerance";

/** A logistic path without a fresh response. */
function smallProblem() {
  const [n, p] = [60, 12];
  const X = toeplitz(n, p, 0.5, 7);
  const truth = evenly(p, 3);
  const y = positive(noisy(signalOf(X, n, truth), 3, 7));
  const settings = { loss: "logistic", truth: truth.positions } as const;
  return problemOf("small", X, y, { ratio: 0.1, count: 5 }, settings);
}

const same: Omit<ToleranceRow, "tol"> = {
  problem: "drawn",
  kind: "lasso",
  seconds: 2,
  iterations: 5,
  error: 1e-11,
  testError: 0.25,
  testErrorChosen: 0.26,
  score: 1.5,
  chosen: 3,
  lowestBic: 2,
  sameSupport: 1,
  f1: 1,
  inErrors: 0,
  ofLargest: 0,
};

describe("a benchmark of tolerances", () => {
  it("meets each of them, comes closer to the strictest, and measures no problem twice", () => {
    const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
    const file = join(folder, "history", "tolerance.jsonl");
    try {
      measureTolerances([{ name: "small", make: smallProblem }], 1, file);
      const rows = readRows(file);
      assert.equal(rows.length, 9);
      for (const { tol, error } of rows) assert.ok(error <= tol, `${error} with ${tol}`);
      const [loosest, strictest] = [rows[0], rows[8]];
      assert.deepEqual([strictest.inErrors, strictest.ofLargest, strictest.f1], [0, 0, 1]);
      assert.ok(loosest.inErrors > 1e3 * rows[7].inErrors);
      assert.ok(strictest.f1Truth! > 0);
      const make = () => assert.fail("measured twice");
      measureTolerances([{ name: "small", make }], 1, file);
      assert.deepEqual(readRows(file), rows);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says where a user sees a difference, and what it costs", () => {
    const rows: ToleranceRow[] = [
      {
        ...same,
        tol: 1e-3,
        seconds: 1,
        sameSupport: 0.5,
        f1: 0.9,
        inErrors: 0.2,
        chosen: 4,
        testError: 0.2501,
      },
      { ...same, tol: 1e-7, inErrors: 0.009, testError: 0.25004 },
      { ...same, tol: 1e-10 },
    ];
    const report = toleranceReport(rows);
    assert.match(report, /\| lasso \| 1e-3 \| 1 of 1 \|.*\| 50 \| 0\.900 \| 2\.0e-1 \|.*\| 0\.50 \|/);
    assert.match(report, /\| lasso \| 1e-7 \| 0 of 1 \|.*\| 1\.00 \|/);
    assert.match(report, /\| support, coefficient, lambda by folds, error \|/);
  });
});
