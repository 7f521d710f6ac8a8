import { formatNumber } from "../display/format-number";
import { warnUnlessConverged } from "./convergence-warning";
import type { AnyFit } from "./fit-of";
import { making } from "./making-notes";
import type { ModelData } from "./model-data";
import type { CheckedOptions } from "./model-options";
import { MultiResponseFit } from "./multi-response-fit";
import type { FitOutcome, PreparedModel } from "./prepared-model";
import { lossFor } from "./read-target";
import { SparseLinearFit } from "./sparse-linear-fit";

/** The fit of a model to data, of which all is known that a solver finds out; `prepared` is asked for to refit it. */
export function fitOfOutcome(
  name: string,
  options: CheckedOptions,
  data: ModelData,
  outcome: FitOutcome,
  prepared: () => PreparedModel,
): AnyFit {
  const { design, samples, classes, responseNames } = data;
  const described = {
    estimator: name,
    datafit: lossFor(options.datafit, data),
    classes,
    usesOffset: samples.offset !== undefined,
    featureNames: design.featureNames,
    ...outcome,
  };
  if (options.datafit.responses) return new MultiResponseFit({ ...described, responseNames });
  const fit: SparseLinearFit = new SparseLinearFit({
    ...described,
    coef: outcome.coefs[0],
    intercept: outcome.intercepts[0],
    refit: () => {
      const where = `${name}.refit`;
      const { lambda, support } = fit;
      const which = `${support.length} feature${support.length === 1 ? "" : "s"}`;
      const note = `${making.refitted}, on the ${which} of the fit at lambda ${formatNumber(lambda)}`;
      const refit = prepared().refit(where, support, [note]);
      warnUnlessConverged(where, [refit], options);
      return refit;
    },
  });
  return fit;
}
