import { addScaled, areEqual, squaredNorm } from "../linalg/vector";
import { checkKeys, checkPositive } from "../options";
import type { SmoothObjective } from "../problem/smooth-objective";
import { serializable } from "../recipe";
import type { IterationState, Optimizer } from "./optimizer";

/** Options of {@link gradientDescent}: the size of the steps. */
export interface GradientDescentOptions {
  /** Fixed step, positive. Default: chosen anew at each iteration so that the value falls enough (Armijo). */
  readonly step?: number;
}

/**
 * Gradient descent, `x <- x - step * gradient`.
 *
 * With a fixed step it is the plain method of the theory and may diverge; without one it halves the step until the
 * value falls by at least half of what the slope promises, and doubles it again where that succeeds at once.
 *
 * 5000 iterations give a gap of 1e-6, on the problems that {@link Optimizer} names; 3000 with a step of 0.2 where the
 * loss is squared error.
 *
 * @throws InputError when `step` is not a positive finite number or an option is unknown.
 * @example
 * ```ts
 * const parabola = { size: 1, valueAndGradient: (x, g) => ((g[0] = 2 * x[0]), x[0] ** 2) };
 * minimize(parabola, gradientDescent({ step: 0.25 }), Float64Array.of(1), { maxIter: 2 }).x[0]; // 0.25
 * ```
 */
export function gradientDescent(options: GradientDescentOptions = {}): Optimizer {
  checkKeys("gradientDescent", options, ["step"]);
  const { step } = options;
  if (step !== undefined) checkPositive("gradientDescent", "step", step);
  const optimizer: Optimizer = {
    name: "gradientDescent",
    iterate: (objective, x0) =>
      step === undefined ? iterateBacktracking(objective, x0) : iterateFixed(objective, x0, step),
  };
  return serializable("gradientDescent", [options], optimizer);
}

function* iterateFixed(
  objective: SmoothObjective,
  x0: Float64Array,
  step: number,
): Generator<IterationState, void, void> {
  const x = x0.slice();
  const gradient = new Float64Array(x.length);
  for (;;) {
    const value = objective.valueAndGradient(x, gradient);
    yield { x, value, gradient };
    addScaled(-step, gradient, x);
  }
}

function* iterateBacktracking(
  objective: SmoothObjective,
  x0: Float64Array,
): Generator<IterationState, void, void> {
  let x = x0.slice();
  let gradient = new Float64Array(x.length);
  let value = objective.valueAndGradient(x, gradient);
  let trial = new Float64Array(x.length);
  let trialGradient = new Float64Array(x.length);
  let step = 1;
  yield { x, value, gradient };
  for (;;) {
    const decrease = squaredNorm(gradient) / 2;
    if (decrease === 0) return;
    for (;;) {
      trial.set(x);
      addScaled(-step, gradient, trial);
      if (areEqual(trial, x)) return;
      const reached = objective.valueAndGradient(trial, trialGradient);
      if (reached <= value - step * decrease) {
        value = reached;
        break;
      }
      step /= 2;
    }
    [x, trial] = [trial, x];
    [gradient, trialGradient] = [trialGradient, gradient];
    step *= 2;
    yield { x, value, gradient };
  }
}
