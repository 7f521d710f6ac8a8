export {
  BootstrapInclusion,
  type BootstrapInclusionOptions,
  bootstrapInclusion,
} from "./bootstrap-inclusion";
export {
  StabilitySelection,
  type StabilitySelectionOptions,
  stabilitySelection,
} from "./stability-selection";
