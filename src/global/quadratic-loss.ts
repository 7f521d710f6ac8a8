/**
 * The squared error of penalized coefficients alone ({@link QuadraticLoss}): rows weighted, unpenalized columns and the intercept projected
 * out of columns and response, so that the loss is `h(b) = ||y - A b||^2 / 2` with the Gram matrix `G = A'A` and `c = A'y`.
 */
import { columnOf } from "../design/design-matrix";
import { dot } from "../linalg/vector";
import { curvatureAt, type SparseProblem } from "../problem/problem";
import { UnpenalizedColumns } from "../problem/unpenalized-columns";
import { type Loss, type LossModel, type Tangent, UNIT_ROUNDING } from "./loss";

/** `h(b) = ||y - A b||^2 / 2`, its Gram matrix computed column by column as it is asked for. */
export class QuadraticLoss implements Loss {
  readonly isQuadratic = true;
  readonly least = 0;
  readonly selfConcordance = 0;
  readonly columns: readonly Float64Array[];
  readonly y: Float64Array;
  /** `h(0)` */
  readonly atZero: number;
  /** `c = A'y` */
  readonly correlations: Float64Array;
  /** `G_jj` */
  readonly squares: Float64Array;
  /** `||a_j||` */
  readonly norms: Float64Array;
  /** `||y||` */
  readonly sizeOfY: number;
  readonly #gram: (Float64Array | undefined)[];

  constructor(columns: readonly Float64Array[], y: Float64Array, gram?: (Float64Array | undefined)[]) {
    this.columns = columns;
    this.y = y;
    this.correlations = Float64Array.from(columns, (column) => dot(column, y));
    this.squares = Float64Array.from(columns, (column) => dot(column, column));
    this.norms = this.squares.map(Math.sqrt);
    const squaredSize = dot(y, y);
    this.atZero = squaredSize / 2;
    this.sizeOfY = Math.sqrt(squaredSize);
    this.#gram = gram ?? columns.map(() => undefined);
  }

  /** Number of coefficients. */
  get size(): number {
    return this.columns.length;
  }

  /** Number of rows. */
  get nRows(): number {
    return this.y.length;
  }

  /** Column `j` of the Gram matrix; not to be changed. */
  gram(j: number): Float64Array {
    const known = this.#gram[j];
    if (known !== undefined) return known;
    const own = this.columns[j];
    const column = new Float64Array(this.size);
    for (let k = 0; k < column.length; k++) column[k] = this.#gram[k]?.[j] ?? dot(own, this.columns[k]);
    this.#gram[j] = column;
    return column;
  }

  /** `h(b)` from the residual, in which nothing cancels but what the residual is. */
  value(b: Float64Array): number {
    const residual = this.residual(b);
    return dot(residual, residual) / 2;
  }

  /** `y - A b` */
  residual(b: Float64Array): Float64Array {
    const residual = this.y.slice();
    for (let j = 0; j < b.length; j++) {
      if (b[j] === 0) continue;
      const column = this.columns[j];
      const coefficient = b[j];
      for (let i = 0; i < residual.length; i++) residual[i] -= coefficient * column[i];
    }
    return residual;
  }

  get largestCurvatures(): Float64Array {
    return this.squares;
  }

  typicalCurvature(j: number): number {
    return this.squares[j];
  }

  gradient(b: Float64Array): Float64Array {
    const residual = this.residual(b);
    return Float64Array.from(this.columns, (column) => -dot(column, residual));
  }

  modelAt(b: Float64Array): LossModel {
    const gradientOf = (): Float64Array => this.#modelGradient(b);
    return {
      get gradient() {
        return gradientOf();
      },
      squares: this.squares,
      gram: () => (j) => this.gram(j),
      longestRow: () => 0,
    };
  }

  /** `G b - c` */
  #modelGradient(b: Float64Array): Float64Array {
    const gradient = this.correlations.map((entry) => -entry);
    for (let j = 0; j < b.length; j++) {
      if (b[j] === 0) continue;
      const column = this.gram(j);
      for (let i = 0; i < gradient.length; i++) gradient[i] += b[j] * column[i];
    }
    return gradient;
  }

  /**
   * `v = G w - c` and `h(0) - w'G w / 2`. Each `v_j` is off by at most `(n + s + 8) u ||a_j|| (||y|| + sum_k |w_k| ||a_k||)` with `s` nonzero
   * `w_k` (Higham, Accuracy and Stability of Numerical Algorithms, 3.1).
   */
  tangentAt(
    w: Float64Array,
    open: Int32Array,
    nOpen: number,
    v: Float64Array,
    errors: Float64Array,
  ): Tangent {
    const { correlations, norms, nRows, size } = this;
    // Columns that are not open are cheaper to compute with than to leave out where they are few.
    const isDense = 4 * nOpen > 3 * size;
    if (isDense) for (let i = 0; i < size; i++) v[i] = -correlations[i];
    else for (let k = 0; k < nOpen; k++) v[open[k]] = -correlations[open[k]];
    let nonzeros = 0;
    let magnitude = this.sizeOfY;
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      const coefficient = w[j];
      if (coefficient === 0) continue;
      nonzeros++;
      magnitude += Math.abs(coefficient) * norms[j];
      const column = this.gram(j);
      if (isDense) for (let i = 0; i < size; i++) v[i] += coefficient * column[i];
      else for (let i = 0; i < nOpen; i++) v[open[i]] += coefficient * column[open[i]];
    }
    const relative = (nRows + nonzeros + 8) * UNIT_ROUNDING;
    let square = 0;
    for (let k = 0; k < nOpen; k++) {
      const j = open[k];
      errors[j] = relative * norms[j] * magnitude;
      if (w[j] !== 0) square += w[j] * (v[j] + correlations[j]);
    }
    return {
      constant: this.atZero - square / 2,
      error: 2 * relative * magnitude * magnitude,
      effort: nonzeros * nOpen,
    };
  }

  /** The loss of these columns alone. */
  restrictedTo(kept: Int32Array): QuadraticLoss {
    const gram = Array.from(kept, (j) => {
      const column = this.#gram[j];
      return column && Float64Array.from(kept, (k) => column[k]);
    });
    return new QuadraticLoss(
      Array.from(kept, (j) => this.columns[j]),
      this.y,
      gram,
    );
  }
}

/** The loss of a sparse problem whose datafit is a squared error, with weights or without. */
export function quadraticLossOf(problem: SparseProblem): QuadraticLoss {
  const { design, free, target } = problem;
  const scales = curvatureAt(problem, target).map(Math.sqrt);
  const scaled = (column: Float64Array): Float64Array => column.map((entry, i) => entry * scales[i]);
  const unpenalized = new UnpenalizedColumns(target.length, free.basis.map(scaled));
  const projected = (column: Float64Array): Float64Array => {
    const rest = scaled(column);
    const before = dot(rest, rest);
    unpenalized.projectOut(rest);
    // The rest of a column that depends on the unpenalized ones is rounding.
    return dot(rest, rest) > 1e-24 * before ? rest : rest.fill(0);
  };
  const columns = Array.from({ length: design.nFeatures }, (_, j) => projected(columnOf(design, j)));
  return new QuadraticLoss(columns, projected(target));
}
