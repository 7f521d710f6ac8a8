import { warnUnlessConverged } from "./convergence-warning";
import type { ModelData } from "./model-data";
import type { CheckedOptions } from "./model-options";
import type { FitOutcome, PreparedModel } from "./prepared-model";
import { SparseLinearFit } from "./sparse-linear-fit";

/** The fit of a model to data, of which all is known that a solver finds out; `prepared` is asked for to refit it. */
export function fitOfOutcome(
  name: string,
  options: CheckedOptions,
  { design, samples, classes }: ModelData,
  outcome: FitOutcome,
  prepared: () => PreparedModel,
): SparseLinearFit {
  const fit: SparseLinearFit = new SparseLinearFit({
    estimator: name,
    datafit: options.datafit,
    classes,
    usesOffset: samples.offset !== undefined,
    featureNames: design.featureNames,
    ...outcome,
    refit: () => {
      const where = `${name}.refit`;
      const refit = prepared().refit(where, fit.support);
      warnUnlessConverged(where, [refit], options);
      return refit;
    },
  });
  return fit;
}
