/** Finds the coefficients that the data leave undetermined without a penalty. */
import type { Datafit } from "../../datafits";
import { columnDots, columnOf } from "../../design/design-matrix";
import { UpdatedCholesky } from "../../linalg/cholesky";
import { squaredNorm } from "../../linalg/vector";
import type { SparseProblem } from "../../problem/problem";
import type { Note } from "../notes";
import type { ModelData } from "../options/model-data";

/** The parts of a working problem that say what its coefficients are determined by. */
interface DeterminedBy {
  readonly problem: SparseProblem;
  readonly columnNames: readonly string[];
  readonly data: Pick<ModelData, "samples">;
}

/** Finds the coefficients of a problem that the data leave undetermined where no penalty makes them unique. */
export class Identifiability {
  readonly #working: DeterminedBy;
  readonly #datafit: Datafit;
  /** The names of columns that depend on others, once they are asked for. */
  #dependent: readonly string[] | undefined;

  constructor(working: DeterminedBy, datafit: Datafit) {
    this.#working = working;
    this.#datafit = datafit;
  }

  /**
   * Returns the notes for a reader of a fit without penalty.
   *
   * @param isRefit whether it is one of a support, which says itself what depends on the others.
   */
  notes(isRefit: boolean): Note[] {
    const { nResponses, shiftInvariant } = this.#datafit;
    const { problem, columnNames, data } = this.#working;
    const { nCounted, weights } = data.samples;
    const notes: Note[] = [];
    if (this.#nColumns() > nCounted * nResponses) {
      notes.push({ code: "more-coefficients-than-rows" });
    } else if (!isRefit) {
      this.#dependent ??= dependentColumns(problem, weights).map((k) => JSON.stringify(columnNames[k]));
      if (this.#dependent.length > 0) {
        notes.push({ code: "dependent-columns", columns: this.#dependent });
      }
    }
    if (shiftInvariant && !isRefit) notes.push({ code: "class-differences-only" });
    return notes;
  }

  /** Counts the columns that a coefficient may use; a column that only keeps its place is zero. */
  #nColumns(): number {
    const { design, free } = this.#working.problem;
    const used = Array.from({ length: design.nFeatures }, (_, k) => (design.largestEntry(k) > 0 ? 1 : 0));
    return used.reduce((count: number, one) => count + one, free.size);
  }
}

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
