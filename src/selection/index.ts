/**
 * `smooth-edges/selection`: features with an estimate or a bound of how many are selected by chance.
 *
 * @module smooth-edges/selection
 */

export {
  BootstrapInclusion,
  type BootstrapInclusionOptions,
  bootstrapInclusion,
} from "./bootstrap-inclusion";
export {
  type FalseDiscoveryOptions,
  MarginalFalseDiscovery,
  marginalFalseDiscovery,
} from "./false-discovery";
export { type GaussianKnockoffsOptions, gaussianKnockoffs } from "./gaussian-knockoffs";
export {
  KnockoffFilter,
  type KnockoffFilterOptions,
  type KnockoffStatistic,
  knockoffFilter,
} from "./knockoff-filter";
export {
  StabilitySelection,
  type StabilitySelectionOptions,
  stabilitySelection,
} from "./stability-selection";
