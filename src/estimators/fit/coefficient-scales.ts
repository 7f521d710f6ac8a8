/** Takes coefficients between the scale of the solvers and that of `X` ({@link coefficientScales}). */

import { mean } from "../../linalg/vector";
import type { Bound } from "../../penalties";
import { clampTo } from "../options/coefficient-options";
import type { FreePart } from "./free-part";
import type { CoefficientDivisors, ColumnRoles, WorkingColumns } from "./working-columns";

/** The way between the two scales. */
export interface CoefficientScales {
  /** Coefficients on the original scale, a vector and an intercept a response. */
  toOriginal(beta: Float64Array, psi: Float64Array): { coefs: Float64Array[]; intercepts: Float64Array };
  /** Penalized coefficients on the working scale, from those of each response. */
  toWorking(coefs: readonly Float64Array[]): Float64Array;
}

/** The factors by which the two scales differ. */
interface ScaledBy {
  readonly nResponses: number;
  readonly columns: WorkingColumns;
  readonly divisors: CoefficientDivisors;
  readonly free: FreePart;
  /** The coefficients of what was taken off the target, in the basis of the free part. */
  readonly shift: Float64Array;
  readonly centers: ColumnRoles["centers"];
  readonly bounds: readonly Bound[] | undefined;
  readonly hasIntercept: boolean;
  /** Whether no prediction sees what intercepts have in common. */
  readonly shiftInvariant: boolean;
}

export function coefficientScales({
  nResponses,
  columns,
  divisors,
  free,
  shift,
  centers,
  bounds,
  hasIntercept,
  shiftInvariant,
}: ScaledBy): CoefficientScales {
  const { length } = columns.places;
  return {
    toOriginal(beta, psi) {
      const shared = divisors.toShared(beta);
      const coefs = Array.from({ length: nResponses }, (_, r) => {
        const coef = new Float64Array(centers.length);
        columns.toFeatures(shared.subarray(r * length, (r + 1) * length), coef);
        if (bounds) clampTo(bounds, coef);
        return coef;
      });
      const intercepts = new Float64Array(nResponses);
      const total = psi.map((value, k) => value + shift[k]);
      free.setCoefficients(total, coefs, intercepts);
      if (hasIntercept)
        coefs.forEach((coef, r) => {
          for (let j = 0; j < coef.length; j++) intercepts[r] -= centers[j] * coef[j];
        });
      const common = shiftInvariant ? mean(intercepts) : 0;
      for (let r = 0; r < nResponses; r++) intercepts[r] -= common;
      return { coefs, intercepts };
    },

    toWorking(coefs) {
      const beta = new Float64Array(length * nResponses);
      coefs.forEach((coef, r) => {
        beta.set(columns.fromFeatures(coef), r * length);
      });
      return divisors.fromShared(beta);
    },
  };
}
