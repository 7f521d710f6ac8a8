/** Ridge regression by LSQR: its optimality conditions, by loops over the data, and what the lambdas of a path share. */
import assert from "node:assert/strict";
import { logistic, squaredError } from "../../src/datafits";
import { SparseBlock } from "../../src/design/sparse-block";
import { SparseDesign } from "../../src/design/sparse-design";
import { SmoothElasticNet } from "../../src/estimators/named/smooth-elastic-net";
import { bounded, elasticNet, l1 } from "../../src/penalties";
import type { Certificate } from "../../src/problem/certificate";
import type { SparseProblem } from "../../src/problem/problem";
import { UnpenalizedColumns } from "../../src/problem/unpenalized-columns";
import { seededRandom } from "../../src/random/random";
import { heldBytes } from "../../src/simd/web-assembly";
import { proximalGradient, type Solution, WarmStart } from "../../src/solvers";
import { isRidge, lsqr } from "../../src/solvers/lsqr";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { type LinearData, linearData, normals, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

interface RidgeCase {
  readonly data: LinearData;
  readonly weights?: Float64Array;
  readonly sampleWeight?: Float64Array;
  readonly free?: readonly Float64Array[];
}

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

/** Adds a column of zeros, a copy of the first column, and one that differs from the second by some 1e-2. */
const withDependentColumns = ({ X, y }: LinearData): LinearData => ({
  X: X.map((row, i) => [...row, 0, row[0], row[1] + 1e-2 * Math.cos(i)]),
  y,
});

const cases: Readonly<Record<string, RidgeCase>> = {
  "more columns than rows": { data: linearData(1, 20, 60) },
  "more rows than columns": { data: linearData(2, 60, 20) },
  "as many rows as columns": { data: linearData(3, 25, 25) },
  "an intercept and an unpenalized column": {
    data: linearData(4, 20, 60),
    free: [ones(20), normals(seededRandom(4), 20)],
  },
  "weights of the penalty from 1e-3 to 1e3": {
    data: linearData(5, 20, 40),
    weights: Float64Array.from({ length: 40 }, (_, j) => 10 ** ((j % 7) - 3)),
  },
  "sample weights, a third of them 0": {
    data: linearData(6, 30, 50),
    free: [ones(30)],
    sampleWeight: Float64Array.from({ length: 30 }, (_, i) => i % 3),
  },
  "one column": { data: linearData(7, 10, 1) },
  "one row": { data: linearData(8, 1, 5) },
  "dependent columns": { data: withDependentColumns(linearData(9, 30, 8)) },
};

function problemIn({ data, weights, sampleWeight, free }: RidgeCase): SparseProblem {
  const problem = problemOf(data, elasticNet({ l1Ratio: 0, weights }), free);
  return sampleWeight ? { ...problem, datafit: squaredError().weighted(sampleWeight) } : problem;
}

/** `X'C (eta - y) + lambda w beta` and `Q'C (eta - y)`, whose zero is the minimum; `C` is of the sample weights over `n`. */
function slopesAt(
  { data: { X, y }, weights, sampleWeight, free = [] }: RidgeCase,
  lambda: number,
  { beta, profile: { psi } }: Pick<Solution, "beta"> & { readonly profile: { readonly psi: Float64Array } },
  { free: { basis } }: SparseProblem,
): number[] {
  const residual = X.map((row, i) => {
    const eta = row.reduce((sum, x, j) => sum + x * beta[j], 0);
    const level = basis.reduce((sum, column, k) => sum + column[i] * psi[k], 0);
    return ((sampleWeight?.[i] ?? 1) * (eta + level - y[i])) / y.length;
  });
  const slopes = Array.from(beta, (b, j) =>
    X.reduce((sum, row, i) => sum + row[j] * residual[i], lambda * (weights?.[j] ?? 1) * b),
  );
  return [...slopes, ...free.map((column) => column.reduce((sum, x, i) => sum + x * residual[i], 0))];
}

describe("lsqr", () => {
  for (const [name, ridge] of Object.entries(cases)) {
    it(`meets the optimality conditions to 1e-12 along lambdas down to 1e-12 of the largest: ${name}`, () => {
      const problem = problemIn(ridge);
      const nothing = { beta: new Float64Array(problem.design.nFeatures), profile: taskOf(problem, 1, 1) };
      const largest = Math.max(...slopesAt(ridge, 0, nothing, problem).map(Math.abs));
      const solver = lsqr();
      const warmStart = new WarmStart();
      let beta: Float64Array = nothing.beta;
      for (const share of [1, 1e-1, 1e-2, 1e-4, 1e-8, 1e-12]) {
        const lambda = share * largest;
        const isOptimal = ({ violation }: { violation: number }): boolean => violation <= 1e-13 * largest;
        const solution = solver.solve(taskOf(problem, lambda, 0, { isOptimal, warmStart, beta }));
        assert.equal(solution.status, "converged", `at ${share}`);
        beta = solution.beta;
        const slopes = slopesAt(ridge, lambda, solution, problem).map((slope) => slope / largest);
        assertAllClose(`slopes at ${share}`, slopes, new Float64Array(slopes.length), 1e-12);
        assertAtMost("iterations", solution.nIter, Math.min(problem.design.nSamples, beta.length) + 2);
      }
    });

    it(`ends where the accelerated proximal gradient method does: ${name}`, () => {
      const problem = problemIn(ridge);
      const solve = (solver: ReturnType<typeof lsqr>): Solution =>
        solver.solve(taskOf(problem, 0.1, 1e-16, { maxIter: 1e5 }));
      const [own, other] = [solve(lsqr()), solve(proximalGradient({ accelerated: true }))];
      assert.deepEqual([own.status, other.status], ["converged", "converged"]);
      assertAllClose("beta", own.beta, other.beta, 1e-6);
      assertAllClose("psi", own.profile.psi, other.profile.psi, 1e-6);
      const objective = own.certificate.objective - other.certificate.objective;
      assertAtMost("objective", Math.abs(objective), 1e-12);
    });
  }

  it("certifies a gap that bounds the distance to the optimum, at most the goal", () => {
    const problem = problemIn(cases["more columns than rows"]);
    const exact = lsqr().solve(taskOf(problem, 0.01, 1e-24));
    for (const goal of [1e-2, 1e-4, 1e-8]) {
      const { certificate } = lsqr().solve(taskOf(problem, 0.01, goal));
      assertAtMost("gap", certificate.dualityGap!, goal);
      const excess = certificate.objective - exact.certificate.objective;
      assertAtMost("excess", excess, certificate.dualityGap!, 1e-14);
    }
  });

  it("tells from its subproblem the objective and the gap that the certificate then has", () => {
    for (const name of ["more columns than rows", "an intercept and an unpenalized column"]) {
      const told: Partial<Certificate>[] = [];
      const isOptimal = ({ objective, dualityGap, violation }: Certificate): boolean => {
        told.push({ objective, dualityGap, violation });
        return false;
      };
      const maxIter = 6;
      const task = taskOf(problemIn(cases[name]), 0.01, 0, { maxIter, isOptimal });
      const { certificate } = lsqr().solve(task);
      // The start is asked about first, then each iteration.
      const { objective, dualityGap, violation } = told[maxIter];
      assertClose("objective", objective!, certificate.objective, 1e-12);
      assertClose("gap", dualityGap!, certificate.dualityGap!, 1e-12);
      assertAtMost("violation", certificate.violation, violation!);
    }
  });

  it("shares its basis among lambdas, and needs no more vectors for larger ones", () => {
    const problem = problemIn(cases["more columns than rows"]);
    const [solver, warmStart] = [lsqr(), new WarmStart()];
    const iterations = [1e-3, 1e-2, 1e-1].map(
      (lambda) => solver.solve(taskOf(problem, lambda, 1e-12, { warmStart })).nIter,
    );
    assert.ok(iterations[0] > 5);
    assert.deepEqual(iterations.slice(1), [1, 1]);
  });

  it("ends when its iterations are used up, or a signal is aborted, with the certificate of what it has", () => {
    const problem = problemIn(cases["more columns than rows"]);
    const short = lsqr().solve(taskOf(problem, 1e-3, 1e-12, { maxIter: 4 }));
    assert.deepEqual([short.status, short.nIter], ["max-iter", 4]);
    const signal = { aborted: false };
    const seen: number[] = [];
    const onIteration = (iteration: number): void => {
      seen.push(iteration);
      signal.aborted = iteration === 3;
    };
    const aborted = lsqr().solve(taskOf(problem, 1e-3, 1e-12, { signal, onIteration }));
    assert.deepEqual([aborted.status, aborted.nIter, seen], ["interrupted", 3, [1, 2, 3]]);
    assertAtMost("gap", short.certificate.dualityGap!, aborted.certificate.dualityGap!);
  });

  it("keeps the vectors of a basis in 256 MB, and stalls where the goal takes more", () => {
    // Eight vectors have room, and the basis of this diagonal needs twelve.
    const [nSamples, nFeatures, maxVectors] = [4e6, 12, 8];
    const stored = {
      starts: Int32Array.from({ length: nFeatures + 1 }, (_, j) => j),
      rows: Int32Array.from({ length: nFeatures }, (_, j) => j),
      values: Float64Array.from({ length: nFeatures }, (_, j) => 1 + j),
    };
    const names = Array.from({ length: nFeatures }, (_, j) => `x${j}`);
    const problem: SparseProblem = {
      design: new SparseDesign(SparseBlock.of(nSamples, stored), names),
      free: new UnpenalizedColumns(nSamples, []),
      target: new Float64Array(nSamples).fill(1, 0, nFeatures),
      datafit: squaredError(),
      penalty: elasticNet({ l1Ratio: 0 }),
    };
    const task = taskOf(problem, 1e-12, 0);
    const before = heldBytes();
    const solution = lsqr().solve(task);
    assert.equal(solution.status, "stalled");
    assert.equal(solution.nIter, maxVectors);
    // One more is the room for a sum of them.
    assertAtMost("bytes", heldBytes() - before, (maxVectors + 1) * 8 * nSamples + 2 ** 17);
  });

  it("leaves a tall problem to another solver where the basis has a quarter of its columns", () => {
    const [nSamples, nFeatures] = [800, 400];
    const random = seededRandom(5);
    // Singular values from 1 down to 1e-4, which take more than a hundred vectors.
    const columns = Array.from({ length: nFeatures }, (_, j) =>
      normals(random, nSamples).map((value) => value * 10 ** ((-4 * j) / nFeatures)),
    );
    const X = Array.from({ length: nSamples }, (_, i) => columns.map((column) => column[i]));
    const problem = problemIn({ data: { X, y: Array.from(normals(random, nSamples)) } });
    const alone = lsqr().solve(taskOf(problem, 1e-8, 1e-14));
    assert.deepEqual([alone.status, alone.nIter], ["stalled", nFeatures / 4]);
    const fit = new SmoothElasticNet({ l1Ratio: 0, lambda: 1e-8, tol: 1e-14 }).fit(X, problem.target);
    assert.equal(fit.status, "converged");
  });

  it("stays where it starts without a penalty, and at zero where there is nothing to explain", () => {
    const { data } = cases["more columns than rows"];
    const beta = normals(seededRandom(3), 60);
    const start = lsqr().solve(taskOf(problemIn({ data }), 0, 1e-12, { beta }));
    assert.deepEqual([start.status, start.nIter, start.beta], ["stalled", 0, beta]);
    const constant = problemIn({ data: { X: data.X, y: data.y.map(() => 2) }, free: [ones(20)] });
    const zero = lsqr().solve(taskOf(constant, 0.1, 1e-30, { beta }));
    assertAllClose("beta", zero.beta, new Float64Array(60), 1e-15);
  });

  it("takes a ridge without bounds on a squared error of one response, and nothing else", () => {
    const [penalty, datafit] = [elasticNet({ l1Ratio: 0 }), squaredError()];
    assert.ok(isRidge({ penalty, datafit }));
    assert.ok(isRidge({ penalty, datafit: datafit.weighted(Float64Array.of(0.5, 1.5)) }));
    assert.ok(!isRidge({ penalty, datafit: logistic() }));
    assert.ok(!isRidge({ penalty, datafit: squaredError({ nResponses: 2 }) }));
    for (const other of [l1(), elasticNet({ l1Ratio: 1e-3 }), bounded(penalty, [-1, 1])])
      assert.ok(!isRidge({ penalty: other, datafit }), other.name);
  });
});

describe("a ridge of many columns", () => {
  const { X, y } = linearData(11, 40, 250);
  const shifted = X.map((row) => row.map((x, j) => (j === 4 ? 3 : (1 + (j % 5)) * x + j)));
  const given = {
    sampleWeight: y.map((_, i) => i % 4),
    offset: y.map((_, i) => Math.sin(i)),
  };
  const penaltyFactors = shifted[0].map((_, j) => [1, 0.5, 2, 10][j % 4]);
  penaltyFactors[1] = 0;
  penaltyFactors[2] = Number.POSITIVE_INFINITY;

  for (const standardize of [true, false]) {
    it(`meets the optimality conditions with every option, ${standardize ? "" : "not "}standardized`, () => {
      const options = { l1Ratio: 0, lambda: 0.05, standardize, penaltyFactors, tol: 1e-20 };
      const fit = new SmoothElasticNet(options).fit(shifted, y, given);
      assert.equal(fit.status, "converged");
      assert.deepEqual(new Set(fit.trace.map(({ method }) => method)), new Set(["lsqr"]));
      const total = given.sampleWeight.reduce((sum, weight) => sum + weight, 0);
      const shares = given.sampleWeight.map((weight) => weight / total);
      const residual = shifted.map(
        (row, i) =>
          shares[i] *
          (row.reduce((sum, x, j) => sum + x * fit.coef[j], fit.intercept) + given.offset[i] - y[i]),
      );
      assertAtMost("intercept", Math.abs(residual.reduce((sum, entry) => sum + entry, 0)), 1e-10);
      const known = y.map((value, i) => value - given.offset[i]);
      const center = known.reduce((sum, value, i) => sum + shares[i] * value, 0);
      const deviation = Math.sqrt(
        known.reduce((sum, value, i) => sum + shares[i] * (value - center) ** 2, 0),
      );
      fit.coef.forEach((b, j) => {
        const column = shifted.map((row) => row[j]);
        const mean = column.reduce((sum, x, i) => sum + shares[i] * x, 0);
        const variance = column.reduce((sum, x, i) => sum + shares[i] * (x - mean) ** 2, 0);
        if (j === 2 || j === 4) assert.equal(b, 0);
        if (j === 2) return;
        const slope = column.reduce((sum, x, i) => sum + (x - mean) * residual[i], 0);
        const weight = (options.lambda / deviation) * penaltyFactors[j] * (standardize ? variance : 1);
        assertAtMost(`slope ${j}`, Math.abs(slope + weight * b), 1e-9);
      });
    });
  }
});
