import { SmoothLasso } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";
import { type PathPlotData, pathPlot } from "smooth-edges/plot";
import type { Figure } from "./figure";

/** The lasso path of the diabetes data of Efron et al. (2004). */
export const diabetesPath: Figure = {
  name: "diabetes-path",
  title: "The lasso path of the diabetes data",
  compute(): PathPlotData {
    const { columns, response } = loadDiabetes();
    const { lambdas, coefs, featureNames, fits } = new SmoothLasso({ tol: 1e-10 }).path(columns, response);
    return {
      lambdas,
      coefs,
      featureNames,
      fits: fits.map(({ supportDeviations }) => ({ supportDeviations })),
    };
  },
  draw: (data) => pathPlot(data as PathPlotData),
};
