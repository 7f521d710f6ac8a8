/** The theory tested: which kinds of weight decay solve the lasso. */
import assert from "node:assert/strict";
import { adam, cosine, minimize, type Optimizer } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import { certify } from "../../src/problem/certificate";
import { profileAt } from "../../src/problem/problem";
import { startingPoint } from "../../src/problem/starting-point";
import { Surrogate } from "../../src/problem/surrogate";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

const p = 80;
const steps = 10_000;
const step = 3e-3;
const problem = problemOf(linearData(7, 40, p));
const none = new Float64Array(0);
const zero = new Float64Array(p);
const lambda = 0.1 * problem.penalty.lambdaMax(profileAt(problem, zero, none).gradient, zero);
const reference = coordinateDescent().solve(taskOf(problem, lambda, 1e-13));

/** AdamW: Adam, and beside its step `x <- x - rate decay x`. */
function decoupled(decay: number): Optimizer {
  return {
    name: "adam with decoupled decay",
    *iterate(objective, x0) {
      const x = x0.slice();
      const [gradient, first, second] = [x, x, x].map(({ length }) => new Float64Array(length));
      const schedule = cosine({ steps });
      for (let t = 1; ; t++) {
        const value = objective.valueAndGradient(x, gradient);
        yield { x, value, gradient };
        const rate = step * schedule(t - 1);
        for (let i = 0; i < x.length; i++) {
          first[i] = 0.9 * first[i] + 0.1 * gradient[i];
          second[i] = 0.999 * second[i] + 0.001 * gradient[i] ** 2;
          const [m, v] = [first[i] / (1 - 0.9 ** t), second[i] / (1 - 0.999 ** t)];
          x[i] -= rate * (m / (Math.sqrt(v) + 1e-8) + decay * x[i]);
        }
      }
    },
  };
}

function solve(optimizer: Optimizer, penalty: number) {
  const K = hadamardProduct({ depth: 2 });
  const surrogate = new Surrogate(problem, K, penalty);
  const { x } = minimize(surrogate, optimizer, startingPoint(K, zero, 1), {
    maxIter: steps,
    tol: 0,
  });
  const beta = new Float64Array(p);
  K.forward(x, beta);
  return { beta, certificate: certify(problem, lambda, beta, profileAt(problem, beta, none), 0) };
}

describe("weight decay in the gradient", () => {
  it("lets Adam solve the lasso to a gap below 1e-8, zeros included", () => {
    const { beta, certificate } = solve(adam({ step, schedule: cosine({ steps }) }), lambda);
    assertAtMost("gap", certificate.dualityGap!, 1e-8);
    assertAllClose("the reference's coefficients", beta, reference.beta, 1e-6);
  });
});

describe("weight decay beside Adam's step", () => {
  it("ends above twice the lasso's optimum, with every coefficient non-zero", () => {
    const { beta, certificate } = solve(decoupled(lambda), 0);
    assert.ok(certificate.objective > 2 * reference.certificate.objective);
    assert.equal(beta.filter((b) => Math.abs(b) > 1e-6).length, p);
    assert.ok(reference.beta.filter((b) => b !== 0).length < p / 4);
  });
});
