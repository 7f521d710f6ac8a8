/**
 * `smooth-edges/selection`: how many features are selected by chance, and inference on their coefficients.
 *
 * @module smooth-edges/selection
 */

export {
  BootstrapInclusion,
  type BootstrapInclusionOptions,
  bootstrapInclusion,
} from "./bootstrap-inclusion";
export { DebiasedLasso, type DebiasedLassoOptions, debiasedLasso } from "./debiased-lasso";
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
  SelectiveInference,
  type SelectiveInferenceOptions,
  selectiveInference,
} from "./selective-inference";
export {
  StabilitySelection,
  type StabilitySelectionOptions,
  stabilitySelection,
} from "./stability-selection";
