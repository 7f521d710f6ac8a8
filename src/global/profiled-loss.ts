/**
 * The loss of a sparse problem minimized over intercept and unpenalized columns, `h(b) = min over psi of f(A b + Q psi)`, whatever the datafit
 * if it is convex and states its `selfConcordance` ({@link profiledLossOf}).
 *
 * **Tangents.** With the predictor `eta = A w + Q psi` and `u = f'(eta)` every predictor has `f(.) >= f(eta) + u'(. - eta)`. Where `Q'u = 0` this
 * is `h(b) >= f(eta) - u'eta + (A'u)'b` for all `b`: minus the conjugate of the loss at the dual point `u`, which is feasible as a gradient.
 *
 * **Rounding.** A slope `s = Q'u` is left. With `H = Q'DQ`, `D = diag(f''(eta))`, `kappa^2 = s'H^-1 s` and `r_i^2 = q_i'H^-1 q_i`, self-concordance
 * by `M` gives `f(eta + Q z) >= f(eta) - kappa l + exp(-M r l) l^2 / 2` with `l^2 = z'H z`. For `4 M r kappa <= 1/2` that is above `f(eta)` at
 * `l = 4 kappa`, so that the minimum over `psi` is at a `z` with `l < 4 kappa`, and its gradient `u*` has `Q'u* = 0` and
 * `|u*_i - u_i| <= exp(1/2) D_ii |q_i'z|`. By Cauchy and Schwarz `|a_j'(u* - u)| <= 7 kappa sqrt(a_j'D a_j)`, and minus the conjugate is lower at
 * `u*` by at most `7 kappa sqrt((|eta| + 1)'D (|eta| + 1))`, since its slope there is at most `|eta| + 1`. Sums of `n` terms are off by at most
 * `n u` times the sum of their magnitudes (Higham, Accuracy and Stability of Numerical Algorithms, 3.1); terms of the loss are at most the
 * excess over their least values, these, and twice the curvature.
 *
 * @see Bach, Self-concordant analysis for logistic regression (2010)
 */
import { columnOf } from "../design/design-matrix";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { addScaled, areEqual, dot, maxAbs, norm } from "../linalg/vector";
import { leveledAt, type SparseProblem, saturatedLoss } from "../problem/problem";
import { type Loss, type LossModel, type Tangent, UNIT_ROUNDING } from "./loss";

/** Operations of a term, a logarithm or an exponential and what is done with it, and an offset of as many units at most. */
const OPERATIONS = 64;

/** Predictors at which slopes have reached their limits, if they have any. */
const FAR = [2 ** 250, 2 ** 500] as const;

/** The loss at some coefficients, minimized over the unpenalized part. */
interface ProfilePoint {
  readonly b: Float64Array;
  readonly value: number;
  readonly psi: Float64Array;
  readonly eta: Float64Array;
  /** `f'(eta)` */
  readonly slopes: Float64Array;
  /** `f''(eta)` */
  readonly curvatures: Float64Array;
}

/** The values that are the same for all coefficients. */
interface Fixed {
  readonly problem: SparseProblem;
  readonly selfConcordance: number;
  readonly atZero: number;
  readonly least: number;
  /** The sum of the magnitudes of the least values of all rows. */
  readonly sizeOfLeast: number;
  /** The largest second derivative of each row, infinite where none is known. */
  readonly largest: Float64Array;
}

/** `h(b) = min over psi of f(A b + Q psi)` */
export class ProfiledLoss implements Loss {
  readonly isQuadratic = false;
  readonly columns: readonly Float64Array[];
  readonly largestCurvatures: Float64Array;
  readonly #fixed: Fixed;
  readonly #lengths: Float64Array;
  #last: ProfilePoint | undefined;

  /**
   * @param columns orthogonal to the unpenalized ones.
   * @param lengths of the columns before they were made so, by which their rounding goes.
   */
  constructor(fixed: Fixed, columns: readonly Float64Array[], lengths: Float64Array) {
    this.columns = columns;
    this.#fixed = fixed;
    this.#lengths = lengths;
    this.largestCurvatures = Float64Array.from(columns, (column) =>
      column.reduce((sum, entry, i) => (entry === 0 ? sum : sum + fixed.largest[i] * entry * entry), 0),
    );
  }

  get size(): number {
    return this.columns.length;
  }

  get nRows(): number {
    return this.#fixed.problem.target.length;
  }

  get least(): number {
    return this.#fixed.least;
  }

  get atZero(): number {
    return this.#fixed.atZero;
  }

  get selfConcordance(): number {
    return this.#fixed.selfConcordance;
  }

  restrictedTo(kept: Int32Array): ProfiledLoss {
    return new ProfiledLoss(
      this.#fixed,
      Array.from(kept, (j) => this.columns[j]),
      Float64Array.from(kept, (j) => this.#lengths[j]),
    );
  }

  value(b: Float64Array): number {
    return this.#at(b).value;
  }

  gradient(b: Float64Array): Float64Array {
    const { slopes } = this.#at(b);
    return Float64Array.from(this.columns, (column) => dot(column, slopes));
  }

  typicalCurvature(j: number): number {
    const column = this.columns[j];
    const curvatures = this.#last?.curvatures ?? new Float64Array(this.nRows);
    let sum = 0;
    for (let i = 0; i < column.length; i++) sum += curvatures[i] * column[i] * column[i];
    return sum;
  }

  modelAt(b: Float64Array): LossModel {
    const { curvatures } = this.#at(b);
    const gradientOf = (): Float64Array => this.gradient(b);
    return new WeightedModel(this.columns, this.#fixed.problem.free.basis, curvatures, gradientOf);
  }

  tangentAt(
    w: Float64Array,
    open: Int32Array,
    nOpen: number,
    v: Float64Array,
    errors: Float64Array,
  ): Tangent {
    const { value, eta, slopes, curvatures } = this.#at(w);
    const { least, sizeOfLeast } = this.#fixed;
    const [n, effort] = [this.nRows, this.nRows * nOpen];
    const relative = 2 * (n + OPERATIONS) * UNIT_ROUNDING;
    const sizes = new Float64Array(n);
    for (let i = 0; i < n; i++) sizes[i] = Math.abs(slopes[i]) + curvatures[i];
    const shift = this.#dualShift(slopes, curvatures, relative, sizes);
    let size = value - least + sizeOfLeast;
    let spread = 0;
    for (let i = 0; i < n; i++) {
      const most = Math.abs(eta[i]) + 1;
      size += 2 * sizes[i] * most;
      spread += curvatures[i] * most * most;
    }
    const constant = value - dot(slopes, eta);
    const error = relative * size + shift * Math.sqrt(spread);
    if (!Number.isFinite(constant - error)) {
      // The loss itself is a bound too, with slopes of zero.
      for (let k = 0; k < nOpen; k++) [v[open[k]], errors[open[k]]] = [0, 0];
      return { constant: least, error: relative * sizeOfLeast, effort };
    }
    const ofSums = relative * norm(sizes);
    const ofShift = shift * Math.sqrt(maxAbs(curvatures));
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      v[j] = dot(this.columns[j], slopes);
      errors[j] = (ofSums + ofShift) * this.#lengths[j];
    }
    return { constant, error, effort };
  }

  /** `7 kappa`, infinite where the slope along the unpenalized columns is too large for it. */
  #dualShift(slopes: Float64Array, curvatures: Float64Array, relative: number, sizes: Float64Array): number {
    const { problem, selfConcordance } = this.#fixed;
    const { basis } = problem.free;
    const size = basis.length;
    if (size === 0) return 0;
    const factor = weightedProducts(basis, curvatures);
    if (!choleskyFactor(factor, size)) return Number.POSITIVE_INFINITY;
    let [slack, row] = [0, 0];
    const slope = Float64Array.from(basis, (column, k) => {
      const unit = new Float64Array(size);
      unit[k] = 1;
      choleskySolve(factor, size, unit);
      const own = Math.sqrt(unit[k]);
      slack += own * relative * norm(column) * norm(sizes);
      row += own * maxAbs(column);
      return dot(column, slopes);
    });
    const solved = slope.slice();
    choleskySolve(factor, size, solved);
    const kappa = 1.01 * (Math.sqrt(Math.max(dot(slope, solved), 0)) + slack);
    return 4 * selfConcordance * row * kappa <= 0.5 ? 7 * kappa : Number.POSITIVE_INFINITY;
  }

  #at(b: Float64Array): ProfilePoint {
    if (this.#last && areEqual(this.#last.b, b)) return this.#last;
    const { problem } = this.#fixed;
    const { datafit, target, free } = problem;
    const linear = new Float64Array(this.nRows);
    for (let j = 0; j < b.length; j++) if (b[j] !== 0) addScaled(b[j], this.columns[j], linear);
    const start =
      this.#last && Number.isFinite(this.#last.value) ? this.#last.psi : new Float64Array(free.size);
    const { psi, eta } = leveledAt(problem, linear, start);
    const [slopes, curvatures] = [new Float64Array(this.nRows), new Float64Array(this.nRows)];
    const value = datafit.valueAndGradient(target, eta, slopes);
    datafit.curvature(target, eta, curvatures);
    this.#last = { b: b.slice(), value, psi, eta, slopes, curvatures };
    return this.#last;
  }
}

/**
 * The quadratic model with second derivatives `D` in the predictors, minimized over the unpenalized columns: `G = A'D A - A'D Q (Q'D Q)^-1 Q'D A`.
 */
class WeightedModel implements LossModel {
  readonly #columns: readonly Float64Array[];
  readonly #free: readonly Float64Array[];
  readonly #weights: Float64Array;
  readonly #gradientOf: () => Float64Array;
  readonly #factor: Float64Array;
  readonly #isFree: boolean;
  /** `Q'D a_j` of the columns that were asked for. */
  readonly #products = new Map<number, Float64Array>();
  #gradient: Float64Array | undefined;
  #squares: Float64Array | undefined;

  constructor(
    columns: readonly Float64Array[],
    free: readonly Float64Array[],
    weights: Float64Array,
    gradientOf: () => Float64Array,
  ) {
    this.#columns = columns;
    this.#free = free;
    this.#weights = weights;
    this.#gradientOf = gradientOf;
    this.#factor = weightedProducts(free, weights);
    this.#isFree = free.length > 0 && choleskyFactor(this.#factor, free.length);
  }

  get gradient(): Float64Array {
    this.#gradient ??= this.#gradientOf();
    return this.#gradient;
  }

  get squares(): Float64Array {
    this.#squares ??= Float64Array.from(this.#columns, (_, j) => this.#square(j));
    return this.#squares;
  }

  gram(known: ArrayLike<number>): (j: number) => Float64Array {
    const found = new Map<number, Float64Array>();
    return (j) => {
      const before = found.get(j);
      if (before !== undefined) return before;
      const column = new Float64Array(this.#columns.length);
      const weighted = multiplied(this.#columns[j], this.#weights);
      const psi = this.#psiOf(j);
      for (let k = 0; k < known.length; k++) {
        const m = known[k];
        column[m] = found.get(m)?.[j] ?? dot(weighted, this.#columns[m]) - dot(psi, this.#productsOf(m));
      }
      found.set(j, column);
      return column;
    };
  }

  longestRow(squaredLength: (row: Float64Array) => number): number {
    const size = this.#free.length;
    if (size > 0 && !this.#isFree) return Number.POSITIVE_INFINITY;
    const leveled = this.#columns.map((column, j) => {
      const rest = column.slice();
      const psi = this.#psiOf(j);
      this.#free.forEach((basis, k) => {
        addScaled(-psi[k], basis, rest);
      });
      return rest;
    });
    let longest = 0;
    for (let i = 0; i < this.#weights.length; i++) {
      const row = Float64Array.from(leveled, (column) => column[i]);
      const free = Float64Array.from(this.#free, (column) => column[i]);
      const solved = free.slice();
      choleskySolve(this.#factor, size, solved);
      longest = Math.max(longest, squaredLength(row) + dot(free, solved));
    }
    return Math.sqrt(longest);
  }

  #square(j: number): number {
    const [column, weights] = [this.#columns[j], this.#weights];
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i] * column[i] * column[i];
    return sum - dot(this.#psiOf(j), this.#productsOf(j));
  }

  #productsOf(j: number): Float64Array {
    let products = this.#products.get(j);
    if (products === undefined) {
      const weighted = multiplied(this.#columns[j], this.#weights);
      products = Float64Array.from(this.#isFree ? this.#free : [], (basis) => dot(basis, weighted));
      this.#products.set(j, products);
    }
    return products;
  }

  /** `(Q'D Q)^-1 Q'D a_j` */
  #psiOf(j: number): Float64Array {
    const psi = this.#productsOf(j).slice();
    choleskySolve(this.#factor, psi.length, psi);
    return psi;
  }
}

function multiplied(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) product[i] = a[i] * b[i];
  return product;
}

/** `Q'D Q` */
function weightedProducts(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const size = columns.length;
  const products = new Float64Array(size * size);
  columns.forEach((column, k) => {
    const weighted = multiplied(column, weights);
    for (let m = 0; m < size; m++) products[k * size + m] = dot(weighted, columns[m]);
  });
  return products;
}

/** The loss of a sparse problem whose datafit states its `selfConcordance`. */
export function profiledLossOf(problem: SparseProblem): ProfiledLoss {
  const { design, free, target, datafit } = problem;
  const selfConcordance = datafit.selfConcordance!;
  const lengths = new Float64Array(design.nFeatures);
  const columns = Array.from(lengths, (_, j) => {
    const column = columnOf(design, j);
    lengths[j] = norm(column);
    free.projectOut(column);
    // The rest of a column that depends on the unpenalized ones is rounding.
    return norm(column) > 1e-12 * lengths[j] ? column : column.fill(0);
  });
  const nothing = new Float64Array(target.length);
  const { loss } = leveledAt(problem, nothing, new Float64Array(free.size));
  const leasts = Array.from(target, (y, i) =>
    datafit.subset!(Int32Array.of(i)).saturatedValue(Float64Array.of(y)),
  );
  return new ProfiledLoss(
    {
      problem,
      selfConcordance,
      atZero: loss,
      least: saturatedLoss(problem),
      sizeOfLeast: leasts.reduce((sum, least) => sum + Math.abs(least), 0) / target.length,
      largest: largestCurvatures(problem, selfConcordance),
    },
    columns,
    lengths,
  );
}

/**
 * A bound on each row's second derivative: a slope that rises from one limit to another, and whose derivative falls by no more than `exp(-M d)`
 * over a distance `d`, rises by at least `2 / M` times its largest derivative.
 */
function largestCurvatures({ datafit, target }: SparseProblem, selfConcordance: number): Float64Array {
  const slopesAt = (place: number): Float64Array => {
    const slopes = new Float64Array(target.length);
    datafit.valueAndGradient(target, slopes.slice().fill(place), slopes);
    return slopes;
  };
  const [above, farAbove] = FAR.map(slopesAt);
  const [below, farBelow] = FAR.map((place) => slopesAt(-place));
  return target.map((_, i) =>
    above[i] === farAbove[i] && below[i] === farBelow[i]
      ? (selfConcordance / 2) * (above[i] - below[i])
      : Number.POSITIVE_INFINITY,
  );
}
