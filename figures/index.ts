import { additiveNetworkFigure } from "./additive-network";
import { bridgesFigure } from "./bridges-against-folded-penalties";
import { bridgesOverDesignsFigure } from "./bridges-over-designs";
import { correlatedGroupsFigure } from "./correlated-groups";
import { depthAblationFigure } from "./depth-ablation";
import { depthAndSaddlesFigure } from "./depth-and-saddles";
import { diabetesCoefficients } from "./diabetes-coefficients";
import { diabetesPath } from "./diabetes-path";
import { directAgainstGatedFigure } from "./direct-against-gated";
import { explicitAndImplicitFigure } from "./explicit-and-implicit";
import type { Figure } from "./figure";
import { filterSparseCnnFigure } from "./filter-sparse-cnn";
import { gradualPruningFigure } from "./gradual-pruning";
import { gridRefinementFigure } from "./grid-refinement";
import { groupsByGatesFigure } from "./groups-by-gates";
import { housingNetworkFigure } from "./housing-network";
import { howOftenGlobalFigure } from "./how-often-global";
import { imbalanceDecayFigure } from "./imbalance-decay";
import { inputSelectionFigure } from "./input-selection";
import { largePFigure } from "./large-p";
import { lassoByLbfgsFigure } from "./lasso-by-lbfgs";
import { lassoByOptimizersFigure } from "./lasso-by-optimizers";
import { layerDepthsFigure } from "./layer-depths";
import { logisticByAdamFigure } from "./logistic-by-adam";
import { matchingMinimaFigure } from "./matching-minima";
import { modalitySelectionFigure } from "./modality-selection";
import { multiTaskFigure } from "./multi-task";
import { networkStartsFigure } from "./network-starts";
import { nonSmoothLossesFigure } from "./non-smooth-losses";
import { optimizationDynamicsFigure } from "./optimization-dynamics";
import { overlappingGroupsFigure } from "./overlapping-groups";
import { phaseTransitionsFigure } from "./phase-transitions";
import { realDataFigure } from "./real-data";
import { selectionRulesFigure } from "./selection-rules";
import { sharingDepthInitializationFigure } from "./sharing-depth-initialization";
import { signCrossingFigure } from "./sign-crossing";
import { smallLambdasFigure } from "./small-lambdas";
import { smoothedEdge } from "./smoothed-edge";
import { smoothedEdgeDepth3 } from "./smoothed-edge-depth-3";
import { sparseLeNetFigure } from "./sparse-lenet";
import { squareRootLassoFigure } from "./square-root-lasso";

/** All figures, in the order in which they are made. */
export const figures: readonly Figure[] = [
  smoothedEdge,
  smoothedEdgeDepth3,
  diabetesCoefficients,
  diabetesPath,
  lassoByLbfgsFigure,
  lassoByOptimizersFigure,
  bridgesFigure,
  bridgesOverDesignsFigure,
  selectionRulesFigure,
  directAgainstGatedFigure,
  gridRefinementFigure,
  signCrossingFigure,
  groupsByGatesFigure,
  correlatedGroupsFigure,
  overlappingGroupsFigure,
  sparseLeNetFigure,
  imbalanceDecayFigure,
  filterSparseCnnFigure,
  gradualPruningFigure,
  inputSelectionFigure,
  modalitySelectionFigure,
  additiveNetworkFigure,
  depthAblationFigure,
  layerDepthsFigure,
  sharingDepthInitializationFigure,
  networkStartsFigure,
  matchingMinimaFigure,
  howOftenGlobalFigure,
  depthAndSaddlesFigure,
  optimizationDynamicsFigure,
  explicitAndImplicitFigure,
  nonSmoothLossesFigure,
  squareRootLassoFigure,
  largePFigure,
  smallLambdasFigure,
  phaseTransitionsFigure,
  realDataFigure,
  logisticByAdamFigure,
  housingNetworkFigure,
  multiTaskFigure,
];
