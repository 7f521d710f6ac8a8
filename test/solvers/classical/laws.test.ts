/** What every reference method promises, over the index of the family. */
import assert from "node:assert/strict";
import {
  type Datafit,
  huber,
  logCosh,
  logistic,
  multinomial,
  poisson,
  squaredError,
  squaredHinge,
} from "../../../src/datafits";
import { stackResponses } from "../../../src/design/stacked-responses";
import {
  elasticNet,
  groupL2,
  groupLq,
  groupMcp,
  groupScad,
  l1,
  lq,
  mcp,
  type Penalty,
  scad,
  sparseGroup,
} from "../../../src/penalties";
import { profileAt, type SparseProblem } from "../../../src/problem/problem";
import { UnpenalizedColumns } from "../../../src/problem/unpenalized-columns";
import { recipeOf } from "../../../src/recipe";
import type { Solver } from "../../../src/solvers";
import * as index from "../../../src/solvers/classical";
import { coordinateDescent, irls, proximalGradient } from "../../../src/solvers/classical";
import { assertAtMost, assertClose } from "../../support/assert-close";
import { designOf, linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

/** A method, what it is for, and how many iterations it may take for a gap of 1e-9 on the problems below. */
interface Member {
  readonly solver: Solver;
  takes(problem: SparseProblem): boolean;
  readonly bound: number;
}

const isGrouped = ({ penalty }: SparseProblem): boolean => "groups" in penalty;
const members: readonly Member[] = [
  { solver: coordinateDescent(), takes: () => true, bound: 300 },
  { solver: proximalGradient(), takes: () => true, bound: 20_000 },
  { solver: proximalGradient({ accelerated: true }), takes: () => true, bound: 300 },
  { solver: irls(), takes: (problem) => problem.datafit.quadratic && !isGrouped(problem), bound: 700 },
];

const groups = ["a", "a", "a", "b", "b", "c", "d", "d"];
const { X, y } = linearData(1, 60, 8);
const intercept = [new Float64Array(60).fill(1)];
const classes = y.map((value) => (value > 0.3 ? 1 : 0));
const counts = y.map((value) => Math.round(Math.exp(value / 2)));
const contaminated = y.map((value, i) => (i % 7 === 0 ? value + 20 : value));

const on = (target: number[], datafit: Datafit, penalty: Penalty): SparseProblem => ({
  ...problemOf({ X, y: target }, penalty, intercept),
  datafit,
});
/** Three classes, the row of a feature's coefficients in all of them as one group. */
const rows = groupL2(Array.from({ length: 24 }, (_, k) => k % 8));
const severalClasses: SparseProblem = {
  design: stackResponses(designOf(X), 3),
  free: new UnpenalizedColumns(
    180,
    [0, 1].map((k) => new Float64Array(180).fill(1, 60 * k, 60 * (k + 1))),
  ),
  target: Float64Array.from({ length: 180 }, (_, k) => {
    const value = y[k % 60];
    return Number((value > 1 ? 2 : value > -0.5 ? 1 : 0) === Math.floor(k / 60));
  }),
  datafit: multinomial({ nClasses: 3 }),
  penalty: rows,
};
const evenly = Float64Array.from({ length: 60 }, (_, i) => 0.5 + (i % 2));
const convex: Readonly<Record<string, SparseProblem>> = {
  "squared error and l1": on(y, squaredError(), l1()),
  "squared error and l1, more columns than rows": problemOf(linearData(3, 12, 40)),
  "squared error and an elastic net": on(y, squaredError(), elasticNet({ l1Ratio: 0.4 })),
  "weighted squared error and weighted l1": on(
    y,
    squaredError().weighted(evenly),
    l1({ weights: [1, 2, 1, 0.5, 1, 1, 3, 1] }),
  ),
  "logistic and l1": on(classes, logistic(), l1()),
  "poisson and l1": on(counts, poisson(), l1()),
  "huber and l1": on(contaminated, huber({ delta: 0.5 }), l1()),
  "log-cosh and l1": on(contaminated, logCosh({ delta: 0.5 }), l1()),
  "squared hinge and l1": on(classes, squaredHinge(), l1()),
  "squared error and groupL2": on(y, squaredError(), groupL2(groups)),
  "squared error and a sparse group": on(y, squaredError(), sparseGroup(groups, { l1Ratio: 0.5 })),
  "logistic and groupL2": on(classes, logistic(), groupL2(groups)),
  "poisson and groupL2": on(counts, poisson(), groupL2(groups)),
  "multinomial and groups of rows": severalClasses,
};
const nonConvex: Readonly<Record<string, SparseProblem>> = {
  "squared error and lq(1/2)": on(y, squaredError(), lq({ q: 0.5 })),
  "squared error and scad": on(y, squaredError(), scad()),
  "squared error and mcp": on(y, squaredError(), mcp()),
  "logistic and lq(1/2)": on(classes, logistic(), lq({ q: 0.5 })),
  "poisson and mcp": on(counts, poisson(), mcp()),
  "squared error and groupLq(1/2)": on(y, squaredError(), groupLq(groups, { q: 0.5 })),
  "squared error and groupScad": on(y, squaredError(), groupScad(groups)),
  "poisson and groupMcp": on(counts, poisson(), groupMcp(groups)),
};

/** Fails where the objective, up to rounding, ever rises. */
function assertFalls(trace: readonly { readonly objective: number }[]): void {
  for (let k = 1; k < trace.length; k++) {
    const before = trace[k - 1].objective;
    assertAtMost(`objective ${k}`, trace[k].objective, before, 2e-15 * (1 + Math.abs(before)));
  }
}

describe("every reference method", () => {
  it("of the index is in this suite", () => {
    const factories = new Set(members.map(({ solver }) => recipeOf(solver)!.factory));
    assert.deepEqual([...factories].sort(), Object.keys(index).sort());
  });

  for (const { solver, takes, bound } of members) {
    const { name } = solver;
    for (const [which, problem] of Object.entries(convex).filter(([, given]) => takes(given))) {
      it(`${name} reaches the certified optimum of ${which} within ${bound} iterations, never upwards`, () => {
        const solution = solver.solve(taskOf(problem, 0.15, 1e-9, { maxIter: bound }));
        assert.equal(solution.status, "converged");
        assertAtMost("gap", solution.certificate.dualityGap!, 1e-9);
        assertFalls(solution.trace);
        // The stated objective is that of the stated coefficients.
        const { loss } = profileAt(problem, solution.beta, new Float64Array(problem.free.size));
        const objective = loss + problem.penalty.value(solution.beta, 0.15);
        assertClose("objective", solution.certificate.objective, objective, 1e-13);
        assert.ok(solution.beta.some((b) => b === 0) && solution.beta.some((b) => b !== 0));
      });
    }

    for (const [which, problem] of Object.entries(nonConvex).filter(([, given]) => takes(given))) {
      it(`${name} ends at a stationary point of ${which}, never upwards`, () => {
        const beta = new Float64Array(8).fill(0.3); // at zero the condition may be vacuous
        const solution = solver.solve(taskOf(problem, 0.1, 1e-9, { beta }));
        assert.equal(solution.status, "converged");
        assertAtMost("violation", solution.certificate.violation, 1e-9);
        assertFalls(solution.trace);
        assert.ok(solution.beta.some((b) => b === 0) && solution.beta.some((b) => b !== 0));
      });
    }
  }

  for (const solver of members.map((member) => member.solver)) {
    const { name } = solver;
    const problem = convex["squared error and l1"];

    it(`${name} is done at once where it starts from its answer, and leaves its start alone`, () => {
      const optimum = coordinateDescent().solve(taskOf(problem, 0.05, 1e-13));
      const [beta, psi] = [optimum.beta.slice(), optimum.profile.psi.slice()];
      const solution = solver.solve(taskOf(problem, 0.05, 1e-12, { beta, psi }));
      assert.deepEqual([solution.status, solution.nIter], ["converged", 0]);

      const [away, elsewhere] = [beta.map((b) => 1 - b), psi.map((b) => b + 1)];
      const before = [away.slice(), elsewhere.slice()];
      solver.solve(taskOf(problem, 0.05, 1e-12, { beta: away, psi: elsewhere, maxIter: 30 }));
      assert.deepEqual([away, elsewhere], before);
    });

    it(`${name} keeps what it has once aborted`, () => {
      const signal = { aborted: false };
      const onIteration = (iteration: number): void => {
        signal.aborted = iteration === 3;
      };
      const solution = solver.solve(taskOf(problem, 0.001, 1e-15, { signal, onIteration }));
      assert.deepEqual([solution.status, solution.nIter], ["interrupted", 3]);
      const start = solver.solve(taskOf(problem, 0.001, Number.POSITIVE_INFINITY));
      assert.ok(solution.certificate.objective < start.certificate.objective);
      assert.equal(solution.trace.at(-1)!.iteration, 3);
    });

    it(`${name} ends honestly where its iterations are used up`, () => {
      const solution = solver.solve(taskOf(problem, 0.001, 1e-15, { maxIter: 2 }));
      assert.deepEqual([solution.status, solution.nIter], ["max-iter", 2]);
      assertAtMost("the goal is missed", 1e-15, solution.certificate.dualityGap!);
    });

    it(`${name} is deterministic to the last bit`, () => {
      const run = () => solver.solve(taskOf(problem, 0.02, 1e-9, { maxIter: 40 }));
      assert.deepEqual(run(), run());
    });
  }
});
