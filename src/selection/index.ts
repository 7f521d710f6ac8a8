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
export {
  StabilitySelection,
  type StabilitySelectionOptions,
  stabilitySelection,
} from "./stability-selection";
