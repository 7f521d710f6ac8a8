/**
 * `smooth-edges/plot`: charts of fits, paths and selections, which notebooks show and which are saved as SVG, PNG or Vega-Lite.
 *
 * @module smooth-edges/plot
 */

export { type BoundPlotData, type BoundPlotOptions, boundPlot, type ProvedFit } from "./charts/bound-plot";
export {
  type CalibratedEvaluation,
  type CalibrationPlotData,
  type CalibrationPlotGroup,
  calibrationPlot,
} from "./charts/calibration-plot";
export {
  type CoefficientPlotData,
  type CoefficientPlotOptions,
  type CoefficientPlotResponses,
  coefficientPlot,
} from "./charts/coefficient-plot";
export { type ComparisonPlotOptions, comparisonPlot } from "./charts/comparison-plot";
export { type ConfusionPlotData, confusionPlot } from "./charts/confusion-plot";
export { type CrossValidationPlotData, crossValidationPlot } from "./charts/cross-validation-plot";
export { type GroupPlotData, groupPlot } from "./charts/group-plot";
export { type InclusionPlotData, inclusionPlot } from "./charts/inclusion-plot";
export { type KnockoffPlotData, knockoffPlot } from "./charts/knockoff-plot";
export {
  computeLandscape,
  type Landscape,
  type LandscapeOptions,
  type LandscapeParametrization,
} from "./charts/landscape";
export {
  computeParametrizationPicture,
  type ParametrizationPicture,
  type ParametrizationPictureOptions,
} from "./charts/parametrization-picture";
export { drawParametrization, parametrizationPlot } from "./charts/parametrization-plot";
export type { CriticalPoint } from "./charts/parts/critical-points";
export type { PathPlotData, PathPlotResponses } from "./charts/path-plot";
export { type PathPlotOptions, pathPlot } from "./charts/path-plot";
export { type ResidualPlotData, residualPlot } from "./charts/residual-plot";
export { type RocPlotData, rocPlot } from "./charts/roc-plot";
export { type SaddleAnimationOptions, saddleAnimation } from "./charts/saddle-animation";
export { type SparsityPlotData, type SparsityPlotLayer, sparsityPlot } from "./charts/sparsity-plot";
export { type StabilityPlotData, stabilityPlot } from "./charts/stability-plot";
export {
  type SupportPlotFit,
  type SupportPlotPath,
  type SupportPlotTruth,
  supportPlot,
} from "./charts/support-plot";
export { type SurrogateExplorerOptions, surrogateExplorer } from "./charts/surrogate-explorer";
export { drawLandscape, surrogateLandscape } from "./charts/surrogate-landscape";
export { type SurvivalPlotData, type SurvivalPlotOptions, survivalPlot } from "./charts/survival-plot";
export { type TracePlotData, type TracePlotRow, tracePlot } from "./charts/trace-plot";
export { type TradeoffPlotOptions, type TradeoffPoint, tradeoffPlot } from "./charts/tradeoff-plot";
export { type TrainingRecord, trainingPlot } from "./charts/training-plot";
export type { PictureOptions } from "./layout/picture-width";
export { Chart, type ChartTheme, setChartTheme } from "./rendering/chart";
export type { ChartSpec, Json, JsonObject } from "./rendering/chart-spec";
export { type ConcatOptions, concatCharts, facetCharts, layerCharts } from "./rendering/combine-charts";
export type { PngRenderer, ResvgDrawing, ResvgImage, ResvgOfWasm } from "./rendering/png-renderer";
export { type Report, report } from "./report/report";
export type { ReportedPath, ReportedValidation } from "./report/reported-parts";
export type {
  EvaluatedOn,
  ReportedDiagnosis,
  ReportedEvaluation,
  ReportOptions,
} from "./report/subject";
