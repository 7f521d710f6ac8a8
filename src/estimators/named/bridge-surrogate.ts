/** The exponent of a bridge and the depth of the surrogate that induces it, from either of them. */
import { InputError, mustBe } from "../../errors";
import type { PenaltySpecOf } from "../fit/penalty-spec";
import { checkShare } from "../options/model-options";

/**
 * How a bridge penalty may be given: by its exponent or by the depth of its surrogate. One of them is needed, unless
 * `crossValidate` is given a `grid` of them to choose among.
 */
export interface BridgeOptions {
  /** Exponent of the penalty, in (0, 1]; at 1 it is convex. Default: 2 / `depth`. */
  readonly q?: number;
  /** Depth of the surrogate, at least 2, which induces the exponent `2 / depth`. Default: 2 / `q`. */
  readonly depth?: number;
}

/** An exponent and the depth of the surrogate that takes it. */
export interface Bridge {
  readonly q: number;
  readonly depth: number;
}

/** @throws InputError where adaptive weights are asked for, which lasso penalties have. */
export function refuseAdaptive(where: string, options: object): void {
  if (!Object.hasOwn(Object(options), "adaptive")) return;
  throw mustBe(
    where,
    "adaptive",
    "left out, since a bridge hardly shrinks large coefficients as it is",
    Object(options).adaptive,
    "take a smaller q",
  );
}

/**
 * The exponent and the depth that it takes; undefined where neither is given.
 *
 * @throws InputError when both are given, or one outside its domain.
 */
export function bridgeOf(where: string, { q, depth }: BridgeOptions): Bridge | undefined {
  if (q !== undefined && depth !== undefined) {
    throw new InputError(`${where}: q must come without depth, which is 2 / q, got both`);
  }
  if (depth === undefined) {
    if (q === undefined) return undefined;
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

/** Returns changes of options in which an exponent takes the place of a depth, and a depth that of an exponent. */
export function oneExponent<Changes extends BridgeOptions>(changes: Changes): Changes {
  if (changes.depth !== undefined) return { ...changes, q: changes.q };
  return changes.q === undefined ? changes : { ...changes, depth: undefined };
}

/** Refuses to fit an estimator without an exponent, whose depth a cross-validation may still choose. @throws InputError always. */
export const withoutBridge: PenaltySpecOf = (where) => {
  throw new InputError(
    `${where}: one of q and depth must be given, got neither; crossValidate(X, y, { grid: { depth } }) chooses a depth`,
  );
};
