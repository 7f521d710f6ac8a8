export type { ModelOptions } from "./model-options";
export { SmoothLasso } from "./smooth-lasso";
export { SparseLinearFit } from "./sparse-linear-fit";
export type { PathOptions, RunOptions } from "./sparse-linear-model";
export { type PathRecord, SparsePath } from "./sparse-path";
