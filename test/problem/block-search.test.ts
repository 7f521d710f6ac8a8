/** The search for lower points in one coordinate or group: against a grid of values, and at the end of fits. */
import assert from "node:assert/strict";
import { type Datafit, gamma, logistic, poisson, squaredError } from "../../src/datafits";
import { SmoothBridge } from "../../src/estimators";
import { compositeMcp, groupLq, groupMcp, isGroupwise, lq, mcp, type Penalty } from "../../src/penalties";
import { searchBlocks } from "../../src/problem/block-search";
import { lossAlongRays } from "../../src/problem/loss-along-rays";
import { profileAt, type SparseProblem, saturatedLoss } from "../../src/problem/problem";
import { seededRandom } from "../../src/random/random";
import { assertAtMost, assertClose } from "../support/assert-close";
import { linearData, normals, problemOf } from "../support/problems";

const N = 24;
const P = 4;

/** Responses that the predictors explain in part. */
function responses(X: readonly (readonly number[])[], name: string, seed: number): number[] {
  const random = seededRandom(seed);
  return X.map((row) => {
    const eta = 1.2 * row[0] - 0.8 * row[1];
    if (name === "logistic") return random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
    if (name === "poisson") return Math.round(Math.exp(eta) + random.uniform());
    if (name === "gamma") return Math.exp(eta) * (0.1 + random.uniform());
    return eta + random.normal();
  });
}

const losses: readonly Datafit[] = [logistic(), poisson(), gamma(), squaredError()];
const pairs = [0, 0, 1, 1];
const penalties: readonly Penalty[] = [
  lq({ q: 0.5 }),
  mcp({ gamma: 8 }),
  groupLq(pairs, { q: 0.5 }),
  groupMcp(pairs, { gamma: 8 }),
  compositeMcp(pairs, { gamma: 8 }),
];

/** The objective at some coefficients, the intercept at its best. */
function objectiveAt(problem: SparseProblem, lambda: number, beta: Float64Array): number {
  const { loss } = profileAt(problem, beta, new Float64Array(problem.free.size));
  return loss + problem.penalty.value(beta, lambda);
}

/** The largest decrease by a step of one coefficient to a multiple of 1/10, or to a hundredth of it. */
function decreaseOnGrid(problem: SparseProblem, lambda: number, beta: Float64Array): number {
  const before = objectiveAt(problem, lambda, beta);
  let largest = 0;
  for (let j = 0; j < beta.length; j++) {
    for (let k = -30; k <= 30; k++) {
      for (const unit of [0.1, 0.001]) {
        largest = Math.max(largest, before - objectiveAt(problem, lambda, beta.with(j, k * unit)));
      }
    }
  }
  return largest;
}

describe("the search in single coordinates and groups", () => {
  for (const datafit of losses) {
    for (const penalty of penalties) {
      // Of a norm of a group whose members are not zero a single coefficient moves along no ray.
      const isAtZeroOnly = isGroupwise(penalty) && penalty.isRadial;
      it(`finds what a grid finds, ${datafit.name} with ${penalty.name}`, () => {
        const random = seededRandom(5);
        let nFound = 0;
        for (let seed = 1; seed <= 6; seed++) {
          const { X } = linearData(seed, N, P);
          const data = { X, y: responses(X, datafit.name, seed) };
          const problem = { ...problemOf(data, penalty, [new Float64Array(N).fill(1)]), datafit };
          const zero = new Float64Array(P);
          const spread = normals(random, P).map((b, j) => (j % 2 === 0 ? b : 0));
          const tiny = spread.map((b) => 1e-25 * b);
          for (const beta of isAtZeroOnly ? [zero] : [zero, spread, tiny]) {
            for (const lambda of [0.3, 0.1, 0.03]) {
              const profile = profileAt(problem, beta, new Float64Array(1));
              const step = searchBlocks(problem, lambda, beta, profile);
              const onGrid = decreaseOnGrid(problem, lambda, beta);
              const excess = profile.loss - saturatedLoss(problem);
              if (datafit.quadratic && penalty.structure === "separable") continue; // left to the model, which is exact
              assertAtMost("on the grid", 0.95 * onGrid, step.decrease, 1e-6 * excess);
              const after = objectiveAt(problem, lambda, step.beta);
              const before = objectiveAt(problem, lambda, beta);
              assertClose("the decrease", before - after, step.decrease, 1e-9);
              if (step.decrease > 1e-3 * excess) nFound++;
            }
          }
        }
        assert.ok(nFound > 0 || (datafit.quadratic && penalty.structure === "separable"));
      });
    }
  }
});

describe("the search where a penalty outweighs the loss", () => {
  for (const penalty of [lq({ q: 0.5 }), mcp({ gamma: 3 })]) {
    it(`finds the coefficient that gains most by becoming zero, ${penalty.name}`, () => {
      const random = seededRandom(11);
      let nFound = 0;
      for (let seed = 1; seed <= 100; seed++) {
        const { X } = linearData(seed, 12, 3);
        const [truth, shares] = [normals(random, 3), [0.6, 1, 1.4]];
        const y = X.map((row) => Math.exp(row.reduce((sum, x, j) => sum + truth[j] * x, 0)));
        const beta = truth.map((b, j) => shares[j] * b);
        const problem = { ...problemOf({ X, y }, penalty, []), datafit: gamma() };
        const profile = profileAt(problem, beta, new Float64Array(0));
        for (const lambda of [0.3, 1, 3]) {
          const before = objectiveAt(problem, lambda, beta);
          const gains = Array.from(beta, (_, j) => before - objectiveAt(problem, lambda, beta.with(j, 0)));
          const largest = Math.max(...gains);
          if (largest > profile.loss - saturatedLoss(problem)) nFound++;
          assertAtMost(
            "by becoming zero",
            largest,
            searchBlocks(problem, lambda, beta, profile).decrease,
            1e-6,
          );
        }
      }
      assert.ok(nFound > 50, `${nFound}`);
    });
  }
});

describe("the search beside a free column that is no intercept", () => {
  const problemBeside = (seed: number, penalty: Penalty): SparseProblem => {
    const { X } = linearData(seed, N, P);
    const free = Float64Array.from(X, (row) => row[0] + row[1] + row[2]);
    return problemOf({ X, y: responses(X, "squaredError", seed) }, penalty, [free]);
  };

  it("has the loss along rays with that column at its best", () => {
    const problem = problemBeside(1, groupMcp(pairs, { gamma: 8 }));
    const beta = Float64Array.of(0, 0, 0.5, -1);
    const profile = profileAt(problem, beta, new Float64Array(1));
    const ray = {
      columns: Int32Array.of(0, 1),
      origin: Float64Array.of(0.1, 0),
      direction: Float64Array.of(1, 0.5),
    };
    const along = lossAlongRays(problem, beta, profile).on(ray);
    for (const t of [0, 0.5, 2]) {
      const { loss } = profileAt(problem, Float64Array.of(0.1 + t, t / 2, 0.5, -1), new Float64Array(1));
      assertClose("loss", along.at(t).loss, loss, 1e-12);
    }
  });

  for (const penalty of [lq({ q: 0.5 }), mcp({ gamma: 8 })]) {
    it(`finds what a grid finds, squaredError with ${penalty.name}`, () => {
      let nFound = 0;
      for (let seed = 1; seed <= 6; seed++) {
        const problem = problemBeside(seed, penalty);
        const zero = new Float64Array(P);
        for (const lambda of [0.3, 0.1, 0.03]) {
          const profile = profileAt(problem, zero, new Float64Array(1));
          const { decrease } = searchBlocks(problem, lambda, zero, profile);
          assertAtMost("on the grid", 0.95 * decreaseOnGrid(problem, lambda, zero), decrease, 1e-9);
          if (decrease > 1e-3) nFound++;
        }
      }
      assert.ok(nFound > 0);
    });
  }
});

describe("the least curvature of a quadratic loss in a group", () => {
  it("is at most that along each direction, and not only 0", () => {
    const random = seededRandom(7);
    const none = new Float64Array(0);
    let nAboveZero = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const problem = problemOf(linearData(seed, N, P), groupMcp(pairs, { gamma: 8 }), []);
      const profile = profileAt(problem, new Float64Array(P), none);
      const bound = lossAlongRays(problem, new Float64Array(P), profile).leastEigenvalue(Int32Array.of(2, 3));
      if (bound > 0) nAboveZero++;
      for (let k = 0; k < 20; k++) {
        const [a, b] = normals(random, 2);
        const [before, at, after] = [-1, 0, 1].map(
          (t) => profileAt(problem, Float64Array.of(0, 0, t * a, t * b), none).loss,
        );
        assertAtMost("bound", bound, (before - 2 * at + after) / (a * a + b * b), 1e-9);
      }
    }
    assert.ok(nAboveZero > 0);
  });
});

describe("the bound of the mean slope of a loss along a ray", () => {
  for (const datafit of losses) {
    for (const free of [[], [new Float64Array(N).fill(1)]]) {
      it(`is at most the mean slope there and beyond, and not only that at 0, ${datafit.name}, ${free.length} free`, () => {
        let nSteeper = 0;
        for (let seed = 1; seed <= 6; seed++) {
          const { X: drawn } = linearData(seed, N, P);
          const means = drawn[0].map((_, j) => drawn.reduce((sum, row) => sum + row[j], 0) / N);
          const X = drawn.map((row) => row.map((x, j) => x - means[j]));
          const data = { X, y: responses(X, datafit.name, seed) };
          const problem = { ...problemOf(data, groupMcp(pairs, { gamma: 8 }), free), datafit };
          const beta = Float64Array.of(0.5, -0.2, 0, 0);
          const profile = profileAt(problem, beta, new Float64Array(free.length));
          const direction = Float64Array.of(seed % 2 ? 1 : -1, 0.3 * (seed - 3));
          const ray = { columns: Int32Array.of(2, 3), origin: new Float64Array(2), direction };
          const line = lossAlongRays(problem, beta, profile).on(ray);
          const { loss, slope } = line.at(0);
          for (const t of [0.01, 0.1, 0.5, 1, 2, 5]) {
            const bound = line.leastMeanSlope(t);
            if (bound > slope + 1e-3) nSteeper++;
            for (const way of [t, 1.5 * t]) {
              const there = Float64Array.of(0.5, -0.2, way * direction[0], way * direction[1]);
              const after = profileAt(problem, there, new Float64Array(free.length)).loss;
              assertAtMost(`the bound at ${t}`, bound, (after - loss) / way, 1e-9);
            }
          }
        }
        assert.ok(nSteeper >= 18, `${nSteeper} of 36`);
      });
    }
  }
});

describe("the search where the loss is nearly linear", () => {
  it("ends though Newton's step is longer than any number, and finds the lower point", () => {
    const loss = gamma();
    let nValues = 0;
    const counted: Datafit = {
      ...loss,
      valueAndGradient(y, eta, gradient) {
        if (++nValues > 10_000) throw new Error("the search does not end");
        return loss.valueAndGradient(y, eta, gradient);
      },
    };
    // At eta = 741 the loss eta + y exp(-eta) has a curvature of 1e-319; it is least at log(y), where it is 1 + log(y).
    const X = [
      [1, -1],
      [1, -1],
    ];
    const problem = { ...problemOf({ X, y: [1000, 1000] }, lq({ q: 0.5 }), []), datafit: counted };
    const beta = Float64Array.of(741, 0);
    const profile = profileAt(problem, beta, new Float64Array(0));
    const { decrease } = searchBlocks(problem, 1e-9, beta, profile);
    assertClose("decrease", decrease, 741 - 1 - Math.log(1000), 1e-2);
  });
});

describe("a bridge that has converged", () => {
  for (const datafit of [logistic(), poisson(), gamma()]) {
    it(`has no coefficient that gains with ${datafit.name}`, () => {
      let nFits = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const { X } = linearData(seed, N, P);
        const y = responses(X, datafit.name, seed);
        const problem = { ...problemOf({ X, y }, lq({ q: 0.5 }), [new Float64Array(N).fill(1)]), datafit };
        const model = new SmoothBridge({ q: 0.5, datafit, standardize: false });
        const { fits } = model.path(X, y, { nLambdas: 5, lambdaMinRatio: 0.05 });
        for (const { coef, lambda, status, nullDeviance, certificate } of fits) {
          if (status !== "converged") continue;
          nFits++;
          const gain = decreaseOnGrid(problem, lambda, coef);
          assertAtMost(`gain, seed ${seed}, lambda ${lambda}`, gain, 1e-6 * nullDeviance!);
          assertAtMost("the gain that is stated", certificate.singleCoordinateGain, 1e-7 * nullDeviance!);
        }
      }
      assert.ok(nFits > 40, `${nFits} fits have converged`);
    });
  }
});
