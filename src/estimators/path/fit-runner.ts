/**
 * Runs fits and paths for an estimator ({@link FitRunner}): options, data, progress, warnings, and the results that
 * other threads send back.
 */
import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { counted, formatNumber } from "../../display/formatting";
import { type ProgressReporter, throttledProgress } from "../../display/progress-display";
import { mustBe } from "../../errors";
import { withWorkers } from "../../simd/matvec-workers";
import { buildFit, type FitOutcome, outcomeOf, type RefitOn } from "../fit/build-fit";
import type { Fitter, ScoredFit } from "../fit/fitter";
import type { PenaltySpecOf } from "../fit/penalty-spec";
import { loadFitter, loadFitterOf } from "../lazy";
import { type EstimatorJson, estimatorToJson } from "../options/estimator-json";
import { lossFor, type ModelData, readData } from "../options/model-data";
import { type CheckedOptions, type ModelOptions, startingCoefficients } from "../options/model-options";
import {
  checkRun,
  checkWorkers,
  type GlobalRun,
  lambdaGrid,
  type PathOptions,
  pathKeys,
  type RunOptions,
  runKeys,
  type SharedWork,
} from "../options/run-options";
import { type EndedFit, shortfallOf, warnUnlessConverged } from "../results/certificate-report";
import type { FeatureGroups } from "../results/fit-fields";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, endOf, lossOf } from "../results/fitted-model";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import type { FittedPath, PathData } from "./fitted-path";
import { MultiResponsePath, type PathOfFits, SparsePath } from "./fitted-path";
import { explainsEnough, informationCriteria, pathSteps, relaxedFits } from "./follow-path";
import type { PathStatus } from "./path-table";

/**
 * The one orchestration behind every estimator: checks, working problem, solver, certificate, result.
 *
 * It minimises `f(b0 + X beta) + lambda R(beta)` for one datafit and one penalty.
 */
export class FitRunner<Fit extends AnyFit = SparseLinearFit> {
  readonly name: string;
  readonly #options: CheckedOptions;
  readonly #specOf: PenaltySpecOf;
  readonly #params: Omit<ModelOptions, "init">;

  /** @param params the options as they were given, which say how to make the model again. */
  constructor(
    name: string,
    specOf: PenaltySpecOf,
    options: CheckedOptions,
    params: Omit<ModelOptions, "init">,
  ) {
    this.name = name;
    this.#options = options;
    this.#specOf = specOf;
    this.#params = params;
  }

  /** The parts that other orchestrations of the same model need. */
  get model(): { readonly specOf: PenaltySpecOf; readonly options: CheckedOptions } {
    return { specOf: this.#specOf, options: this.#options };
  }

  get datafit(): Datafit {
    return this.#options.datafit;
  }

  /** Where paths start from. */
  get init(): readonly Float64Array[] | undefined {
    const { init } = this.#options;
    return init && startingCoefficients(this.name, init);
  }

  fit(X: DesignInput, y: TargetInput, run: RunOptions & SharedWork & GlobalRun): Fit {
    const where = `${this.name}.fit`;
    const { fit } = withWorkers(checkWorkers(where, run), () =>
      this.fitOf(where, this.fitData(where, X, y, run), run),
    );
    this.warnOf(where, [endOf(fit)]);
    return fit;
  }

  /** The data of a fit. @throws InputError when no `lambda` was given, or an option or the data are not as they must be. */
  fitData(
    where: string,
    X: DesignInput,
    y: TargetInput,
    run: RunOptions & GlobalRun,
    isShared = false,
  ): ModelData {
    checkRun(where, run, [...runKeys, "workers", "global"]);
    const { lambda, datafit } = this.#options;
    if (lambda === undefined) {
      const remedy = "use path(X, y) to see a whole grid of them, crossValidate(X, y) to choose one";
      throw mustBe(where, "lambda", "given", lambda, remedy);
    }
    return readData(where, X, y, datafit, run, isShared);
  }

  /** The fit of data at the model's `lambda`, without a warning. */
  fitOf(where: string, data: ModelData, run: RunOptions & GlobalRun): ScoredFit<Fit> {
    const { signal, onProgress } = run;
    const { lambda, maxIter } = this.#options;
    const fitter = this.prepare(where, data, signal);
    const prove = this.#proofOf(where, fitter, run, [lambda!]);
    const { nullDeviance } = fitter.working;
    const tell = throttledProgress(where, maxIter, onProgress);
    const shareDone = progressFraction();
    const scored = fitter.solve(where, lambda!, this.init, {
      signal,
      onIteration: (iteration, certificate, excess) => {
        const share = shareDone(excess);
        if (iteration < maxIter)
          tell(
            iteration,
            () => `iteration ${iteration}, ${shortfallOf({ certificate, lambda: lambda!, nullDeviance })}`,
            { share },
          );
      },
    });
    const { status, nIter } = scored.fit;
    const end = (): string => `${status} after ${counted(nIter, "iteration")}, ${shortfallOf(scored.fit)}`;
    if (status === "interrupted") tell(Math.min(nIter, maxIter - 1), end, { interrupted: true });
    else tell(maxIter, end);
    return prove(scored);
  }

  path(X: DesignInput, y: TargetInput, options: PathOptions & SharedWork & GlobalRun): PathOfFits<Fit> {
    const where = `${this.name}.path`;
    const { path } = withWorkers(checkWorkers(where, options), () => {
      const data = this.pathData(where, X, y, options);
      return this.pathOf(where, data, options, followedBy(where, options));
    });
    this.warnOf(where, path.fits.map(endOf));
    return path;
  }

  /** The data of a path. @throws InputError when an option or the data are not as they must be. */
  pathData(
    where: string,
    X: DesignInput,
    y: TargetInput,
    options: PathOptions & GlobalRun,
    isShared = false,
  ): ModelData {
    checkRun(where, options, [...pathKeys, "workers", "global"]);
    return readData(where, X, y, this.#options.datafit, options, isShared);
  }

  /** The path of data, without a warning. */
  pathOf(
    where: string,
    data: ModelData,
    options: PathOptions & GlobalRun,
    follow: FollowedBy,
  ): { path: PathOfFits<Fit>; scored: readonly ScoredFit<Fit>[] } {
    const steps = this.pathSteps(where, data, options, follow);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /** The fits of a path as they come, and in the end the path, without a warning. */
  *pathSteps(
    where: string,
    data: ModelData,
    options: PathOptions & GlobalRun,
    follow: FollowedBy,
  ): Generator<Fit, { path: PathOfFits<Fit>; scored: readonly ScoredFit<Fit>[] }, void> {
    const { datafit } = this.#options;
    const fitter = this.prepare(where, data, options.signal);
    const prove = this.#proofOf(where, fitter, { ...options, onProgress: undefined }, options.lambdas);
    const { nFeatures } = data.design;
    const { nCounted } = data.samples;
    const grid = lambdaGrid(where, options, fitter.working, nCounted, nFeatures);
    const nLambdas = grid.lambdas.length;
    const tell = follow(nLambdas);
    const { convex } = fitter.working.problem.penalty;
    const steps = pathSteps(where, fitter, grid.lambdas, {
      init: this.init,
      signal: options.signal,
      isEnough: grid.stopsEarly ? (fits) => explainsEnough(fits, nLambdas, datafit, convex) : undefined,
      leavesOutUnsettled: grid.stopsEarly,
    });
    let step = steps.next();
    for (let count = 1; !step.done; count++) {
      const fit = step.value;
      tell(count, () => phraseOf(fit));
      yield fit;
      step = steps.next();
    }
    const { fits, status } = step.value;
    const scored = fits.map(prove);
    const after = `after ${scored.length} lambdas`;
    if (status === "interrupted") tell(scored.length, () => `interrupted ${after}`, { interrupted: true });
    else if (scored.length < nLambdas) tell(nLambdas, () => `explained ${after}`);
    return { path: this.#pathOfFits(data, scored, status, () => fitter), scored };
  }

  /** Returns what proves fits, where a run asks for it. @throws InputError where there is no such proof. */
  #proofOf(
    where: string,
    fitter: Fitter<Fit>,
    { global, signal, onProgress }: RunOptions & GlobalRun,
    lambdas: ArrayLike<number> | undefined,
  ): (scored: ScoredFit<Fit>) => ScoredFit<Fit> {
    if (!global) return (scored) => scored;
    const proofs = fitter.proofs(where);
    proofs.checkProvable(where, fitter.working.problem, global, lambdas);
    const options = { ...Object(global), signal, onProgress };
    return ({ fit }) => proofs.proved(where, fitter, fit, options);
  }

  /**
   * Fits of this model to data that another thread made, as if they had been made here. What more is asked of them, such as
   * a refit, is done here.
   */
  receive(data: ModelData, sent: SentPath): { fits: Fit[]; path: PathOfFits<Fit> } {
    let fitter: Fitter<Fit> | undefined;
    const prepared = (): Fitter<Fit> => {
      fitter ??= this.prepare(this.name, data);
      return fitter;
    };
    const options = { ...this.#options, datafit: lossFor(this.#options.datafit, data) };
    const { rememberSolved } = loadFitter();
    const refitOn: RefitOn = (...task) => prepared().refit(...task);
    const scored = sent.fits.map(({ outcome, estimate, ...rest }) => {
      const groups = (): FeatureGroups | undefined => prepared().groups;
      const { datafit } = options;
      const own = estimate === undefined ? datafit : datafit.estimated!.at(estimate);
      const fit = buildFit(this.name, { ...options, datafit: own }, data, outcome, {
        refitOn,
        groups,
      }) as Fit;
      rememberSolved(fit, () => prepared().solvedBy(fit));
      return { ...rest, fit };
    });
    return {
      fits: scored.map(({ fit }) => fit),
      path: this.#pathOfFits(data, scored, sent.status, prepared),
    };
  }

  /**
   * Returns the JSON by which another thread makes this model again.
   *
   * @throws InputError naming the option that has no recipe.
   */
  describe(where: string): EstimatorJson {
    return estimatorToJson(where, this.name, this.#params);
  }

  /** Makes the path of fits, whose class the datafit decides. */
  #pathOfFits(
    modelData: ModelData,
    scored: readonly ScoredFit<Fit>[],
    status: PathStatus,
    prepared: () => Fitter<Fit>,
  ): PathOfFits<Fit> {
    const { design, samples } = modelData;
    const [{ nFeatures }, { nCounted }] = [design, samples];
    const { fitIntercept } = this.#options;
    const datafit = lossFor(this.#options.datafit, modelData);
    const bySupports = new Map<string, Fit>();
    const data: PathData<Fit> = {
      fitAt: (lambda, start) => {
        const where = `${this.name}.path.at`;
        const { fit } = prepared().solve(where, lambda, coefsOf(start), { afresh: true });
        this.warnOf(where, [endOf(fit)]);
        return fit;
      },
      relax: (penalized, gamma) => {
        const where = `${this.name}.path.relaxed`;
        const { scored: blends, refits } = relaxedFits(where, prepared(), penalized, gamma, bySupports);
        this.warnOf(where, refits.map(endOf));
        return blends;
      },
      criteria: (fits) => informationCriteria(fits, { nCounted, nFeatures, datafit, fitIntercept }),
    };
    const Path = (datafit.responses ? MultiResponsePath : SparsePath) as unknown as PathClass<Fit>;
    return new Path(scored, data.criteria(scored), status, data);
  }

  /** @throws InputError as {@link Fitter}. */
  prepare(where: string, data: ModelData, signal?: { readonly aborted: boolean }): Fitter<Fit> {
    return new (loadFitterOf(this.#options.datafit))<Fit>(
      where,
      this.name,
      this.#specOf,
      this.#options,
      data,
      signal,
    );
  }

  /** One warning for fits that did not converge. */
  warnOf(where: string, fits: readonly EndedFit[]): void {
    warnUnlessConverged(where, fits, this.#options);
  }
}

type PathClass<Fit extends AnyFit> = new (
  ...made: ConstructorParameters<typeof FittedPath<Fit>>
) => PathOfFits<Fit>;

/** A fit of a path in a few words. */
export function phraseOf(fit: AnyFit): string {
  return `lambda ${formatNumber(fit.lambda, 3)}, ${counted(fit.support.length, "feature")}`;
}

/** Told the number of lambdas, gives what listens to the fits done so far. */
export type FollowedBy = (nLambdas: number) => ProgressReporter;

/** Tells the listener of a run how far a path is. */
export function followedBy(where: string, { onProgress }: RunOptions): FollowedBy {
  return (nLambdas) => throttledProgress(where, nLambdas, onProgress);
}

/**
 * Tells from how many times a certificate is above its goal how much of the way there is behind it, as if it fell by the same
 * factor in each iteration: `1 - log(excess) / log(first excess)`.
 */
export function progressFraction(): (excess: number) => number {
  let first: number | undefined;
  return (excess) => {
    if (!(excess < Number.POSITIVE_INFINITY)) return 0;
    first ??= excess;
    return first <= 1 ? 0 : Math.min(Math.max(1 - Math.log(excess) / Math.log(first), 0), 1);
  };
}

/** A fit as plain numbers, which another thread can be sent; the data stay where they are. */
interface SentFit extends Omit<ScoredFit, "fit"> {
  readonly outcome: FitOutcome;
  /** The value of the parameter of the loss that was estimated, where there is one. */
  readonly estimate: number | undefined;
}

/** The fits of a path, or one fit as a path of its own. */
export interface SentPath {
  readonly fits: readonly SentFit[];
  readonly status: PathStatus;
}

export function sentPath(scored: readonly ScoredFit<AnyFit>[], status: PathStatus): SentPath {
  return { fits: scored.map(sentFit), status };
}

function sentFit({ fit, unexplained, devianceRatio }: ScoredFit<AnyFit>): SentFit {
  const estimate = lossOf(fit).datafit.estimated?.value;
  return { outcome: outcomeOf(fit), estimate, unexplained, devianceRatio };
}
