export {
  StabilitySelection,
  type StabilitySelectionOptions,
  stabilitySelection,
} from "./stability-selection";
