/** Splines of columns as features ({@link splineFeatures}): the bases of R's `ns` and `bs`. */
import type { DesignInput } from "../design/design-input";
import { checkFeatureNames, defaultFeatureNames } from "../design/design-matrix";
import { copyFiniteColumn } from "../design/finite-values";
import { columnSource } from "../design/sources/read-table";
import { mustBe } from "../errors";
import { checkChoice, checkKeys, didYouMean } from "../options";

/** Options of {@link splineFeatures}: the kind of spline, and how flexible it is. */
export interface SplineOptions {
  /**
   * `"natural"`: cubic, and linear beyond the outermost knots, as `ns` of R. `"b"`: B-splines of any degree, and constant there. Default:
   * `"natural"`.
   */
  readonly kind?: "natural" | "b";
  /** The number of features of each column, an integer of at least 1, and of `"b"` at least the degree. Default: 4. */
  readonly df?: number;
  /** The degree of the polynomials of `"b"`, an integer of at least 1. Default: 3. */
  readonly degree?: number;
  /**
   * The knots of each column by its name, ascending, the outermost ones first and last: those that another call returned, so that new rows
   * have the same features. Default: the range of the column, and quantiles of it as far apart in rank as `df` asks for.
   */
  readonly knots?: Readonly<Record<string, ArrayLike<number>>>;
}

/** The result of {@link splineFeatures}. */
export interface SplineFeatures {
  /** The features by name, which models take as `X`. */
  readonly columns: Record<string, Float64Array>;
  /** One label a feature, the number of the column that it is made of, for group penalties. */
  readonly groups: number[];
  /** The knots of each column by its name, for new rows. */
  readonly knots: Record<string, number[]>;
}

/**
 * Replaces each column by features of which every spline with its knots is a weighted sum: a smooth curve of the column in a linear model.
 *
 * A column `age` becomes `ns(age)1`, `ns(age)2` and so on, or `bs(age)1`, without a constant, since a model has its own intercept. The features are
 * those of `ns(age, df)` and `bs(age, df, degree)` of R, whose knots are quantiles of the column. With `groups` a group penalty keeps or
 * drops a column as a whole; `standardize: "groups"` makes that independent of the basis.
 *
 * @param X numbers, as every model takes them: a data frame, columns by name, records, rows or a matrix.
 * @param options see {@link SplineOptions}.
 * @returns the features, their groups, and the knots.
 * @throws InputError when an option is outside its domain, a value is no finite number, or a column has one value or too few for its knots.
 * @see Hastie, Tibshirani and Friedman, The elements of statistical learning (2009), 5.2; de Boor, A practical guide to splines (2001)
 * @example
 * ```ts
 * const { columns, response } = loadDiabetes();
 * const { bmi, bp } = columns;
 * const spline = splineFeatures({ bmi, bp }, { df: 3 });
 * Object.keys(spline.columns); // ["ns(bmi)1", "ns(bmi)2", "ns(bmi)3", "ns(bp)1", "ns(bp)2", "ns(bp)3"]
 * const fit = new SmoothGroupLasso({ groups: spline.groups, lambda: 1 }).fit(spline.columns, response);
 * const { knots } = spline;
 * fit.predict(splineFeatures({ bmi: [0.01], bp: [0.02] }, { df: 3, knots }).columns).length; // 1
 * ```
 */
export function splineFeatures(X: DesignInput, options: SplineOptions = {}): SplineFeatures {
  const where = "splineFeatures";
  checkKeys(where, options, ["kind", "df", "degree", "knots"]);
  const { kind = "natural", df = 4, degree = 3, knots: given } = options;
  checkChoice(where, "kind", kind, ["natural", "b"]);
  if (!(Number.isInteger(degree) && degree >= 1)) throw mustBe(where, "degree", "an integer >= 1", degree);
  if (kind === "natural" && degree !== 3) throw mustBe(where, "degree", "3 of natural splines", degree);
  const least = kind === "natural" ? 1 : degree;
  if (!(Number.isInteger(df) && df >= least)) throw mustBe(where, "df", `an integer >= ${least}`, df);
  const source = columnSource(where, "X", X);
  const names = source.names ?? defaultFeatureNames(source.nColumns);
  for (const name of Object.keys(given ?? {})) {
    if (!names.includes(name)) {
      throw mustBe(where, "knots", "of columns of X by their names", name, didYouMean(name, names));
    }
  }
  const nKnots = df + 2 - least;
  const features: [string, Float64Array][] = [];
  const groups: number[] = [];
  const knots: Record<string, number[]> = {};
  names.forEach((name, j) => {
    const column = new Float64Array(source.nRows);
    copyFiniteColumn(where, `column ${JSON.stringify(name)}`, source.column(j), column);
    const own = given
      ? givenKnots(where, name, given[name], nKnots)
      : quantileKnots(where, name, column, nKnots);
    knots[name] = own;
    const values = Array.from(column, splineBasis(kind, own, degree));
    for (let k = 0; k < df; k++) {
      features.push([
        `${kind === "natural" ? "ns" : "bs"}(${name})${k + 1}`,
        Float64Array.from(values, (row) => row[k]),
      ]);
      groups.push(j);
    }
  });
  checkFeatureNames(
    where,
    features.map(([name]) => name),
  );
  return { columns: Object.fromEntries(features), groups, knots };
}

function givenKnots(
  where: string,
  name: string,
  given: ArrayLike<number> | undefined,
  nKnots: number,
): number[] {
  const what = `knots of ${JSON.stringify(name)}`;
  const rule = `${nKnots} finite numbers, ascending, as df asks for`;
  if (typeof given !== "object" || given === null) throw mustBe(where, what, rule, given);
  const knots = Array.from(given);
  const isAscending = knots.every((knot, k) => Number.isFinite(knot) && (k === 0 || knot > knots[k - 1]));
  if (knots.length !== nKnots || !isAscending) throw mustBe(where, what, rule, given);
  return knots;
}

/** The values of all splines but the first at a point. */
export function splineBasis(
  kind: "natural" | "b",
  knots: readonly number[],
  degree: number,
): (x: number) => number[] {
  return kind === "natural" ? naturalBasis(knots) : clampedBasis(knots, degree);
}

/** The range of a column and its quantiles in between, of type 7 of Hyndman and Fan. */
export function quantileKnots(where: string, name: string, column: Float64Array, nKnots: number): number[] {
  const ascending = column.slice().sort();
  const knots = Array.from({ length: nKnots }, (_, k) => {
    const place = ((ascending.length - 1) * k) / (nKnots - 1);
    const [low, high] = [ascending[Math.floor(place)], ascending[Math.ceil(place)]];
    return low + (place - Math.floor(place)) * (high - low);
  });
  if (knots.every((knot, k) => k === 0 || knot > knots[k - 1])) return knots;
  const rule = `a column with ${nKnots} different quantiles, which are its knots`;
  throw mustBe(
    where,
    `column ${JSON.stringify(name)}`,
    rule,
    new Set(knots).size,
    "take a smaller df, or leave it as it is",
  );
}

/** B-splines but the first, beyond the outermost knots as there. */
function clampedBasis(knots: readonly number[], degree: number): (x: number) => number[] {
  const [first, last] = [knots[0], knots[knots.length - 1]];
  const all = repeatedEnds(knots, degree);
  return (x) => bSplines(all, degree, Math.min(Math.max(x, first), last)).slice(1);
}

/**
 * Cubic B-splines but the first, combined so that no second derivative is left at the outermost knots, and linear beyond them.
 *
 * The combinations are the last columns of the `Q` of a QR decomposition of those second derivatives, as in R, so that the features are
 * the same to the sign.
 */
function naturalBasis(knots: readonly number[]): (x: number) => number[] {
  const all = repeatedEnds(knots, 3);
  const [first, last] = [knots[0], knots[knots.length - 1]];
  const reflect = reflections([first, last].map((x) => secondDerivatives(all, x).slice(1)));
  const inside = (x: number): number[] => reflect(bSplines(all, 3, x).slice(1)).slice(2);
  const beyond = [first, last].map((x) => ({
    value: inside(x),
    slope: reflect(slopes(all, x).slice(1)).slice(2),
  }));
  const lineFrom = (end: number, x: number): number[] => {
    const { value, slope } = beyond[end];
    return value.map((v, k) => v + (x - (end === 0 ? first : last)) * slope[k]);
  };
  return (x) => (x < first ? lineFrom(0, x) : x > last ? lineFrom(1, x) : inside(x));
}

/** Knots of which the outermost ones count as often as a polynomial of the degree has coefficients. */
function repeatedEnds(knots: readonly number[], degree: number): number[] {
  const [first, last] = [knots[0], knots[knots.length - 1]];
  return [...new Array<number>(degree).fill(first), ...knots, ...new Array<number>(degree).fill(last)];
}

/** All B-splines of a degree at `x`, within the knots, by the recursion of Cox and de Boor. */
function bSplines(knots: readonly number[], degree: number, x: number): number[] {
  const n = knots.length - 1;
  // The last interval has its end too.
  const end = knots.indexOf(knots[n]) - 1;
  let values = Array.from({ length: n }, (_, i): number =>
    (knots[i] <= x && x < knots[i + 1]) || (i === end && x === knots[n]) ? 1 : 0,
  );
  for (let d = 1; d <= degree; d++) {
    values = Array.from({ length: n - d }, (_, i) => {
      const rising = ratio(x - knots[i], knots[i + d] - knots[i]);
      const falling = ratio(knots[i + d + 1] - x, knots[i + d + 1] - knots[i + 1]);
      return rising * values[i] + falling * values[i + 1];
    });
  }
  return values;
}

/** The first derivatives of all cubic B-splines. */
function slopes(knots: readonly number[], x: number): number[] {
  return derivatives(knots, 3, bSplines(knots, 2, x));
}

/** The second derivatives of all cubic B-splines. */
function secondDerivatives(knots: readonly number[], x: number): number[] {
  return derivatives(knots, 3, derivatives(knots, 2, bSplines(knots, 1, x)));
}

/** The derivatives of B-splines of a degree from those of one less. */
function derivatives(knots: readonly number[], degree: number, lower: readonly number[]): number[] {
  return Array.from({ length: lower.length - 1 }, (_, i) => {
    const left = ratio(lower[i], knots[i + degree] - knots[i]);
    return degree * (left - ratio(lower[i + 1], knots[i + degree + 1] - knots[i + 1]));
  });
}

/** A quotient that is 0 where an interval is empty. */
function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

/**
 * The Householder reflections that make a matrix of these columns triangular, one after the other.
 *
 * @see Golub and Van Loan, Matrix Computations, 5.2
 */
function reflections(columns: readonly (readonly number[])[]): (v: readonly number[]) => number[] {
  const normals: { readonly k: number; readonly u: readonly number[] }[] = [];
  const apply = (v: readonly number[]): number[] =>
    normals.reduce(
      (w, { k, u }) => {
        const share = u.reduce((sum, entry, i) => sum + entry * w[i], 0) / u[k];
        return w.map((entry, i) => entry - share * u[i]);
      },
      [...v],
    );
  columns.forEach((column, k) => {
    const w = apply(column).map((entry, i) => (i < k ? 0 : entry));
    const length = Math.hypot(...w) * (w[k] < 0 ? -1 : 1);
    // u = w / length + e_k, so that u'u = 2 u_k.
    normals.push({ k, u: w.map((entry, i) => entry / length + (i === k ? 1 : 0)) });
  });
  return apply;
}
