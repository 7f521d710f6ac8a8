export { type BackendName, useBestBackend } from "./backend";
export { type CollapseOptions, collapse } from "./collapse";
export type { FactorizationOptions } from "./factorization";
export { freezeZeros } from "./freeze-zeros";
export {
  type GateOptions,
  gate,
  HadamardConv2D,
  type HadamardConv2DOptions,
  HadamardDense,
  type HadamardDenseOptions,
} from "./hadamard-layers";
export { misalignment } from "./misalignment";
export { loadModel, saveModel } from "./saved-model";
export { shrink } from "./shrink";
export { type SparsifyOptions, sparsify } from "./sparsify";
export { type LayerSparsity, type SparsityReport, sparsityReport } from "./sparsity-report";
export type { Structure } from "./structure";
export { surrogatePenalty } from "./surrogate-penalty";
