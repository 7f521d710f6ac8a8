import assert from "node:assert/strict";
import {
  elasticNet,
  gamma,
  groupMcp,
  groupScad,
  logistic,
  mcp,
  multinomial,
  negativeBinomial,
  poisson,
  SmoothBridge,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
  scad,
  tweedie,
} from "smooth-edges";
import { proximalGradient } from "smooth-edges/solvers";
import { dualNorm } from "../../../bench/checker/dual-norms";
import { judge, judgePath, nullDeviance } from "../../../bench/checker/judge";
import { penaltyValue, radialValue } from "../../../bench/checker/penalty-values";
import { correlations, predictors } from "../../../bench/checker/products";
import { type BenchPenalty, type BenchProblem, type Loss, problemOf } from "../../../bench/problems";
import { standardized, toeplitz, whitened } from "../../../bench/problems/designs";
import { gauss } from "../../../bench/problems/hash";
import {
  claims,
  classes,
  counts,
  durations,
  evenly,
  mixedCounts,
  noisy,
  positive,
  signalOf,
} from "../../../bench/problems/responses";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { warningsOf } from "../../support/warnings";

const [n, p, size] = [40, 12, 3];
const share = { share: 0.2 };

function made(loss: Loss, penalty: BenchPenalty): BenchProblem {
  const raw = toeplitz(n, p, 0.5, 9);
  const signal = signalOf(raw, n, evenly(p, 4));
  if (loss === "logistic")
    return problemOf("t", raw, positive(noisy(signal, 3, 9)), share, { loss, penalty });
  const draw = { poisson: counts, gamma: durations, tweedie: claims, "negative-binomial": mixedCounts };
  if (loss in draw) {
    const y = draw[loss as keyof typeof draw](signal, 0.5, 9);
    return problemOf("t", raw, y, share, { loss, penalty });
  }
  if (loss === "multinomial") {
    const others = [4, 3, 2].map((some) => signalOf(raw, n, evenly(p, some)));
    return problemOf("t", raw, classes(others, 3, 9), share, { loss, penalty, nResponses: 3 });
  }
  const { X, y } = standardized(raw, noisy(signal, 3, 9));
  return problemOf("t", whitened(X, n, size), y, share, { loss, penalty, standardized: true });
}

function columnsOf({ X }: BenchProblem): Record<string, Float64Array> {
  return Object.fromEntries(
    Array.from({ length: p }, (_, j) => [`x${j}`, X.data.subarray(j * n, (j + 1) * n)]),
  );
}

const common = { fitIntercept: false, standardize: false } as const;
const groups = Array.from({ length: p }, (_, j) => Math.floor(j / size));
const grouped = { groups, penaltyFactors: new Array(p / size).fill(1) };

/** A fit that ended long before it was optimal, so that its gap is no rounding. */
const unfinished = { ...common, solver: proximalGradient({ accelerated: true }), maxIter: 4 } as const;

const CONVEX = {
  lasso: { problem: made("squared", { name: "l1" }), model: new SmoothLasso(unfinished) },
  "logistic lasso": {
    problem: made("logistic", { name: "l1" }),
    model: new SmoothLasso({ ...unfinished, datafit: logistic() }),
  },
  "Poisson lasso": {
    problem: made("poisson", { name: "l1" }),
    model: new SmoothLasso({ ...unfinished, datafit: poisson() }),
  },
  "gamma lasso": {
    problem: made("gamma", { name: "l1" }),
    model: new SmoothLasso({ ...unfinished, datafit: gamma() }),
  },
  "Tweedie lasso": {
    problem: made("tweedie", { name: "l1" }),
    model: new SmoothLasso({ ...unfinished, datafit: tweedie({ power: 1.5 }) }),
  },
  "negative binomial lasso": {
    problem: made("negative-binomial", { name: "l1" }),
    model: new SmoothLasso({ ...unfinished, datafit: negativeBinomial({ theta: 2 }) }),
  },
  ridge: {
    problem: made("squared", { name: "ridge" }),
    model: new SparseLinearModel({ ...unfinished, penalty: elasticNet({ l1Ratio: 0 }) }),
  },
  "group lasso": {
    problem: made("squared", { name: "group", size }),
    model: new SmoothGroupLasso({ ...unfinished, ...grouped }),
  },
  "sparse group lasso": {
    problem: made("squared", { name: "sparse-group", size, l1Ratio: 0.3 }),
    model: new SmoothSparseGroupLasso({ ...unfinished, ...grouped, l1Ratio: 0.3 }),
  },
};

describe("the checker", () => {
  for (const [name, { problem, model }] of Object.entries(CONVEX)) {
    it(`finds the objective and the gap that the library certifies for the ${name}`, () => {
      const lambda = problem.lambdas[0];
      let found: { coef: Float64Array; certificate: { objective: number; dualityGap?: number } };
      warningsOf(() => {
        found = model.withParams({ lambda }).fit(columnsOf(problem), problem.y);
      });
      const { coef, certificate } = found!;
      const judged = judge(problem, coef, lambda);
      assertClose("objective", judged.objective, certificate.objective, 1e-13);
      assert.ok(certificate.dualityGap! > 1e-6, "the gap must not be rounding");
      assertClose("gap", (judged.error * nullDeviance(problem)) / certificate.dualityGap!, 1, 1e-8);
    });
  }

  it("finds the objective and the gap that the library certifies for the multinomial lasso", () => {
    const problem = made("multinomial", { name: "l1" });
    const lambda = problem.lambdas[0];
    const model = new SmoothLasso({ ...unfinished, lambda, datafit: multinomial() });
    let found: ReturnType<typeof model.fit>;
    warningsOf(() => {
      found = model.fit(columnsOf(problem), problem.y);
    });
    const { coefs, certificate } = found!;
    const judged = judge(problem, Float64Array.from(coefs.flatMap((coef) => [...coef])), lambda);
    assertClose("objective", judged.objective, certificate.objective, 1e-13);
    assertClose("gap", (judged.error * nullDeviance(problem)) / certificate.dualityGap!, 1, 1e-8);
  });

  it("finds the error of fresh responses, a share of the null model's, and the smallest along a path", () => {
    const y = Float64Array.of(2, -2);
    const X = { data: Float64Array.of(1, -1) };
    const problem = { ...problemOf("t", X, y, share), fresh: Float64Array.of(4, 0) };
    // Predictions b and -b of 4 and 0: squares (4 - b)^2 + b^2 of 16.
    const errorAt = (b: number) => judge(problem, Float64Array.of(b), 0.1).testError!;
    assertAllClose("share", [errorAt(0), errorAt(1), errorAt(2)], [1, 10 / 16, 8 / 16], 1e-15);
    const path = { ...problem, lambdas: Float64Array.of(1, 0.5, 0.1) };
    assert.equal(judgePath(path, Float64Array.of(0, 2, 1)).testError, 0.5);
    assert.equal(judge(problemOf("t", X, y, share), Float64Array.of(1), 0.1).testError, undefined);
    // Halves of both classes: log 2 without coefficients, and log(1 + exp(-1)) where each margin is 1.
    const labels = Float64Array.of(1, 0);
    const classified = { ...problemOf("t", X, labels, share, { loss: "logistic" }), fresh: labels };
    const margin = judge(classified, Float64Array.of(1), 0.1).testError!;
    assertClose("logistic", margin, Math.log1p(Math.exp(-1)) / Math.LN2, 1e-15);
  });

  it("never claims a smaller gap than there is", () => {
    for (const { problem, model } of Object.values(CONVEX)) {
      const lambda = problem.lambdas[0];
      const exact = model
        .withParams({ lambda, tol: 1e-11, solver: "auto", maxIter: 100000 })
        .fit(columnsOf(problem), problem.y);
      const best = judge(problem, exact.coef, lambda);
      assert.ok(best.error < 1e-10);
      for (let draw = 0; draw < 20; draw++) {
        const b = exact.coef.map((value, j) => value + 0.1 * gauss(draw, j));
        const { objective, error } = judge(problem, b, lambda);
        assert.ok(error * nullDeviance(problem) >= objective - best.objective);
      }
    }
  });

  const NONCONVEX = {
    MCP: {
      penalty: { name: "mcp", gamma: 3 },
      model: new SparseLinearModel({ ...common, penalty: mcp({ gamma: 3 }) }),
    },
    SCAD: {
      penalty: { name: "scad", gamma: 3.7 },
      model: new SparseLinearModel({ ...common, penalty: scad({ gamma: 3.7 }) }),
    },
    "l_{1/2}": { penalty: { name: "lq", q: 0.5 }, model: new SmoothBridge({ ...common, q: 0.5 }) },
    "l_{2/3}": { penalty: { name: "lq", q: 2 / 3 }, model: new SmoothBridge({ ...common, q: 2 / 3 }) },
    "l_{2,1/2}": {
      penalty: { name: "group-lq", size, q: 0.5 },
      model: new SmoothGroupBridge({ ...common, ...grouped, q: 0.5 }),
    },
    "group MCP": {
      penalty: { name: "group-mcp", size, gamma: 3 },
      model: new SparseLinearModel({ ...common, penalty: groupMcp(groups, { gamma: 3 }) }),
    },
    "group SCAD": {
      penalty: { name: "group-scad", size, gamma: 4 },
      model: new SparseLinearModel({ ...common, penalty: groupScad(groups, { gamma: 4 }) }),
    },
  } as const;
  for (const [name, { penalty, model }] of Object.entries(NONCONVEX)) {
    it(`finds no violation where a fit with ${name} ends, and the same objective`, () => {
      const problem = made("squared", penalty);
      const lambda = problem.lambdas[0];
      const { coef, certificate } = model
        .withParams({ lambda, tol: 1e-9 })
        .fit(columnsOf(problem), problem.y);
      const judged = judge(problem, coef, lambda);
      assert.ok(judged.nonzeros > 0);
      assertClose("objective", judged.objective, certificate.objective, 1e-13);
      assert.ok(judged.error < 1e-6, `violation ${judged.error}`);
    });

    it(`sees what the best step of one coordinate, or group, along itself gains with ${name}`, () => {
      const problem = made("squared", penalty);
      const lambda = problem.lambdas[0];
      for (let draw = 0; draw < 5; draw++) {
        const b = Float64Array.from({ length: p }, (_, j) => (gauss(draw, j) > 0 ? gauss(draw + 50, j) : 0));
        assertClose("gain", judge(problem, b, lambda).error * lambda, searched(problem, b, lambda), 1e-3);
      }
    });
  }

  it("takes for the dual norm of the sparse group penalty the largest inner product over its unit ball", () => {
    const penalty = { name: "sparse-group", size, l1Ratio: 0.3 } as const;
    const c = Float64Array.from({ length: p }, (_, j) => gauss(3, j));
    const norm = dualNorm(c, penalty);
    const attained = (b: Float64Array) =>
      b.reduce((sum, x, j) => sum + x * c[j], 0) / penaltyValue(b, 1, penalty);
    for (let draw = 0; draw < 200; draw++)
      assert.ok(
        attained(Float64Array.from({ length: p }, (_, j) => gauss(100 + draw, j))) <= norm * (1 + 1e-12),
      );
    // The shrunk entries of the group that decides attain it.
    const best = Math.max(
      ...groups
        .filter((_, j) => j % size === 0)
        .map((g) =>
          attained(
            c.map((x, j) =>
              groups[j] === g ? Math.sign(x) * Math.max(Math.abs(x) - 0.3 * norm, 0) || 1e-300 : 0,
            ),
          ),
        ),
    );
    assertClose("attained", best, norm, 1e-12);
  });

  it("multiplies by sparse columns as by dense ones", () => {
    const dense = made("squared", { name: "l1" });
    const kept = dense.X.data.map((x) => (Math.abs(x) > 0.7 ? x : 0));
    const at = [...kept.keys()].filter((k) => kept[k] !== 0);
    const indptr = Int32Array.from({ length: p + 1 }, (_, j) => at.filter((k) => k < j * n).length);
    const sparse = {
      ...dense,
      X: { data: Float64Array.from(at, (k) => kept[k]), indices: Int32Array.from(at, (k) => k % n), indptr },
    };
    const thinned = { ...dense, X: { data: kept } };
    const b = Float64Array.from({ length: p }, (_, j) => gauss(4, j));
    assertAllClose("X b", predictors(sparse, b), predictors(thinned, b), 1e-14);
    assertAllClose("X'y", correlations(sparse, dense.y), correlations(thinned, dense.y), 1e-14);
  });
});

/** The largest of the gradients off zero and of what single steps gain, by trying out many. */
function searched(problem: BenchProblem, b: Float64Array, lambda: number): number {
  const { penalty } = problem;
  const width = "size" in penalty ? size : 1;
  const objectiveAt = (x: Float64Array) => judge(problem, x, lambda).objective;
  const c = correlations(
    problem,
    problem.y.map((y, i) => y - predictors(problem, b)[i]),
  );
  const now = objectiveAt(b);
  let largest = 0;
  for (let first = 0; first < p; first += width) {
    const own = Array.from({ length: width }, (_, k) => first + k);
    const size = Math.hypot(...own.map((j) => b[j]));
    if (size > 0) {
      const slope =
        (radialValue(size + 1e-6, lambda, penalty) - radialValue(size - 1e-6, lambda, penalty)) / 2e-6;
      largest = Math.max(largest, Math.hypot(...own.map((j) => c[j] - (slope * b[j]) / size)));
    }
    const free = own.map((j) => b[j] + c[j]);
    const length = Math.hypot(...free);
    for (let step = 0; step <= 400; step++) {
      const moved = b.slice();
      own.forEach((j, k) => {
        moved[j] = (free[k] * step) / 400;
      });
      if (length > 0) largest = Math.max(largest, Math.sqrt(2 * Math.max(now - objectiveAt(moved), 0)));
    }
  }
  return largest;
}
