import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { l1 } from "./l1";
import type { Penalty } from "./penalty";
import { spectralPenalty } from "./spectral-penalty";

/** Options of {@link nuclear}: how the coefficients are a matrix. */
export interface NuclearOptions {
  /** The number of columns of the coefficient matrix: responses or classes. */
  readonly nColumns: number;
}

/**
 * The nuclear norm `lambda * sum_i sigma_i(B)` of the coefficient matrix `B`, which favours matrices of low rank.
 *
 * Its dual norm is the spectral norm; its violation is measured in that norm.
 *
 * @param options `nColumns`: columns of `B` (responses or classes); the coefficients are its columns one after the other.
 * @throws InputError when `nColumns` is no positive integer, or does not divide the number of coefficients.
 * @see Fazel, Matrix rank minimization with applications (2002)
 * @example
 * ```ts
 * nuclear({ nColumns: 2 }).value(Float64Array.of(3, 0, 0, 4), 1); // 7
 * ```
 */
export function nuclear(options: NuclearOptions): Penalty {
  checkKeys("nuclear", options, ["nColumns"], "write { nColumns: 2 } for two columns");
  const { nColumns } = options;
  return serializable(
    "nuclear",
    [options],
    spectralPenalty("nuclear", `nuclear(${nColumns})`, nColumns, l1()),
  );
}
