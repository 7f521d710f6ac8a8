import { mustBe } from "../errors";
import { checkShare } from "./model-options";

/** How a bridge penalty may be given: by its exponent or by the depth of its surrogate. */
export interface BridgeOptions {
  /** Exponent of the penalty, in (0, 1]; at 1 it is convex. Default: 2 / `depth`. */
  readonly q?: number;
  /** Depth of the surrogate, at least 2, which induces the exponent `2 / depth`. Default: 2 / `q`. */
  readonly depth?: number;
}

/**
 * The exponent and the depth that it takes.
 *
 * @throws InputError unless exactly one of them is given, in its domain.
 */
export function bridgeOf(where: string, { q, depth }: BridgeOptions): { q: number; depth: number } {
  if ((q === undefined) === (depth === undefined)) {
    throw mustBe(where, "exactly one of q and depth", "given", q === undefined ? "neither" : "both");
  }
  if (depth === undefined) {
    const exponent = checkShare(where, "q", q, 0);
    const exact = 2 / exponent;
    // 2 / (2 / 3) is 3 to rounding, and whole depths have smoother surrogates.
    const whole = Math.round(exact);
    return { q: exponent, depth: Math.abs(exact - whole) <= 1e-12 * whole ? whole : exact };
  }
  if (!(typeof depth === "number" && depth >= 2 && depth < Infinity)) {
    throw mustBe(where, "depth", "a finite number >= 2", depth);
  }
  return { q: 2 / depth, depth };
}
