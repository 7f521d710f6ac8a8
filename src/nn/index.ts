export { type BackendName, useBestBackend } from "./backend";
export { type CollapseOptions, collapse } from "./collapse";
export type { FactorizationOptions } from "./factorization";
export {
  type GateOptions,
  gate,
  HadamardConv2D,
  type HadamardConv2DOptions,
  HadamardDense,
  type HadamardDenseOptions,
} from "./hadamard-layers";
export { type SparsifyOptions, sparsify } from "./sparsify";
export type { Structure } from "./structure";
export { surrogatePenalty } from "./surrogate-penalty";
