import type { ModelOptions } from "../../src/estimators";
import { lbfgs } from "../../src/optimizers";
import { coordinateDescent } from "../../src/solvers/classical";

/** Four rows that any estimator fits, and their response. */
export const X: number[][] = [
  [1, 0],
  [0, 1],
  [1, 1],
  [2, 1],
];
export const y: number[] = [1, 0, 1, 2];

/** Whatever a cell may hold: bad input has no type. */
// biome-ignore lint/suspicious/noExplicitAny: bad input has no type
export type Anything = any;

/** Options that no estimator takes, and what the message says after the estimator's name. */
export const badOptions: readonly (readonly [string, ModelOptions | Anything, string])[] = [
  ["a negative lambda", { lambda: -1 }, "lambda must be a finite number >= 0, got -1"],
  ["an infinite lambda", { lambda: Infinity }, "lambda must be a finite number >= 0, got Infinity"],
  ["a lambda that is no number", { lambda: Number.NaN }, "lambda must be a finite number >= 0, got NaN"],
  ["a lambda as text", { lambda: "0.1" }, 'lambda must be a finite number >= 0, got "0.1"'],
  ["a null lambda", { lambda: null }, "lambda must be a finite number >= 0, got null"],
  ["an intercept that is no flag", { fitIntercept: 1 }, "fitIntercept must be true or false, got 1"],
  [
    "a scaling that is no flag",
    { standardize: "yes" },
    'standardize must be true, false or "groups", got "yes"',
  ],
  ["a maxIter of zero", { maxIter: 0 }, "maxIter must be an integer >= 1, got 0"],
  ["half an iteration", { maxIter: 1.5 }, "maxIter must be an integer >= 1, got 1.5"],
  ["a tolerance of zero", { tol: 0 }, "tol must be a positive finite number, got 0"],
  ["a tolerance as text", { tol: "1e-7" }, 'tol must be a positive finite number, got "1e-7"'],
  [
    "a solver by name",
    { solver: "lbfgs" },
    'solver must be "auto", an optimizer such as lbfgs() or a solver, got "lbfgs"',
  ],
  [
    "a solver that was not called",
    { solver: lbfgs },
    'solver must be "auto", an optimizer such as lbfgs() or a solver, got a function lbfgs',
  ],
  ["a search of no kind", { search: "deep" }, 'search must be "quick" or "thorough", got "deep"'],
  ["a search that is a flag", { search: true }, 'search must be "quick" or "thorough", got true'],
  ...(["quick", "thorough"] as const).map(
    (search) =>
      [
        `a ${search} search beside a solver`,
        { search, solver: coordinateDescent() },
        `search must be left out beside a solver, got "${search}"; a solver such as multiStart(proximalNewton()) says itself how far it searches`,
      ] as const,
  ),
  [
    "penalty factors that are no list",
    { penaltyFactors: 2 },
    "penaltyFactors must be a list of one number a feature, got 2",
  ],
  [
    "penalty factors by name",
    { penaltyFactors: { age: 0 } },
    "penaltyFactors must be a list of one number a feature, got an object; of factors by name make one: X.featureNames.map((name) => factors[name] ?? 1)",
  ],
  [
    "a start without coefficients",
    { init: { predict: () => {} } },
    "init must be a fit of this library or a list of coefficients, got an object",
  ],
  [
    "a start that is no fit",
    { init: { coef: [1, 2] } },
    "init must be a fit of this library or a list of coefficients, got an object",
  ],
  ["a start that is not finite", { init: [1, Number.NaN] }, "init[1] must be a finite number, got NaN"],
  [
    "the name that scikit-learn has for lambda",
    { alpha: 0.1 },
    "alpha must be left out, got 0.1; scikit-learn's alpha is lambda here, and glmnet's is l1Ratio of SmoothElasticNet",
  ],
];

/** What `X` must be. */
export const shape =
  "a data frame, an array of rows, columns by name or a matrix { data, nSamples, nFeatures }";
/** What is no object of options, and how the message shows it. */
export const noOptions: readonly (readonly [Anything, string])[] = [
  [3, "3"],
  [null, "null"],
  [[1, 2], "an array of 2"],
];

/** The options of every estimator, in the order in which a message lists them. */
export const knownOptions =
  "lambda, datafit, fitIntercept, standardize, penaltyFactors, exclude, parametrization, solver, search, maxIter, tol, init";

/** Data that no estimator fits, and what the message says after the method's name. */
export const badData: readonly (readonly [string, Anything, Anything, string])[] = [
  ["rows that y does not have", X, [1, 2, 3], "X has 4 rows but y has 3"],
  [
    "a missing number",
    [
      [1, 2],
      [Number.NaN, 1],
    ],
    [1, 2],
    'column "x0", row 1 must be a finite number, got NaN; drop or impute missing values first',
  ],
  [
    "an infinite number",
    [
      [1, 2],
      [1, -Infinity],
    ],
    [1, 2],
    'column "x1", row 1 must be a finite number, got -Infinity',
  ],
  [
    "a text column",
    { age: [1, 2], city: ["Bonn", "Ulm"] },
    [1, 2],
    'column "city", row 0 must be a finite number, got "Bonn"; fromFrame of smooth-edges/frame makes numbers of texts',
  ],
  [
    "a null",
    { age: [1, null] },
    [1, 2],
    'column "age", row 1 must be a finite number, got null; drop or impute missing values first',
  ],
  ["no rows", [], [], "X must have at least one row and one column, got 0 rows and 0 columns"],
  ["no columns", {}, [], "X must have at least one row and one column, got 0 rows and 0 columns"],
  [
    "rows of nothing",
    [[], []],
    [1, 2],
    "X must have at least one row and one column, got 2 rows and 0 columns",
  ],
  ["rows of different length", [[1, 2], [1]], [1, 2], "row 1 must be as long as row 0 (2), got 1"],
  [
    "a response by name",
    { a: [1, 2], y: [1, 2] },
    "y",
    'y must be an array of numbers, a series or a table of one column, got "y"; fromFrame of smooth-edges/frame takes a column by its name as the response',
  ],
  ["no table", undefined, y, `X must be ${shape}, got undefined`],
  [
    "a flat array",
    [1, 2, 3, 4],
    y,
    `X must be ${shape}, got an array of 4; write one row as [[1, 2, 3]], one column as [[1], [2], [3]]`,
  ],
  [
    "a response with a missing number",
    X,
    [1, 0, undefined, 2],
    "y, row 2 must be a finite number, got undefined; drop or impute missing values first",
  ],
  [
    "a response of text",
    X,
    ["a", "b", "c", "d"],
    'y, row 0 must be a finite number, got "a"; encode text as numbers first, or use datafit: logistic() for classes',
  ],
  [
    "a response of numbers with decimal commas",
    X,
    ["1,5", "2", "3", "4"],
    'y, row 0 must be a finite number, got "1,5"; write numbers with a decimal point, or read them by readCsv with decimal: ","',
  ],
  [
    "a response of percentages",
    X,
    ["7%", "12 %", "3%", "4%"],
    'y, row 0 must be a finite number, got "7%"; write numbers without %',
  ],
  [
    "a response of numbers with separators of thousands",
    X,
    ["1,234.5", "2", "3", "4"],
    'y, row 0 must be a finite number, got "1,234.5"; write numbers with a decimal point and no separators of thousands, or read them by readCsv with thousands: ","',
  ],
  [
    "a response of two columns",
    X,
    X,
    "y must be one column, got 2; fit one response at a time, or all with squaredError({ nResponses: 2 })",
  ],
  [
    "no response",
    X,
    undefined,
    "y must be an array of numbers, a series or a table of one column, got undefined; a table gives undefined for a name that no column of it has",
  ],
  [
    "a response whose squares overflow",
    X,
    y.map((v) => v * 1e160),
    "y must be of a size between 1e-140 and 1e140, got 1e+160; rescale it",
  ],
];
