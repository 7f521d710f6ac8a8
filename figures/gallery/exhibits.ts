import * as plot from "smooth-edges/plot";
import { hadamardProduct } from "smooth-edges/surrogate";
import { type Exhibit, exhibit } from "./exhibit";
import * as studies from "./studies";

/** Every chart, in the order of the gallery. */
export const exhibits: readonly Exhibit[] = [
  exhibit(
    "coefficients",
    "coefficientPlot(fit)",
    "The coefficients that a lasso of the diabetes data leaves.",
    studies.diabetesFit,
    plot.coefficientPlot,
  ),
  exhibit(
    "path",
    "pathPlot(cv.path, { lambdaMin, lambda1se })",
    "The lasso path of the diabetes data, with the choices of a cross-validation.",
    studies.validation,
    ({ path, lambdaMin, lambda1se }, options) => plot.pathPlot(path, { lambdaMin, lambda1se, ...options }),
  ),
  exhibit(
    "path-non-convex",
    "pathPlot(path)",
    "A path of MCP; where the ground is shaded, the objective is no longer locally convex.",
    studies.nonConvexPath,
    plot.pathPlot,
  ),
  exhibit(
    "path-classes",
    "pathPlot(path)",
    "A path of several classes, here three wines: a panel each.",
    studies.wineClasses,
    plot.pathPlot,
  ),
  exhibit(
    "cross-validation",
    "crossValidationPlot(cv)",
    "The error of the same cross-validation.",
    studies.validation,
    plot.crossValidationPlot,
  ),
  exhibit(
    "trace",
    "tracePlot(fit)",
    "How gradient descent comes down the surrogate of a lasso.",
    studies.gradientDescentFit,
    plot.tracePlot,
  ),
  exhibit(
    "support-path",
    "supportPlot(path, truth)",
    "What a lasso path finds of ten true features among sixty.",
    studies.simulatedPath,
    ({ path, truth }, options) => plot.supportPlot(path, truth, options),
  ),
  exhibit(
    "support-methods",
    "supportPlot({ lasso, bridge, mcp }, truth)",
    "What three methods, each at the lambda of its lowest BIC, find of the same features.",
    studies.threeMethods,
    ({ fits, truth }, options) => plot.supportPlot(fits, truth, options),
  ),
  exhibit(
    "comparison",
    'comparisonPlot(errors, { metric: "test error" })',
    "The test errors of these methods over eight simulations.",
    studies.methodsBySeed,
    (errors, options) => plot.comparisonPlot(errors, { metric: "test error (MSE)", ...options }),
  ),
  exhibit(
    "comparison-paired",
    'comparisonPlot(errors, { metric: "test error", baseline: "lasso" })',
    "The same errors, each less that of the lasso in the same simulation.",
    studies.methodsBySeed,
    (errors, options) =>
      plot.comparisonPlot(errors, { metric: "test error (MSE)", baseline: "lasso", ...options }),
  ),
  exhibit(
    "tradeoff",
    'tradeoffPlot(curves, { x: "features selected", y: "test error" })',
    "The lowest test error along a path with at most so many features, means over eight simulations.",
    studies.sizesAndErrors,
    (curves, options) =>
      plot.tradeoffPlot(curves, { x: "features selected", y: "test error (MSE)", ...options }),
  ),
  exhibit(
    "training",
    "trainingPlot(records)",
    "Two factors for each weight, trained by gradient descent from near zero: first the loss falls, then weights vanish.",
    studies.trainingRecords,
    plot.trainingPlot,
  ),
  exhibit(
    "sparsity",
    "sparsityPlot(report)",
    "What a lasso leaves of the weights of a softmax layer on digits, output by output.",
    studies.digitLayers,
    plot.sparsityPlot,
  ),
  exhibit(
    "stability",
    "stabilityPlot(selection)",
    "Stability paths of the diabetes data.",
    studies.stability,
    plot.stabilityPlot,
  ),
  exhibit(
    "inclusion",
    "inclusionPlot(bootstrap)",
    "How often each feature is in the fit of a bootstrap sample.",
    studies.bootstrap,
    plot.inclusionPlot,
  ),
  exhibit(
    "knockoffs",
    "knockoffPlot(filter)",
    "Features against their knockoffs in a simulation.",
    studies.knockoffs,
    plot.knockoffPlot,
  ),
  exhibit(
    "landscape",
    "surrogateLandscape(hadamardProduct({ depth: 2 }))",
    "A kink and its smooth surrogate.",
    () => plot.computeLandscape(hadamardProduct({ depth: 2 })),
    plot.drawLandscape,
  ),
  exhibit(
    "explorer",
    "surrogateExplorer({ depth: 3 })",
    "The same with sliders for depth, lambda and z, here as they stand at first.",
    () => ({ depth: 3 }),
    (positions, options) => plot.surrogateExplorer({ ...positions, ...options }),
  ),
  exhibit(
    "saddle",
    "saddleAnimation()",
    "A coefficient on its way to the saddle; a slider moves lambda.",
    () => ({ z: 1.5 }),
    (positions, options) => plot.saddleAnimation({ ...positions, ...options }),
  ),
  exhibit(
    "parametrization",
    "parametrizationPlot(() => hadamardProduct({ depth: 3 }))",
    "Fibres, surrogate and induced penalty of three factors.",
    () => plot.computeParametrizationPicture(() => hadamardProduct({ depth: 3 })),
    plot.drawParametrization,
  ),
];
