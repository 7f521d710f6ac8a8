export { type BackendName, useBestBackend } from "./backend";
export { loadModel, saveModel } from "./export/saved-model";
export { toOnnx } from "./export/to-onnx";
export type { FactorizationOptions } from "./layers/factorization";
export {
  type GateOptions,
  gate,
  HadamardConv2D,
  type HadamardConv2DOptions,
  HadamardDense,
  type HadamardDenseOptions,
} from "./layers/hadamard-layers";
export { misalignment } from "./layers/misalignment";
export { surrogatePenalty } from "./layers/surrogate-penalty";
export { type CollapseOptions, collapse } from "./surgery/collapse";
export { freezeZeros } from "./surgery/freeze-zeros";
export { shrink } from "./surgery/shrink";
export { type SparsifyOptions, sparsify } from "./surgery/sparsify";
export { type LayerSparsity, type SparsityReport, sparsityReport } from "./surgery/sparsity-report";
export type { Structure } from "./surgery/structure";
export { adviseEpochs, type PlannedTraining } from "./training/advised-epochs";
export { withFactorRates } from "./training/factor-rates";
export { adviseLearningRate, type LearningRateAdvice } from "./training/learning-rates";
export { type CosineDecayOptions, cosineDecay, type Schedule } from "./training/schedules";
export { type Training, type TrainOptions, train } from "./training/train";
export {
  type RecorderOptions,
  recordTraining,
  type TrainingRecord,
  type TrainingRecorder,
} from "./training/training-recorder";
