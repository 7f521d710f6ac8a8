import { mustBe } from "../../errors";
import { squaredNorm } from "../../linalg/vector";
import { lbfgs } from "../../optimizers";
import { isGroupwise, isSeparable } from "../../penalties";
import type { SmoothObjective } from "../../problem/smooth-objective";
import { serializable } from "../../recipe";
import { runSolver } from "../loop";
import type { Solver, SolverTask } from "../solver";
import { checkRidgeTask, GatedRidge } from "./gated-ridge";
import { SurrogateMethod } from "./surrogate-descent";

/**
 * Variable projection for the lasso and the group lasso: of `beta = u * v`, `v` one gate a coefficient or a group, the
 * factor `u` and the unpenalized part are eliminated by a ridge regression, and `lbfgs` minimises what is left,
 *
 * `F(v) = (lambda/2) ||v||^2 + min_{u, psi} (1/2n) ||y - Q psi - X (u * v)||^2 + (lambda/2) ||u||^2`.
 *
 * It is smooth, with gradient `lambda v - u * X'residual / n`, and far better conditioned than the surrogate in both
 * factors, at the price of a Cholesky factorization of `min(n, p)` rows an evaluation. No coefficient is locked to its
 * sign, since that is `u`'s. It starts from `v = sqrt(|beta| + magnitude)`; some 100 iterations give a gap of 1e-10
 * relative to the objective for lambda down to a thousandth of lambda max.
 *
 * @returns a solver for quadratic datafits, the penalties `l1` and `groupL2`, and `lambda > 0`; any other task is an
 * InputError.
 * @see Poon and Peyré, Smooth bilevel programming for sparse regularization (2021), arXiv 2106.01429
 * @example
 * ```ts
 * const rows = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * new SmoothLasso({ lambda: 0.5, solver: varPro() }).fit(rows, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export function varPro(): Solver {
  const solver: Solver = {
    name: "varPro",
    solve(task) {
      checkRidgeTask("varPro", task);
      const gates = gatesOf(task);
      const method = new SurrogateMethod("varPro", task, (psi) => {
        const projected = new ProjectedSurrogate(task, gates);
        return {
          objective: projected,
          optimizer: lbfgs(),
          start: projected.startAt(task.beta, task.magnitude),
          read: (v) => ({ psi, ...projected.read(v) }),
        };
      });
      return runSolver(task, method);
    },
  };
  return serializable("varPro", [], solver);
}

/** The gate of each coefficient, and the weight of each gate in the penalty. */
interface Gates {
  readonly gateOf: Int32Array;
  readonly weights: Float64Array;
}

/** @throws InputError unless the penalty is one that gates induce. */
function gatesOf({ problem: { penalty, design } }: SolverTask): Gates {
  const each = Int32Array.from({ length: design.nFeatures }, (_, j) => j);
  if (penalty.exponent === 1 && isSeparable(penalty)) {
    return { gateOf: each, weights: Float64Array.from(each, (j) => penalty.coordinateValue(j, 1, 1)) };
  }
  if (penalty.exponent === 1 && isGroupwise(penalty)) {
    const { groupOf, sizes } = penalty.groups;
    const unit = (size: number): Float64Array =>
      Float64Array.from({ length: size }, (_, i) => (i === 0 ? 1 : 0));
    return {
      gateOf: groupOf,
      weights: Float64Array.from(sizes, (size, g) => penalty.groupValue(g, unit(size), 1)),
    };
  }
  throw mustBe("varPro", "penalty", "l1 or groupL2", penalty.name);
}

/**
 * `F` as a function of `sqrt(w) * v`, `w` the weights of the penalty: with `sqrt(w) * u` as the other factor the penalty
 * is the plain `(lambda/2) (||u||^2 + ||v||^2)`, and the ridge regression scales columns by `v / w`.
 */
class ProjectedSurrogate implements SmoothObjective {
  readonly size: number;
  readonly #ridge: GatedRidge;
  readonly #lambda: number;
  readonly #gates: Gates;
  readonly #scales: Float64Array;
  /** The last gates whose ridge regression was solved. */
  #last: { readonly v: Float64Array; readonly value: number; readonly gradient: Float64Array } | undefined;

  constructor({ problem, lambda, signal }: SolverTask, gates: Gates) {
    this.size = gates.weights.length;
    this.#ridge = new GatedRidge(problem, signal);
    this.#lambda = lambda;
    this.#gates = gates;
    this.#scales = new Float64Array(problem.design.nFeatures);
  }

  /** Returns gates of which none is zero, whatever the coefficients. */
  startAt(beta: Float64Array, magnitude: number): Float64Array {
    const norms = this.#normsByGate(beta);
    return norms.map((norm, g) => Math.sqrt(this.#gates.weights[g] * (norm + magnitude)));
  }

  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    const { gateOf, weights } = this.#gates;
    const { factor, correlation } = this.#ridge;
    for (let j = 0; j < gateOf.length; j++) this.#scales[j] = v[gateOf[j]] / weights[gateOf[j]];
    const loss = this.#ridge.solve(this.#scales, this.#lambda);
    // Once interrupted it stays at the last point, whose factor belongs to no other gates.
    if (this.#ridge.wasCut && this.#last) {
      gradient.set(this.#last.gradient);
      return this.#last.value;
    }
    for (let g = 0; g < v.length; g++) gradient[g] = this.#lambda * v[g];
    for (let j = 0; j < gateOf.length; j++) {
      gradient[gateOf[j]] -= (factor[j] * correlation[j]) / weights[gateOf[j]];
    }
    const value = loss + (this.#lambda / 2) * (squaredNorm(factor) + squaredNorm(v));
    this.#last = { v: v.slice(), value, gradient: gradient.slice() };
    return value;
  }

  /** Returns the coefficients that the gates stand for, and how far the two factors are from balanced. */
  read(v: Float64Array): { beta: Float64Array; misalignment: number } {
    this.valueAndGradient(v, new Float64Array(v.length));
    const gates = this.#last!.v;
    const norms = this.#normsByGate(this.#ridge.factor);
    const misalignment = norms.reduce((sum, norm, g) => sum + (norm - Math.abs(gates[g])) ** 2 / 2, 0);
    return { beta: this.#ridge.beta.slice(), misalignment };
  }

  #normsByGate(vector: Float64Array): Float64Array {
    const { gateOf, weights } = this.#gates;
    const squares = new Float64Array(weights.length);
    for (let j = 0; j < vector.length; j++) squares[gateOf[j]] += vector[j] ** 2;
    return squares.map(Math.sqrt);
  }
}
