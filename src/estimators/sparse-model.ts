import type { Datafit } from "../datafits";
import type { DesignInput, TargetInput } from "../design/design-input";
import { throttledProgress } from "../display/throttled-progress";
import { mustBe } from "../errors";
import { type EndedFit, warnUnlessConverged } from "./convergence-warning";
import { explainsEnough } from "./early-stopping";
import { followPath } from "./follow-path";
import { type InformationCriteria, informationCriteria } from "./information-criteria";
import { lambdaGrid } from "./lambda-grid";
import { type ModelData, readData } from "./model-data";
import type { FamilyOf } from "./model-family";
import type { CheckedOptions } from "./model-options";
import { PreparedModel, type ScoredFit } from "./prepared-model";
import { relaxedFits } from "./relaxed-fits";
import { checkRun, type PathOptions, pathKeys, type RunOptions, runKeys } from "./run-options";
import type { SparseLinearFit } from "./sparse-linear-fit";
import { SparsePath } from "./sparse-path";

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

  get datafit(): Datafit {
    return this.#options.datafit;
  }

  /** Where paths start from. */
  get init(): SparseLinearFit | undefined {
    return this.#options.init;
  }

  fit(X: DesignInput, y: TargetInput, run: RunOptions): SparseLinearFit {
    const where = `${this.name}.fit`;
    checkRun(where, run, runKeys);
    const { lambda, init, maxIter } = this.#options;
    if (lambda === undefined) {
      throw mustBe(
        where,
        "lambda",
        "given",
        lambda,
        "use path(X, y) to see a whole grid of them, crossValidate(X, y) to choose one",
      );
    }
    const model = this.prepare(where, readData(where, X, y, this.#options.datafit, run), run.signal);
    const tell = throttledProgress(where, maxIter, run.onProgress);
    const { fit } = model.solve(where, lambda, init, {
      signal: run.signal,
      onIteration: (iteration) => {
        if (iteration < maxIter) tell(iteration, `iteration ${iteration}`);
      },
    });
    tell(maxIter, `${fit.status} after ${fit.nIter} iterations`);
    this.warnOf(where, [fit]);
    return fit;
  }

  path(X: DesignInput, y: TargetInput, options: PathOptions): SparsePath {
    const where = `${this.name}.path`;
    checkRun(where, options, pathKeys);
    const path = this.pathOf(
      where,
      readData(where, X, y, this.#options.datafit, options),
      options,
      (nLambdas) => throttledProgress(where, nLambdas, options.onProgress),
    );
    this.warnOf(where, path.fits);
    return path;
  }

  /**
   * The path of data, without a warning.
   *
   * @param follow told the number of lambdas, gives what listens to the fits done so far.
   */
  pathOf(
    where: string,
    data: ModelData,
    options: PathOptions,
    follow: (nLambdas: number) => (done: number, message: string) => void,
  ): SparsePath {
    const { datafit, fitIntercept, init } = this.#options;
    const model = this.prepare(where, data, options.signal);
    const { nFeatures, featureNames } = data.design;
    const { nCounted } = data.samples;
    const grid = lambdaGrid(where, options, model.working.lambdaMax, nCounted, nFeatures);
    const nLambdas = grid.lambdas.length;
    const tell = follow(nLambdas);
    const { convex } = model.working.problem.penalty;
    const scored = followPath(where, model, grid.lambdas, {
      init,
      signal: options.signal,
      isEnough: grid.stopsEarly ? (fits) => explainsEnough(fits, nLambdas, datafit, convex) : undefined,
      onFit: (fit, done) => {
        tell(done, phraseOf(fit));
      },
    });
    if (scored.length < nLambdas) {
      const interrupted = options.signal?.aborted === true;
      tell(nLambdas, `${interrupted ? "interrupted" : "explained"} after ${scored.length} lambdas`);
    }
    const { quadratic } = datafit;
    const criteria = (fits: readonly ScoredFit[]): InformationCriteria =>
      informationCriteria(fits, { nCounted, nFeatures, quadratic, fitIntercept });
    const name = `${this.name}.path`;
    return new SparsePath(scored, criteria(scored), featureNames, {
      fitAt: (lambda, start) => {
        const { fit } = model.solve(`${name}.at`, lambda, start);
        this.warnOf(`${name}.at`, [fit]);
        return fit;
      },
      relax: (penalized, gamma) => {
        const { scored, refits } = relaxedFits(`${name}.relaxed`, model, penalized, gamma);
        this.warnOf(`${name}.relaxed`, refits);
        return scored;
      },
      criteria,
    });
  }

  /** @throws InputError as {@link PreparedModel}. */
  prepare(where: string, data: ModelData, signal?: { readonly aborted: boolean }): PreparedModel {
    return new PreparedModel(where, this.name, this.#familyOf, this.#options, data, signal);
  }

  /** One warning for fits that did not converge. */
  warnOf(where: string, fits: readonly EndedFit[]): void {
    warnUnlessConverged(where, fits, this.#options);
  }
}

/** A fit of a path in a few words. */
export function phraseOf({ lambda, support }: SparseLinearFit): string {
  return `lambda ${lambda.toPrecision(3)}, ${support.length} features`;
}
