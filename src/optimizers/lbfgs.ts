import { mustBe } from "../errors";
import { addScaled, dot, maxAbs, squaredNorm } from "../linalg/vector";
import type { SmoothObjective } from "../objectives/smooth-objective";
import { SearchLine, wolfeSearch } from "./line-search";
import type { IterationState, Optimizer } from "./optimizer";

export interface LbfgsOptions {
  /** Number of past steps that model the curvature, an integer of at least 1. Default: 20. */
  readonly memory?: number;
}

/**
 * The limited-memory BFGS method with an approximate-Wolfe line search.
 *
 * @throws InputError when `memory` is not a positive integer.
 * @see Liu and Nocedal, On the limited memory BFGS method (1989); Nocedal and Wright, Numerical Optimization, 7.2
 * @example
 * ```ts
 * const parabola = { size: 1, valueAndGradient: (x, g) => ((g[0] = 2 * x[0] - 2), (x[0] - 1) ** 2) };
 * minimize(parabola, lbfgs(), Float64Array.of(5)).x[0]; // 1
 * ```
 */
export function lbfgs(options: LbfgsOptions = {}): Optimizer {
  const memory = options.memory ?? 20;
  if (!Number.isInteger(memory) || memory < 1) throw mustBe("lbfgs", "memory", "an integer >= 1", memory);
  return { name: "lbfgs", iterate: (objective, x0) => iterate(objective, x0, memory) };
}

/** One remembered step: `s = x+ - x`, `y = g+ - g`, `rho = 1 / s'y`. */
interface CurvaturePair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

function* iterate(
  objective: SmoothObjective,
  x0: Float64Array,
  memory: number,
): Generator<IterationState, void, void> {
  const x = x0.slice();
  const gradient = new Float64Array(x.length);
  let value = objective.valueAndGradient(x, gradient);
  let pairs: CurvaturePair[] = [];
  yield { x, value, gradient };

  for (;;) {
    const direction = twoLoopRecursion(gradient, pairs);
    const slope = dot(direction, gradient);
    const line = new SearchLine(objective, x, direction);
    const firstStep = pairs.length > 0 ? 1 : 1 / Math.max(1, maxAbs(gradient));
    const reached = slope < 0 ? wolfeSearch(line, value, slope, firstStep) : undefined;
    if (reached === undefined) {
      if (pairs.length === 0) return;
      pairs = []; // a stale model of the curvature; steepest descent may still move
      continue;
    }
    const s = line.x.map((entry, i) => entry - x[i]);
    const y = line.gradient.map((entry, i) => entry - gradient[i]);
    const curvature = dot(s, y);
    if (curvature > 1e-16 * Math.sqrt(squaredNorm(s) * squaredNorm(y))) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > memory) pairs.shift();
    }
    x.set(line.x);
    gradient.set(line.gradient);
    value = reached;
    yield { x, value, gradient };
  }
}

/** `-H gradient` with the inverse Hessian `H` that the pairs imply. */
function twoLoopRecursion(gradient: Float64Array, pairs: readonly CurvaturePair[]): Float64Array {
  const direction = gradient.map((entry) => -entry);
  if (pairs.length === 0) return direction;
  const shares = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    shares[k] = pairs[k].rho * dot(pairs[k].s, direction);
    addScaled(-shares[k], pairs[k].y, direction);
  }
  const last = pairs[pairs.length - 1];
  const scale = 1 / (last.rho * squaredNorm(last.y));
  for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  for (let k = 0; k < pairs.length; k++) {
    addScaled(shares[k] - pairs[k].rho * dot(pairs[k].y, direction), pairs[k].s, direction);
  }
  return direction;
}
