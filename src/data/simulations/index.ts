export {
  type CompressedSensingOptions,
  simulateCompressedSensing,
} from "./simulate-compressed-sensing";
export { type DnaOptions, simulateDna } from "./simulate-dna";
export { type GroupsOptions, simulateGroups } from "./simulate-groups";
export { type SpikesOptions, simulateSpikes } from "./simulate-spikes";
export { simulateToeplitz, type ToeplitzOptions } from "./simulate-toeplitz";
export type { SimulatedRows, Simulation, SimulationOptions } from "./simulation";
