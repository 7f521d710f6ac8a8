import { formatNumber } from "../../display/formatting";
import type { CheckedOptions } from "../options/model-options";
import { lossFor } from "../options/read-target";
import { warnUnlessConverged } from "../results/convergence-warning";
import { MultiResponseFit } from "../results/multi-response-fit";
import { provenance } from "../results/provenance";
import { SparseLinearFit } from "../results/sparse-linear-fit";
import { type AnyFit, supportsOf } from "./fit-of";
import type { FitOutcome } from "./fitter";
import { featureDeviations, type ModelData } from "./model-data";

/** Fits without a penalty, on the features given for each response, and says so in further notes. */
export type RefitOn = (where: string, supports: readonly Int32Array[], notes?: readonly string[]) => AnyFit;

/**
 * The fit of a model to data, of which all is known that a solver finds out.
 *
 * @param refitOn fits the same data again.
 */
export function buildFit(
  name: string,
  options: CheckedOptions,
  data: ModelData,
  outcome: FitOutcome,
  refitOn: RefitOn,
): AnyFit {
  const { design, samples, classes, responseNames } = data;
  const described = {
    estimator: name,
    datafit: lossFor(options.datafit, data),
    classes,
    usesOffset: samples.offset !== undefined,
    fitIntercept: options.fitIntercept,
    featureNames: design.featureNames,
    supportDeviations: (): Float64Array => {
      const all = featureDeviations(data);
      return Float64Array.from(fit.support, (j) => all[j]);
    },
    refit: (): never => {
      const where = `${name}.refit`;
      const { lambda, support } = fit;
      const which = `${support.length} feature${support.length === 1 ? "" : "s"}`;
      const note = `${provenance.refitted}, on the ${which} of the fit at lambda ${formatNumber(lambda)}`;
      const refit = refitOn(where, supportsOf(fit), [note]);
      warnUnlessConverged(where, [refit], options);
      return refit as never; // of as many responses as it is a refit of
    },
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
