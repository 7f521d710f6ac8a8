import { mustBe } from "../errors";
import { addScaled, dot, maxAbs, squaredNorm } from "../linalg/vector";
import { checkKeys } from "../options";
import type { SmoothObjective } from "../problem/smooth-objective";
import { serializable } from "../recipe";
import { SearchLine, wolfeSearch } from "./line-search";
import type { IterationState, Optimizer } from "./optimizer";

/** Options of {@link lbfgs}: how many steps are remembered. */
export interface LbfgsOptions {
  /** Number of past steps that model the curvature, an integer of at least 1. Default: 20. */
  readonly memory?: number;
}

/**
 * The limited-memory BFGS method with an approximate-Wolfe line search.
 *
 * 100 iterations give a gap of 1e-10, on the problems that {@link Optimizer} names.
 *
 * @throws InputError when `memory` is not a positive integer or an option is unknown.
 * @see Liu and Nocedal, On the limited memory BFGS method (1989); Nocedal and Wright, Numerical Optimization, 7.2
 * @example
 * ```ts
 * const parabola = { size: 1, valueAndGradient: (x, g) => ((g[0] = 2 * x[0] - 2), (x[0] - 1) ** 2) };
 * minimize(parabola, lbfgs(), Float64Array.of(5)).x[0]; // 1
 * ```
 */
export function lbfgs(options: LbfgsOptions = {}): Optimizer {
  checkKeys("lbfgs", options, ["memory"]);
  const { memory = 20 } = options;
  if (!Number.isInteger(memory) || memory < 1) throw mustBe("lbfgs", "memory", "an integer >= 1", memory);
  return serializable("lbfgs", [options], {
    name: "lbfgs",
    iterate: (objective, x0) => iterate(objective, x0, memory),
  });
}

function* iterate(
  objective: SmoothObjective,
  x0: Float64Array,
  memory: number,
): Generator<IterationState, void, void> {
  const x = x0.slice();
  const gradient = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  const line = new SearchLine(objective, x, direction);
  const past = new CurvatureMemory(memory, x.length);
  let value = objective.valueAndGradient(x, gradient);
  yield { x, value, gradient };

  for (;;) {
    past.direction(gradient, direction);
    const slope = dot(direction, gradient);
    const firstStep = past.size > 0 ? 1 : 1 / Math.max(1, maxAbs(gradient));
    const reached = slope < 0 ? wolfeSearch(line, value, slope, firstStep) : undefined;
    if (reached === undefined) {
      if (past.size === 0) return;
      past.clear(); // the model of the curvature is stale, but steepest descent may still move
      continue;
    }
    past.remember(x, line.x, gradient, line.gradient);
    x.set(line.x);
    gradient.set(line.gradient);
    value = reached;
    yield { x, value, gradient };
  }
}

/** The last steps `s = x+ - x` and `y = g+ - g` with `rho = 1 / s'y`, in a ring. */
class CurvatureMemory {
  readonly #steps: readonly Float64Array[];
  readonly #changes: readonly Float64Array[];
  readonly #rho: Float64Array;
  readonly #shares: Float64Array;
  /** The place of the next pair. */
  #end = 0;
  #size = 0;

  constructor(memory: number, length: number) {
    // One place more than are remembered, for a pair that is refused once it is written.
    const vectors = (): Float64Array[] => Array.from({ length: memory + 1 }, () => new Float64Array(length));
    this.#steps = vectors();
    this.#changes = vectors();
    this.#rho = new Float64Array(memory + 1);
    this.#shares = new Float64Array(memory + 1);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  /** Replaces the oldest pair by this one, unless its curvature is not positive. */
  remember(x: Float64Array, nextX: Float64Array, gradient: Float64Array, nextGradient: Float64Array): void {
    const s = this.#steps[this.#end];
    const y = this.#changes[this.#end];
    for (let i = 0; i < x.length; i++) {
      s[i] = nextX[i] - x[i];
      y[i] = nextGradient[i] - gradient[i];
    }
    const curvature = dot(s, y);
    if (!(curvature > 1e-16 * Math.sqrt(squaredNorm(s) * squaredNorm(y)))) return;
    this.#rho[this.#end] = 1 / curvature;
    this.#end = (this.#end + 1) % this.#rho.length;
    this.#size = Math.min(this.#size + 1, this.#rho.length - 1);
  }

  /** `out = -H gradient` with the inverse Hessian `H` that the pairs imply, by the two-loop recursion. */
  direction(gradient: Float64Array, out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = -gradient[i];
    if (this.#size === 0) return;
    for (let age = 1; age <= this.#size; age++) {
      const k = this.#place(age);
      this.#shares[k] = this.#rho[k] * dot(this.#steps[k], out);
      addScaled(-this.#shares[k], this.#changes[k], out);
    }
    const last = this.#place(1);
    const scale = 1 / (this.#rho[last] * squaredNorm(this.#changes[last]));
    for (let i = 0; i < out.length; i++) out[i] *= scale;
    for (let age = this.#size; age >= 1; age--) {
      const k = this.#place(age);
      addScaled(this.#shares[k] - this.#rho[k] * dot(this.#changes[k], out), this.#steps[k], out);
    }
  }

  /** Returns the place of the pair that was remembered `age` pairs ago, 1 for the last. */
  #place(age: number): number {
    return (this.#end - age + this.#rho.length) % this.#rho.length;
  }
}
