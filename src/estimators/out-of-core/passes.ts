/**
 * Defines what one pass over the rows of a table computes ({@link PassPoint}, {@link PassSums}), computes it block by block, and runs several
 * solvers on the same passes ({@link inLockstep}).
 */
import type { Datafit } from "../../datafits";
import type { DenseBlock } from "../../design/dense-block";
import type { MomentMatrix } from "../../design/design-input";
import { PassFailure } from "../../errors";
import { absoluteSum, addScaled, dot } from "../../linalg/vector";
import type { PathOptions } from "../options/run-options";
import { type RowMeasure, rowErrors } from "../results/score";

/** How passes tell how far they are, and what ends them. */
export type PassOptions = Pick<PathOptions, "onProgress" | "signal">;

/** Some rows of a table: those of one fold, or all others. */
export interface RowSet {
  readonly fold: number;
  readonly isHeldOut: boolean;
}

/** A block of rows, as long as `columns`. Where a table ends within it, rows of weight 0 follow. */
export interface RowBlock {
  /** The standardized features, and last a column of ones. */
  readonly columns: DenseBlock;
  readonly target: Float64Array;
  readonly weights: Float64Array;
  readonly offset: Float64Array | undefined;
  /** The number of each row's fold; left out where there are none. */
  readonly folds?: Int32Array | undefined;
}

/** The moments of a set of rows, which determine a squared error. */
export interface TableMoments {
  /** A few rows with the means and covariances of all. */
  readonly X: MomentMatrix;
  readonly y: Float64Array;
  /** Number of rows of positive weight. */
  readonly nCounted: number;
  /** Whether these rows have two values of the response. */
  readonly responseVaries: boolean;
}

/** A table whose rows are read in passes. */
export interface PassTable {
  readonly featureNames: readonly string[];
  /** The means and deviations by which the columns of blocks are standardized; the deviation of a constant column is 1. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** The standard deviation of each feature, 0 of a constant one. */
  readonly spread: Float64Array;
  readonly usesOffset: boolean;
  /** Number of passes over the rows so far. */
  readonly passes: number;
  /** Rows in memory from whose fits those of all rows begin: a uniform sample, or two whose response has the mean of all. */
  readonly sample: RowBlock;
  /** Whether the sample is one of all rows, and not of their response alone. */
  readonly sampleHasFeatures: boolean;
  /** The moments of a set of rows, those of all without one. */
  momentsOf(rows?: RowSet): TableMoments;
  /** Whether a pass computes {@link PassSums.fenchelYoung} of this loss. */
  hasConjugate(datafit: Datafit): boolean;
  /** Computes the sums of a loss at points, all in one pass over the rows. */
  evaluate(datafit: Datafit, points: readonly PassPoint[]): Promise<readonly PassSums[]>;
}

/** Coefficients at which a pass computes sums over a set of rows. */
export interface PassPoint {
  /** Default: all rows. */
  readonly rows?: RowSet | undefined;
  /** Coefficients of the standardized columns, and last the intercept. */
  readonly coefs: Float64Array;
  /** Whether the gradient in all columns is computed. */
  readonly hasGradient?: boolean;
  /** The columns whose matrix of second derivatives is computed. */
  readonly gram?: Int32Array;
  /**
   * A dual point: `scale (r - w q)` of the slopes `r`, curvatures `w` and the predictor `q` of the coefficients `shift`; `size` is the mean
   * of `|r|`, beside which distances from its domain are rounding.
   */
  readonly dual?: { readonly scale: number; readonly shift: Float64Array; readonly size: number };
  /** The measure whose mean is computed. */
  readonly measure?: RowMeasure;
}

/** The sums of a pass at one point, each divided by the sum of the weights. */
export interface PassSums {
  /** Sum of the weights of the rows. */
  readonly weight: number;
  readonly loss: number;
  /** The loss of the saturated model. */
  readonly saturated: number;
  /** `X'r`, of a dual point `X'u`; the last entry is that of the column of ones. */
  readonly gradient: Float64Array;
  /** The mean size of the slopes, of a dual point of `u`, beside which roundings of the gradient are measured; 0 without a gradient. */
  readonly absoluteSlope: number;
  /** `X_J' W X_J`, row-major; empty where it was not asked for. */
  readonly gram: Float64Array;
  /** `f + f* - eta'u` of the dual point. */
  readonly fenchelYoung: number;
  /** The mean of the measure; 0 without one. */
  readonly error: number;
}

/** A computation that asks for passes: it yields points, and receives their sums. */
export type Passes<Result> = Generator<readonly PassPoint[], Result, readonly PassSums[]>;

/** Adds up the sums of points over blocks of rows. */
export class PassEvaluator {
  readonly #datafit: Datafit;
  readonly #points: readonly PassPoint[];
  readonly #sums: { -readonly [Name in keyof PassSums]: PassSums[Name] }[];
  /** The second derivatives of a block. */
  readonly #ofBlock: Float64Array;

  constructor(datafit: Datafit, points: readonly PassPoint[]) {
    this.#datafit = datafit;
    this.#points = points;
    this.#sums = points.map(({ coefs, gram }) => ({
      weight: 0,
      loss: 0,
      saturated: 0,
      gradient: new Float64Array(coefs.length),
      absoluteSlope: 0,
      gram: new Float64Array((gram?.length ?? 0) ** 2),
      fenchelYoung: 0,
      error: 0,
    }));
    this.#ofBlock = new Float64Array(Math.max(0, ...this.#sums.map(({ gram }) => gram.length)));
  }

  add(block: RowBlock): void {
    const losses = new Map<string, { loss: Datafit; weight: number; saturated: number }>();
    const { target, columns } = block;
    const n = target.length;
    const [eta, slopes, curvatures] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
    this.#points.forEach((point, k) => {
      const { rows } = point;
      const key = rows ? `${rows.fold} ${rows.isHeldOut}` : "all";
      let known = losses.get(key);
      if (known === undefined) {
        const weights = rows ? weightsOf(block, rows) : block.weights;
        const loss = this.#datafit.weighted(weights);
        const weight = weights.reduce((sum, each) => sum + each, 0);
        known = { loss, weight, saturated: n * loss.saturatedValue(target) };
        losses.set(key, known);
      }
      const { loss, weight, saturated } = known;
      if (weight === 0) return;
      const sums = this.#sums[k];
      const addPredictor = (coefs: Float64Array, out: Float64Array): void => columns.multiply(coefs, out);
      addPredictor(point.coefs, eta);
      if (block.offset) addScaled(1, block.offset, eta);
      sums.weight += weight;
      sums.saturated += saturated;
      sums.loss += n * loss.valueAndGradient(target, eta, slopes);
      if (point.measure) {
        const weights = rows ? weightsOf(block, rows) : block.weights;
        sums.error += dot(weights, rowErrors(point.measure, loss, target, eta));
      }
      if (point.gram || point.dual) loss.curvature(target, eta, curvatures);
      if (point.dual) {
        const shift = new Float64Array(n);
        addPredictor(point.dual.shift, shift);
        for (let i = 0; i < n; i++) slopes[i] = point.dual.scale * (slopes[i] - curvatures[i] * shift[i]);
        sums.fenchelYoung += n * loss.fenchelYoung!(target, eta, slopes);
      }
      if (point.hasGradient) {
        const dots = new Float64Array(sums.gradient.length);
        columns.dots(slopes, dots);
        addScaled(n, dots, sums.gradient);
        sums.absoluteSlope += n * absoluteSum(slopes);
      }
      if (point.gram) {
        const gram = this.#ofBlock.subarray(0, sums.gram.length);
        columns.gram(point.gram, point.gram, gram, curvatures);
        addScaled(n, gram, sums.gram);
      }
    });
  }

  /** The sums of all blocks, after the last of them. */
  sums(): PassSums[] {
    for (const sums of this.#sums) {
      const { weight, gradient, gram } = sums;
      for (const name of ["loss", "saturated", "absoluteSlope", "fenchelYoung", "error"] as const)
        sums[name] /= weight;
      // Matrices of many fits are large, so they are divided where they are.
      for (let k = 0; k < gradient.length; k++) gradient[k] /= weight;
      for (let k = 0; k < gram.length; k++) gram[k] /= weight;
    }
    return this.#sums;
  }
}

/** The weights of a block, 0 in other rows than those of a set. */
function weightsOf({ weights, folds }: RowBlock, { fold, isHeldOut }: RowSet): Float64Array {
  return weights.map((weight, i) => ((folds![i] === fold) === isHeldOut ? weight : 0));
}

/** Number of second derivatives of the computations that run side by side: 128 MB, of which a pass has some three copies. */
const MOST_SIDE_BY_SIDE = 2 ** 24;

/** How computations run side by side. */
interface Lockstep {
  /** Where it is aborted, no further computations begin. */
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Called after each pass. */
  readonly onPass?: (nDone: number) => void;
  /** Called where a pass fails, after which nothing is computed any more. Without it the failure is thrown. */
  readonly onFailure?: (failure: PassFailure) => void;
}

/**
 * Runs computations side by side: each pass computes what all of them ask for next, so that there are as many passes as the longest one
 * takes. Where their second derivatives would take too much memory, the later ones begin when others are done.
 *
 * @param pass reads the rows once.
 * @returns the results, of the first ones only where it was aborted or a pass failed.
 */
export async function inLockstep<Result>(
  computations: readonly Passes<Result>[],
  pass: (points: readonly PassPoint[]) => Promise<readonly PassSums[]>,
  { signal, onPass, onFailure }: Lockstep = {},
): Promise<Result[]> {
  interface Open {
    readonly at: number;
    readonly asked: IteratorResult<readonly PassPoint[], Result>;
  }
  const results: Result[] = [];
  const sizeOf = ({ asked }: Open): number =>
    asked.done ? 0 : asked.value.reduce((sum, { gram }) => sum + (gram?.length ?? 0) ** 2, 0);
  let open: Open[] = [];
  let begun = 0;
  let waiting: Open | undefined;
  for (;;) {
    let size = open.reduce((sum, each) => sum + sizeOf(each), 0);
    while (begun < computations.length && !(signal?.aborted && begun > 0)) {
      waiting ??= { at: begun, asked: computations[begun].next() };
      if (open.length > 0 && size + sizeOf(waiting) > MOST_SIDE_BY_SIDE) break;
      size += sizeOf(waiting);
      open.push(waiting);
      waiting = undefined;
      begun++;
    }
    for (const { at, asked } of open) if (asked.done) results[at] = asked.value;
    open = open.filter(({ asked }) => !asked.done);
    if (open.length === 0 && (begun === computations.length || signal?.aborted)) return results;
    if (open.length === 0) continue;
    const points = open.map(({ asked }) => asked.value as readonly PassPoint[]);
    let sums: readonly PassSums[];
    try {
      sums = await pass(points.flat());
    } catch (failure) {
      if (!(failure instanceof PassFailure && onFailure)) throw failure;
      for (const { at } of open) {
        const known = resultAfter(failure, computations[at]);
        if (known !== undefined) results[at] = known;
      }
      onFailure(failure);
      const missing = computations.findIndex((_, k) => !(k in results));
      return missing < 0 ? results : results.slice(0, missing);
    }
    let from = 0;
    open = open.map(({ at }, k) => {
      const own = sums.slice(from, from + points[k].length);
      from += own.length;
      return { at, asked: computations[at].next(own) };
    });
    onPass?.(begun - open.filter(({ asked }) => !asked.done).length);
  }
}

/** Ends a computation by a failure; returns undefined where it has no result then. */
function resultAfter<Result>(failure: PassFailure, computation: Passes<Result>): Result | undefined {
  try {
    const { done, value } = computation.throw(failure);
    return done ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Runs one computation on rows that are in memory. */
export function inMemory<Result>(computation: Passes<Result>, datafit: Datafit, block: RowBlock): Result {
  let asked = computation.next();
  while (!asked.done) {
    const evaluator = new PassEvaluator(datafit, asked.value);
    evaluator.add(block);
    asked = computation.next(evaluator.sums());
  }
  return asked.value;
}
