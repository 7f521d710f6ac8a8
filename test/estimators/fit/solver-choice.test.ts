import assert from "node:assert/strict";
import { simulateCompressedSensing } from "../../../src/data";
import {
  cox,
  type Datafit,
  logistic,
  multinomial,
  poisson,
  squaredError,
  squaredHinge,
} from "../../../src/datafits";
import { nonConvexRules } from "../../../src/estimators/fit/non-convex-rules";
import { convexRules, solverFor } from "../../../src/estimators/fit/solver-choice";

import { SmoothBridge } from "../../../src/estimators/named/smooth-bridge";
import { SmoothElasticNet } from "../../../src/estimators/named/smooth-elastic-net";
import { SmoothLasso } from "../../../src/estimators/named/smooth-lasso";
import { SparseLinearModel } from "../../../src/estimators/named/sparse-linear-model";
import { hadamardProduct, type Parametrization } from "../../../src/parametrizations";
import { elasticNet, groupL2, groupMcp, l1, lq, mcp, nuclear, type Penalty } from "../../../src/penalties";
import { multiStart, proximalNewton, type Solver, withFallback } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAtMost } from "../../support/assert-close";
import { warningsOf } from "../../support/warnings";

/** The choices that are left to the library. */
const automatic = { solver: "auto", search: "quick" } as const;

const automaticRules = [...convexRules, ...nonConvexRules];
const groups = [0, 0, 1, 1];

interface Case {
  readonly penalty: Penalty;
  readonly datafit: Datafit;
  readonly parametrization?: Parametrization;
  readonly design?: { readonly nSamples: number; readonly nFeatures: number };
  /** The line of the table, and how the name of the solver begins. */
  readonly when: string;
  readonly solver: string;
  /** A model that the line is for, as far as a call with a tolerance needs it. */
  readonly model: (goal: Goal) => Pick<SmoothLasso, "fit">;
  /** Which method begins, and which is last to try what no method can reach. */
  readonly methods: readonly [first: string, last: string];
}

interface Goal {
  readonly lambda: number;
  readonly tol: number;
  readonly maxIter: number;
}

const smooth = hadamardProduct({ depth: 2 });
const cases: readonly Case[] = [
  {
    penalty: elasticNet({ l1Ratio: 0 }),
    datafit: squaredError(),
    design: { nSamples: 30, nFeatures: 201 },
    when: "convex, a ridge alone, a squared error of one response, and many columns",
    solver: "withFallback(lsqr, ",
    model: (goal) => ({
      fit: (X, y) => new SmoothElasticNet({ ...goal, l1Ratio: 0 }).fit(widened(X as number[][]), y),
    }),
    methods: ["lsqr", "fista"],
  },
  {
    penalty: elasticNet({ l1Ratio: 0 }),
    datafit: logistic(),
    design: { nSamples: 30, nFeatures: 501 },
    when: "convex, a ridge alone, and many more columns than rows, or many coefficients in a loss that joins classes or rows",
    solver: "withFallback(fista, coordinateDescent",
    model: (goal) => ({
      fit: (X, y) =>
        new SmoothElasticNet({ ...goal, l1Ratio: 0, datafit: logistic() }).fit(widened(X as number[][]), y),
    }),
    methods: ["fista", "coordinateDescent"],
  },
  {
    penalty: l1(),
    parametrization: smooth,
    datafit: multinomial({ nClasses: 3 }) as unknown as Datafit,
    when: "convex, a sum over coordinates or over groups",
    solver: "withFallback(proximalNewton, anyConvex)",
    model: (goal) => new SmoothLasso({ ...goal, datafit: multinomial() }),
    methods: ["proximalNewton", "coordinateDescent"],
  },
  {
    penalty: l1(),
    parametrization: smooth,
    datafit: cox(),
    when: "convex, a sum over coordinates or over groups",
    solver: "withFallback(proximalNewton, anyConvex)",
    model: (goal) => new SmoothLasso({ ...goal, datafit: cox() }),
    methods: ["proximalNewton", "coordinateDescent"],
  },
  {
    penalty: l1(),
    parametrization: smooth,
    datafit: poisson(),
    when: "convex, a sum over coordinates or over groups",
    solver: "withFallback(proximalNewton, anyConvex)",
    model: (goal) => new SmoothLasso({ ...goal, datafit: poisson() }),
    methods: ["proximalNewton", "coordinateDescent"],
  },
  {
    penalty: groupL2(groups),
    datafit: logistic(),
    when: "convex, a sum over coordinates or over groups",
    solver: "withFallback(proximalNewton, anyConvex)",
    model: (goal) => new SparseLinearModel({ ...goal, penalty: groupL2(groups), datafit: logistic() }),
    methods: ["proximalNewton", "coordinateDescent"],
  },
  {
    penalty: nuclear({ nColumns: 2 }),
    datafit: squaredError(),
    when: "convex, any other",
    solver: "newtonPolished(fista",
    model: (goal) => new SparseLinearModel({ ...goal, penalty: nuclear({ nColumns: 2 }) }),
    methods: ["fista", "fista"],
  },
  {
    penalty: mcp(),
    datafit: squaredError(),
    when: "not convex, a sum over coordinates and a loss that bends smoothly, or a sum over groups and a squared error",
    solver: "oneDescent(saddleEscape(withFallback(proximalNewton, coordinateDescent)))",
    model: (goal) => new SparseLinearModel({ ...goal, penalty: mcp() }),
    methods: ["proximalNewton", "coordinateDescent"],
  },
  {
    penalty: lq({ q: 0.5 }),
    datafit: logistic(),
    when: "not convex, a sum over coordinates and a loss that bends smoothly, or a sum over groups and a squared error",
    solver: "oneDescent(saddleEscape(withFallback(proximalNewton, coordinateDescent)))",
    model: (goal) => new SparseLinearModel({ ...goal, penalty: lq({ q: 0.5 }), datafit: logistic() }),
    methods: ["proximalNewton", "coordinateDescent"],
  },
  {
    penalty: groupMcp(groups),
    datafit: squaredError(),
    when: "not convex, a sum over coordinates and a loss that bends smoothly, or a sum over groups and a squared error",
    solver: "oneDescent(saddleEscape(withFallback(proximalNewton, coordinateDescent)))",
    model: (goal) => new SparseLinearModel({ ...goal, penalty: groupMcp(groups) }),
    methods: ["proximalNewton", "coordinateDescent"],
  },
  {
    penalty: lq({ q: 2 / 3 }),
    parametrization: hadamardProduct({ depth: 3 }),
    datafit: squaredHinge(),
    when: "not convex, any other",
    solver: "oneDescent(saddleEscape(coordinateDescent))",
    model: (goal) => new SmoothBridge({ ...goal, q: 2 / 3, datafit: squaredHinge() }),
    methods: ["coordinateDescent", "coordinateDescent"],
  },
];

/** Makes 600 columns of four. */
const widened = (X: readonly (readonly number[])[]): number[][] =>
  X.map((row) => Array.from({ length: 600 }, (_, j) => Math.cos((1 + j) * row[j % 4])));

/** Four columns, two of which matter. */
const rows = Array.from({ length: 30 }, (_, i) => [
  Math.sin(1.3 * i),
  Math.cos(2.1 * i),
  Math.sin(i * i),
  Math.cos(0.7 * i * i),
]);

function responseOf({ name, response, nResponses }: Datafit): number[] {
  const eta = rows.map(([a, b], i) => 2 * a - b + 0.5 * Math.cos(7 * i));
  if (name === "poisson") return eta.map((value) => Math.round(Math.exp(value / 2)));
  if (response === "times") return eta.map(Math.exp);
  if (response === "numbers") return eta;
  const bounds = nResponses > 1 ? [-0.7, 0.7] : [0];
  return eta.map((value) => bounds.filter((bound) => value > bound).length);
}

const headlineOf = (fit: object): string => `${fit}`.split("\n")[0];

const literal = (text: string): string => text.replace(/[()]/g, "\\$&");

/** What a headline ends in, before what it may say of several starts. */
const endingIn = (end: string): RegExp => new RegExp(`\\d ${end}(, (where|best of) .*)?$`);

/**
 * The first fit that misses its goal, by a run of the given method: where all slopes happen to round to 0 any goal is met, and where several
 * starts end alike rounding chooses the run.
 */
function firstMissed(fitAt: (lambda: number) => Missed, method: string): Missed {
  for (const lambda of [0.03, 0.032, 0.034, 0.036, 0.038, 0.04]) {
    const fit = fitAt(lambda);
    if (fit.status !== "converged" && fit.trace[0]?.method === method) return fit;
  }
  assert.fail("every goal is met");
}

type Missed = Pick<ReturnType<SmoothLasso["fit"]>, "status" | "trace">;

describe("the table by which the library chooses a solver", () => {
  for (const { penalty, datafit, parametrization, design, when, solver } of cases) {
    it(`has for ${penalty.name} and ${datafit.name}: ${when}`, () => {
      const problem = { penalty, datafit, ...(design && { design }) };
      const family = {
        penalty,
        parametrization,
        interchangeable: true,
        nonConvexRules: () => nonConvexRules,
      };
      const chosen = solverFor("test", family, automatic, problem).solver.name;
      assert.ok(chosen.startsWith(solver), `${chosen} begins with ${solver}`);
      const known = { ...family, problem, direct: coordinateDescent(), search: "quick" as const };
      assert.equal(automaticRules.find(({ applies }) => applies(known))!.when, when);
    });
  }

  for (const { when, model, methods, datafit } of cases) {
    const [first, last] = methods;

    it(`is told by fits, of ${first} and at last of ${last}: ${when}`, () => {
      const reached = model({ lambda: 0.03, tol: 1e-6, maxIter: 500 }).fit(rows, responseOf(datafit));
      assert.equal(reached.status, "converged");
      assert.deepEqual(new Set(reached.trace.map(({ method }) => method)), new Set([first]));
      assert.match(headlineOf(reached), endingIn(`iterations? of ${literal(first)}`));
      warningsOf(() => {
        // No method reaches it, so all that are there take their turn; among roundings each of them may wander for long.
        const missed = firstMissed(
          (lambda) => model({ lambda, tol: 1e-300, maxIter: 5000 }).fit(rows, responseOf(datafit)),
          first,
        );
        assert.deepEqual([missed.trace[0].method, missed.trace.at(-1)!.method], [first, last]);
        const finish = first === last ? "" : `, finished by ${literal(last)}`;
        assert.match(headlineOf(missed), endingIn(`iterations of ${literal(first)}${finish}`));
      });
    });
  }

  it("has FISTA for a ridge of many coefficients where a loss joins classes or rows, and not for one of few", () => {
    const penalty = elasticNet({ l1Ratio: 0 });
    const family = {
      penalty,
      parametrization: undefined,
      interchangeable: true,
      nonConvexRules: () => nonConvexRules,
    };
    for (const datafit of [cox(), multinomial({ nClasses: 3 }) as unknown as Datafit]) {
      for (const [nFeatures, first] of [
        [401, "withFallback(fista"],
        [400, "withFallback(proximalNewton"],
      ] as const) {
        const problem = { penalty, datafit, design: { nSamples: 500, nFeatures } };
        const chosen = solverFor("test", family, automatic, problem).solver.name;
        assert.ok(chosen.startsWith(first), `${chosen} begins with ${first}`);
      }
    }
  });

  it("has no line that nothing needs", () => {
    assert.deepEqual(
      [...new Set(cases.map(({ when }) => when))],
      automaticRules.map(({ when }) => when),
    );
  });
});

describe("a bridge with next to no penalty", () => {
  const options = { q: 2 / 3, lambda: 1e-6, fitIntercept: false, standardize: false, maxIter: 300 } as const;
  /** The relative error of a fit of 15 coefficients at 100 places through 40 measurements without noise. */
  const recovered = (solver?: Solver): { error: number; last: string } => {
    const { X, y, coef } = simulateCompressedSensing({
      nSamples: 40,
      nFeatures: 100,
      nActive: 15,
      seed: 2,
    });
    const fit = new SmoothBridge({ ...options, ...(solver ? { solver } : { search: "thorough" }) }).fit(X, y);
    const error = Math.hypot(...fit.coef.map((b, j) => b - coef[j])) / Math.hypot(...coef);
    return { error, last: fit.starts!.at(-1)!.start };
  };

  it("finds the sparse vector that all other starts miss, by a smoothed one", () => {
    const quick = withFallback(proximalNewton(), coordinateDescent());
    const last = withFallback(proximalNewton({ exchanges: 10 }), coordinateDescent());
    // Within so few iterations dense ends do not converge.
    warningsOf(() => assert.ok(recovered(multiStart(quick, { direct: quick, last })).error > 0.1));
    const chosen = recovered();
    assertAtMost("error", chosen.error, 1e-3);
    assert.equal(chosen.last, "irls");
  });

  it("is not smoothed where its end is sparse", () => {
    const fit = new SmoothBridge({ q: 2 / 3, lambda: 0.1, search: "thorough" }).fit(
      rows,
      responseOf(squaredError()),
    );
    assert.ok(fit.support.length < rows.length / 2);
    assert.ok(fit.starts!.every(({ start }) => start !== "irls"));
  });
});
