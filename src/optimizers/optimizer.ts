import type { SmoothObjective } from "../objectives/smooth-objective";

/** Where an optimizer stands after an iteration. The vectors are its own and change with the next iteration. */
export interface IterationState {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * A method for smooth objectives, as an endless sequence of states.
 *
 * The first state is the start itself. The sequence ends only when the method can make no further progress; stopping,
 * history and interruption belong to `minimize`.
 */
export interface Optimizer {
  readonly name: string;
  iterate(objective: SmoothObjective, x0: Float64Array): Generator<IterationState, void, void>;
}
