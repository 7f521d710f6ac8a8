/** Finds the coefficients that the data leave undetermined without a penalty. */
import { columnDots, columnOf } from "../../design/design-matrix";
import { UpdatedCholesky } from "../../linalg/cholesky";
import { NEGLIGIBLE } from "../../linalg/rounding";
import { squaredNorm } from "../../linalg/vector";
import type { SparseProblem } from "../../problem/problem";
import type { ModelData } from "../options/model-data";

/** The parts of a working problem that say what its coefficients are determined by. */
interface DeterminedBy {
  readonly problem: SparseProblem;
  readonly columnNames: readonly string[];
  readonly data: Pick<ModelData, "samples">;
}

/** Returns whether there are more coefficients than rows that count. A column that only keeps its place is zero and has none. */
export function hasMoreCoefficientsThanRows({ problem, data }: DeterminedBy): boolean {
  const { design, free, datafit } = problem;
  let count = free.size;
  for (let k = 0; k < design.nFeatures; k++) if (design.largestEntry(k) > 0) count++;
  return count > data.samples.nCounted * datafit.nResponses;
}

/** The names of the columns that depend on others, kept for the next solution of the same problem. */
const namesOfDependent = new WeakMap<DeterminedBy, readonly string[]>();

/** Returns the names, in quotes, of the penalized columns that depend on others. */
export function dependentColumnNames(working: DeterminedBy): readonly string[] {
  const known = namesOfDependent.get(working);
  if (known) return known;
  const { problem, columnNames, data } = working;
  const dependent = dependentColumns(problem, data.samples.weights);
  const names = dependent.map((k) => JSON.stringify(columnNames[k]));
  namesOfDependent.set(working, names);
  return names;
}

/** The square of a share of a column that roundings leave of one that depends on others. */
const nothing = NEGLIGIBLE ** 2;

/**
 * The penalized columns of one response that depend on earlier ones and the unpenalized part, ascending.
 *
 * @param weights of the samples: columns that differ in rows of weight 0 only do not differ. Default: 1 each.
 */
export function dependentColumns({ design, free, datafit }: SparseProblem, weights?: Float64Array): number[] {
  const { nResponses, shiftInvariant } = datafit;
  const reduce = (column: Float64Array): void => {
    keepIdentifiablePart(column, nResponses, weights, shiftInvariant);
    free.projectOut(column);
  };
  const factor = new UpdatedCholesky();
  const members: number[] = [];
  const dependent: number[] = [];
  for (let j = 0; j < design.nFeatures / nResponses; j++) {
    const column = columnOf(design, j);
    keepIdentifiablePart(column, nResponses, weights, shiftInvariant);
    const size = squaredNorm(column);
    if (size === 0) continue;
    free.projectOut(column);
    const others = Int32Array.from(members);
    const products = new Float64Array(others.length);
    columnDots(design, others, column, products);
    const diagonal = squaredNorm(column);
    const isClear = diagonal > nothing * size && factor.append(products, diagonal, NEGLIGIBLE) > NEGLIGIBLE;
    if (!isClear) {
      // Products lose half of the digits: the column itself less what the others make of it has them all.
      const rest = column.slice();
      for (let pass = 0; pass < 2; pass++) {
        const shares = new Float64Array(others.length);
        columnDots(design, others, rest, shares);
        factor.solve(shares);
        others.forEach((k, i) => {
          design.addColumn(k, -shares[i], rest);
        });
        reduce(rest);
      }
      if (squaredNorm(rest) <= nothing * size) {
        dependent.push(j);
        continue;
      }
      if (!(factor.append(products, diagonal) > 1e-13)) continue;
    }
    members.push(j);
  }
  return dependent;
}

/**
 * Takes from a column what no loss sees of it: its entries in rows that do not count, and where a loss sees differences
 * between responses only, what it has alike in all of them. What is left decides which columns depend on each other.
 *
 * @param long of all responses, one response after the other; changed in place.
 * @param weights of the samples; undefined for 1 each.
 */
export function keepIdentifiablePart(
  long: Float64Array,
  nResponses: number,
  weights: Float64Array | undefined,
  shiftInvariant = false,
): void {
  const nSamples = long.length / nResponses;
  if (weights) for (let k = 0; k < long.length; k++) if (weights[k % nSamples] === 0) long[k] = 0;
  if (!shiftInvariant) return;
  for (let i = 0; i < nSamples; i++) {
    let sum = 0;
    for (let k = i; k < long.length; k += nSamples) sum += long[k];
    for (let k = i; k < long.length; k += nSamples) long[k] -= sum / nResponses;
  }
}
