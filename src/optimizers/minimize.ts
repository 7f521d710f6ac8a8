import { sparkline } from "../display/bars";
import { counted, formatNumber } from "../display/formatting";
import { displayable, Table } from "../display/table";
import { mustBe } from "../errors";
import { maxAbs } from "../linalg/vector";
import { checkKeys } from "../options";
import type { SmoothObjective } from "../problem/smooth-objective";
import type { IterationState, Optimizer } from "./optimizer";

/** Options of {@link minimize}: when to stop, and who is told of each step. */
export interface MinimizeOptions {
  /** Largest number of iterations, an integer of at least 0. Default: 1000. */
  readonly maxIter?: number;
  /** Done when every entry of the gradient is at most this. Default: 1e-8. */
  readonly tol?: number;
  /** Called after each iteration; returning true stops, as converged. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback that only looks returns nothing
  readonly onIteration?: (state: IterationState, iteration: number) => boolean | void;
  /**
   * Asked after each iteration; once aborted the run ends with what it has. No timer gets its turn before, so a limit on time
   * asks the clock itself: `{ get aborted() { return Date.now() > end; } }`.
   */
  readonly signal?: { readonly aborted: boolean };
}

/** The state of a run of {@link minimize} after an iteration. */
export interface MinimizeRow {
  /** From 0, the start. */
  readonly iteration: number;
  /** The value of the objective. */
  readonly value: number;
  /** Largest magnitude of an entry of the gradient. */
  readonly gradientNorm: number;
}

/** The end of a run of {@link minimize}, and its reason; it shows itself as a table in cells and in the console. */
export interface MinimizeResult {
  /** The last point with a finite value. */
  readonly x: Float64Array;
  /** The value of the objective at `x`. */
  readonly value: number;
  /** Largest magnitude of an entry of the gradient at `x`. */
  readonly gradientNorm: number;
  /** Iterations made, the start not counted. */
  readonly nIter: number;
  /** `"stalled"`: the optimizer could make no further progress, or diverged. */
  readonly status: "converged" | "max-iter" | "stalled" | "interrupted";
  /** One row per iteration, the start first. */
  readonly history: readonly MinimizeRow[];
}

/**
 * Minimises a smooth objective with the given optimizer: it iterates, keeps the history and stops.
 *
 * @param x0 start, of length `objective.size`; copied.
 * @throws InputError when the length is wrong, an option is outside its domain, the objective or its gradient is not
 * finite at the start, or the objective refuses the start, as a surrogate does the origin.
 * @example
 * ```ts
 * const parabola = { size: 1, valueAndGradient: (x, g) => ((g[0] = 2 * x[0]), x[0] ** 2) };
 * minimize(parabola, gradientDescent(), Float64Array.of(3)).status; // "converged"
 * ```
 */
export function minimize(
  objective: SmoothObjective,
  optimizer: Optimizer,
  x0: ArrayLike<number>,
  options: MinimizeOptions = {},
): MinimizeResult {
  checkKeys("minimize", options, ["maxIter", "tol", "onIteration", "signal"]);
  const { maxIter = 1000, tol = 1e-8, onIteration, signal } = options;
  if (typeof Object(objective).valueAndGradient !== "function")
    throw mustBe("minimize", "the objective", "one with valueAndGradient(x, gradient)", objective);
  if (typeof Object(optimizer).iterate !== "function")
    throw mustBe("minimize", "the optimizer", "one such as lbfgs()", optimizer);
  const length = Object(x0).length;
  if (length !== objective.size)
    throw mustBe("minimize", "the length of x0", `the objective's size ${objective.size}`, length);
  if (!Number.isInteger(maxIter) || maxIter < 0)
    throw mustBe("minimize", "maxIter", "an integer >= 0", maxIter);
  if (!(tol >= 0)) throw mustBe("minimize", "tol", "a number >= 0", tol);
  if (onIteration !== undefined && typeof onIteration !== "function")
    throw mustBe("minimize", "onIteration", "a function", onIteration);
  // An AbortController in place of its signal would never abort anything.
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean")
    throw mustBe("minimize", "signal", "an AbortSignal", signal);
  const x = Float64Array.from(x0);
  const history: MinimizeRow[] = [];
  const finish = (status: MinimizeResult["status"]): MinimizeResult => {
    const { value, gradientNorm } = history[history.length - 1];
    return displayable({ x, value, gradientNorm, nIter: history.length - 1, status, history }, summaryOf);
  };

  for (const state of finiteStates(objective, optimizer, x)) {
    const { gradientNorm } = state;
    const iteration = history.length;
    x.set(state.x);
    history.push({ iteration, value: state.value, gradientNorm });
    if (onIteration?.(state, iteration) || gradientNorm <= tol) return finish("converged");
    if (signal?.aborted) return finish("interrupted");
    if (iteration >= maxIter) return finish("max-iter");
  }
  // An objective that reads the signal stops moving once it is aborted.
  return finish(signal?.aborted ? "interrupted" : "stalled");
}

/** A state with a finite value and a finite gradient. */
export interface FiniteState extends IterationState {
  /** The largest magnitude of an entry of the gradient. */
  readonly gradientNorm: number;
}

/**
 * The states of an optimizer, the start first, up to one that is not finite.
 *
 * @param x0 the start, not changed.
 * @throws InputError when the objective refuses the start, or is not finite there.
 */
export function* finiteStates(
  objective: SmoothObjective,
  optimizer: Optimizer,
  x0: Float64Array,
): Generator<FiniteState, void, void> {
  objective.checkStart?.("minimize", x0);
  let isStart = true;
  for (const { x, value, gradient } of optimizer.iterate(objective, x0.slice())) {
    const gradientNorm = maxAbs(gradient);
    if (!Number.isFinite(value) || !Number.isFinite(gradientNorm)) {
      if (!isStart) return;
      const [what, shown] = Number.isFinite(value) ? ["gradient", gradientNorm] : ["objective", value];
      throw mustBe("minimize", `the ${what} at x0`, "finite", shown);
    }
    isStart = false;
    yield { x, value, gradient, gradientNorm };
  }
}

/** Returns a table of the point, with a line on how the run ended and a sparkline of the values. */
function summaryOf({ x, value, gradientNorm, nIter, status, history }: MinimizeResult): Table {
  const values = history.map((row) => row.value);
  return new Table({
    title: `minimize: ${status} after ${counted(nIter, "iteration")} at the value ${formatNumber(value)}`,
    lights: [
      {
        colour: status === "converged" ? "green" : "amber",
        text: `largest slope ${gradientNorm === 0 ? "0" : gradientNorm.toExponential(1)}`,
        meaning: "the largest magnitude of an entry of the gradient; 0 at a stationary point",
      },
    ],
    columns: ["entry", "x"],
    rows: Array.from(x, (entry, j) => [j, entry] as const),
    notes:
      nIter === 0
        ? []
        : [`${sparkline(values)}  value, from ${formatNumber(values[0])} to ${formatNumber(value)}`],
  });
}
