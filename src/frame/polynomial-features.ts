import type { DesignInput } from "../design/design-input";
import { checkFeatureNames, defaultFeatureNames } from "../design/design-matrix";
import { copyFiniteColumn } from "../design/finite-values";
import { columnSource } from "../design/sources/read-table";
import { InputError, mustBe, placeOf } from "../errors";
import { checkKeys } from "../options";

/** Options of {@link polynomialFeatures}: the highest power. */
export interface PolynomialOptions {
  /** The most factors of a product, an integer of at least 1 that makes a million columns at most. Default: 2. */
  readonly degree?: number;
}

/**
 * The columns of a table and all products of up to `degree` of them, a column as often as it likes.
 *
 * With `d` columns there are `binomial(d + degree, degree) - 1` of them: those of one factor first, of two then, each in the order of the
 * table; `a`, `b`, `a^2`, `a*b`, `b^2` of `a` and `b`. Names that are integers, as `2024`, come first, as in every object. There is no
 * column of ones: a model has its own intercept.
 *
 * @param X numbers, as every model takes them: a data frame, columns by name, records, rows or a matrix.
 * @returns columns by name, which models take as `X`; for new rows call it again.
 * @throws InputError when `degree` is no integer of at least 1 or makes more than a million columns, a value or a product is no finite
 * number, or a column has the name of a product.
 * @see scikit-learn, `PolynomialFeatures(degree, include_bias=False)`, whose order this is
 * @example
 * ```ts
 * const { columns, response } = loadDiabetes();
 * const fit = new SmoothLasso({ lambda: 5 }).fit(polynomialFeatures(columns), response);
 * fit.supportNames; // ["s3", "sex*s3", "bmi*bp", "bmi*s5", "bp*s5", "s2*s3", "s5*s6"]
 * ```
 */
export function polynomialFeatures(
  X: DesignInput,
  options: PolynomialOptions = {},
): Record<string, Float64Array> {
  const where = "polynomialFeatures";
  checkKeys(where, options, ["degree"]);
  const { degree = 2 } = options;
  if (!(Number.isInteger(degree) && degree >= 1)) throw mustBe(where, "degree", "an integer >= 1", degree);
  const source = columnSource(where, "X", X);
  const count = countOfProducts(source.nColumns, degree);
  if (count > MOST_COLUMNS) {
    throw new InputError(
      `${where}: degree must make at most ${MOST_COLUMNS} columns, got ${degree}, which makes ${count} of ${source.nColumns}; choose a lower degree or fewer columns`,
    );
  }
  const names = source.names ?? defaultFeatureNames(source.nColumns);
  const base = names.map((name, j): Product => {
    const column = new Float64Array(source.nRows);
    copyFiniteColumn(where, `column ${JSON.stringify(name)}`, source.column(j), column);
    return { factors: [j], column };
  });
  let last = base;
  const all = [...base];
  for (let d = 2; d <= degree; d++) {
    last = last.flatMap(({ factors, column }) =>
      base.slice(factors.at(-1)).map((other) => ({
        factors: [...factors, ...other.factors],
        column: column.map((x, i) => x * other.column[i]),
      })),
    );
    for (const product of last) all.push(product);
  }
  const productNames = all.map(({ factors }) => nameOf(factors, names));
  checkFeatureNames(where, productNames);
  all.forEach(({ column }, k) => {
    const i = column.findIndex((x) => !Number.isFinite(x));
    const remedy = "scale the columns to numbers near 1 first";
    if (i >= 0) throw mustBe(where, placeOf(productNames[k], i), "a finite number", column[i], remedy);
  });
  return Object.fromEntries(all.map(({ column }, k) => [productNames[k], column]));
}

/** More are a slip, as a degree of 20 for 2. */
const MOST_COLUMNS = 1_000_000;

/** `binomial(d + degree, degree) - 1`. */
function countOfProducts(d: number, degree: number): number {
  let count = 1;
  for (let k = 1; k <= Math.min(d, degree); k++) count *= (Math.max(d, degree) + k) / k;
  return Math.round(count) - 1;
}

/** A product with the numbers of the columns that it is of, ascending. */
interface Product {
  readonly factors: readonly number[];
  readonly column: Float64Array;
}

/** `a^2*b` of `a`, `a` and `b`. */
function nameOf(factors: readonly number[], names: readonly string[]): string {
  const distinct = [...new Set(factors)];
  return distinct
    .map((j) => {
      const power = factors.lastIndexOf(j) - factors.indexOf(j) + 1;
      return power === 1 ? names[j] : `${names[j]}^${power}`;
    })
    .join("*");
}
