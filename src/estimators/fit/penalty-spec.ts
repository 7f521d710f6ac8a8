import type { Parametrization } from "../../parametrizations";
import type { Bound, Penalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import type { Solver } from "../../solvers";
import type { linearProgram } from "../../solvers/piecewise/linear-program";
import type { Note } from "../notes";
import type { ModelData } from "../options/model-data";
import type { Search } from "../options/model-options";
import type { GlobalOptions, GlobalRun, RunOptions } from "../options/run-options";
import type { FeatureGroups } from "../results/fit-fields";
import type { AnyFit } from "../results/fit-of";
import type { GlobalProof } from "../results/global-proof";
import type { NullModel } from "./null-model";
import type { WorkingColumns } from "./working-columns";

/** The solver of losses that consist of linear pieces, and their null model. */
export interface LinearPrograms {
  readonly linearProgram: typeof linearProgram;
  /** @param y the responses as they were given. */
  nullModel(problem: SparseProblem, y: Float64Array): NullModel;
}

/** Makes fits of what is known of them. */
export interface FitMaker<Scored> {
  readonly working: { readonly problem: SparseProblem };
  /** A fit like this one that has the proof. */
  withProof(fit: AnyFit, global: GlobalProof): Scored;
}

/** Proves how far fits are from the global minimum. */
export interface GlobalProofs {
  /**
   * @param lambdas those of the fits to be proved.
   * @throws InputError for a problem that there is no proof for, a `lambda` of 0, or options outside their domain.
   */
  checkProvable(
    where: string,
    problem: SparseProblem,
    global: GlobalRun["global"],
    lambdas: ArrayLike<number> | undefined,
  ): void;
  /** A fit with a proof, or the better one that the proof finds. */
  proved<Scored>(where: string, maker: FitMaker<Scored>, fit: AnyFit, options: GlobalRunOptions): Scored;
}

/** When a search ends, and who is told. */
export type GlobalRunOptions = GlobalOptions & Pick<RunOptions, "signal" | "onProgress">;

/** Solves one problem after the other until the penalty is that of its fit, by fitters whose types are those of `Fitter`. */
export interface Rescaling<Options = unknown, Scored = unknown, FitterOfLast = unknown> {
  solve(
    data: ModelData,
    lambda: number,
    start: readonly Float64Array[] | undefined,
    options: Options,
  ): Scored;
  /** Makes what solved the last problem of a fit. */
  fitterOf(data: ModelData, fit: AnyFit): FitterOfLast;
}

/** The penalty of an estimator for given data, the surrogate that induces it, and the columns that it acts on. */
export interface PenaltySpec {
  readonly penalty: Penalty;
  /** Induces `penalty`; undefined for a penalty that has no surrogate, such as SCAD. */
  readonly parametrization: Parametrization | undefined;
  /**
   * Whether the penalty treats all coordinates alike: then features may drop out of it. Otherwise each keeps its place,
   * as in groups, and weights are the penalty's own.
   */
  readonly interchangeable: boolean;
  /** Whether the caller gave the penalty itself, its weights with it; else weights are factors. Default: false. */
  readonly isGiven?: boolean;
  /** Divisors of the columns beside their deviations, one a feature: 0 leaves it without penalty, Infinity excludes it. */
  readonly factors: Float64Array;
  /**
   * The further divisors of the columns of single coefficients, feature `j` of response `r` at `r * nFeatures + j`:
   * Infinity leaves it 0. Default: 1 each.
   */
  readonly multiples?: Float64Array;
  /** Notes on it that a reader of the fit should see. */
  readonly notes?: readonly Note[];
  /** Between what the coefficients of each feature must lie, on the original scale; for a penalty that is a sum over coordinates. */
  readonly bounds?: readonly Bound[];
  /** The groups of the features by their labels, where the penalty is of groups that were given. */
  readonly groups?: FeatureGroups;
  /** Loads the rules by which a penalty that may not be convex is solved; left out for one that is convex. */
  readonly nonConvexRules?: () => readonly SolverRule[];
  /** Loads what proves minima global, for a penalty that may not be convex; left out for one that is convex. */
  readonly globalProofs?: () => GlobalProofs;
  /** Loads the solver of a loss that consists of linear pieces; left out for smooth losses. */
  readonly linearPrograms?: () => LinearPrograms;
  /** Solves a penalty that depends on its fit; left out where it does not. */
  readonly rescaling?: Rescaling;
  /** The penalized columns as the solvers see them. Default: each centred, scaled and divided by its factor. */
  readonly columns?: WorkingColumns;
}

/**
 * Makes the penalty for the data that are fitted, whose features it may have weights and groups for. The penalty is of all
 * coefficients, those of one response after those of the other.
 *
 * @param signal ends the search for weights where it has come to.
 */
export type PenaltySpecOf = (
  where: string,
  data: ModelData,
  signal?: { readonly aborted: boolean },
) => PenaltySpec;

/** The parts of a problem, as the solver sees it, by which the library chooses. */
export type ChosenBy = Pick<SparseProblem, "penalty" | "datafit"> & {
  /** Left out where the data are not known yet. */
  readonly design?: Pick<SparseProblem["design"], "nSamples" | "nFeatures">;
};

/** How a model is solved. */
export interface SolverChoice {
  readonly solver: Solver;
  /**
   * The solver of a thorough search that continues from one fit of a path to the next once every lambda was fitted; left out where a
   * path has nothing to gain from it.
   */
  readonly neighbour?: Solver;
  /** The solver along a path, from each lambda to the next; left out where it is {@link solver}. */
  readonly onPath?: Solver;
}

/** The parts of a model that a choice is made by. */
export type ChosenFor = Pick<
  PenaltySpec,
  "penalty" | "parametrization" | "interchangeable" | "linearPrograms" | "nonConvexRules"
>;

/** The same, and the data. */
export interface Known extends ChosenFor {
  readonly problem: ChosenBy;
  /** How far the lowest of several local minima is searched for. */
  readonly search: Search;
  /** The classical method for the penalty, if there is one. */
  readonly direct: Solver | undefined;
}

/** A line of the table by which the library chooses. */
export interface SolverRule {
  readonly when: string;
  readonly why: string;
  readonly applies: (known: Known) => boolean;
  readonly choose: (known: Known) => SolverChoice;
}
