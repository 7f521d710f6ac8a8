/** Makes the columns of each group orthonormal, for penalties on the norms of groups. */
import { type Combination, combinedColumns } from "../../design/combined-columns";
import type { DesignMatrix } from "../../design/design-matrix";
import { columnOf } from "../../design/design-matrix";
import { NEGLIGIBLE } from "../../linalg/rounding";
import { singularValueDecomposition } from "../../linalg/singular-value-decomposition";
import { dot } from "../../linalg/vector";
import type { Groups } from "../../penalties/groups";
import type { Note } from "../notes";
import type { ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import type { WorkingColumns } from "./working-columns";
import { type ColumnRoles, columnRoles } from "./working-columns";

/** {@link WorkingColumns} of groups, and how many columns each group has left. */
export interface OrthonormalGroups extends WorkingColumns {
  readonly ranks: Int32Array;
}

/** One group: `b = back * (s * beta)` has the predictions of `beta`, and `s * beta = matrix * b`. */
interface OrthonormalGroup extends Combination {
  /** Row by row, one row a target. */
  readonly back: Float64Array;
}

/**
 * Every group of penalized columns as columns that span the same and are orthonormal: `X_g T_g` with
 * `T_g' Xc_g' Xc_g T_g = n I`, `Xc` the centred columns (weighted as the samples are). So `||b_g||_2` is
 * `||Xc_g beta_g||_2 / sqrt(n)`, whatever basis of its span a group is given by, and its dimension is the rank.
 *
 * Groups without full rank keep as many columns as their rank, and columns of zeros in the places of the others; of all
 * coefficients with the same predictions `s * beta` is the shortest. One group after the other is copied in full, of a
 * sparse design too, which itself stays as it is.
 *
 * @param factors 1, 0 or Infinity, one a feature.
 * @see Simon and Tibshirani, Standardization and the group lasso penalty (2012); Breheny and Huang, Group descent
 * algorithms (2015), section 2
 */
export function orthonormalGroups(
  where: string,
  { design, samples }: ModelData,
  groups: Groups,
  factors: Float64Array,
  options: CheckedOptions,
): OrthonormalGroups {
  const roles = columnRoles(where, design, factors, samples.weights, options);
  const { scales } = roles;
  const base = scaledInPlace(design, roles);
  const inPlace = new Set(roles.penalized);
  const parts: OrthonormalGroup[] = [];
  const notes: Note[] = [];
  const ranks = Int32Array.from(groups.members, (members, g) => {
    const sources = members.filter((j) => inPlace.has(j));
    const part = orthonormalGroup(base, sources, samples.weights);
    parts.push(part);
    const rank = part.targets.length;
    if (rank < sources.length) {
      notes.push({
        code: "rank-deficient-group",
        group: groups.labels[g],
        nColumns: sources.length,
        rank,
      });
    }
    return rank;
  });
  return {
    ranks,
    notes,
    places: design.featureNames.map((_, j) => j),
    design: combinedColumns(base, parts),

    toFeatures(beta, coef) {
      for (const { sources, targets, matrix } of parts) {
        sources.forEach((j, k) => {
          let scaled = 0;
          for (let c = 0; c < targets.length; c++)
            scaled += matrix[k * targets.length + c] * beta[targets[c]];
          coef[j] = scaled === 0 ? 0 : scaled / scales[j];
        });
      }
    },

    fromFeatures(coef) {
      const beta = new Float64Array(coef.length);
      for (const { sources, targets, back } of parts) {
        targets.forEach((target, c) => {
          for (let k = 0; k < sources.length; k++) {
            beta[target] += back[c * sources.length + k] * scales[sources[k]] * coef[sources[k]];
          }
        });
      }
      return beta;
    },
  };
}

/** The penalized columns centred, as the model does it, and scaled; the others zero. */
function scaledInPlace(design: DesignMatrix, { penalized, centers, scales }: ColumnRoles): DesignMatrix {
  const divisors = new Float64Array(design.nFeatures).fill(Number.POSITIVE_INFINITY);
  for (const j of penalized) divisors[j] = scales[j];
  return design.standardizedColumns(
    Int32Array.from(divisors, (_, j) => j),
    centers,
    divisors,
  );
}

/** By the singular value decomposition `U S V'` of the centred columns, whose `sqrt(n) V S^-1` is `T`. */
function orthonormalGroup(
  design: DesignMatrix,
  sources: Int32Array,
  weights: Float64Array | undefined,
): OrthonormalGroup {
  const [n, size] = [design.nSamples, sources.length];
  const ones = weights ?? new Float64Array(n).fill(1);
  const block = new Float64Array(n * size);
  sources.forEach((j, k) => {
    const column = columnOf(design, j);
    const mean = dot(column, ones) / n;
    for (let i = 0; i < n; i++) block[k * n + i] = (column[i] - mean) * Math.sqrt(ones[i]);
  });
  const { values, right } = singularValueDecomposition(block, n, size);
  const rank = values.findLastIndex((value) => value > NEGLIGIBLE * values[0]) + 1;
  const matrix = new Float64Array(size * rank);
  const back = new Float64Array(rank * size);
  for (let c = 0; c < rank; c++) {
    const deviation = values[c] / Math.sqrt(n);
    for (let k = 0; k < size; k++) {
      matrix[k * rank + c] = right[c][k] / deviation;
      back[c * size + k] = right[c][k] * deviation;
    }
  }
  return { sources, targets: sources.slice(0, rank), matrix, back };
}
