/** A line search for a step that meets the Wolfe conditions ({@link wolfeSearch}). */
import { dot } from "../linalg/vector";
import type { SmoothObjective } from "../problem/smooth-objective";

/** A point on the search line, with the value and the slope of the objective. */
interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/**
 * The objective along `x + step * direction`, wherever origin and direction then are; `x` and `gradient` of the last
 * evaluated point are kept.
 */
export class SearchLine {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly #objective: SmoothObjective;
  readonly #origin: Float64Array;
  readonly #direction: Float64Array;

  constructor(objective: SmoothObjective, origin: Float64Array, direction: Float64Array) {
    this.#objective = objective;
    this.#origin = origin;
    this.#direction = direction;
    this.x = new Float64Array(origin.length);
    this.gradient = new Float64Array(origin.length);
  }

  at(step: number): LinePoint {
    for (let i = 0; i < this.x.length; i++) this.x[i] = this.#origin[i] + step * this.#direction[i];
    const value = this.#objective.valueAndGradient(this.x, this.gradient);
    return { step, value, slope: dot(this.gradient, this.#direction) };
  }
}

/** The least decrease that a step must reach, as a share of what the slope promises (the first Wolfe condition). */
const sufficientDecrease = 0.1;

/** The largest share of the slope that may be left after a step (the second Wolfe condition). */
const sufficientFlattening = 0.9;

/**
 * Finds a step that satisfies the Wolfe conditions, or, where the value no longer resolves the decrease, their
 * approximate form, which is stated in slopes alone and so reaches the full precision of the gradient.
 *
 * @returns the value at the step, with `line.x` and `line.gradient` there, or undefined when none was found.
 * @see Hager and Zhang, A new conjugate gradient method with guaranteed descent and an efficient line search,
 * SIAM J. Optim. 16 (2005), sections 4 and 5
 */
export function wolfeSearch(
  line: SearchLine,
  value0: number,
  slope0: number,
  firstStep: number,
): number | undefined {
  const ceiling = value0 + 1e-12 * Math.abs(value0);
  const accepted = ({ step, value, slope }: LinePoint): boolean =>
    slope >= sufficientFlattening * slope0 &&
    (value - value0 <= sufficientDecrease * step * slope0 ||
      (value <= ceiling && slope <= (2 * sufficientDecrease - 1) * slope0));

  let low: LinePoint = { step: 0, value: value0, slope: slope0 };
  let high: LinePoint | undefined;
  let point = line.at(firstStep);
  for (let evaluation = 0; evaluation < 60; evaluation++) {
    if (accepted(point)) return point.value;
    if (Number.isFinite(point.value) && point.value <= ceiling && point.slope < 0) low = point;
    else high = point;
    const step = high === undefined ? 4 * point.step : interpolate(low, high);
    if (!Number.isFinite(step) || step === low.step || step === high?.step) return undefined;
    point = line.at(step);
  }
  return undefined;
}

/** Returns the minimiser of the cubic through both ends, or the middle where that is missing or close to an end. */
function interpolate(low: LinePoint, high: LinePoint): number {
  const width = high.step - low.step;
  const d1 = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const radicand = d1 * d1 - low.slope * high.slope;
  const d2 = Math.sqrt(radicand);
  const cubic = high.step - (width * (high.slope + d2 - d1)) / (high.slope - low.slope + 2 * d2);
  const secant = low.step - (low.slope * width) / (high.slope - low.slope);
  const candidate = Number.isFinite(cubic) ? cubic : secant;
  const margin = 0.1 * width;
  return candidate > low.step + margin && candidate < high.step - margin ? candidate : low.step + width / 2;
}
