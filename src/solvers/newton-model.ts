import type { DesignMatrix } from "../design/design-matrix";
import { addScaled, dot } from "../linalg/vector";
import type { SparseProblem } from "../objectives/sparse-problem";

/**
 * The datafit as a quadratic of the penalized coefficients, the unpenalized part fitted along: its Hessian is
 * `X' (C - C Q (Q'C Q)^-1 Q'C) X` with `C` the curvature of the loss at some predictor.
 */
export class NewtonModel {
  readonly #problem: SparseProblem;
  /** The diagonal of `C`. */
  readonly curvature: Float64Array;
  /** `C q` for a basis `q` of the unpenalized part with `q'C q = 1`. */
  readonly #weightedBasis: readonly Float64Array[];
  /** `C x_j` of the column asked for. */
  readonly #weighted: Float64Array;

  /** @param eta where the curvature is taken. */
  constructor(problem: SparseProblem, eta: Float64Array) {
    const { datafit, target, free } = problem;
    this.#problem = problem;
    this.curvature = new Float64Array(eta.length);
    datafit.curvature(target, eta, this.curvature);
    this.#weighted = new Float64Array(eta.length);
    this.#weightedBasis = weightedBasis(free.basis, this.curvature);
  }

  /** `out[k] = H[columns[k], j]`; returns `H[j, j]`. */
  column(j: number, columns: Int32Array, out: Float64Array): number {
    const { design } = this.#problem;
    const weighted = this.#weighted;
    weighted.fill(0);
    design.addColumn(j, 1, weighted);
    let diagonal = 0;
    for (let i = 0; i < weighted.length; i++) {
      const entry = weighted[i];
      weighted[i] *= this.curvature[i];
      diagonal += entry * weighted[i];
    }
    // Taking the shares of the basis off the column itself takes them off every product with it.
    const shares = this.#weightedBasis.map((q) => design.columnDot(j, q));
    shares.forEach((share, k) => {
      diagonal -= share * share;
      addScaled(-share, this.#weightedBasis[k], weighted);
    });
    columnDots(design, columns, weighted, out);
    return diagonal;
  }

  /** Turns a change of the predictor, unpenalized part aside, into that of the residual `df/deta`, in place. */
  residualChange(change: Float64Array): void {
    const shares = this.#weightedBasis.map((q) => dot(q, change));
    for (let i = 0; i < change.length; i++) change[i] *= this.curvature[i];
    shares.forEach((share, k) => {
      addScaled(-share, this.#weightedBasis[k], change);
    });
  }

  /** How far the curvature at `eta` is from the model's: the sum of the changes as a share of the sum. */
  drift(eta: Float64Array): number {
    const { datafit, target } = this.#problem;
    if (datafit.quadratic) return 0;
    const now = new Float64Array(eta.length);
    datafit.curvature(target, eta, now);
    let change = 0;
    let total = 0;
    for (let i = 0; i < now.length; i++) {
      change += Math.abs(now[i] - this.curvature[i]);
      total += this.curvature[i];
    }
    return change / total;
  }
}

/** `C q` for vectors `q` that span what `basis` does and have `q'C q = 1`, orthogonal to each other in that product. */
function weightedBasis(basis: readonly Float64Array[], curvature: Float64Array): Float64Array[] {
  const plain: Float64Array[] = [];
  const weighted: Float64Array[] = [];
  for (const given of basis) {
    const q = given.slice();
    for (let pass = 0; pass < 2; pass++) {
      plain.forEach((earlier, k) => {
        addScaled(-dot(weighted[k], q), earlier, q);
      });
    }
    const image = q.map((entry, i) => curvature[i] * entry);
    const length = Math.sqrt(dot(q, image));
    if (!(length > 0)) continue;
    plain.push(q.map((entry) => entry / length));
    weighted.push(image.map((entry) => entry / length));
  }
  return weighted;
}

/** `out[k] = x_j'v` for `j = columns[k]` */
export function columnDots(
  design: DesignMatrix,
  columns: Int32Array,
  v: Float64Array,
  out: Float64Array,
): void {
  if (design.rmatvecColumns) design.rmatvecColumns(columns, v, out);
  else for (let k = 0; k < columns.length; k++) out[k] = design.columnDot(columns[k], v);
}
