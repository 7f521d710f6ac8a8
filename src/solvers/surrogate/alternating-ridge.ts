import { mustBe } from "../../errors";
import { areEqual, squaredNorm } from "../../linalg/vector";
import type { IterationState } from "../../optimizers";
import { checkKeys } from "../../options";
import { hadamardProduct } from "../../parametrizations";
import { checkDepth } from "../../parametrizations/depth";
import { isSeparable, type Penalty } from "../../penalties";
import type { SmoothObjective } from "../../problem/smooth-objective";
import { startingPoint } from "../../problem/starting-point";
import { misalignmentOf } from "../../problem/surrogate";
import { serializable } from "../../recipe";
import { runSolver } from "../loop";
import type { Solver, SolverTask } from "../solver";
import { checkRidgeTask, GatedRidge } from "./gated-ridge";
import { SurrogateMethod } from "./surrogate-descent";

/** Options of {@link alternatingRidge}: how many factors a coefficient has. */
export interface AlternatingRidgeOptions {
  /**
   * The number of factors `k`, an integer of at least 2: 2 for the lasso, more for the bridge penalty `|beta|^(2/k)`, of which
   * the solver finds a local minimum. Default: 2.
   */
  readonly depth?: number;
}

/**
 * Hoff's alternating ridge regressions: with all factors of `beta = u_1 * ... * u_k` but one held fixed, the surrogate
 *
 * `Q(u, psi) = (1/2n) ||y - Q psi - X (u_1 * ... * u_k)||^2 + (lambda/k) sum_l ||u_l||^2`
 *
 * is a ridge regression on columns scaled by the others. An iteration solves one for each factor in turn, so `Q` never
 * rises. Near zeros it converges sublinearly, which is why the certificate also looks at the point with zeros set and
 * polished on its support. It starts from the unbalanced preimage that `hadamardProduct` has; some 100 iterations give a
 * gap of 1e-10 relative to the objective for lambda down to a hundredth of lambda max.
 *
 * @returns a solver for quadratic datafits, the penalty that the product induces and `lambda > 0`; other tasks are an
 * InputError.
 * @throws InputError when the depth is outside its domain.
 * @see Hoff, Lasso, fractional norm and structured sparse estimation using a Hadamard product parametrization (2017)
 * @example
 * ```ts
 * const solver = alternatingRidge();
 * new SmoothLasso({ lambda: 0.5, solver }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]).support; // [0]
 * ```
 */
export function alternatingRidge(options: AlternatingRidgeOptions = {}): Solver {
  checkKeys("alternatingRidge", options, ["depth"]);
  const { depth = 2 } = options;
  checkDepth("alternatingRidge", depth);
  const product = hadamardProduct({ depth });
  const name = `alternatingRidge(${depth})`;
  const solver: Solver = {
    name,
    solve(task) {
      const weights = weightsOf(task, product.inducedPenalty);
      const method = new SurrogateMethod(name, task, (psi) => {
        const factors = new FactorRidges(task, depth, weights);
        const start = startingPoint(product, task.beta, task.magnitude);
        return {
          objective: factors,
          optimizer: { name, iterate: (_, x0) => factors.iterate(x0) },
          start: start.map((entry, i) => Math.sqrt(weights[i % weights.length]) * entry),
          read(x) {
            const beta = new Float64Array(weights.length);
            factors.coefficients(x, beta);
            return { beta, psi, misalignment: misalignmentOf(product, x, beta) };
          },
        };
      });
      return runSolver(task, method);
    },
  };
  return serializable("alternatingRidge", [options], solver);
}

/**
 * Returns the weight of each coefficient in the penalty.
 *
 * @throws InputError unless it is the induced one, and the task one for ridge regressions.
 */
function weightsOf(task: SolverTask, induced: Penalty): Float64Array {
  checkRidgeTask("alternatingRidge", task);
  const { penalty, design } = task.problem;
  if (penalty.exponent !== induced.exponent || !isSeparable(penalty)) {
    throw mustBe("alternatingRidge", "penalty", `${induced.name}, which the product induces`, penalty.name);
  }
  return Float64Array.from({ length: design.nFeatures }, (_, j) => penalty.coordinateValue(j, 1, 1));
}

/**
 * The surrogate minimised over `psi`, as a function of the factors `sqrt(w) * u_l`, `w` the weights of the penalty: in
 * these the penalty is the plain `(lambda/k) sum_l ||u_l||^2`.
 */
class FactorRidges implements SmoothObjective {
  readonly size: number;
  readonly #depth: number;
  readonly #ridge: GatedRidge;
  readonly #strength: number;
  readonly #signal: SolverTask["signal"];
  /** The divisors of the product of the factors that give `beta`. */
  readonly #scales: Float64Array;

  constructor({ problem, lambda, signal }: SolverTask, depth: number, weights: Float64Array) {
    this.size = depth * weights.length;
    this.#depth = depth;
    this.#ridge = new GatedRidge(problem, signal);
    this.#signal = signal;
    this.#strength = (2 * lambda) / depth;
    this.#scales = weights.map((weight) => weight ** (depth / 2));
  }

  /** Sets `beta` to the product of the factors. */
  coefficients(x: Float64Array, beta: Float64Array): void {
    this.#productOfOthers(x, -1, beta);
  }

  valueAndGradient(x: Float64Array, gradient: Float64Array): number {
    const { beta, correlation } = this.#ridge;
    this.coefficients(x, beta);
    const loss = this.#ridge.evaluate();
    const p = beta.length;
    for (let l = 0; l < this.#depth; l++) {
      const slope = gradient.subarray(l * p, (l + 1) * p);
      this.#productOfOthers(x, l, slope);
      for (let j = 0; j < p; j++) slope[j] = this.#strength * x[l * p + j] - slope[j] * correlation[j];
    }
    return loss + (this.#strength / 2) * squaredNorm(x);
  }

  *iterate(x0: Float64Array): Generator<IterationState, void, void> {
    const x = x0.slice();
    const gradient = new Float64Array(this.size);
    const p = this.#scales.length;
    const gate = new Float64Array(p);
    const before = new Float64Array(this.size);
    let value = this.valueAndGradient(x, gradient);
    yield { x, value, gradient };
    for (;;) {
      before.set(x);
      for (let l = 0; l < this.#depth; l++) {
        this.#productOfOthers(x, l, gate);
        if (Number.isNaN(this.#ridge.solve(gate, this.#strength))) return;
        x.set(this.#ridge.factor, l * p);
      }
      if (this.#signal?.aborted)
        x.set(before); // the ridge may not have been solved
      else if (areEqual(x, before)) return;
      value = this.valueAndGradient(x, gradient);
      yield { x, value, gradient };
    }
  }

  /** Sets `out = prod_{m != l} u_m / scales`, which times `u_l` is `beta`. */
  #productOfOthers(x: Float64Array, l: number, out: Float64Array): void {
    const p = this.#scales.length;
    for (let j = 0; j < p; j++) {
      let others = 1 / this.#scales[j];
      for (let m = 0; m < this.#depth; m++) if (m !== l) others *= x[m * p + j];
      out[j] = others;
    }
  }
}
