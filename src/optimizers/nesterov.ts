import { mustBe } from "../errors";
import { areEqual, squaredNorm } from "../linalg/vector";
import { checkKeys, checkPositive } from "../options";
import type { SmoothObjective } from "../problem/smooth-objective";
import { serializable } from "../recipe";
import type { IterationState, Optimizer } from "./optimizer";

/** The factor of the next step where the last one succeeded at once. */
const lengthening = 1.25;

/** Options of {@link nesterov}: the size of the steps, and when the momentum is dropped. */
export interface NesterovOptions {
  /** Fixed step, positive: at most one over the largest curvature. Default: chosen anew at each iteration. */
  readonly step?: number;
  /** Whether the momentum restarts each time that it leads uphill. Default: true. */
  readonly restart?: boolean;
}

/**
 * Nesterov's accelerated gradient, `x+ = y - step * gradient(y)`, `y+ = x+ + ((t - 1) / t+) (x+ - x)` with
 * `t+ = (1 + sqrt(1 + 4 t^2)) / 2` and `t = 1` at the start.
 *
 * On a convex objective of curvature at most `L` and with step `1 / L`, without restarts,
 * `f(x_k) - min f <= 2 L ||x_0 - x*||^2 / (k + 1)^2`. With restarts it is linear where the objective is strongly convex
 * and keeps its speed on surrogates, which are convex near their minima only. The states are the points `y`, at which
 * the gradients are taken.
 *
 * Without a step, each iteration halves it until the value falls by at least half of what the slope promises, and
 * lengthens it a little where that succeeds at once. So 500 iterations give a gap of 1e-7, on the problems that
 * {@link Optimizer} names.
 *
 * @throws InputError when an option is outside its domain.
 * @see Nesterov, A method for solving the convex programming problem with convergence rate O(1/k^2) (1983)
 * @see O'Donoghue and Candès, Adaptive restart for accelerated gradient schemes (2015), the gradient scheme
 * @example
 * ```ts
 * const parabola = { size: 1, valueAndGradient: (x, g) => ((g[0] = 2 * x[0]), x[0] ** 2) };
 * minimize(parabola, nesterov(), Float64Array.of(3)).status; // "converged"
 * ```
 */
export function nesterov(options: NesterovOptions = {}): Optimizer {
  checkKeys("nesterov", options, ["step", "restart"]);
  const { step, restart = true } = options;
  if (step !== undefined) checkPositive("nesterov", "step", step);
  if (typeof restart !== "boolean") throw mustBe("nesterov", "restart", "true or false", restart);
  const optimizer: Optimizer = {
    name: "nesterov",
    iterate: (objective, x0) =>
      step === undefined
        ? iterateBacktracking(objective, x0, restart)
        : iterateFixed(objective, x0, step, restart),
  };
  return serializable("nesterov", [options], optimizer);
}

function* iterateFixed(
  objective: SmoothObjective,
  x0: Float64Array,
  step: number,
  restart: boolean,
): Generator<IterationState, void, void> {
  const y = x0.slice();
  const gradient = new Float64Array(y.length);
  const path = new AcceleratedPath(x0, restart);
  for (;;) {
    const value = objective.valueAndGradient(y, gradient);
    yield { x: y, value, gradient };
    stepTo(path.next, y, step, gradient);
    path.advance(y, gradient);
  }
}

function* iterateBacktracking(
  objective: SmoothObjective,
  x0: Float64Array,
  restart: boolean,
): Generator<IterationState, void, void> {
  const y = x0.slice();
  let gradient = new Float64Array(y.length);
  let trialGradient = new Float64Array(y.length);
  let value = objective.valueAndGradient(y, gradient);
  const path = new AcceleratedPath(x0, restart);
  let step = 1;
  for (;;) {
    yield { x: y, value, gradient };
    let trialValue = Number.NaN;
    for (let halvings = 0; ; halvings++) {
      stepTo(path.next, y, step, gradient);
      if (areEqual(path.next, y)) return;
      trialValue = objective.valueAndGradient(path.next, trialGradient);
      if (isEnough(value, gradient, step, trialValue, trialGradient)) {
        if (halvings === 0) step *= lengthening;
        break;
      }
      step /= 2;
    }
    const beyond = path.advance(y, gradient);
    if (beyond) value = objective.valueAndGradient(y, gradient);
    if (beyond && Number.isFinite(value)) continue;
    if (beyond) path.rest(y);
    value = trialValue;
    [gradient, trialGradient] = [trialGradient, gradient];
  }
}

/**
 * Whether the step lowers the value by half of what the slope promises. Where rounding hides that, the gradients must
 * differ by no more than a curvature of `1 / step` allows.
 */
function isEnough(
  value: number,
  gradient: Float64Array,
  step: number,
  trialValue: number,
  trialGradient: Float64Array,
): boolean {
  const slope = squaredNorm(gradient);
  if (trialValue <= value - (step / 2) * slope) return true;
  if (!(trialValue <= value + 1e-12 * Math.abs(value))) return false;
  let change = 0;
  for (let i = 0; i < gradient.length; i++) change += (trialGradient[i] - gradient[i]) ** 2;
  return change <= slope;
}

function stepTo(next: Float64Array, y: Float64Array, step: number, gradient: Float64Array): void {
  for (let i = 0; i < y.length; i++) next[i] = y[i] - step * gradient[i];
}

/** The points `x` of the method, and the momentum that carries it from one of them beyond the next. */
class AcceleratedPath {
  /** The end of the gradient step, to be set before each `advance`. */
  next: Float64Array;
  #x: Float64Array;
  #t = 1;
  readonly #restart: boolean;

  constructor(x0: Float64Array, restart: boolean) {
    this.#x = x0.slice();
    this.next = new Float64Array(x0.length);
    this.#restart = restart;
  }

  /** Moves to `next` and sets `y` beyond it; returns whether the two differ. */
  advance(y: Float64Array, gradient: Float64Array): boolean {
    const { next } = this;
    const x = this.#x;
    let ascent = 0;
    for (let i = 0; i < y.length; i++) ascent += gradient[i] * (next[i] - x[i]);
    if (this.#restart && ascent > 0) this.#t = 1;
    const t = (1 + Math.sqrt(1 + 4 * this.#t ** 2)) / 2;
    const momentum = (this.#t - 1) / t;
    for (let i = 0; i < y.length; i++) y[i] = next[i] + momentum * (next[i] - x[i]);
    this.#t = t;
    this.#x = next;
    this.next = x;
    return momentum > 0;
  }

  /** Takes the momentum of the last `advance` back, after which the objective was not finite. */
  rest(y: Float64Array): void {
    y.set(this.#x);
    this.#t = 1;
  }
}
