import { mustBe } from "../errors";
import type { Solver } from "../solvers";
import { endlessNote, fallsWithoutEnd } from "./endless-fall";
import { goalOf } from "./fit-goal";
import type { ModelData } from "./model-data";
import type { FamilyOf } from "./model-family";
import type { CheckedOptions } from "./model-options";
import { nullModel, solverFor } from "./solver-choice";
import { SparseLinearFit } from "./sparse-linear-fit";
import { type WorkingProblem, workingProblem } from "./working-problem";

/** A fit, and the share of the null deviance that it explains. */
export interface ScoredFit {
  readonly fit: SparseLinearFit;
  readonly devianceRatio: number;
}

/** How one lambda is fitted. */
export interface SolveOptions {
  readonly signal?: { readonly aborted: boolean };
  readonly onIteration?: (iteration: number) => void;
}

/** A model and its data, standardized once, ready for any lambda. */
export class PreparedModel {
  readonly data: ModelData;
  readonly working: WorkingProblem;
  readonly #name: string;
  readonly #options: CheckedOptions;
  readonly #solver: Solver;

  /** @throws InputError when the data are outside the domain of the datafit, or do not fit the options. */
  constructor(where: string, name: string, familyOf: FamilyOf, options: CheckedOptions, data: ModelData) {
    const family = familyOf(where, data.design);
    this.#name = name;
    this.#options = options;
    this.data = data;
    this.working = workingProblem(where, data.design, data.target, data.samples, family, options);
    const solver = solverFor(where, family, options.solver);
    this.#solver = this.working.lambdaMax === 0 ? nullModel : solver;
  }

  /**
   * Fits at one lambda.
   *
   * @param start a fit of the same features to start from.
   * @throws InputError when `start` has other features.
   */
  solve(
    where: string,
    lambda: number,
    start?: SparseLinearFit,
    { signal, onIteration }: SolveOptions = {},
  ): ScoredFit {
    const { datafit, tol, maxIter } = this.#options;
    const { design, samples, classes } = this.data;
    const { problem, nullProfile, nullDeviance, lambdaMax, magnitude } = this.working;
    const solution = this.#solver.solve({
      problem,
      lambda,
      beta:
        start && lambdaMax > 0
          ? this.#startingCoefficients(where, start)
          : new Float64Array(problem.design.nFeatures),
      psi: nullProfile.psi,
      magnitude,
      maxIter,
      isOptimal: goalOf(this.working, lambda, tol),
      signal,
      onIteration,
    });
    const notes = [...this.working.notes];
    if (lambda === 0 && lambdaMax > 0 && problem.design.nFeatures + problem.free.size > samples.nCounted) {
      notes.push("lambda is 0 and there are more columns than rows, so the coefficients are not unique");
    }
    const endless = fallsWithoutEnd(problem, lambda === 0 ? solution.profile.eta : nullProfile.eta);
    if (endless) notes.push(endlessNote);
    const fit = new SparseLinearFit({
      estimator: this.#name,
      datafit,
      classes,
      usesOffset: samples.offset !== undefined,
      ...this.working.toOriginal(solution.beta, solution.profile.psi),
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

  #startingCoefficients(where: string, start: SparseLinearFit): Float64Array {
    const { nFeatures } = this.data.design;
    if (start.coef.length !== nFeatures) {
      throw mustBe(where, "init", `a fit of ${nFeatures} features`, start.coef.length);
    }
    return this.working.toWorking(start.coef);
  }
}
