/** Members of an active set whose columns depend on each other, and the selection of columns that enter together. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { logistic, poisson } from "../../../src/datafits";
import { elasticNet, l1 } from "../../../src/penalties";
import { profileAt } from "../../../src/problem/problem";
import { seededRandom } from "../../../src/random/random";
import { activeSet } from "../../../src/solvers";
import {
  ActiveSetCholesky,
  PenaltyTerm,
  uncorrelatedEntries,
} from "../../../src/solvers/coordinate/active-set-cholesky";
import { QuadraticModel } from "../../../src/solvers/subproblem/quadratic-model";
import { assertAllClose } from "../../support/assert-close";
import { problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("the members of an active set", () => {
  it("end at the minimum from where all of some dependent columns are in use, as after a part of a step", () => {
    const x = [2, -1, 1, 0];
    const problem = problemOf({ X: x.map((entry) => [entry, entry]), y: [3, -1, 2, 1] });
    for (const from of [
      [1, 2],
      [3, -1],
      [1, -3],
      [-1, -2],
    ]) {
      const beta = Float64Array.from(from);
      const end = activeSet().solve(taskOf(problem, 3 / 4, 1e-14, { beta, maxIter: 2 }));
      assert.equal(end.status, "converged", `from ${from}`);
      // `x'y / n = 9/4` and `x'x / n = 3/2`: with lambda 3/4 the two sum to `(9/4 - 3/4) / (3/2)`.
      assertAllClose(`the sum from ${from}`, [end.beta[0] + end.beta[1]], [1], 1e-14);
      assert.ok(Math.min(...end.beta) >= 0);
    }
  });

  it("stay as they are where a copy of one would enter", () => {
    const problem = problemOf({ X: [3, 1, -2].map((entry) => [entry, entry]), y: [1, 2, 3] });
    const members = new ActiveSetCholesky(new QuadraticModel(problem, new Float64Array(3)).gram, 2);
    const term = new PenaltyTerm(l1(), 0.1);
    const beta = Float64Array.of(1, 0);
    members.adopt(term, beta);
    assert.equal(members.enterAll(term, beta, [{ j: 1, sign: 1 }], 1e-11), 0);
    assert.deepEqual(members.indices, [0]);
    assert.deepEqual([...beta], [1, 0]);
  });

  for (const datafit of [logistic(), poisson()]) {
    for (const penalty of [l1(), elasticNet({ l1Ratio: 0.9 })]) {
      for (const nFree of [0, 1]) {
        it(`take few rounds along a path: ${datafit.name}, ${penalty.name}, ${nFree} unpenalized`, () => {
          const { X, y } = allLevels();
          const free = Array.from({ length: nFree }, () => new Float64Array(y.length).fill(1));
          const target = datafit.name === "logistic" ? y.map((entry) => Math.min(entry, 1)) : y;
          const problem = { ...problemOf({ X, y: target }, penalty, free), datafit };
          const solver = activeSet();
          let task = taskOf(problem, 1, 1e-9, { maxIter: 20 });
          for (let lambda = 1; lambda > 1e-5; lambda /= 1.15) {
            const end = solver.solve({ ...task, lambda });
            assert.equal(end.status, "converged", `lambda ${lambda}`);
            task = { ...task, beta: end.beta, psi: end.profile.psi };
          }
        });
      }
    }
  }
});

/** A normal feature, all levels of three factors, and a copy of the first level; counts. */
function allLevels(): { readonly X: number[][]; readonly y: number[] } {
  const random = seededRandom(5);
  const X: number[][] = [];
  const y: number[] = [];
  for (let i = 0; i < 200; i++) {
    const x = random.normal();
    const levels = [5, 4, 3].flatMap((nLevels) => {
      const own = Math.floor(nLevels * random.uniform());
      return Array.from({ length: nLevels }, (_, level) => Number(level === own));
    });
    X.push([x, ...levels, levels[0]]);
    const eta = x + 2 * levels[0] - 2 * levels[1] + random.normal() / 2;
    y.push(Math.round(Math.exp(Math.min(eta, 4))));
  }
  return { X, y };
}

/** Who of several enters an active set together: columns that say different things, by cosines that are computed entry by entry. */

const [n, p] = [12, 15];

/** Each column is the one before it and something new, in shares that vary. */
function neighbours(seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => {
    const row: number[] = [];
    for (let j = 0; j < p; j++) row.push((j % 4) * (row.at(-1) ?? 0) + random.normal());
    return row;
  });
}

describe("entrants that are apart", () => {
  it("are the first one and each that has little in common with those before it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: p }), (seed, most) => {
        const X = neighbours(seed);
        const problem = problemOf({ X, y: X.map((row) => row[0]) });
        const profile = profileAt(problem, new Float64Array(p), new Float64Array(0));
        const dot = (a: number, b: number): number => X.reduce((sum, row) => sum + row[a] * row[b], 0);
        const order = Array.from({ length: p }, (_, k) => (7 * k) % p);
        const expected: number[] = [];
        for (const j of order.slice(0, 3 * most)) {
          const isApart = expected.every((k) => dot(j, k) ** 2 <= 0.6 * dot(j, j) * dot(k, k));
          if (isApart && expected.length < most) expected.push(j);
        }
        const entrants = order.map((j) => ({ j, sign: 1 }));
        const found = uncorrelatedEntries(problem, profile, entrants, most);
        assert.deepEqual(
          found.map(({ j }) => j),
          expected,
        );
      }),
      { numRuns: 50 },
    );
  });
});
