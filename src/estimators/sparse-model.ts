import { asDesignMatrix } from "../design/as-design-matrix";
import { asTarget } from "../design/as-target";
import type { DesignInput, TargetInput } from "../design/design-input";
import type { DesignMatrix } from "../design/design-matrix";
import type { ProgressListener } from "../display/progress";
import { throttledProgress } from "../display/throttled-progress";
import { mustBe, rowCountMismatch } from "../errors";
import { checkKeys } from "../options";
import type { Solver } from "../solvers";
import { endlessNote, fallsWithoutEnd } from "./endless-fall";
import { goalOf } from "./fit-goal";
import { type LambdaGridOptions, lambdaGrid } from "./lambda-grid";
import type { FamilyOf } from "./model-family";
import type { CheckedOptions } from "./model-options";
import { type SampleColumns, type SampleOptions, sampleColumns } from "./sample-options";
import { nullModel, solverFor } from "./solver-choice";
import { evidenceOf, SparseLinearFit } from "./sparse-linear-fit";
import { SparsePath } from "./sparse-path";
import { type WorkingProblem, workingProblem } from "./working-problem";

/** What `fit` and `path` take besides the data. */
export interface RunOptions extends SampleOptions {
  /** Told how the work goes, at most ten times a second. */
  readonly onProgress?: ProgressListener;
  /** Once aborted the work ends with what it has, status `"interrupted"`. */
  readonly signal?: { readonly aborted: boolean };
}

/** What `path` takes besides the data: its lambdas and how it runs. */
export interface PathOptions extends LambdaGridOptions, RunOptions {}

const runKeys = ["sampleWeight", "offset", "onProgress", "signal"] as const;
const pathKeys = ["lambdas", "nLambdas", "lambdaMinRatio", ...runKeys] as const;

/**
 * The one orchestration behind every estimator: checks, working problem, solver, certificate, result.
 *
 * It minimises `f(b0 + X beta) + lambda R(beta)` for one datafit and one penalty.
 */
export class SparseModel {
  readonly name: string;
  readonly #options: CheckedOptions;
  readonly #familyOf: FamilyOf;

  constructor(name: string, familyOf: FamilyOf, options: CheckedOptions) {
    this.name = name;
    this.#options = options;
    this.#familyOf = familyOf;
  }

  fit(X: DesignInput, y: TargetInput, run: RunOptions): SparseLinearFit {
    const where = `${this.name}.fit`;
    checkRun(where, run, runKeys);
    const { lambda, init, maxIter } = this.#options;
    if (lambda === undefined) {
      throw mustBe(where, "lambda", "given", lambda, "use path(X, y) to see a whole grid of them");
    }
    const data = this.#read(where, X, y, run);
    const tell = throttledProgress(where, maxIter, run.onProgress);
    const { fit } = this.#solve(where, data, lambda, init, run.signal, (iteration) => {
      if (iteration < maxIter) tell(iteration, `iteration ${iteration}`);
    });
    tell(maxIter, `${fit.status} after ${fit.nIter} iterations`);
    warnUnlessConverged(where, [fit], this.#options);
    return fit;
  }

  path(X: DesignInput, y: TargetInput, options: PathOptions): SparsePath {
    const where = `${this.name}.path`;
    checkRun(where, options, pathKeys);
    const data = this.#read(where, X, y, options);
    const { nFeatures, featureNames } = data.design;
    const grid = lambdaGrid(where, options, data.working.lambdaMax, data.samples.nCounted, nFeatures);
    const tell = throttledProgress(where, grid.length, options.onProgress);

    const fits: SparseLinearFit[] = [];
    const ratios: number[] = [];
    for (const lambda of grid) {
      if (options.signal?.aborted && fits.length > 0) break;
      const start = fits.at(-1) ?? this.#options.init;
      const { fit, devianceRatio } = this.#solve(where, data, lambda, start, options.signal);
      fits.push(fit);
      ratios.push(devianceRatio);
      tell(fits.length, `lambda ${lambda.toPrecision(3)}, ${fit.support.length} features`);
    }
    if (fits.length < grid.length) tell(grid.length, `interrupted after ${fits.length} lambdas`);
    warnUnlessConverged(where, fits, this.#options);
    return new SparsePath(fits, Float64Array.from(ratios), featureNames, (lambda, start) => {
      const { fit } = this.#solve(`${where}.at`, data, lambda, start);
      warnUnlessConverged(`${where}.at`, [fit], this.#options);
      return fit;
    });
  }

  #read(where: string, X: DesignInput, y: TargetInput, run: SampleOptions): ModelData {
    const design = asDesignMatrix(where, X);
    const target = asTarget(where, y);
    if (target.length !== design.nSamples) throw rowCountMismatch(where, design.nSamples, target.length);
    const samples = sampleColumns(where, run, design.nSamples);
    const family = this.#familyOf(where, design);
    const working = workingProblem(where, design, target, samples, family, this.#options);
    const solver = solverFor(where, family, this.#options.solver);
    return { design, samples, working, solver: working.lambdaMax === 0 ? nullModel : solver };
  }

  #solve(
    where: string,
    { design, samples, working, solver }: ModelData,
    lambda: number,
    start?: SparseLinearFit,
    signal?: RunOptions["signal"],
    onIteration?: (iteration: number) => void,
  ): { fit: SparseLinearFit; devianceRatio: number } {
    const { datafit, tol, maxIter } = this.#options;
    const { problem, nullProfile, nullDeviance, lambdaMax, magnitude } = working;
    const solution = solver.solve({
      problem,
      lambda,
      beta:
        start && lambdaMax > 0
          ? this.#startingCoefficients(where, start, design, working)
          : new Float64Array(problem.design.nFeatures),
      psi: nullProfile.psi,
      magnitude,
      maxIter,
      isOptimal: goalOf(working, lambda, tol),
      signal,
      onIteration,
    });
    const notes = [...working.notes];
    if (lambda === 0 && lambdaMax > 0 && problem.design.nFeatures + problem.free.size > samples.nCounted) {
      notes.push("lambda is 0 and there are more columns than rows, so the coefficients are not unique");
    }
    const endless = fallsWithoutEnd(problem, lambda === 0 ? solution.profile.eta : nullProfile.eta);
    if (endless) notes.push(endlessNote);
    const fit = new SparseLinearFit({
      estimator: this.name,
      datafit,
      usesOffset: samples.offset !== undefined,
      ...working.toOriginal(solution.beta, solution.profile.psi),
      featureNames: design.featureNames,
      lambda,
      nIter: solution.nIter,
      status: endless && solution.status === "converged" ? "stalled" : solution.status,
      certificate: solution.certificate,
      trace: solution.trace,
      notes,
    });
    const unexplained = solution.profile.loss - problem.datafit.saturatedValue(problem.target);
    return { fit, devianceRatio: nullDeviance === 0 ? 0 : 1 - unexplained / nullDeviance };
  }

  #startingCoefficients(
    where: string,
    start: SparseLinearFit,
    design: DesignMatrix,
    working: WorkingProblem,
  ): Float64Array {
    if (start.coef.length !== design.nFeatures) {
      throw mustBe(where, "init", `a fit of ${design.nFeatures} features`, start.coef.length);
    }
    return working.toWorking(start.coef);
  }
}

interface ModelData {
  readonly design: DesignMatrix;
  readonly samples: SampleColumns;
  readonly working: WorkingProblem;
  readonly solver: Solver;
}

/** @throws InputError for an option of a run that is unknown or of the wrong kind. */
function checkRun(where: string, run: RunOptions, keys: readonly string[]): void {
  checkKeys(where, run, keys);
  const { onProgress, signal } = run;
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw mustBe(where, "onProgress", "a function", onProgress);
  // An AbortController in place of its signal would never abort anything.
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean")
    throw mustBe(where, "signal", "an AbortSignal", signal);
}

/** One warning for a whole run: not converging is a status, but must not pass unseen. */
function warnUnlessConverged(
  where: string,
  fits: readonly SparseLinearFit[],
  { tol, maxIter }: CheckedOptions,
): void {
  const failed = fits.filter(({ status }) => status === "max-iter" || status === "stalled");
  if (failed.length === 0) return;
  const [{ lambda, status }] = failed;
  const advice =
    status === "max-iter"
      ? `raise maxIter (${maxIter}) or tol (${tol})`
      : failed[0].notes.includes(endlessNote)
        ? endlessNote
        : `no further progress is possible; raise tol (${tol})`;
  const which = fits.length > 1 ? `${failed.length} of ${fits.length} fits, first at` : "the fit at";
  process.emitWarning(
    `${where}: ${which} lambda ${lambda.toPrecision(3)} did not converge, ${evidenceOf(failed[0])}; ${advice}`,
    "ConvergenceWarning",
  );
}
