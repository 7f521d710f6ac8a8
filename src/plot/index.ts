export { Chart } from "./chart";
export type { ChartSpec, Json, JsonObject } from "./chart-spec";
export { type CoefficientPlotData, type CoefficientPlotOptions, coefficientPlot } from "./coefficient-plot";
export type { CriticalPoint } from "./critical-points";
export { type CrossValidationPlotData, crossValidationPlot } from "./cross-validation-plot";
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
export { type PathPlotData, pathPlot } from "./path-plot";
export { stackCharts } from "./stack-charts";
export { drawLandscape, surrogateLandscape } from "./surrogate-landscape";
