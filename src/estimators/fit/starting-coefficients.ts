import { mustBe } from "../../errors";
import { type AnyFit, coefsOf } from "./fit-of";

/** Coefficients on the original scale: one a feature, or of several responses one such list each. */
export type Coefficients = ArrayLike<number> | readonly ArrayLike<number>[];

/**
 * The coefficients of a fit, or those given, one vector a response.
 *
 * @throws InputError when `init` is neither, or a coefficient is not a finite number.
 */
export function startingCoefficients(where: string, init: AnyFit | Coefficients): readonly Float64Array[] {
  const coefs = isFit(init) ? coefsOf(init) : listsOf(init);
  if (coefs === undefined)
    throw mustBe(where, "init", "a fit of this library or a list of coefficients", init);
  return coefs.map((coef, r) =>
    Float64Array.from(coef, (b, j) => {
      if (typeof b === "number" && Number.isFinite(b)) return b;
      throw mustBe(where, `init${coefs.length > 1 ? `[${r}]` : ""}[${j}]`, "a finite number", b);
    }),
  );
}

function isFit(init: AnyFit | Coefficients): init is AnyFit {
  const { coef, coefs } = Object(init) as { readonly coef?: unknown; readonly coefs?: unknown };
  return ArrayBuffer.isView(coef) || Array.isArray(coefs);
}

function listsOf(given: unknown): ArrayLike<number>[] | undefined {
  const isList = (value: unknown): boolean => Array.isArray(value) || ArrayBuffer.isView(value);
  if (!isList(given)) return undefined;
  const list = given as ArrayLike<unknown>;
  return isList(list[0]) ? (Array.from(list) as ArrayLike<number>[]) : [list as ArrayLike<number>];
}
