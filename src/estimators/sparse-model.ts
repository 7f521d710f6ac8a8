import type { DesignInput, TargetInput } from "../design/design-input";
import { throttledProgress } from "../display/throttled-progress";
import { mustBe } from "../errors";
import { warnUnlessConverged } from "./convergence-warning";
import { followPath } from "./follow-path";
import { lambdaGrid } from "./lambda-grid";
import { readData } from "./model-data";
import type { FamilyOf } from "./model-family";
import type { CheckedOptions } from "./model-options";
import { PreparedModel } from "./prepared-model";
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

  fit(X: DesignInput, y: TargetInput, run: RunOptions): SparseLinearFit {
    const where = `${this.name}.fit`;
    checkRun(where, run, runKeys);
    const { lambda, init, maxIter } = this.#options;
    if (lambda === undefined) {
      throw mustBe(where, "lambda", "given", lambda, "use path(X, y) to see a whole grid of them");
    }
    const model = this.#prepare(where, X, y, run);
    const tell = throttledProgress(where, maxIter, run.onProgress);
    const { fit } = model.solve(where, lambda, init, {
      signal: run.signal,
      onIteration: (iteration) => {
        if (iteration < maxIter) tell(iteration, `iteration ${iteration}`);
      },
    });
    tell(maxIter, `${fit.status} after ${fit.nIter} iterations`);
    warnUnlessConverged(where, [fit], this.#options);
    return fit;
  }

  path(X: DesignInput, y: TargetInput, options: PathOptions): SparsePath {
    const where = `${this.name}.path`;
    checkRun(where, options, pathKeys);
    const model = this.#prepare(where, X, y, options);
    const { design, samples } = model.data;
    const grid = lambdaGrid(where, options, model.working.lambdaMax, samples.nCounted, design.nFeatures);
    const tell = throttledProgress(where, grid.length, options.onProgress);

    const along = followPath(where, model, grid, {
      init: this.#options.init,
      signal: options.signal,
      onFit: (fit, count) => {
        tell(count, `lambda ${fit.lambda.toPrecision(3)}, ${fit.support.length} features`);
      },
    });
    if (along.length < grid.length) tell(grid.length, `interrupted after ${along.length} lambdas`);
    const fits = along.map(({ fit }) => fit);
    const ratios = Float64Array.from(along, ({ devianceRatio }) => devianceRatio);
    warnUnlessConverged(where, fits, this.#options);
    return new SparsePath(fits, ratios, design.featureNames, {
      fitAt: (lambda, start) => {
        const { fit } = model.solve(`${where}.at`, lambda, start);
        warnUnlessConverged(`${where}.at`, [fit], this.#options);
        return fit;
      },
      relax: (penalized, gamma) => {
        const { scored, refits } = relaxedFits(`${where}.relaxed`, model, penalized, gamma);
        warnUnlessConverged(`${where}.relaxed`, refits, this.#options);
        return scored;
      },
    });
  }

  #prepare(where: string, X: DesignInput, y: TargetInput, run: RunOptions): PreparedModel {
    const data = readData(where, X, y, this.#options.datafit, run);
    return new PreparedModel(where, this.name, this.#familyOf, this.#options, data);
  }
}
