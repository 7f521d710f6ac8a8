/** The options that every estimator takes, with their checks and defaults. */
import { type Datafit, type MultiResponseDatafit, squaredError } from "../../datafits";
import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { mustBe } from "../../errors";
import type { Optimizer } from "../../optimizers";
import { checkChoice, checkKeys, checkMethods } from "../../options";
import type { Parametrization } from "../../parametrizations";
import type { Solver } from "../../solvers";
import { ofGrids, runKeys } from "./run-options";

/** The coefficients of a fit of a loss of type `D`: one vector, or one a response. */
export type FittedCoefficients<D extends Datafit = Datafit> = D extends MultiResponseDatafit
  ? { readonly coefs: readonly Float64Array[] }
  : { readonly coef: Float64Array };

/** How far the lowest of several local minima is searched for. */
export type Search = "quick" | "thorough";

/** Options that every estimator takes, for a loss of type `D`. */
export interface ModelOptions<D extends Datafit = Datafit> {
  /** Strength of the penalty, finite and at least 0: scikit-learn's `alpha`. `fit` needs it, `path` and `crossValidate` do not. */
  readonly lambda?: number;
  /**
   * The loss, by the kind of response: `squaredError()` or `huber()` for numbers, `logistic()` for two classes, `poisson()` for counts,
   * `cox()` for times until an event, and others. With `multinomial()` or `squaredError({ nResponses })` a fit has a vector of coefficients
   * for each class or response. Default: `squaredError()`.
   */
  readonly datafit?: D;
  /**
   * Whether an unpenalized intercept is fitted. Default: true, but false for `cox()`, whose loss does not see one; columns
   * are centred there all the same.
   */
  readonly fitIntercept?: boolean;
  /**
   * Whether columns are divided by their standard deviation (divisor n), so that the penalty acts on `s_j beta_j`.
   * `"groups"`, for penalties of the norms of groups, orthonormalises each group, as grpreg does, so that the penalty acts
   * on `||Xc_g beta_g|| / sqrt(n)`. Coefficients always come back on the original scale. Default: true.
   */
  readonly standardize?: boolean | "groups";
  /**
   * The weights `w_j` themselves, one a feature, used as given (glmnet rescales them to sum p): 0 leaves a feature
   * unpenalized, Infinity excludes it, in all responses. Default: 1 each.
   */
  readonly penaltyFactors?: ArrayLike<number>;
  /** Features that get no coefficient, by index or name. Default: none. */
  readonly exclude?: readonly (number | string)[];
  /** The surrogate whose induced penalty is the estimator's, without weights of its own. Default: `hadamardProduct({ depth: 2 })`. */
  readonly parametrization?: Parametrization;
  /**
   * How the problem is solved: an optimizer for the surrogate, such as `lbfgs()`, or a solver, such as
   * `coordinateDescent()`. Default: `"auto"`. For penalties of single coefficients or of groups it takes `proximalNewton()`, whose steps
   * are the surrogate's Newton steps on the coefficients that are not zero. For other penalties it takes `lbfgs()` on the surrogate and
   * then a classical method. How far it searches for the lowest minimum, {@link search} says.
   */
  readonly solver?: "auto" | Optimizer | Solver;
  /**
   * How far the lowest of several local minima of `f(b0 + X beta) + lambda R(beta)` is searched for, where `R` is not convex; a convex one,
   * whose minima are all as low, takes no notice of it.
   *
   * - `"quick"`: one descent at each lambda, as in ncvreg, grpreg and skglm, which goes on from a saddle point. Along a path it starts from the fit
   *   at the lambda before. A single `fit` starts from `init`, or else from the lasso, or group lasso, of strength `lambda R'(m)` with `m`
   *   the size of a typical coefficient. Of a bridge it leaves out the five smallest coefficients in turn.
   * - `"thorough"`: descents from several starts, more coefficients left out in turn, and along a path each fit as a start of its
   *   neighbours until none improves. It takes about ten times as long, and its objective is rarely higher and often lower; the guide
   *   "Reading a certificate" says when it is worth that.
   *
   * Default: `"quick"`. Beside a `solver` it throws an InputError: `multiStart(proximalNewton())` is a solver that has several starts itself.
   *
   * @example
   * ```ts
   * new SmoothBridge({ q: 0.5, lambda: 0.1, search: "thorough" }).fit(X, y).starts;
   * ```
   */
  readonly search?: Search;
  /** Largest number of iterations (epochs for coordinate descent), from each start of a penalty that is not convex; an
   * integer of at least 1. Default: 10000. */
  readonly maxIter?: number;
  /**
   * Tolerance, positive: the duality gap is at most `tol` times the null deviance (as objective). Where there is no gap the
   * violation is at most `tol` times `lambda`, the slope of a bridge at a typical coefficient, or with `lambda: 0` the
   * steepest slope of the null model. Default: 1e-7.
   */
  readonly tol?: number;
  /**
   * Where to start from: a fit of the same features and responses, that of a pipeline too, or coefficients on the original scale, one a feature, of
   * several responses one such list each. Default: the null model.
   */
  readonly init?:
    | FittedCoefficients<D>
    | OfFrames<"fit", FittedCoefficients<D>>
    | ArrayLike<number>
    | readonly ArrayLike<number>[];
}

/** {@link ModelOptions} with defaults filled in and every value checked. */
export interface CheckedOptions extends Omit<ModelOptions, "init"> {
  readonly datafit: Datafit;
  readonly fitIntercept: boolean;
  readonly standardize: boolean | "groups";
  readonly solver: "auto" | Optimizer | Solver;
  readonly search: Search;
  readonly maxIter: number;
  readonly tol: number;
  readonly init?: StartingPoint;
}

const known: readonly (keyof ModelOptions)[] = [
  "lambda",
  "datafit",
  "fitIntercept",
  "standardize",
  "penaltyFactors",
  "exclude",
  "parametrization",
  "solver",
  "search",
  "maxIter",
  "tol",
  "init",
];

const loss = "a loss is named by datafit, such as datafit: logistic()";
const ofRuns = "fit, path and crossValidate take it, behind the data";

/** Remedies for words of other libraries, and for options of what is done with a model. */
export const modelWords: Readonly<Record<string, string>> = {
  family: loss,
  loss,
  C: "of n rows scikit-learn's C is lambda = 1 / (C n) here",
  class_weight: "weigh rows instead, sampleWeight of fit, path and crossValidate",
  classWeight: "weigh rows instead, sampleWeight of fit, path and crossValidate",
  normalize: 'did you mean "standardize"?',
  positive: 'did you mean "nonNegative"?',
  warm_start: 'did you mean "init"?',
  warmStart: 'did you mean "init"?',
  ...Object.fromEntries(runKeys.map((key) => [key, ofRuns])),
  workers: ofRuns,
  ...ofGrids,
  thresh: 'did you mean "tol"?',
  tolerance: 'did you mean "tol"?',
  ...Object.fromEntries(
    ["maxIterations", "max_iter", "iterations", "epochs"].map((word) => [word, 'did you mean "maxIter"?']),
  ),
};

const datafitMethods: readonly (keyof Datafit)[] = [
  "checkTarget",
  "valueAndGradient",
  "curvature",
  "inverseLink",
  "saturatedValue",
];

const parametrizationMethods: readonly (keyof Parametrization)[] = [
  "surrogateSize",
  "forward",
  "pullback",
  "surrogatePenalty",
  "addSurrogateGradient",
  "rightInverse",
];

/**
 * @param own names of options that only this estimator has, which it checks itself.
 * @param ofGroups whether its penalty is one of the norms of groups, so that these can be orthonormalised.
 * @throws InputError for an option that is unknown or outside its domain.
 */
export function checkOptions<D extends Datafit>(
  where: string,
  options: ModelOptions<D>,
  own: readonly string[] = [],
  ofGroups = false,
): CheckedOptions {
  if (Object.hasOwn(Object(options), "alpha")) {
    const remedy = "scikit-learn's alpha is lambda here, and glmnet's is l1Ratio of SmoothElasticNet";
    throw mustBe(where, "alpha", "left out", (options as { alpha?: unknown }).alpha, remedy);
  }
  checkKeys(where, options, [...known, ...own], undefined, modelWords);
  const {
    lambda,
    datafit = squaredError() as Datafit,
    fitIntercept: ownIntercept,
    standardize = true,
    penaltyFactors,
    exclude,
    parametrization,
    init,
    solver = "auto",
    search = "quick",
    maxIter = 10_000,
    tol = 1e-7,
  } = options;
  if (lambda !== undefined && !(typeof lambda === "number" && lambda >= 0 && lambda < Infinity)) {
    throw mustBe(where, "lambda", "a finite number >= 0", lambda);
  }
  checkChoice(where, "standardize", standardize, [true, false, "groups"]);
  if (standardize === "groups" && !ofGroups) {
    throw mustBe(where, "standardize", "true or false where no norms of groups are penalized", standardize);
  }
  if (!Number.isInteger(maxIter) || maxIter < 1) throw mustBe(where, "maxIter", "an integer >= 1", maxIter);
  if (!(typeof tol === "number" && tol > 0 && tol < Infinity)) {
    throw mustBe(where, "tol", "a positive finite number", tol);
  }
  if (penaltyFactors !== undefined && typeof Object(penaltyFactors).length !== "number") {
    throw factorsUnlisted(where, penaltyFactors);
  }
  if (exclude !== undefined && !Array.isArray(exclude)) {
    throw mustBe(where, "exclude", "a list of features, by index or name", exclude);
  }
  const rule = "a datafit such as squaredError()";
  if (typeof datafit === "string")
    throw mustBe(
      where,
      "datafit",
      rule,
      datafit,
      "import a function that makes one, such as logistic, and call it",
    );
  checkMethods(where, "datafit", datafit, datafitMethods, rule);
  for (const property of datafitProperties) {
    if (typeof datafit[property] !== "boolean") {
      throw mustBe(where, `datafit.${property}`, "true or false", datafit[property]);
    }
  }
  const fitIntercept = ownIntercept ?? datafit.determinesIntercept;
  if (typeof fitIntercept !== "boolean") throw mustBe(where, "fitIntercept", "true or false", fitIntercept);
  const { response, responses, nResponses } = datafit;
  checkChoice(where, "datafit.response", response, ["numbers", "classes", "times"]);
  if (responses !== undefined && responses !== "tasks" && responses !== "classes") {
    throw mustBe(where, "datafit.responses", '"tasks", "classes" or left out', responses);
  }
  if (responses === undefined && nResponses !== 1) {
    throw mustBe(where, "datafit.responses", '"tasks" or "classes" with several responses', responses);
  }
  if (parametrization !== undefined) {
    const such = "a parametrization such as hadamardProduct({ depth: 2 })";
    checkMethods(where, "parametrization", parametrization, parametrizationMethods, such);
  }
  if (init !== undefined) startingCoefficients(where, init as StartingPoint);
  if (solver !== "auto" && !("iterate" in Object(solver)) && !("solve" in Object(solver))) {
    throw mustBe(where, "solver", '"auto", an optimizer such as lbfgs() or a solver', solver);
  }
  checkSearch(where, options);
  return { ...options, lambda, datafit, fitIntercept, standardize, solver, search, maxIter, tol };
}

/** @throws InputError where `search` is none, or is given beside a solver. */
function checkSearch(
  where: string,
  { search, solver = "auto" }: Pick<ModelOptions, "search" | "solver">,
): void {
  if (search === undefined) return;
  checkChoice(where, "search", search, ["quick", "thorough"]);
  if (solver === "auto") return;
  const remedy = "a solver such as multiStart(proximalNewton()) says itself how far it searches";
  throw mustBe(where, "search", "left out beside a solver", search, remedy);
}

/** The properties that every loss states as true or false. */
const datafitProperties = [
  "hasProbabilities",
  "quadratic",
  "dependsOnResidual",
  "hasConstantHessian",
  "hasDiagonalHessian",
  "piecewiseQuadratic",
  "coercive",
  "comparesSamples",
  "determinesIntercept",
  "shiftInvariant",
] as const;

/** Returns the error for penalty factors that are no list, as those by name. */
function factorsUnlisted(where: string, given: unknown): Error {
  const isByName = typeof given === "object" && given !== null;
  const remedy = "of factors by name make one: X.featureNames.map((name) => factors[name] ?? 1)";
  return mustBe(
    where,
    "penaltyFactors",
    "a list of one number a feature",
    given,
    isByName ? remedy : undefined,
  );
}

/** Where weights go that a user gave to a parametrization. */
export const factorRemedy = "weights go into penaltyFactors";

/** @throws InputError unless true or false. */
export function checkNonNegative(where: string, nonNegative = false): boolean {
  if (typeof nonNegative !== "boolean") throw mustBe(where, "nonNegative", "true or false", nonNegative);
  return nonNegative;
}

/** @throws InputError unless between `low`, exclusive, and 1. */
export function checkShare(where: string, what: string, value: unknown, low: number): number {
  if (!(typeof value === "number" && value > low && value <= 1)) {
    throw mustBe(where, what, `a number above ${low} and at most 1`, value);
  }
  return value;
}

/** The coefficients of any fit, one vector or one a response. */
type AnyCoefficients = FittedCoefficients | FittedCoefficients<MultiResponseDatafit>;

/** A fit, or coefficients on the original scale: one a feature, or of several responses one such list each. */
type StartingPoint =
  | AnyCoefficients
  | OfFrames<"fit", AnyCoefficients>
  | ArrayLike<number>
  | readonly ArrayLike<number>[];

/**
 * Returns the coefficients of a fit, or those given, one vector a response.
 *
 * @param given a fit, that of a pipeline, or coefficients.
 * @throws InputError when it is none of them, or a coefficient is not a finite number.
 */
export function startingCoefficients(where: string, given: StartingPoint): readonly Float64Array[] {
  const init = ofFeatures<"fit", Exclude<StartingPoint, OfFrames<"fit", object>>>(given, "fit");
  const coefs = isFit(init) ? ("coefs" in init ? init.coefs : [init.coef]) : listsOf(init);
  if (coefs === undefined)
    throw mustBe(where, "init", "a fit of this library or a list of coefficients", init);
  return coefs.map((coef, r) =>
    Float64Array.from(coef, (b, j) => {
      if (typeof b === "number" && Number.isFinite(b)) return b;
      throw mustBe(where, `init${coefs.length > 1 ? `[${r}]` : ""}[${j}]`, "a finite number", b);
    }),
  );
}

/** Returns whether `init` holds coefficients, as a fit does, and is not a list of them. */
function isFit(init: unknown): init is AnyCoefficients {
  const { coef, coefs } = Object(init) as { readonly coef?: unknown; readonly coefs?: unknown };
  return ArrayBuffer.isView(coef) || Array.isArray(coefs);
}

function listsOf(given: unknown): ArrayLike<number>[] | undefined {
  const isList = (value: unknown): boolean => Array.isArray(value) || ArrayBuffer.isView(value);
  if (!isList(given)) return undefined;
  const list = given as ArrayLike<unknown>;
  return isList(list[0]) ? (Array.from(list) as ArrayLike<number>[]) : [list as ArrayLike<number>];
}
