import assert from "node:assert/strict";
import { logistic } from "../../src/datafits";
import { groupLq, lq, mcp, type Penalty, schatten } from "../../src/penalties";
import { steepestBlockStep } from "../../src/problem/block-step";
import { columnCurvature, profileAt, type SparseProblem } from "../../src/problem/problem";
import { seededRandom } from "../../src/random/random";
import { assertAtMost, assertClose } from "../support/assert-close";
import { datafitCases } from "../support/datafit-cases";
import { linearData, normals, problemOf } from "../support/problems";

const data = linearData(3, 40, 6);
const labels = [...datafitCases.find(({ factory }) => factory === "logistic")!.draw(40, 5)];
const random = seededRandom(1);

const logisticProblem = (penalty: Penalty): SparseProblem => ({
  ...problemOf({ X: data.X, y: labels }, penalty, [new Float64Array(40).fill(1)]),
  datafit: logistic(),
});
function decreaseAt(problem: SparseProblem, lambda: number, beta: Float64Array) {
  const profile = profileAt(problem, beta, new Float64Array(problem.free.size));
  const curvature = columnCurvature(problem, profile.eta);
  const objective = profile.loss + problem.penalty.value(beta, lambda);
  return {
    decrease: steepestBlockStep(problem, lambda, beta, profile, curvature).decrease,
    objective,
    profile,
    curvature,
  };
}

describe("the decrease that a coordinate or group reaches", () => {
  const groups = [0, 0, 1, 2, 2, 2];
  for (const penalty of [lq({ q: 0.5 }), mcp()]) {
    it(`is the largest of all that are tried, of ${penalty.name}`, () => {
      const problem = logisticProblem(penalty);
      const { design, datafit, target } = problem;
      for (let trial = 0; trial < 5; trial++) {
        const beta = normals(random, 6).map((b, j) => (j < 3 ? 0 : b));
        const { decrease, objective, profile, curvature } = decreaseAt(problem, 0.05, beta);
        let largest = 0;
        beta.forEach((b, j) => {
          const tries = [1, 2, 4].map((factor) => {
            const step = 1 / (factor * curvature[j]);
            return penalty.coordinateProx(j, b - step * profile.gradient[j], step, 0.05);
          });
          for (const next of [0, ...tries]) {
            const eta = profile.eta.slice();
            design.addColumn(j, next - b, eta);
            const loss = datafit.valueAndGradient(target, eta, new Float64Array(40));
            largest = Math.max(largest, objective - loss - penalty.value(beta.with(j, next), 0.05));
          }
        });
        assertClose("decrease", decrease, largest, 1e-12);
      }
    });
  }

  for (const [penalty, blocks] of [
    [lq({ q: 0.5 }), [0, 1, 2, 3, 4, 5]],
    [mcp(), [0, 1, 2, 3, 4, 5]],
    [groupLq(groups, { q: 0.5 }), groups],
  ] as const) {
    it(`is one that some point of a grid over one block of ${penalty.name} confirms`, () => {
      const problem = logisticProblem(penalty);
      for (let trial = 0; trial < 5; trial++) {
        const beta = normals(random, 6);
        const { decrease, objective } = decreaseAt(problem, 0.05, beta);
        let lowest = objective;
        for (let g = 0; g < 6; g++) {
          for (let k = 0; k < 600; k++) {
            const near = 10 ** (2.5 * random.uniform() - 2);
            const other = beta.map((b, j) => {
              if (blocks[j] !== g) return b;
              return k === 0 ? 0 : b + near * random.normal();
            });
            const { loss } = profileAt(problem, other, new Float64Array(1));
            lowest = Math.min(lowest, loss + penalty.value(other, 0.05));
          }
        }
        assertAtMost("decrease", decrease, objective - lowest, 0.02 * objective);
        assert.ok(decrease >= 0);
        if (objective - lowest > 0.05) assert.ok(decrease > 0, "a large decrease is found");
      }
    });
  }

  it("is what a penalty is certain of for a group at zero, of which one coefficient is drawn away and the others are not", () => {
    // Orthogonal columns, of which only the first explains anything.
    const X = Array.from({ length: 30 }, (_, i) => [0, 1, 2].map((j) => (i % 3 === j ? 1 : 0)));
    const y = X.map(([first]) => 3 * first);
    const problem = problemOf({ X, y }, groupLq([0, 0, 0], { q: 0.5 }));
    const at = new Float64Array(3);
    const { decrease, profile, curvature } = decreaseAt(problem, 0.4, at);
    const promised = problem.penalty.decrease(at, profile.gradient, curvature, 0.4);
    assert.ok(promised > 0);
    assertAtMost("promised", promised, decrease, 1e-12);
    // The quadratic of the loss over the first coefficient alone, on a grid.
    const falls = Array.from({ length: 4000 }, (_, k) => k / 1000).map(
      (b) => (9 - (3 - b) ** 2) / 6 - 0.4 * Math.sqrt(b),
    );
    assertClose("decrease", decrease, Math.max(...falls), 1e-6);
  });

  it("is no more than there is to gain, where the quadratic model, whose curvature grows on the way, promises more", () => {
    // One column of ±1 and balanced labels but for two: the loss is log(2 cosh(b/2)) - c b.
    const X = Array.from({ length: 20 }, (_, i) => [i < 10 ? 1 : -1]);
    const y = Array.from({ length: 20 }, (_, i) => (i < 10 ? (i < 9 ? 1 : 0) : i < 19 ? 0 : 1));
    const problem: SparseProblem = { ...problemOf({ X, y }, lq({ q: 0.5 })), datafit: logistic() };
    const value = (b: number): number =>
      profileAt(problem, Float64Array.of(b), new Float64Array(0)).loss + 0.1 * Math.sqrt(Math.abs(b));
    const grid = Array.from({ length: 700 }, (_, k) => -2 + k / 100);
    const lowest = Math.min(...grid.map(value));
    let broken = 0;
    for (let b = 1; b < 5; b += 0.1) {
      const at = Float64Array.of(b);
      const { decrease, profile, curvature } = decreaseAt(problem, 0.1, at);
      const promised = problem.penalty.decrease(at, profile.gradient, curvature, 0.1);
      assertAtMost(`at ${b}`, decrease, value(b) - lowest, 1e-4);
      if (promised > value(b) - lowest + 1e-4) broken++;
    }
    assert.ok(broken > 10, `${broken} promises are not kept`);
  });

  it("is that of the model for a penalty without known blocks", () => {
    const problem = logisticProblem(schatten({ nColumns: 2, q: 0.5 }));
    const beta = normals(random, 6);
    const { decrease, profile, curvature } = decreaseAt(problem, 0.05, beta);
    assertClose(
      "decrease",
      decrease,
      problem.penalty.decrease(beta, profile.gradient, curvature, 0.05),
      1e-15,
    );
  });
});
