import { additiveNetwork } from "./additive-network";
import { bridgesAgainstFoldedPenalties } from "./bridges-against-folded-penalties";
import { bridgesOverDesigns } from "./bridges-over-designs";
import { correlatedGroups } from "./correlated-groups";
import { depthAblation } from "./depth-ablation";
import { depthAndSaddles } from "./depth-and-saddles";
import { directAgainstGated } from "./direct-against-gated";
import { explicitAndImplicit } from "./explicit-and-implicit";
import { filterSparseCnn } from "./filter-sparse-cnn";
import { gradualPruning } from "./gradual-pruning";
import { gridRefinement } from "./grid-refinement";
import { groupsByGates } from "./groups-by-gates";
import { housingNetwork } from "./housing-network";
import { howOftenGlobal } from "./how-often-global";
import { imbalanceDecay } from "./imbalance-decay";
import { inputSelection } from "./input-selection";
import { largeP } from "./large-p";
import { lassoByLbfgs } from "./lasso-by-lbfgs";
import { lassoByOptimizers } from "./lasso-by-optimizers";
import { layerDepths } from "./layer-depths";
import { logisticByAdam } from "./logistic-by-adam";
import { matchingMinima } from "./matching-minima";
import { modalitySelection } from "./modality-selection";
import { multiTask } from "./multi-task";
import { networkStarts } from "./network-starts";
import { nonSmoothLosses } from "./non-smooth-losses";
import { optimizationDynamics } from "./optimization-dynamics";
import { overlappingGroups } from "./overlapping-groups";
import { phaseTransitions } from "./phase-transitions";
import { realData } from "./real-data";
import { selectionRules } from "./selection-rules";
import { sharingDepthInitialization } from "./sharing-depth-initialization";
import { signCrossing } from "./sign-crossing";
import { smallLambdas } from "./small-lambdas";
import { sparseLeNet } from "./sparse-lenet";
import { squareRootLasso } from "./square-root-lasso";
import type { Study } from "./study";

/** All studies, in the order in which they are run. */
export const studies: readonly Study[] = [
  directAgainstGated,
  gridRefinement,
  signCrossing,
  lassoByLbfgs,
  lassoByOptimizers,
  bridgesAgainstFoldedPenalties,
  bridgesOverDesigns,
  selectionRules,
  groupsByGates,
  correlatedGroups,
  overlappingGroups,
  sparseLeNet,
  imbalanceDecay,
  filterSparseCnn,
  gradualPruning,
  inputSelection,
  modalitySelection,
  additiveNetwork,
  depthAblation,
  layerDepths,
  sharingDepthInitialization,
  networkStarts,
  matchingMinima,
  depthAndSaddles,
  optimizationDynamics,
  explicitAndImplicit,
  nonSmoothLosses,
  squareRootLasso,
  largeP,
  smallLambdas,
  howOftenGlobal,
  phaseTransitions,
  realData,
  logisticByAdam,
  housingNetwork,
  multiTask,
];
