import type { SmoothObjective } from "../problem/smooth-objective";

/** The state of an optimizer after an iteration. The vectors are its own and change with the next iteration. */
export interface IterationState {
  /** The point, which the method goes on to change. */
  readonly x: Float64Array;
  /** The value of the objective there. */
  readonly value: number;
  /** The gradient of the objective there, which the method goes on to change. */
  readonly gradient: Float64Array;
}

/**
 * A method for smooth objectives, as a sequence of states without an end.
 *
 * The first state is the start itself. The sequence ends only when the method can make no further progress; stopping,
 * history and interruption belong to `minimize`.
 *
 * The iterations that a member states bring down the duality gap of well-conditioned convex problems, from the default
 * start of their surrogate of depth 2: lasso, logistic lasso and group lasso of 40 rows and 10 standard normal columns,
 * with an intercept, at a tenth of lambda max. Smaller lambdas and correlated columns take more.
 */
export interface Optimizer {
  /** The name of the method, such as `"lbfgs"`. */
  readonly name: string;
  /** The state after each iteration from `x0` on; ends where no progress is possible. */
  iterate(objective: SmoothObjective, x0: Float64Array): Generator<IterationState, void, void>;
}
