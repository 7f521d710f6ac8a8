/** Which fit of a path or of a cross-validation the fit of a report is: its lambda alone does not tell, since others may have the same. */
import type { AnyFit } from "../../estimators/results/fit-of";
import type { ReportedPath, ReportedValidation } from "./reported-parts";

/** Whether a fit is one of a path. */
export function isOnPath(fit: AnyFit, { lambdas, coefs }: Pick<ReportedPath, "lambdas" | "coefs">): boolean {
  const own = "coefs" in fit ? fit.coefs : [fit.coef];
  return Array.from(lambdas).some((lambda, l) => {
    if (lambda !== fit.lambda) return false;
    const vectors = coefVectors(coefs[l]);
    return (
      vectors.length === own.length && vectors.every((vector, r) => own[r].every((b, j) => b === vector[j]))
    );
  });
}

/** The coefficients at one lambda of a path, one vector a response. */
export function coefVectors(coefs: ArrayLike<number> | ArrayLike<ArrayLike<number>>): ArrayLike<number>[] {
  return typeof coefs[0] === "number"
    ? [coefs as ArrayLike<number>]
    : Array.from(coefs as ArrayLike<ArrayLike<number>>);
}

/** The place of a fit among those that were cross-validated. */
export interface Place {
  /** Whether it is the fit of the best mean score. */
  readonly isBest: boolean;
  /** Whether it is the one within one standard error of it. */
  readonly is1se: boolean;
  /** The options that were compared, as they are of this fit; none where none were. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Returns the place of a fit among those that were cross-validated; undefined where it is none of them. */
export function placeIn(cv: ReportedValidation, fit: AnyFit): Place | undefined {
  const { members = [], params = {}, params1se, lambdaMin, lambda1se } = cv;
  const all = members.length > 0 ? members : [{ params, path: cv.path }];
  const holding = all.filter(({ path }) => isOnPath(fit, path));
  if (holding.length === 0) return undefined;
  const withParams = (wanted: object): (typeof holding)[number] | undefined =>
    holding.find((member) => Object.entries(wanted).every(([name, value]) => member.params[name] === value));
  const best = fit.lambda === lambdaMin ? withParams(params) : undefined;
  const sparser = fit.lambda === lambda1se ? withParams(params1se) : undefined;
  return {
    isBest: best !== undefined,
    is1se: sparser !== undefined,
    params: (sparser ?? best ?? holding[0]).params,
  };
}
