/**
 * `smooth-edges/nn`: sparse networks in TensorFlow.js, their training, and their export.
 *
 * @module smooth-edges/nn
 */

export { type BackendName, type BackendOptions, useBestBackend } from "./backend";
export { loadModel, saveModel } from "./export/saved-model";
export { toOnnx } from "./export/to-onnx";
export { misalignment, surrogatePenalty } from "./layers/factor-measures";
export type { FactorizationOptions, Structure } from "./layers/factorization";
export {
  type GateOptions,
  gate,
  HadamardConv2D,
  type HadamardConv2DOptions,
  HadamardDense,
  type HadamardDenseOptions,
} from "./layers/hadamard-layers";
export type { Batch, BatchesOfEpoch, GivenBatch, TensorNumbers } from "./model-types";
export { type CollapseOptions, collapse } from "./surgery/collapse";
export { freezeZeros } from "./surgery/freeze-zeros";
export { shrink } from "./surgery/shrink";
export { type SparsifyOptions, sparsify } from "./surgery/sparsify";
export { type LayerSparsity, type SparsityReport, sparsityReport } from "./surgery/sparsity-report";
export {
  adviseEpochs,
  adviseLearningRate,
  type CosineDecayOptions,
  cosineDecay,
  type LearningRateAdvice,
  type PlannedTraining,
  type Schedule,
  withFactorRates,
} from "./training/learning-rates";
export { type PruneToOptions, type PruneToResult, pruneTo, type SparseMeasures } from "./training/prune-to";
export {
  type SparsifyToOptions,
  type SparsifyToResult,
  type SparsifyToStep,
  sparsifyTo,
} from "./training/sparsify-to";
export {
  type BatchTrainingOptions,
  type Training,
  type TrainOptions,
  train,
  trainOnBatches,
} from "./training/train";
export {
  type RecorderOptions,
  recordTraining,
  type TrainingRecord,
  type TrainingRecorder,
} from "./training/training-recorder";
