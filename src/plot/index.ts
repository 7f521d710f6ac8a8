export { Chart } from "./chart";
export type { ChartSpec, Json, JsonObject } from "./chart-spec";
export {
  type CoefficientPlotData,
  type CoefficientPlotOptions,
  type CoefficientPlotResponses,
  coefficientPlot,
} from "./coefficient-plot";
export { type ConcatOptions, concatCharts, facetCharts, layerCharts } from "./combine-charts";
export { type ComparisonPlotOptions, comparisonPlot } from "./comparison-plot";
export type { CriticalPoint } from "./critical-points";
export { type CrossValidationPlotData, crossValidationPlot } from "./cross-validation-plot";
export { type InclusionPlotData, inclusionPlot } from "./inclusion-plot";
export { type KnockoffPlotData, knockoffPlot } from "./knockoff-plot";
export {
  computeLandscape,
  type Landscape,
  type LandscapeOptions,
  type LandscapeParametrization,
} from "./landscape";
export {
  computeParametrizationPicture,
  type ParametrizationPicture,
  type ParametrizationPictureOptions,
} from "./parametrization-picture";
export { drawParametrization, parametrizationPlot } from "./parametrization-plot";
export type { PathPlotData, PathPlotResponses } from "./path-data";
export { type PathPlotOptions, pathPlot } from "./path-plot";
export type { PictureOptions } from "./picture-width";
export { type SaddleAnimationOptions, saddleAnimation } from "./saddle-animation";
export { type SparsityPlotData, type SparsityPlotLayer, sparsityPlot } from "./sparsity-plot";
export { type StabilityPlotData, stabilityPlot } from "./stability-plot";
export {
  type SupportPlotFit,
  type SupportPlotPath,
  type SupportPlotTruth,
  supportPlot,
} from "./support-plot";
export { type SurrogateExplorerOptions, surrogateExplorer } from "./surrogate-explorer";
export { drawLandscape, surrogateLandscape } from "./surrogate-landscape";
export { type TracePlotData, type TracePlotRow, tracePlot } from "./trace-plot";
export { type TradeoffPlotOptions, type TradeoffPoint, tradeoffPlot } from "./tradeoff-plot";
export { type TrainingRecord, trainingPlot } from "./training-plot";
