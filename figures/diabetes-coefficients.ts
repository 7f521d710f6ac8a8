import { SmoothLasso } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";
import { type CoefficientPlotData, coefficientPlot } from "smooth-edges/plot";
import type { Figure } from "./figure";

/** One lasso fit of the diabetes data. */
export const diabetesCoefficients: Figure = {
  name: "diabetes-coefficients",
  title: "The coefficients of a lasso fit of the diabetes data",
  compute(): CoefficientPlotData {
    const { columns, response } = loadDiabetes();
    const fit = new SmoothLasso({ lambda: 5, tol: 1e-10 }).fit(columns, response);
    return { coef: fit.coef, featureNames: fit.featureNames, supportDeviations: fit.supportDeviations };
  },
  draw: (data) => coefficientPlot(data as CoefficientPlotData),
};
