import { formatNumber } from "../display/formatting";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { lq } from "./lq";
import type { NuclearOptions } from "./nuclear";
import type { Penalty } from "./penalty";
import { spectralPenalty } from "./spectral-penalty";

/** Options of {@link schatten}: the power of a singular value, and how the coefficients are a matrix. */
export interface SchattenOptions extends NuclearOptions {
  /** The exponent, `0 < q < 1`. */
  readonly q: number;
}

/**
 * The Schatten penalty `lambda * sum_i sigma_i(B)^q` of the coefficient matrix `B` with `0 < q < 1`; for `q = 1` use
 * `nuclear`.
 *
 * Like `lq` of the singular values, it is not convex, and `violation` says nothing about those that are zero.
 *
 * @param options `nColumns`: columns of `B` (responses or classes); the coefficients are its columns one after the other;
 * `q`: the exponent, `0 < q < 1`.
 * @throws InputError when `q` or `nColumns` is outside its domain, or `nColumns` does not divide the number of
 * coefficients.
 * @see Marjanovic and Solo, On l_q optimization and matrix completion (2012)
 * @example
 * ```ts
 * schatten({ nColumns: 2, q: 0.5 }).value(Float64Array.of(9, 0, 0, 4), 1); // 5
 * ```
 */
export function schatten(options: SchattenOptions): Penalty {
  checkKeys("schatten", options, ["nColumns", "q"], "write { nColumns: 2, q: 0.5 } for two columns");
  const { nColumns, q } = options;
  if (!(q > 0 && q < 1)) throw mustBe("schatten", "q", "a number strictly between 0 and 1", q);
  return serializable(
    "schatten",
    [options],
    spectralPenalty("schatten", `schatten(${nColumns}, ${formatNumber(q)})`, nColumns, lq({ q })),
  );
}
