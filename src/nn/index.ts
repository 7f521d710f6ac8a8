export { adviseEpochs, type PlannedTraining } from "./advised-epochs";
export { type BackendName, useBestBackend } from "./backend";
export { type CollapseOptions, collapse } from "./collapse";
export { withFactorRates } from "./factor-rates";
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
export { adviseLearningRate, type LearningRateAdvice } from "./learning-rates";
export { misalignment } from "./misalignment";
export { loadModel, saveModel } from "./saved-model";
export { type CosineDecayOptions, cosineDecay, type Schedule } from "./schedules";
export { shrink } from "./shrink";
export { type SparsifyOptions, sparsify } from "./sparsify";
export { type LayerSparsity, type SparsityReport, sparsityReport } from "./sparsity-report";
export type { Structure } from "./structure";
export { surrogatePenalty } from "./surrogate-penalty";
export { toOnnx } from "./to-onnx";
export { type Training, type TrainOptions, train } from "./train";
export {
  type RecorderOptions,
  recordTraining,
  type TrainingRecord,
  type TrainingRecorder,
} from "./training-recorder";
