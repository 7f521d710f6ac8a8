/** Fits a loss with a parameter that is estimated in turns with the coefficients ({@link EstimatingFitter}). */
import type { Datafit } from "../../datafits";
import { NEGLIGIBLE } from "../../linalg/rounding";
import type { Note } from "../notes";
import type { ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, linearPredictors, lossOf } from "../results/fitted-model";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import type { FitOutcome } from "./build-fit";
import { type FittedProblem, Fitter, type ScoredFit, type SolveOptions } from "./fitter";
import type { PenaltySpecOf } from "./penalty-spec";
import type { WorkingProblem } from "./working-problem";

/** Most turns of coefficients and parameter; nearly all fits need fewer than ten. */
const mostTurns = 100;

/**
 * A fitter whose loss has a parameter that is estimated: at each lambda the coefficients at the parameter and the likeliest parameter at
 * their predictors are found in turns, each of which lowers the penalized likelihood, until the parameter has settled.
 */
export class EstimatingFitter<Fit extends AnyFit = SparseLinearFit> extends Fitter<Fit> {
  /** The fitter of the last turn, which the next lambda begins with. */
  #latest: FitterAtEstimate<Fit> | undefined;
  /** The fitter at the parameter of the null model, in which unpenalized features count. */
  #ofNull: FitterAtEstimate<Fit> | undefined;

  /** The problem at the parameter of the null model, so that `lambdaMax` is the least lambda at which that model is the fit. */
  override get working(): WorkingProblem {
    return this.#atNull().working;
  }

  /** Objectives at different parameters do not compare. */
  override get gainsFromNeighbours(): boolean {
    return false;
  }

  override solve(
    where: string,
    lambda: number,
    start?: readonly Float64Array[],
    options: SolveOptions = {},
  ): ScoredFit<Fit> {
    let fitter = (options.afresh ? undefined : this.#latest) ?? this.#atNull();
    let coefs = start;
    fitter.nIterBefore = 0;
    for (let turn = 1; ; turn++) {
      const scored = fitter.solve(where, lambda, coefs, options);
      const likeliest = fitter.likeliest!;
      if (turn === mostTurns || scored.fit.status === "interrupted" || !fitter.isUnsettled) {
        if (!options.afresh) this.#latest = fitter;
        return scored;
      }
      coefs = coefsOf(scored.fit);
      fitter = this.#at(where, likeliest);
      fitter.nIterBefore = scored.fit.nIter;
    }
  }

  override estimatedAt(where: string, coefs: readonly Float64Array[], intercepts: Float64Array): Fitter<Fit> {
    return this.#at(where, likeliestAt(this.options.datafit, this.data, coefs, intercepts));
  }

  override solvedBy(fit: AnyFit): FittedProblem {
    return this.#at(this.name, lossOf(fit).datafit).solvedBy(fit);
  }

  protected override of(where: string, specOf: PenaltySpecOf, options: CheckedOptions): Fitter<Fit> {
    return new EstimatingFitter<Fit>(where, this.name, specOf, options, this.data);
  }

  #atNull(): FitterAtEstimate<Fit> {
    if (this.#ofNull) return this.#ofNull;
    const { target, samples } = this.data;
    let fitter = this.#at(this.name, this.options.datafit);
    for (let turn = 1; turn < mostTurns; turn++) {
      const { eta } = fitter.working.nullProfile;
      const { offset } = samples;
      const predictors = offset ? eta.map((value, i) => value + offset[i]) : eta;
      const likeliest = fitter.datafit.estimated!.atPredictors(target, predictors, samples.weights);
      if (isSettled(fitter.datafit, likeliest)) break;
      fitter = this.#at(this.name, likeliest);
    }
    this.#ofNull = fitter;
    return fitter;
  }

  #at(where: string, datafit: Datafit): FitterAtEstimate<Fit> {
    const { name, specOf, options, data } = this;
    return new FitterAtEstimate<Fit>(this, where, name, specOf, { ...options, datafit }, data);
  }
}

/** A fitter at one value of the parameter, whose fits say which it is and whether it has settled. */
class FitterAtEstimate<Fit extends AnyFit> extends Fitter<Fit> {
  /** The loss with the parameter that is likeliest at the coefficients of the last fit. */
  likeliest: Datafit | undefined;
  /** Iterations of the turns before. */
  nIterBefore = 0;
  readonly #outer: Fitter<Fit>;

  /** @param outer estimates the parameter of refits anew. */
  constructor(outer: Fitter<Fit>, ...made: ConstructorParameters<typeof Fitter>) {
    super(...made);
    this.#outer = outer;
  }

  override refit(...task: Parameters<Fitter<Fit>["refit"]>): Fit {
    return this.#outer.refit(...task);
  }

  get datafit(): Datafit {
    return this.options.datafit;
  }

  /** Whether that parameter is another one. */
  get isUnsettled(): boolean {
    return !isSettled(this.datafit, this.likeliest!);
  }

  override scored(loss: number, outcome: FitOutcome): ScoredFit<Fit> {
    const { datafit } = this.options;
    const { name, value, isLargest, leftOut } = datafit.estimated!;
    this.likeliest = likeliestAt(datafit, this.data, outcome.coefs, outcome.intercepts);
    const { isUnsettled } = this;
    const end = isUnsettled ? "unsettled" : isLargest ? "largest" : "settled";
    const note: Note = { code: "estimated", name, value: value!, end };
    const status = isUnsettled && outcome.status === "converged" ? "stalled" : outcome.status;
    const scored = super.scored(loss, {
      ...outcome,
      estimatedParameter: {
        name,
        value: value!,
        standardError: isLargest ? undefined : this.#errorOf(outcome),
      },
      nIter: this.nIterBefore + outcome.nIter,
      status,
      notes: [note, ...outcome.notes],
    });
    // Criteria compare likelihoods at different parameters.
    const { target, samples } = this.data;
    const unexplained = loss + leftOut(target, samples.weights);
    return { ...scored, unexplained };
  }

  /** The standard error of the parameter, with the coefficients as they are. */
  #errorOf({ coefs, intercepts }: FitOutcome): number | undefined {
    const { design, target, samples } = this.data;
    const eta = linearPredictors(design, coefs, intercepts, samples.offset);
    const information = this.options.datafit.estimated!.information(target, eta, samples.weights);
    return information > 0 ? 1 / Math.sqrt(samples.totalWeight * information) : undefined;
  }
}

/** Whether the parameter of a loss is the likeliest one, but for rounding. */
function isSettled({ estimated: own }: Datafit, { estimated: likeliest }: Datafit): boolean {
  return Math.abs(likeliest!.value! / own!.value! - 1) <= NEGLIGIBLE;
}

function likeliestAt(
  { estimated }: Datafit,
  { design, target, samples }: ModelData,
  coefs: readonly Float64Array[],
  intercepts: Float64Array,
): Datafit {
  const eta = linearPredictors(design, coefs, intercepts, samples.offset);
  return estimated!.atPredictors(target, eta, samples.weights);
}
