export { loadBreastCancer } from "./breast-cancer";
export type { DataSet } from "./data-set";
export { loadDiabetes } from "./diabetes";
export { loadDigits } from "./digits";
export {
  type CompressedSensingOptions,
  type DnaOptions,
  type GroupsOptions,
  type SimulatedRows,
  type Simulation,
  type SimulationOptions,
  type SpikesOptions,
  simulateCompressedSensing,
  simulateDna,
  simulateGroups,
  simulateSpikes,
  simulateToeplitz,
  type ToeplitzOptions,
} from "./simulations";
export { loadWine } from "./wine";
