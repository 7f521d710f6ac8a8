/** Makes the fit of a model to data of all that is told of it ({@link buildFit}). */
import type { Note } from "../notes";
import { featureDeviations, lossFor, type ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import { warnUnlessConverged } from "../results/certificate-report";
import type { FeatureGroups, MultiResponseFitFields } from "../results/fit-fields";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, endOf, interceptsOf, notesOf, supportsOf } from "../results/fitted-model";
import { MultiResponseFit } from "../results/multi-response-fit";
import { SparseLinearFit } from "../results/sparse-linear-fit";

/** The fields that differ between fits of the same model and data. */
export type FitOutcome = Pick<
  MultiResponseFitFields,
  | "coefs"
  | "intercepts"
  | "lambda"
  | "nIter"
  | "status"
  | "certificate"
  | "nullDeviance"
  | "trace"
  | "starts"
  | "notes"
  | "estimatedParameter"
  | "hasNoMinimizer"
  | "global"
>;

/** Fits without a penalty, on the features given for each response, and says so in further notes. */
export type RefitOn = (where: string, supports: readonly Int32Array[], notes?: readonly Note[]) => AnyFit;

/** The methods of a fit that need its data. */
interface AskedLater {
  /** Fits the same data again. */
  readonly refitOn: RefitOn;
  readonly groups: () => FeatureGroups | undefined;
}

/**
 * The fit of a model to data, of which all is known that a solver finds out.
 *
 * @param later what it is asked later, of the same data.
 */
export function buildFit(
  name: string,
  options: CheckedOptions,
  data: ModelData,
  outcome: FitOutcome,
  { refitOn, groups }: AskedLater,
): AnyFit {
  const { design, samples, classes, responseNames } = data;
  const described = {
    estimator: name,
    datafit: lossFor(options.datafit, data),
    classes,
    usesOffset: samples.offset !== undefined,
    usesWeights: samples.weights !== undefined,
    fitIntercept: options.fitIntercept,
    featureNames: design.featureNames,
    supportDeviations: (): Float64Array => {
      const all = featureDeviations(data);
      return Float64Array.from(fit.support, (j) => all[j]);
    },
    refit: (): never => {
      const where = `${name}.refit`;
      const { lambda, support } = fit;
      const refit = refitOn(where, supportsOf(fit), [
        { code: "refitted", nFeatures: support.length, lambda },
      ]);
      warnUnlessConverged(where, [endOf(refit)], options);
      return refit as never; // of as many responses as it is a refit of
    },
    groups,
    responseNames,
    coef: outcome.coefs[0],
    intercept: outcome.intercepts[0],
    ...outcome,
  };
  const fit: AnyFit = options.datafit.responses
    ? new MultiResponseFit(described)
    : new SparseLinearFit(described);
  return fit;
}

/** The fields of a fit that are its own, of which one like it can be built. */
export function outcomeOf(fit: AnyFit): FitOutcome {
  return {
    coefs: coefsOf(fit),
    intercepts: interceptsOf(fit),
    lambda: fit.lambda,
    nIter: fit.nIter,
    status: fit.status,
    certificate: fit.certificate,
    nullDeviance: fit.nullDeviance,
    trace: fit.trace,
    starts: fit.starts,
    notes: notesOf(fit),
    estimatedParameter: fit.estimatedParameter,
    hasNoMinimizer: fit.hasNoMinimizer,
    global: fit.global,
  };
}
