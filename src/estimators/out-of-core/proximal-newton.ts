/**
 * Proximal Newton method for a model of a table that is read in passes ({@link solveInPasses}): each pass gives the loss, its gradient in
 * all columns, and its second derivatives in a working set.
 */
import type { Datafit } from "../../datafits";
import { PassFailure } from "../../errors";
import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { ROUNDING } from "../../linalg/rounding";
import { addScaled, maxAbs, squaredNorm } from "../../linalg/vector";
import type { Certificate } from "../../problem/certificate";
import { usualSteps } from "../../problem/problem";
import type { FitStatus, TraceRow } from "../../solvers";
import { goalOf } from "../fit/fit-goal";
import { attainableCurvature, devianceTolerance } from "../fit/null-model";
import { type Evaluated, type PassModel, STRONGEST } from "./pass-model";
import type { Passes } from "./passes";

/** Steps that are tried in one pass where the whole one raised the objective. */
const SHORTER = Array.from({ length: 10 }, (_, k) => 2 ** -(k + 1));

/** Steps that are tried in one pass where Newton's leads too far or not far enough, as multiples of it. */
const LENGTHS = Array.from({ length: 31 }, (_, k) => 4 ** (k - 20));

/** The model without penalized features. */
export interface NullPoint {
  readonly point: Evaluated;
  readonly lambdaMax: number;
  readonly nullDeviance: number;
}

/** The end of a fit. */
export interface Found {
  /** Without the second derivatives, which many fits have no memory for. */
  readonly point: Pick<Evaluated, "parameters" | "loss" | "saturated">;
  readonly certificate: Certificate;
  readonly status: FitStatus;
  readonly trace: readonly TraceRow[];
}

/**
 * Fits the free coefficients alone, by Newton's method with a search along its step where that does not halve the slope.
 */
export function* solveNull(model: PassModel, start: Float64Array, datafit: Datafit): Passes<NullPoint> {
  const { penalty } = model.working.problem;
  const all = Int32Array.from({ length: model.nPenalized }, (_, k) => k);
  const workingSet = penalty.dualNorm ? new Int32Array(0) : all;
  let point = yield* model.evaluate(model.withFree(start), 0, workingSet);
  const steepest = ({ gradient }: Evaluated): number => maxAbs(gradient.subarray(model.nPenalized));
  for (let iteration = 0; iteration < 100 && model.nFree > 0; iteration++) {
    const { decrement } = model.assess(point, 0);
    if (decrement <= 1e-27 * Math.abs(point.loss)) break;
    const next = freeStep(model, point, false);
    const whole = next && (yield* model.evaluate(next, 0, workingSet));
    const resolution = ROUNDING * Math.abs(point.loss);
    const isLevel = whole && whole.loss <= point.loss + resolution && steepest(whole) <= steepest(point) / 2;
    if (isLevel && iteration < usualSteps) {
      point = whole;
      continue;
    }
    if (whole && Math.abs(point.loss - whole.loss) <= resolution) {
      // Nothing but rounding is left.
      if (steepest(whole) < steepest(point)) point = whole;
      break;
    }
    const lower: Evaluated | undefined =
      (yield* search(model, point, next, workingSet)) ??
      (yield* search(model, point, freeStep(model, point, true), workingSet));
    if (lower === undefined) break;
    point = isLevel && whole.loss <= lower.loss ? whole : lower;
  }
  const deviance = point.loss - point.saturated;
  const nullDeviance = deviance <= devianceTolerance(datafit, model.target, point.loss) ? 0 : deviance;
  const gradient = point.gradient.subarray(0, model.nPenalized);
  const curvature = new Float64Array(model.nPenalized);
  const full = workingSet.length + model.nFree;
  for (let k = 0; k < workingSet.length; k++) curvature[k] = point.hessian[k * full + k];
  const lambdaMax = penalty.lambdaMax(gradient, attainableCurvature(gradient, curvature, nullDeviance));
  return { point, lambdaMax: nullDeviance > 0 ? lambdaMax : 0, nullDeviance };
}

/**
 * Newton's step for the free coefficients alone; where the loss has no curvature in them, or `isDamped`, the step that leads to the
 * saturated value of a loss that is linear (Polyak's length). Undefined where there is nothing to gain.
 */
function freeStep(
  { nPenalized, nFree }: PassModel,
  from: Evaluated,
  isDamped: boolean,
): Float64Array | undefined {
  const { parameters, gradient, hessian, workingSet, loss, saturated } = from;
  const full = workingSet.length + nFree;
  const slopes = gradient.slice(nPenalized);
  const solved = (damping: number): boolean => {
    const block = Float64Array.from({ length: nFree * nFree }, (_, at) => {
      const [k, l] = [Math.floor(at / nFree), at % nFree].map((own) => workingSet.length + own);
      return hessian[k * full + l] + (k === l ? damping : 0);
    });
    if (!choleskyFactor(block, nFree)) return false;
    choleskySolve(block, nFree, slopes);
    return true;
  };
  if ((isDamped || !solved(0)) && !solved(squaredNorm(slopes) / (loss - saturated))) return undefined;
  const next = parameters.slice();
  addScaled(-1, slopes, next.subarray(nPenalized));
  return next;
}

/** Evaluates the best of shorter and longer steps of the free coefficients; undefined where none lowers the loss. */
function* search(
  model: PassModel,
  from: Evaluated,
  next: Float64Array | undefined,
  workingSet: Int32Array,
): Passes<Evaluated | undefined> {
  if (next === undefined) return undefined;
  const trials = LENGTHS.map((length) =>
    from.parameters.map((value, k) => value + length * (next[k] - value)),
  );
  const losses = (yield trials.map((trial) => model.pointAt(trial))).map(({ loss }) => loss);
  const best = losses.indexOf(Math.min(...losses.filter((loss) => loss < from.loss)));
  return best < 0 ? undefined : yield* model.evaluate(trials[best], 0, workingSet);
}

/** Evaluates a step, or the best of shorter ones where it raises the objective; undefined where all of them do. */
function* descend(
  model: PassModel,
  from: Evaluated,
  next: Float64Array,
  lambda: number,
  workingSet: Int32Array,
): Passes<Evaluated | undefined> {
  const most = from.objective + ROUNDING * Math.abs(from.objective);
  const whole = yield* model.evaluate(next, lambda, workingSet);
  if (whole.objective <= most) return whole;
  const { penalty } = model.working.problem;
  const trials = SHORTER.map((share) => from.parameters.map((value, k) => value + share * (next[k] - value)));
  const sums = yield trials.map((trial) => model.pointAt(trial));
  const objectives = sums.map(
    ({ loss }, k) => loss + penalty.value(trials[k].subarray(0, model.nPenalized), lambda),
  );
  const lowest = Math.min(...objectives.filter((value) => value < from.objective));
  const best = objectives.indexOf(lowest);
  return best < 0 ? undefined : yield* model.evaluate(trials[best], lambda, workingSet);
}

/**
 * Fits at one lambda.
 *
 * Where a pass fails, the point before it is the result, and interrupted.
 *
 * @param start where to begin, unless its objective is above that of the null model.
 */
export function* solveInPasses(
  model: PassModel,
  lambda: number,
  start: Float64Array,
  nullPoint: NullPoint,
  { tol, signal }: { readonly tol: number; readonly signal?: { readonly aborted: boolean } | undefined },
): Passes<Found> {
  const { nullDeviance, point: none } = nullPoint;
  const trace: TraceRow[] = [];
  const foundAt = (
    { parameters, loss, saturated }: Evaluated,
    certificate: Certificate,
    status: FitStatus,
  ): Found => ({ point: { parameters, loss, saturated }, certificate, status, trace });
  // A gap of rounding would never be a share of 0.
  if (nullDeviance === 0) return foundAt(none, model.assess(none, lambda).certificate, "converged");
  const goal = goalOf(
    {
      ...model.working,
      nullDeviance,
      nullProfile: { ...model.working.nullProfile, gradient: none.gradient.subarray(0, model.nPenalized) },
    },
    lambda,
    tol,
  );
  let known: Found | undefined;
  try {
    let workingSet = model.screen(start, none.gradient, lambda, new Int32Array(0));
    let point = yield* model.evaluate(start, lambda, workingSet);
    if (!(point.objective <= none.objective))
      point = yield* model.evaluate(none.parameters, lambda, workingSet);
    const progress = new Progress();
    for (;;) {
      const { certificate, leastGap, decrement, ...dual } = model.assess(point, lambda);
      const { objective } = point;
      const told = (more: Pick<TraceRow, "dualityGap">): void => {
        const [iteration, stationarity] = [trace.length + 1, certificate.violation];
        trace.push({ iteration, objective, stationarity, method: "proximalNewton", ...more });
      };
      told({});
      known = foundAt(point, certificate, "interrupted");
      const isSettled = decrement <= (tol * nullDeviance) / 8;
      const isNear = isSettled && (leastGap === undefined || leastGap <= tol * nullDeviance);
      const isLast = signal?.aborted || trace.length >= model.maxIter || progress.isStalled;
      const certified =
        leastGap !== undefined && (isNear || isLast)
          ? { ...certificate, dualityGap: yield* gapAt(model, point, lambda, dual, told) }
          : certificate;
      known = foundAt(point, certified, "interrupted");
      if (isNear && goal(certified)) return foundAt(point, certified, "converged");
      if (signal?.aborted) return known;
      if (trace.length >= model.maxIter) return foundAt(point, certified, "max-iter");
      if (progress.isStalled) return foundAt(point, certified, "stalled");
      const resolution = Math.max(1e-3 * tol, 1e-16) * nullDeviance;
      const next = model.step(point, lambda, progress.damping, resolution);
      workingSet = model.screen(next ?? point.parameters, point.gradient, lambda, point.workingSet);
      const lower: Evaluated | undefined = next && (yield* descend(model, point, next, lambda, workingSet));
      progress.see(point, certificate.violation, next, lower);
      point = lower ?? point;
    }
  } catch (failure) {
    if (!(failure instanceof PassFailure) || known === undefined) throw failure;
    return known;
  }
}

/** The duality gap of a point, of one or two more passes, each of which is told. */
function* gapAt(
  model: PassModel,
  point: Evaluated,
  lambda: number,
  { scale, shift }: { readonly scale: number; readonly shift: Float64Array },
  told: (row: { readonly dualityGap: number }) => void,
): Passes<number> {
  let dualityGap = Number.POSITIVE_INFINITY;
  // A point outside the dual ball by more roundings than that is tried once more.
  for (const share of [1, 1 - 1e-9]) {
    const dual = { scale: share * scale, shift: model.inTable(shift), size: point.absoluteSlope };
    const [sums] = yield [model.pointAt(point.parameters, { dual, hasGradient: true })];
    dualityGap = model.gapOf(point.parameters, lambda, sums);
    told({ dualityGap });
    if (dualityGap < Number.POSITIVE_INFINITY) break;
  }
  return dualityGap === Number.POSITIVE_INFINITY ? model.gapOfZero(point, lambda) : dualityGap;
}

/** How much the next step is damped, and whether steps still lead anywhere. */
class Progress {
  damping = 0;
  isStalled = false;
  /** Steps in a row that changed nothing but roundings. */
  #nIdle = 0;
  /** Smallest violation so far. */
  #lowest = Number.POSITIVE_INFINITY;

  /** @param lower where the step led; undefined where no lower point was found. */
  see(
    point: Evaluated,
    violation: number,
    next: Float64Array | undefined,
    lower: Evaluated | undefined,
  ): void {
    if (lower === undefined) this.damping = Math.max(1e-3, 100 * this.damping);
    else {
      this.damping = this.damping > 1e-6 ? this.damping / 10 : 0;
      const isRounding = point.objective - lower.objective <= ROUNDING * Math.abs(point.objective);
      this.#nIdle = isRounding && violation >= this.#lowest / 2 ? this.#nIdle + 1 : 0;
      this.#lowest = Math.min(this.#lowest, violation);
    }
    this.isStalled = this.damping > STRONGEST || this.#nIdle > 4 || next === undefined;
  }
}
