import { columnDots, columnOf } from "../../design/design-matrix";
import { UpdatedCholesky } from "../../linalg/updated-cholesky";
import { squaredNorm } from "../../linalg/vector";
import type { SparseProblem } from "../../problem/problem";
import { keepIdentifiablePart } from "../fit/identifiable-part";

/** A pivot above which a column is independent whatever the rounding of its products. */
const clearPivot = 1e-9;

/** The share of a column, squared, that roundings leave of one that depends on others. */
const nothing = 1e-20;

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
    const isClear = diagonal > nothing * size && factor.append(products, diagonal, clearPivot) > clearPivot;
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
