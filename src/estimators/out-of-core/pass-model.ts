/**
 * The model of a table that is read in passes ({@link PassModel}): its coefficients, what the sums of a pass say of them, and Newton's step on
 * a working set, whose quadratic problem the solvers of tables in memory solve.
 */
import { type Datafit, squaredError } from "../../datafits";
import { DenseBlock } from "../../design/dense-block";
import { DenseDesign } from "../../design/dense-design";
import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { NEGLIGIBLE } from "../../linalg/rounding";
import { addScaled, dot, maxAbs } from "../../linalg/vector";
import { isSeparable } from "../../penalties";
import type { Certificate } from "../../problem/certificate";
import { leveledAt, profileAt, type SparseProblem } from "../../problem/problem";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import { WarmStart } from "../../solvers";
import { typicalMagnitude } from "../fit/null-model";
import type { PenaltySpec, PenaltySpecOf } from "../fit/penalty-spec";
import { solverFor } from "../fit/solver-choice";
import { type WorkingProblem, workingProblem } from "../fit/working-problem";
import { clampTo } from "../options/coefficient-options";
import { featureDeviations, readData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import type { Passes, PassPoint, PassSums, PassTable, RowBlock, RowSet } from "./passes";

/** Share of `lambda` from which on a column with that slope belongs to the working set before the next pass. */
const NEARLY = 0.8;

/** Largest damping of a step, relative to the second derivatives; where that step raises the objective too, none lowers it. */
export const STRONGEST = 1e6;

/** A coefficient of the model as coefficients of the standardized columns of the table, the last one of which is 1. */
interface Direction {
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** A point with its sums: `gradient` and `hessian` in the coefficients of the model, the free ones last. */
export interface Evaluated {
  readonly parameters: Float64Array;
  readonly loss: number;
  readonly saturated: number;
  readonly objective: number;
  readonly gradient: Float64Array;
  /** The mean size of the slopes of rows. */
  readonly absoluteSlope: number;
  /** Penalized coefficients whose second derivatives are known, ascending. */
  readonly workingSet: Int32Array;
  /** Of those and then of the free ones, row-major. */
  readonly hessian: Float64Array;
}

/** A model of a set of rows: its penalty and the scale of its coefficients, which the moments of the rows tell. */
export class PassModel {
  readonly penaltySpec: PenaltySpec;
  readonly working: WorkingProblem;
  readonly nPenalized: number;
  readonly nFree: number;
  /** A few numbers with the mean and the variance of the response. */
  readonly target: Float64Array;
  readonly #table: PassTable;
  readonly #rows: RowSet | undefined;
  readonly #directions: readonly Direction[];
  readonly maxIter: number;
  readonly #fitIntercept: boolean;
  readonly #hasConjugate: boolean;
  readonly #where: string;
  readonly #search: CheckedOptions["search"];

  /** @throws InputError when the penalty does not fit the columns. */
  constructor(
    where: string,
    table: PassTable,
    rows: RowSet | undefined,
    { specOf, options }: { readonly specOf: PenaltySpecOf; readonly options: CheckedOptions },
  ) {
    const { X, y } = table.momentsOf(rows);
    const datafit = squaredError();
    const data = { ...readData(where, X, y, datafit, {}), ownsDesign: false };
    const penaltySpec = specOf(where, data);
    const working = workingProblem(where, data, penaltySpec, { ...options, datafit });
    // Bounds would cut the coefficients that units stand for.
    const { bounds, ...unbounded } = penaltySpec;
    const { toOriginal } = bounds ? workingProblem(where, data, unbounded, { ...options, datafit }) : working;
    const { free, penalty, design } = working.problem;
    const { fitIntercept, standardize } = options;
    const deviations = featureDeviations(data);
    const unpenalized = [...penaltySpec.factors.keys()].filter(
      (j) => penaltySpec.factors[j] === 0 && (deviations[j] > 0 || !(fitIntercept || standardize)),
    );
    const p = table.featureNames.length;
    const psi = new Float64Array(free.size);
    const origin = toOriginal(new Float64Array(design.nFeatures), psi);
    const directions: Direction[] = [];
    const inTable = (coef: (j: number) => number, intercept: number): Direction => {
      const all = new Float64Array(p + 1);
      all[p] = intercept;
      for (let j = 0; j < p; j++) {
        const own = coef(j);
        if (own === 0) continue;
        all[j] = own * table.deviations[j];
        all[p] += own * table.means[j];
      }
      const columns = Int32Array.from(all.keys()).filter((j) => all[j] !== 0);
      return { columns, values: Float64Array.from(columns, (j) => all[j]) };
    };
    const unit = new Float64Array(design.nFeatures);
    for (let k = 0; k < unit.length; k++) {
      unit[k] = 1;
      const { coefs, intercepts } = toOriginal(unit, psi);
      unit[k] = 0;
      directions.push(inTable((j) => coefs[0][j] - origin.coefs[0][j], intercepts[0] - origin.intercepts[0]));
    }
    for (const k of free.kept) {
      const feature = fitIntercept ? unpenalized[k - 1] : unpenalized[k];
      directions.push(
        feature === undefined
          ? inTable(() => 0, 1)
          : inTable((j) => (j === feature ? 1 / table.deviations[j] : 0), 0),
      );
    }
    this.penaltySpec = penaltySpec;
    this.working = working;
    this.nPenalized = design.nFeatures;
    this.nFree = free.size;
    this.target = y;
    this.#table = table;
    this.#rows = rows;
    this.#directions = directions;
    this.maxIter = options.maxIter;
    this.#fitIntercept = fitIntercept;
    this.#hasConjugate = table.hasConjugate(options.datafit);
    this.#where = where;
    this.#search = options.search;
    this.isConvex = penalty.convex && isSeparable(penalty);
  }

  /** Whether slopes tell which columns may be left out of a working set. */
  readonly isConvex: boolean;

  /** Coefficients and intercept on the original scale. */
  toOriginal(parameters: Float64Array): { coef: Float64Array; intercept: number } {
    const { means, deviations } = this.#table;
    const all = this.inTable(parameters);
    const coef = Float64Array.from(means, (_, j) => all[j] / deviations[j]);
    if (this.penaltySpec.bounds) clampTo(this.penaltySpec.bounds, coef);
    return { coef, intercept: this.#fitIntercept ? all[means.length] - dot(means, coef) : 0 };
  }

  /** The coefficients of the model that make the predictions of those of another set of rows. */
  fromOriginal(coef: Float64Array, intercept: number): Float64Array {
    const parameters = new Float64Array(this.#directions.length);
    parameters.set(this.working.toWorking([coef]));
    const { means, deviations } = this.#table;
    const last = means.length;
    for (let k = this.nPenalized; k < parameters.length; k++) {
      const [j] = this.#directions[k].columns;
      if (j < last) parameters[k] = coef[j] * deviations[j];
    }
    if (this.#fitIntercept) {
      parameters[this.nPenalized] = intercept + dot(means, coef) - this.inTable(parameters)[last];
    }
    return parameters;
  }

  /** Zeros for the penalized coefficients, and these for the free ones. */
  withFree(parameters: Float64Array): Float64Array {
    const own = parameters.slice();
    own.fill(0, 0, this.nPenalized);
    return own;
  }

  /** The free coefficients that suit rows in memory best; zeros for the penalized ones. */
  nullStart({ columns: block, target, weights, offset }: RowBlock, datafit: Datafit): Float64Array {
    const n = target.length;
    const columns = this.#directions.slice(this.nPenalized).map((direction) => {
      const coefs = new Float64Array(this.#table.means.length + 1);
      direction.columns.forEach((j, i) => {
        coefs[j] = direction.values[i];
      });
      const column = new Float64Array(n);
      block.multiply(coefs, column);
      return column;
    });
    const free = new UnpenalizedColumns(n, columns);
    const problem = { ...this.working.problem, free, target, datafit: datafit.weighted(weights) };
    const { psi } = leveledAt(problem, offset?.slice() ?? new Float64Array(n), new Float64Array(free.size));
    const parameters = new Float64Array(this.nPenalized + this.nFree);
    parameters.set(free.coefficients(psi, this.nFree), this.nPenalized);
    return parameters;
  }

  /** The point of a pass. */
  pointAt(parameters: Float64Array, more: Partial<PassPoint> = {}): PassPoint {
    return { rows: this.#rows, coefs: this.inTable(parameters), ...more };
  }

  /** Asks for the sums at a point, with the second derivatives of a working set. */
  *evaluate(parameters: Float64Array, lambda: number, workingSet: Int32Array): Passes<Evaluated> {
    const members = this.#withFreeOnes(workingSet);
    const gram = Int32Array.from(new Set(members.flatMap((k) => [...this.#directions[k].columns]))).sort();
    const [sums] = yield [this.pointAt(parameters, { hasGradient: true, gram })];
    const beta = parameters.subarray(0, this.nPenalized);
    const { loss, saturated } = sums;
    const penalty = this.working.problem.penalty.value(beta, lambda);
    return {
      parameters,
      loss,
      saturated,
      objective: loss + penalty,
      gradient: this.gradientOf(sums.gradient),
      absoluteSlope: sums.absoluteSlope,
      workingSet,
      hessian: this.#reduced(sums, gram, members),
    };
  }

  /** The gradient in the coefficients of the model, from that in the columns of the table. */
  gradientOf(gradient: Float64Array): Float64Array {
    return Float64Array.from(this.#directions, ({ columns, values }) => {
      let sum = 0;
      for (let i = 0; i < columns.length; i++) sum += values[i] * gradient[columns[i]];
      return sum;
    });
  }

  /** The penalized coefficients that the next step may change: those that are not zero, and those whose slopes are steep enough. */
  screen(parameters: Float64Array, gradient: Float64Array, lambda: number, before: Int32Array): Int32Array {
    const { penalty } = this.working.problem;
    const all = Int32Array.from({ length: this.nPenalized }, (_, k) => k);
    if (!this.isConvex || !isSeparable(penalty)) return all;
    const known = new Set(before);
    return all.filter(
      (k) =>
        parameters[k] !== 0 || known.has(k) || penalty.violationAtZero(k, gradient[k] / NEARLY, lambda) > 0,
    );
  }

  /**
   * The step to the minimum of the quadratic model of the loss with the penalty.
   *
   * @param damping adds so many times the second derivatives of single coefficients.
   */
  step(from: Evaluated, lambda: number, damping: number, inner: number): Float64Array | undefined {
    const { parameters, gradient, hessian } = from;
    const members = this.#withFreeOnes(from.workingSet);
    const size = members.length;
    const diagonal = Float64Array.from({ length: size }, (_, k) => hessian[k * size + k]);
    const typical = diagonal.reduce((sum, value) => sum + value / size, 0) || 1;
    let factor: Float64Array | undefined;
    for (let more = damping; factor === undefined && more <= STRONGEST; more = Math.max(1e-12, 100 * more)) {
      const damped = hessian.slice();
      for (let k = 0; k < size; k++) damped[k * size + k] += more * (diagonal[k] > 0 ? diagonal[k] : typical);
      if (choleskyFactor(damped, size)) factor = damped;
    }
    if (factor === undefined) return undefined;
    const slopes = Float64Array.from(members, (k) => gradient[k]);
    const next = parameters.slice();
    const { problem, start } = this.#quadratic(factor, members, parameters, slopes);
    const choice = { solver: "auto", search: this.#search } as const;
    const { solver, neighbour = solver } = solverFor(this.#where, this.penaltySpec, choice, problem);
    const beta = parameters.slice(0, this.nPenalized);
    const end = neighbour.solve({
      problem,
      lambda,
      beta,
      psi: new Float64Array(problem.free.size),
      nullProfile: profileAt(problem, new Float64Array(beta.length), new Float64Array(problem.free.size)),
      warmStart: new WarmStart(),
      magnitude: typicalMagnitude(gradient.subarray(0, this.nPenalized), start.curvature),
      maxIter: this.maxIter,
      isOptimal: ({ dualityGap, violation, singleCoordinateGain }) =>
        dualityGap === undefined
          ? // Zero is stationary where the slope of a penalty is infinite there, and may not be the best value.
            violation <= 1e-14 * (lambda + maxAbs(slopes)) && !(singleCoordinateGain > inner)
          : dualityGap <= inner && violation <= 1e-7 * lambda,
    });
    next.set(end.beta);
    next.set(problem.free.coefficients(end.profile.psi, this.nFree), this.nPenalized);
    return next;
  }

  /** The certificate of a point without a pass, and the coefficients and the scale of its dual point; a gap takes one more pass. */
  assess(
    { parameters, gradient, absoluteSlope, hessian, loss, saturated, objective, workingSet }: Evaluated,
    lambda: number,
  ): {
    certificate: Certificate;
    leastGap: number | undefined;
    shift: Float64Array;
    scale: number;
    decrement: number;
  } {
    const { penalty } = this.working.problem;
    const beta = parameters.subarray(0, this.nPenalized);
    const full = workingSet.length + this.nFree;
    const own = (k: number, l: number): number => hessian[k * full + l];
    const [q, f] = [workingSet.length, this.nFree];
    const block = Float64Array.from({ length: f * f }, (_, at) => own(q + Math.floor(at / f), q + (at % f)));
    const slopes = gradient.slice(this.nPenalized);
    const shift = new Float64Array(parameters.length);
    // Without curvature a slope says nothing of how far the free coefficients are from their best.
    let decrement = maxAbs(slopes) > NEGLIGIBLE * absoluteSlope ? Number.POSITIVE_INFINITY : 0;
    if (f > 0 && choleskyFactor(block, f)) {
      const step = slopes.slice();
      choleskySolve(block, f, step);
      decrement = dot(step, slopes) / 2;
      shift.set(step, this.nPenalized);
    }
    // The slopes of the working set where the free coefficients are the best.
    const levelled = gradient.slice(0, this.nPenalized);
    workingSet.forEach((k, i) => {
      for (let l = 0; l < f; l++) levelled[k] -= own(i, q + l) * shift[this.nPenalized + l];
    });
    const curvature = new Float64Array(this.nPenalized);
    workingSet.forEach((k, i) => {
      curvature[k] = own(i, i);
    });
    const certificate: Certificate = {
      objective,
      dualityGap: undefined,
      violation: Math.max(penalty.violation(beta, levelled, lambda), maxAbs(slopes)),
      singleCoordinateGain: penalty.decrease(beta, levelled, curvature, lambda),
      misalignment: 0,
    };
    const hasGap = penalty.convex && penalty.fenchelYoung !== undefined && this.#hasConjugate && lambda > 0;
    if (!hasGap) return { certificate, leastGap: undefined, shift, scale: 1, decrement };
    const norm = penalty.dualNorm?.(levelled.map((slope) => -slope)) ?? 0;
    // Some roundings of the sums inside the dual ball.
    const rounding = 16 * Number.EPSILON * (1 + absoluteSlope / lambda);
    const scale = penalty.dualNorm ? Math.min(1, lambda / norm) * (1 - rounding) : 1;
    const ofPenalty = penalty.fenchelYoung!(
      beta,
      levelled.map((slope) => -scale * slope),
      lambda,
    );
    // On the way from the saturated model a loss is about a quadratic.
    const leastGap = ofPenalty + (1 - scale) ** 2 * Math.max(0, loss - saturated);
    return { certificate, leastGap, shift, scale, decrement };
  }

  /** The duality gap from the sums at a dual point; infinite where that is not feasible, as one with a slope of a free coefficient. */
  gapOf(parameters: Float64Array, lambda: number, sums: PassSums): number {
    const { penalty } = this.working.problem;
    const slopes = this.gradientOf(sums.gradient);
    const ofFree = maxAbs(slopes.subarray(this.nPenalized));
    if (!(ofFree <= NEGLIGIBLE * sums.absoluteSlope)) return Number.POSITIVE_INFINITY;
    const dual = slopes.subarray(0, this.nPenalized).map((slope) => -slope);
    if (penalty.dualNorm && penalty.dualNorm(dual) > lambda) return Number.POSITIVE_INFINITY;
    const beta = parameters.subarray(0, this.nPenalized);
    return sums.fenchelYoung + penalty.fenchelYoung!(beta, dual, lambda);
  }

  /** The duality gap of the dual point 0, which is always feasible. */
  gapOfZero({ parameters, loss, saturated }: Evaluated, lambda: number): number {
    const beta = parameters.subarray(0, this.nPenalized);
    return (
      loss -
      saturated +
      this.working.problem.penalty.fenchelYoung!(beta, new Float64Array(beta.length), lambda)
    );
  }

  #withFreeOnes(workingSet: Int32Array): number[] {
    return [...workingSet, ...Array.from({ length: this.nFree }, (_, k) => this.nPenalized + k)];
  }

  inTable(parameters: Float64Array): Float64Array {
    const all = new Float64Array(this.#table.means.length + 1);
    this.#directions.forEach(({ columns, values }, k) => {
      if (parameters[k] === 0) return;
      for (let i = 0; i < columns.length; i++) all[columns[i]] += values[i] * parameters[k];
    });
    return all;
  }

  /** The second derivatives in coefficients of the model, from those in columns of the table. */
  #reduced({ gram }: PassSums, columns: Int32Array, members: readonly number[]): Float64Array {
    const places = new Map(Array.from(columns, (j, i) => [j, i]));
    const size = members.length;
    const width = columns.length;
    const at = members.map((k) => Array.from(this.#directions[k].columns, (j) => places.get(j)!));
    const hessian = new Float64Array(size * size);
    for (let k = 0; k < size; k++) {
      const ofK = this.#directions[members[k]].values;
      for (let l = 0; l <= k; l++) {
        const ofL = this.#directions[members[l]].values;
        let sum = 0;
        for (let i = 0; i < ofK.length; i++)
          for (let m = 0; m < ofL.length; m++) sum += ofK[i] * ofL[m] * gram[at[k][i] * width + at[l][m]];
        hessian[k * size + l] = sum;
        hessian[l * size + k] = sum;
      }
    }
    return hessian;
  }

  /** A few rows with a squared error that is the quadratic model of the loss, up to a constant. */
  #quadratic(
    factor: Float64Array,
    members: readonly number[],
    parameters: Float64Array,
    slopes: Float64Array,
  ): { problem: SparseProblem; start: { curvature: Float64Array } } {
    const size = members.length;
    const root = Math.sqrt(size);
    const block = new DenseBlock(size, this.nPenalized);
    const free: Float64Array[] = [];
    const curvature = new Float64Array(this.nPenalized);
    // The residual `rho` at the parameters has `rows' rho = -size slopes`.
    const target = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      let entry = -root * slopes[i];
      for (let k = 0; k < i; k++) entry -= factor[i * size + k] * target[k];
      target[i] = entry / factor[i * size + i];
    }
    members.forEach((k, i) => {
      const column = Float64Array.from({ length: size }, (_, m) =>
        m <= i ? root * factor[i * size + m] : 0,
      );
      if (k < this.nPenalized) {
        block.values.set(column, k * size);
        curvature[k] = dot(column, column) / size;
      } else free.push(column);
      addScaled(parameters[k], column, target);
    });
    const problem = {
      design: new DenseDesign(block, this.working.columnNames),
      free: new UnpenalizedColumns(size, free),
      target,
      datafit: squaredError(),
      penalty: this.working.problem.penalty,
    };
    return { problem, start: { curvature } };
  }
}
