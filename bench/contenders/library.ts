import {
  adam,
  type DesignInput,
  denseMatrix,
  elasticNet,
  gamma,
  gradientDescent,
  groupMcp,
  groupScad,
  lbfgs,
  logistic,
  mcp,
  multinomial,
  negativeBinomial,
  type Optimizer,
  poisson,
  SmoothBridge,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
  scad,
  sparseMatrix,
  squaredError,
  tweedie,
} from "smooth-edges";
import {
  alternatingRidge,
  coordinateDescent,
  proximalGradient,
  proximalNewton,
  type Solver,
  surrogateDescent,
  varPro,
} from "smooth-edges/solvers";
import { hadamardProduct } from "smooth-edges/surrogate";
import type { BenchProblem } from "../problems";
import { THETA, TWEEDIE_POWER } from "../problems/problem";
import { surrogateAlone } from "./surrogate-alone";

/** How `X` is handed over: the form a peer likes best, here columns; or rows one after the other, as most arrays are. */
export type Layout = "columns" | "rows";

/** What a run of the library found. */
export interface LibrarySolution {
  /** Of one lambda after the other, and of one response after the other. */
  readonly coefs: readonly Float64Array[];
  /** Position of the lambda that a cross-validation chose; the coefficients are those of that one alone. */
  readonly chosen?: number;
  /** The mean score over the folds there. */
  readonly score?: number;
  readonly iterations: number;
}

const descent = (optimizer: Optimizer): Solver => surrogateDescent(hadamardProduct({ depth: 2 }), optimizer);

/** The solvers of this library that take part, by the name they have in a report. */
export const LIBRARY_SOLVERS: Readonly<Record<string, () => "auto" | Solver>> = {
  "smooth-edges": () => "auto",
  "smooth-edges thorough": () => "auto",
  "smooth-edges proximalNewton": () => proximalNewton(),
  "smooth-edges coordinateDescent": coordinateDescent,
  "smooth-edges blockDescent": coordinateDescent,
  "surrogateDescent(gradientDescent)": () => descent(gradientDescent()),
  "surrogateDescent(adam)": () => descent(adam()),
  "surrogateDescent(lbfgs)": () => descent(lbfgs()),
  varPro,
  alternatingRidge,
  "proximalGradient (ISTA)": () => proximalGradient(),
  "fista (FISTA)": () => proximalGradient({ accelerated: true }),
};

/** Optimizers that work on the surrogate alone. */
export const BARE_OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  "gradientDescent, surrogate alone": gradientDescent,
  "adam, surrogate alone": adam,
  "lbfgs, surrogate alone": lbfgs,
};

/** So many that the limit of time ends a run, not this. */
const MAX_ITERATIONS = 10_000_000;

/** Makes ready to solve a problem from its `X` at any tolerance; what is timed is the call of what this gives. */
export function librarySolver(
  problem: BenchProblem,
  contender: string,
  threads: number,
): (X: DesignInput, tol: number | undefined) => LibrarySolution {
  const { lambdas, folds, y } = problem;
  const bare = BARE_OPTIMIZERS[contender];
  if (bare) return (X, tol) => surrogateAlone(problem, X, bare(), tol);
  const solver = LIBRARY_SOLVERS[contender]();
  return (X, tol) => {
    const maxIter = solver === "auto" ? {} : { maxIter: MAX_ITERATIONS };
    const search = contender === "smooth-edges thorough" ? ({ search: "thorough" } as const) : {};
    const common = {
      fitIntercept: false,
      standardize: false,
      solver,
      ...search,
      ...maxIter,
      ...(tol ? { tol } : {}),
    };
    if (folds > 0) {
      const foldId = Array.from(y, (_, i) => i % folds);
      const run = { lambdas, foldId, workers: threads };
      const isMultinomial = problem.loss === "multinomial";
      const cv = isMultinomial
        ? new SmoothLasso({ ...common, datafit: multinomial() }).crossValidate(X, y, run)
        : modelOf(problem, common).crossValidate(X, y, run);
      const chosen = cv.lambdas.indexOf(cv.lambdaMin);
      const coefs = "coefs" in cv.best ? [...cv.best.coefs] : [cv.best.coef];
      return { coefs, chosen, score: cv.meanScore[chosen], iterations: sum(cv.path.fits) };
    }
    const options = { lambdas, workers: threads };
    if (problem.loss === "multinomial") {
      const { coefs, fits } = new SmoothLasso({ ...common, datafit: multinomial() }).path(X, y, options);
      return { coefs: coefs.flat(), iterations: sum(fits) };
    }
    const { coefs, fits } = modelOf(problem, common).path(X, y, options);
    return { coefs, iterations: sum(fits) };
  };
}

type Common = Pick<ConstructorParameters<typeof SmoothLasso>[0] & object, "solver" | "tol">;

function modelOf({ loss, penalty, nFeatures }: BenchProblem, common: Common) {
  const datafits = {
    squared: squaredError,
    logistic,
    poisson,
    multinomial: squaredError,
    gamma,
    tweedie: () => tweedie({ power: TWEEDIE_POWER }),
    "negative-binomial": () => negativeBinomial({ theta: THETA }),
  };
  const options = { ...common, datafit: datafits[loss]() };
  const labelsOf = (size: number) => Array.from({ length: nFeatures }, (_, j) => Math.floor(j / size));
  const groupsOf = (size: number) => ({
    groups: labelsOf(size),
    penaltyFactors: new Array(nFeatures / size).fill(1),
  });
  switch (penalty.name) {
    case "l1":
      return new SmoothLasso(options);
    case "ridge":
      return new SparseLinearModel({ ...options, penalty: elasticNet({ l1Ratio: 0 }) });
    case "mcp":
      return new SparseLinearModel({ ...options, penalty: mcp({ gamma: penalty.gamma }) });
    case "scad":
      return new SparseLinearModel({ ...options, penalty: scad({ gamma: penalty.gamma }) });
    case "lq":
      return new SmoothBridge({ ...options, q: penalty.q });
    case "group":
      return new SmoothGroupLasso({ ...options, ...groupsOf(penalty.size) });
    case "group-mcp":
    case "group-scad": {
      const { gamma, size, name } = penalty;
      const make = name === "group-mcp" ? groupMcp : groupScad;
      return new SparseLinearModel({ ...options, penalty: make(labelsOf(size), { gamma }) });
    }
    case "group-lq":
      return new SmoothGroupBridge({ ...options, ...groupsOf(penalty.size), q: penalty.q });
    case "sparse-group":
      return new SmoothSparseGroupLasso({
        ...options,
        ...groupsOf(penalty.size),
        l1Ratio: penalty.l1Ratio,
      });
  }
}

/**
 * What loads `X`. By columns a call makes the library's own matrix of the plain arrays: copied, checked and summed up. By rows
 * there is nothing to load: a call gives the user's array.
 */
export function loaderOf(
  { X, nSamples, nFeatures }: BenchProblem,
  layout: Layout,
  threads: number,
): () => DesignInput {
  if ("indptr" in X) return () => sparseMatrix({ format: "csc", ...X, nSamples, nFeatures });
  if (layout === "columns") {
    const shape = { nSamples, nFeatures, fitIntercept: false, shared: threads > 1 };
    return () => denseMatrix(shape, (values) => values.set(X.data));
  }
  const data = new Float64Array(X.data.length);
  for (let j = 0; j < nFeatures; j++) {
    for (let i = 0; i < nSamples; i++) data[i * nFeatures + j] = X.data[j * nSamples + i];
  }
  const given = { data, nSamples, nFeatures };
  return () => given;
}

const sum = (fits: readonly { readonly nIter: number }[]): number =>
  fits.reduce((total, { nIter }) => total + nIter, 0);
