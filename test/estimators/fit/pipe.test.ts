/** The four steps of a fit by themselves, and what each observation of a solution says of it. */
import assert from "node:assert/strict";
import { type Datafit, multinomial, SmoothLasso, squaredError } from "../../../src";
import { type CertifiedSolution, certify } from "../../../src/estimators/fit/certify";
import { describe as describeSolution } from "../../../src/estimators/fit/describe";
import type { PenaltySpecOf } from "../../../src/estimators/fit/penalty-spec";
import { type PreparedProblem, prepare } from "../../../src/estimators/fit/prepare";
import { solve, startingPoint } from "../../../src/estimators/fit/solve";
import { readData } from "../../../src/estimators/options/model-data";
import { checkOptions } from "../../../src/estimators/options/model-options";
import { l1 } from "../../../src/penalties";
import { WarmStart } from "../../../src/solvers";
import { linearData } from "../../support/problems";

const { X, y } = linearData(3, 40, 5);

const lasso: PenaltySpecOf = (_where, { design }) => ({
  penalty: l1(),
  parametrization: undefined,
  interchangeable: true,
  factors: new Float64Array(design.nFeatures).fill(1),
});

function prepared(
  rows: readonly (readonly number[])[],
  response: unknown[],
  datafit: Datafit,
): PreparedProblem {
  const options = checkOptions("test", { datafit });
  return prepare("test", lasso, options, readData("test", rows, response as number[], options.datafit, {}));
}

function certified(problem: PreparedProblem, lambda: number): CertifiedSolution {
  const zeros = new Float64Array(problem.working.problem.design.nFeatures);
  return certify(solve(problem, lambda, zeros, new WarmStart(), {}));
}

const codesOf = (solution: CertifiedSolution, isRefit = false): string[] =>
  describeSolution(solution, { isRefit }).notes.map(({ code }) => code);

describe("the steps of a fit", () => {
  it("make, one after the other, the very fit of an estimator", () => {
    const { coefs, intercepts, status, certificate } = describeSolution(
      certified(prepared(X, y, squaredError()), 0.1),
    );
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    assert.deepEqual(coefs, [fit.coef]);
    assert.deepEqual([...intercepts], [fit.intercept]);
    assert.equal(status, "converged");
    assert.deepEqual(certificate, fit.certificate);
  });

  it("keep the better of an incumbent and the end of another start", () => {
    const problem = prepared(X, y, squaredError());
    const { solution } = certified(problem, 0.1);
    const start = startingPoint("test", problem, [new Float64Array(5).fill(1)], 0.1);
    const again = solve(problem, 0.1, start, new WarmStart(), { incumbent: solution });
    assert.equal(again.solution.status, "converged");
    assert.ok(again.solution.certificate.objective <= solution.certificate.objective);
  });

  it("refuse a start of other features or responses, and begin at zeros where it is far away", () => {
    const problem = prepared(X, y, squaredError());
    assert.throws(() => startingPoint("test", problem, [], 0.1), /test: init must be of 1 response, got 0/);
    assert.throws(
      () => startingPoint("test", problem, [new Float64Array(4)], 0.1),
      /test: init must be of 5 features, got 4/,
    );
    const far = startingPoint("test", problem, [new Float64Array(5).fill(1e9)], 0.1);
    assert.deepEqual([...far], [0, 0, 0, 0, 0]);
  });
});

describe("what is noticed of a solution", () => {
  const plain = certified(prepared(X, y, squaredError()), 0.1);

  it("is nothing where nothing is amiss", () => {
    assert.deepEqual(codesOf(plain), []);
  });

  it("is each thing by itself, with the status that it stands for", () => {
    const cases: readonly [Partial<CertifiedSolution>, string, string][] = [
      [{ isLossUnbounded: true }, "unbounded", "stalled"],
      [{ hasFiniteValues: false }, "not-finite", "stalled"],
    ];
    for (const [found, code, status] of cases) {
      const solution = { ...plain, ...found };
      assert.deepEqual(codesOf(solution), [code]);
      assert.equal(describeSolution(solution).status, status);
    }
    assert.deepEqual(codesOf({ ...plain, isUnboundedWhereFlat: true }), ["unbounded-where-flat"]);
    assert.deepEqual(codesOf({ ...plain, isBelowRounding: true }), ["below-rounding"]);
    assert.deepEqual(codesOf({ ...plain, isBelowRounding: true, isLossUnbounded: true }), ["unbounded"]);
  });

  it("leaves an interrupted fit interrupted", () => {
    const solution = { ...plain.solution, status: "interrupted" as const };
    const found = { ...plain, solution, isLossUnbounded: true, hasFiniteValues: false };
    assert.equal(describeSolution(found).status, "interrupted");
    assert.ok(describeSolution(found).hasNoMinimizer);
  });

  it("is what the data leave undetermined at lambda 0, of which a refit leaves out what it says itself", () => {
    const twice = X.map((row) => [...row, row[0] + row[1]]);
    const dependent = certified(prepared(twice, y, squaredError()), 0);
    assert.deepEqual(describeSolution(dependent).notes, [{ code: "dependent-columns", columns: ['"x5"'] }]);
    assert.deepEqual(codesOf(dependent, true), []);
    const wide = certified(prepared(X.slice(0, 4), y.slice(0, 4), squaredError()), 0);
    assert.deepEqual(codesOf(wide), ["more-coefficients-than-rows"]);
    assert.deepEqual(codesOf(wide, true), ["more-coefficients-than-rows"]);
    const labels = y.map((value, i) => ["a", "b", "c"][(i + Number(value > 0)) % 3]);
    const classes = certified(prepared(X, labels, multinomial()), 0);
    assert.deepEqual(codesOf(classes), ["class-differences-only"]);
    assert.deepEqual(codesOf(classes, true), []);
  });
});
