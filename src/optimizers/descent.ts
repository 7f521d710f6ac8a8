import { mustBe } from "../errors";
import { checkPositive } from "../options";
import type { SmoothObjective } from "../problem/smooth-objective";
import { type BatchOptions, batchesOf, checkBatchOptions } from "./batches";
import type { IterationState } from "./optimizer";
import { constant, type Schedule } from "./schedule";

/** Options of the methods whose steps have lengths that are given beforehand. */
export interface StepOptions {
  /** Length of the first step, as a multiple of the direction, positive. */
  readonly step: number;
  /** The factor of the step in each iteration. Default: `constant()`. */
  readonly schedule?: Schedule;
  /** The factor of the step in entry `index` of the vector, positive: learning rates by factor. Default: 1. */
  readonly stepScale?: (index: number) => number;
}

/** The names of {@link StepOptions}. */
export const stepKeys: readonly (keyof StepOptions)[] = ["step", "schedule", "stepScale"];

/** Turns the gradients of a run, in their order, into directions; the result may be the gradient itself. */
export type Direction = (gradient: Float64Array) => Float64Array;

/** @throws InputError when an option is outside its domain. */
export function checkStepOptions(where: string, options: StepOptions & BatchOptions): void {
  checkPositive(where, "step", options.step);
  for (const name of ["schedule", "stepScale"] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== "function") throw mustBe(where, name, "a function", value);
  }
  checkBatchOptions(where, options);
}

/** @throws InputError unless the fraction of the past that a method keeps is in [0, 1). */
export function checkMemory(where: string, what: string, fraction: number): void {
  if (!(fraction >= 0 && fraction < 1)) throw mustBe(where, what, "a number >= 0 below 1", fraction);
}

/** Iterates `x <- x - step schedule(iteration) stepScale direction`, once per iteration or once per batch. */
export function* descend(
  where: string,
  objective: SmoothObjective,
  x0: Float64Array,
  options: StepOptions & BatchOptions,
  direction: Direction,
): Generator<IterationState, void, void> {
  const { step, schedule = constant(), stepScale } = options;
  const x = x0.slice();
  const gradient = new Float64Array(x.length);
  const scales = stepScale && scalesOf(where, stepScale, x.length);
  const batches = batchesOf(where, objective, options);
  let rate = step;
  const move = (along: Float64Array): void => {
    const descent = direction(along);
    if (scales) for (let i = 0; i < x.length; i++) x[i] -= rate * scales[i] * descent[i];
    else for (let i = 0; i < x.length; i++) x[i] -= rate * descent[i];
  };
  for (let iteration = 0; ; iteration++) {
    const value = objective.valueAndGradient(x, gradient);
    yield { x, value, gradient };
    const factor = schedule(iteration);
    if (!(factor >= 0 && factor < Number.POSITIVE_INFINITY)) {
      throw mustBe(where, `schedule(${iteration})`, "a finite number >= 0", factor);
    }
    rate = step * factor;
    if (batches) batches.epoch(x, move);
    else move(gradient);
  }
}

function scalesOf(where: string, stepScale: (index: number) => number, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, index) => {
    const scale = stepScale(index);
    checkPositive(where, `stepScale(${index})`, scale);
    return scale;
  });
}
