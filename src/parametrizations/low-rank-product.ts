import { mustBe } from "../errors";
import { addProduct, addProductWithTransposed, addTransposedProduct } from "../linalg/matrix-product";
import { type SingularValueDecomposition, singularComponents } from "../linalg/singular-value-decomposition";
import { dot, squaredNorm } from "../linalg/vector";
import { checkKeys } from "../options";
import { nuclear, schatten } from "../penalties";
import { seededRandom } from "../random/random";
import { serializable } from "../recipe";
import { checkDepth, inConvention } from "./depth";
import type { ConventionOptions, DepthOptions, Parametrization } from "./parametrization";

/** Options of {@link lowRankProduct}: the shape of the matrix, and how many factors it has. */
export interface LowRankOptions extends ConventionOptions, DepthOptions {
  /** Columns of `B`: responses or classes. */
  readonly nColumns: number;
  /** Columns of `U` and `V`, at least the rank that solutions are to have. */
  readonly rank: number;
}

/**
 * The product of matrices, for a coefficient matrix `B` of several responses or classes:
 * `B = U V'` with `R_xi = 1/2 (||U||^2 + ||V||^2)` (Frobenius), which induces the nuclear norm `sum_i sigma_i(B)`; with
 * `k - 2` square matrices between, `B = U W_2 ... W_(k-1) V'` with `R_xi = (1/k) (||U||^2 + ... + ||V||^2)`, which induces
 * the Schatten penalty `sum_i sigma_i(B)^(2/k)`.
 *
 * `beta` is `B`, one column after the other; `xi` is `U` (`nRows x rank`), the `W_l` (`rank x rank`) and `V`
 * (`nColumns x rank`), each one column after the other: `rank (nRows + nColumns) + (k - 2) rank^2` parameters. With
 * `B = P S Q'` it is balanced at `U = P S^(1/k)`, `W_l = S^(1/k)`, `V = Q S^(1/k)`, up to rotations between the factors.
 *
 * `K` is smooth. It is not locally open everywhere: where `V = 0` and the columns of `U` are independent but do not span,
 * matrices near by have almost the column space of `U`. With a penalty no such point is stationary. All balanced factors
 * of one matrix are rotations of each other, so with `rank >= min(nRows, nColumns)` the local minima are those of the
 * penalized problem, for any loss. A smaller rank confines the problem to matrices of this rank: the global minimum is
 * the same only if a solution has no larger rank, and there can be other local minima. One at which the factors of
 * `U V'` are rank deficient is global if the loss is convex.
 *
 * @param options `nColumns`: columns of `B`, responses or classes; `rank`: columns of `U` and `V`, at least the rank that
 * solutions are to have; `depth`: the number of factors `k`, an integer of at least 2, default 2; `lambdaConvention`.
 * @throws InputError when an option is outside its domain, `nColumns` does not divide the number of coefficients, or
 * coefficients to start from or to factorize have a larger rank.
 * @see Srebro, Rennie and Jaakkola, Maximum-margin matrix factorization (2004); Burer and Monteiro, Local minima and
 * convergence in low-rank semidefinite programming (2005); Haeffele and Vidal, arXiv 1506.07540
 * @example
 * ```ts
 * const B = new Float64Array(4);
 * lowRankProduct({ nColumns: 2, rank: 1 }).forward(Float64Array.of(1, 2, 3, 4), B);
 * B; // [3, 6, 4, 8]
 * ```
 */
export function lowRankProduct(options: LowRankOptions): Parametrization {
  const where = "lowRankProduct";
  const keys = ["nColumns", "rank", "depth", "lambdaConvention"];
  checkKeys(where, options, keys, "write { nColumns: 2, rank: 1 }");
  const { nColumns, rank, depth = 2 } = options;
  for (const [what, value] of Object.entries({ nColumns, rank })) {
    if (!(Number.isInteger(value) && value > 0)) throw mustBe(where, what, "a positive integer", value);
  }
  checkDepth(where, depth);
  const nInner = (depth - 2) * rank * rank;
  const rowsOf = (xi: Float64Array): number => (xi.length - nInner) / rank - nColumns;

  const left = (xi: Float64Array): Float64Array => xi.subarray(0, rowsOf(xi) * rank);
  const right = (xi: Float64Array): Float64Array => xi.subarray(xi.length - nColumns * rank);
  const inner = (xi: Float64Array, l: number): Float64Array => {
    const start = rowsOf(xi) * rank + (l - 1) * rank * rank;
    return xi.subarray(start, start + rank * rank);
  };

  /** The partial products `U W_2 ... W_l`, at `l`, and the same from the other end; made anew for other sizes only. */
  let partial: Float64Array[] = [];
  let above = new Float64Array(0);
  let below = new Float64Array(0);
  const multiply = (xi: Float64Array): Float64Array => {
    const nRows = rowsOf(xi);
    if (above.length !== nRows * rank) {
      partial = Array.from({ length: depth - 1 }, () => new Float64Array(nRows * rank));
      above = new Float64Array(nRows * rank);
      below = new Float64Array(nRows * rank);
    }
    partial[0].set(left(xi));
    for (let l = 1; l < depth - 1; l++) {
      partial[l].fill(0);
      addProduct(partial[l - 1], inner(xi, l), nRows, partial[l]);
    }
    return partial[depth - 2];
  };

  const decompose = (beta: Float64Array): SingularValueDecomposition => {
    const parts = singularComponents(beta, beta.length / nColumns, nColumns);
    if (parts.values.length > rank) {
      throw mustBe(where, "the rank of the coefficients", `<= ${rank}`, parts.values.length);
    }
    return parts;
  };

  const parametrization = inConvention(where, options, depth, {
    name: `lowRankProduct(${nColumns}, ${rank}${depth > 2 ? `, ${depth}` : ""})`,
    inducedPenalty: depth === 2 ? nuclear({ nColumns }) : schatten({ nColumns, q: 2 / depth }),
    smoothness: Number.POSITIVE_INFINITY,

    surrogateSize(nFeatures) {
      if (nFeatures % nColumns !== 0) {
        throw mustBe(where, "the number of coefficients", `a multiple of ${nColumns}`, nFeatures);
      }
      return (nFeatures / nColumns + nColumns) * rank + nInner;
    },

    factors: (nFeatures) => [
      { size: (nFeatures / nColumns) * rank, power: 1 },
      ...Array.from({ length: depth - 2 }, () => ({ size: rank * rank, power: 1 })),
      { size: nColumns * rank, power: 1 },
    ],

    forward(xi, beta) {
      beta.fill(0);
      addProductWithTransposed(multiply(xi), right(xi), rowsOf(xi), beta);
    },

    pullback(xi, cotangent, out) {
      const nRows = rowsOf(xi);
      addTransposedProduct(cotangent, multiply(xi), nRows, right(out));
      above.fill(0);
      addProduct(cotangent, right(xi), nRows, above);
      for (let l = depth - 2; l > 0; l--) {
        addTransposedProduct(partial[l - 1], above, nRows, inner(out, l));
        below.fill(0);
        addProductWithTransposed(above, inner(xi, l), nRows, below);
        [above, below] = [below, above];
      }
      const slope = left(out);
      for (let i = 0; i < slope.length; i++) slope[i] += above[i];
    },

    surrogatePenalty: (xi) => squaredNorm(xi) / depth,

    addSurrogateGradient(xi, scale, out) {
      for (let i = 0; i < xi.length; i++) out[i] += ((2 * scale) / depth) * xi[i];
    },

    rightInverse(beta, xi) {
      const parts = decompose(beta);
      xi.fill(0);
      for (let i = 0; i < parts.values.length; i++) {
        const root = parts.values[i] ** (1 / depth);
        left(xi).set(
          parts.left[i].map((entry) => root * entry),
          i * rowsOf(xi),
        );
        for (let l = 1; l < depth - 1; l++) inner(xi, l)[i * rank + i] = root;
        right(xi).set(
          parts.right[i].map((entry) => root * entry),
          i * nColumns,
        );
      }
    },

    ...(depth === 2 && { misalignment: (xi: Float64Array) => imbalance(left(xi), right(xi), nColumns) }),

    /**
     * `V` and the `W_l` are orthonormal, up to a scale; the rows of `V` span those of `B`. The scale is that of twice the largest
     * singular value: with that value itself the point would be balanced where all of them are equal.
     */
    startingPoint(beta, magnitude, xi) {
      const parts = decompose(beta);
      const scale = (2 * (parts.values[0] ?? 0) + magnitude) ** (1 / depth);
      xi.fill(0);
      right(xi).set(frame(parts.right, nColumns, rank));
      addProduct(beta, right(xi), rowsOf(xi), left(xi));
      for (let i = 0; i < left(xi).length; i++) left(xi)[i] /= scale ** (depth - 1);
      for (let l = 1; l < depth - 1; l++) {
        for (let i = 0; i < rank; i++) inner(xi, l)[i * rank + i] = scale;
      }
      for (let i = 0; i < right(xi).length; i++) right(xi)[i] *= scale;
    },
  });
  return serializable("lowRankProduct", [options], parametrization);
}

/**
 * `1/2 (||U||^2 + ||V||^2) - ||U V'||_*`: with `U V' = P S Q'` it is
 * `1/2 (||P'U - Q'V||^2 + ||U - P P'U||^2 + ||V - Q Q'V||^2)`, because the trace of `P'U V'Q` is the nuclear norm.
 */
function imbalance(u: Float64Array, v: Float64Array, nColumns: number): number {
  const rank = v.length / nColumns;
  const nRows = u.length / rank;
  const product = new Float64Array(nRows * nColumns);
  addProductWithTransposed(u, v, nRows, product);
  const { left, right } = singularComponents(product, nRows, nColumns);
  let sum = 0;
  for (let l = 0; l < rank; l++) {
    const [column, other] = [u.slice(l * nRows, (l + 1) * nRows), v.slice(l * nColumns, (l + 1) * nColumns)];
    for (let i = 0; i < left.length; i++) {
      const [share, otherShare] = [dot(left[i], column), dot(right[i], other)];
      sum += (share - otherShare) ** 2;
      for (let k = 0; k < nRows; k++) column[k] -= share * left[i][k];
      for (let k = 0; k < nColumns; k++) other[k] -= otherShare * right[i][k];
    }
    sum += squaredNorm(column) + squaredNorm(other);
  }
  return sum / 2;
}

/**
 * `size` orthonormal columns of length `length`, one after the other, that span the given orthonormal ones: unit vectors
 * where they span everything, and then zeros, else the given ones and random ones, whose rows are not zero.
 */
function frame(given: readonly Float64Array[], length: number, size: number): Float64Array {
  const columns = new Float64Array(length * size);
  if (size >= length) {
    for (let i = 0; i < length; i++) columns[i * length + i] = 1;
    return columns;
  }
  const random = seededRandom(1);
  for (let i = 0; i < size; i++) {
    const column = columns.subarray(i * length, (i + 1) * length);
    if (i < given.length) column.set(given[i]);
    else for (let k = 0; k < length; k++) column[k] = random.normal();
    // Twice is enough: what the first pass leaves of the others is rounding.
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < i; other++) {
        const earlier = columns.subarray(other * length, (other + 1) * length);
        const share = dot(earlier, column);
        for (let k = 0; k < length; k++) column[k] -= share * earlier[k];
      }
    }
    const norm = Math.sqrt(squaredNorm(column));
    for (let k = 0; k < length; k++) column[k] /= norm;
  }
  return columns;
}
