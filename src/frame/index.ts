/**
 * `smooth-edges/frame`: numbers for an estimator, made of data frames with texts, dates and missing values.
 *
 * @module smooth-edges/frame
 */

export type { DateFormats } from "../data/files/date-format";
export type { NumberReading, Remedy } from "../design/finite-values";
export { ColumnError } from "./check-texts";
export type { MissingRule } from "./column-encoder";
export type { FileDesignOptions } from "./files/file-columns";
export {
  type FileDataset,
  type FileDatasetOptions,
  fileDataset,
  type TensorData,
} from "./files/file-dataset";
export type { FileDesign } from "./files/file-design";
export { fileDesign } from "./files/file-design";
export { type SummarizeOptions, summarizeFile } from "./files/summarize-file";
export type { FormulaFactor, FormulaParts } from "./formula-encoder";
export type {
  ColumnResponse,
  FrameData,
  FrameResponse,
  ResponseParts,
  StratifiedTimes,
  StratumLabel,
} from "./frame-data";
export type { EncoderJson, FrameEncoder } from "./frame-encoder";
export { encoderFromJSON } from "./frame-encoder";
export type { FrameReaderJson, FrameRows } from "./frame-reader";
export { type FromFormulaOptions, fromFormula } from "./from-formula";
export { type FromFrameOptions, fromFrame } from "./from-frame";
export type { DropRule, UnknownRule } from "./level-column";
export type {
  MomentSummary,
  MomentSummaryJson,
  SummaryPathOptions,
  SummaryRunOptions,
} from "./moment-summary";
export { mergeMomentSummaries, momentSummaryFromJSON } from "./moment-summary";
export {
  Pipeline,
  type PipelineColumns,
  type PipelineEstimator,
  type PipelineJson,
  type PipelineReading,
  pipeline,
  pipelineFromJSON,
} from "./pipeline";
export {
  PipelineFit,
  PipelinePath,
  type PipelineResultJson,
  PipelineValidation,
  pipelineFitFromJSON,
  pipelinePathFromJSON,
  pipelineValidationFromJSON,
} from "./pipeline-results";
export { type PolynomialOptions, polynomialFeatures } from "./polynomial-features";
export { type SplineFeatures, type SplineOptions, splineFeatures } from "./spline-features";
export type { DialectName } from "./sql/dialects";
export type { SqlDesignOptions } from "./sql/sql-columns";
export { type SqlDesign, sqlDesign } from "./sql/sql-design";
export {
  ColumnSummaries,
  type ColumnSummary,
  type ColumnType,
  type LevelCount,
  summarizeColumns,
} from "./summarize-columns";
export type { TableCrossValidationOptions, TableDesign } from "./table-design";
export { type FrameColumns, type FrameMaker, type FrameValue, toFrame } from "./to-frame";
