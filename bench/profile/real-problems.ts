import { type DataSet, loadBreastCancer, loadDiabetes, loadDigits, loadWine } from "smooth-edges/data";
import { polynomialFeatures } from "smooth-edges/frame";
import type { NamedProblem } from "../comparison/compare";
import { type BenchProblem, problemOf } from "../problems";
import { standardized } from "../problems/designs";

type Value = number | string;

/** A problem made of a data set of this package. */
interface Recipe {
  readonly name: string;
  readonly load: () => DataSet<Value>;
  /** Products of so many columns, with repetition, are columns too. */
  readonly degree: number;
  /** Which responses are a 1; undefined: they are numbers. */
  readonly isOne?: (y: Value) => boolean;
}

const RECIPES: readonly Recipe[] = [
  { name: "diabetes", load: loadDiabetes, degree: 1 },
  { name: "diabetes, degree 2", load: loadDiabetes, degree: 2 },
  { name: "diabetes, degree 3", load: loadDiabetes, degree: 3 },
  { name: "breast cancer", load: loadBreastCancer, degree: 1, isOne: (y) => y === "benign" },
  { name: "breast cancer, degree 2", load: loadBreastCancer, degree: 2, isOne: (y) => y === "benign" },
  { name: "wine, the second cultivar", load: loadWine, degree: 1, isOne: (y) => y === "class_1" },
  { name: "wine, the third cultivar, degree 2", load: loadWine, degree: 2, isOne: (y) => y === "class_2" },
  { name: "digits, the digit", load: loadDigits, degree: 1 },
  { name: "digits, even or odd", load: loadDigits, degree: 1, isOne: (y) => Number(y) % 2 === 0 },
  { name: "digits, is it an 8", load: loadDigits, degree: 1, isOne: (y) => Number(y) === 8 },
];

/**
 * Paths of 50 lambdas on the real data that this package has. Columns are standardized, constant ones left out; numbers are
 * centred.
 */
export function realProblems(): NamedProblem[] {
  return RECIPES.map((recipe) => ({ name: recipe.name, make: () => problemFrom(recipe) }));
}

function problemFrom({ name, load, degree, isOne }: Recipe): BenchProblem {
  const { columns, response } = load();
  const numbers = Float64Array.from(response, (value) => (isOne ? Number(isOne(value)) : Number(value)));
  const n = numbers.length;
  const base = Object.values(columns).map((column) => Float64Array.from(column));
  const scaled = base.filter(varies).map((column) => standardized({ data: column }, numbers).X.data);
  const named = Object.fromEntries(scaled.map((column, j) => [`x${j}`, column]));
  const all = Object.values(polynomialFeatures(named, { degree })).filter(varies);
  const data = new Float64Array(all.length * n);
  all.forEach((column, j) => {
    data.set(column, j * n);
  });
  const { X, y } = standardized({ data }, numbers);
  const grid = { ratio: 1e-2, count: 50 };
  return isOne ? problemOf(name, X, numbers, grid, { loss: "logistic" }) : problemOf(name, X, y, grid);
}

const varies = (column: Float64Array): boolean => {
  const mean = column.reduce((a, b) => a + b) / column.length;
  return column.some((x) => Math.abs(x - mean) > 1e-8 * (1 + Math.abs(mean)));
};
