/**
 * The parts of the estimators that load when they are first used: a program that only reads, predicts or plots needs no solver, and one
 * that fits in its own thread no other threads. A function here is the only way to them from what loads at once.
 *
 * `require` at the time of the call is typed by the module that it loads, and never part of an import cycle.
 */
import { threadsFor } from "#platform";
import type { Datafit } from "../datafits";

/** Loads what fits models, and with it the solvers. */
export function loadFitter(): typeof import("./fit/fitter") {
  return require("./fit/fitter");
}

/** Loads the class that fits a loss: in turns where it has a parameter to estimate. */
export function loadFitterOf({ estimated }: Datafit): typeof import("./fit/fitter").Fitter {
  return estimated ? loadEstimatingFitter().EstimatingFitter : loadFitter().Fitter;
}

function loadEstimatingFitter(): typeof import("./fit/estimating-fitter") {
  return require("./fit/estimating-fitter");
}

/** Loads what makes the columns of each group orthonormal. */
export function loadOrthonormalGroups(): typeof import("./fit/orthonormal-groups") {
  return require("./fit/orthonormal-groups");
}

/** Loads what computes standard errors. */
export function loadStandardErrors(): typeof import("./fit/standard-errors") {
  return require("./fit/standard-errors");
}

/** Loads the rules by which a solver is chosen. */
export function loadSolverChoice(): typeof import("./fit/solver-choice") {
  return require("./fit/solver-choice");
}

/** Loads the rules for penalties that are not convex, which programs of convex ones do not carry. */
export function loadNonConvexRules(): typeof import("./fit/non-convex-rules").nonConvexRules {
  return (require("./fit/non-convex-rules") as typeof import("./fit/non-convex-rules")).nonConvexRules;
}

/** Loads what proves minima global, which programs of convex penalties do not carry. */
export function loadGlobalProofs(): typeof import("../global/certify-global") {
  return require("../global/certify-global");
}

/** Loads what rescales MCP and SCAD by the curvature of the loss. */
export function loadAdaptiveRescaling(): typeof import("./fit/adaptive-rescaling") {
  return require("./fit/adaptive-rescaling");
}

/** Loads the solver of groups, which programs of single coefficients do not carry. */
export function loadGroupSolver(): typeof import("../solvers/group/group-active-set") {
  return require("../solvers/group/group-active-set");
}

/** Loads what fits losses with kinks, which programs of smooth ones do not carry. */
export function loadLinearPrograms(): typeof import("../solvers/piecewise/linear-program") {
  return require("../solvers/piecewise/linear-program");
}

/** Loads the cross-validation of models. */
export function loadCrossValidation(): typeof import("./cross-validation/cross-validate") {
  return require("./cross-validation/cross-validate");
}

/** Loads what fits models in worker threads. @throws InputError where there are none. */
export function loadThreads(where: string): typeof import("./threads/fit-in-thread") {
  threadsFor(where);
  return require("./threads/fit-in-thread");
}

/** Loads what spreads the folds of a cross-validation over worker threads. @throws InputError where there are none. */
export function loadFoldsInThreads(where: string): typeof import("./threads/folds-in-threads") {
  threadsFor(where);
  return require("./threads/folds-in-threads");
}

/** Loads what fits models to tables that are read in passes. */
export function loadTableFits(): typeof import("./out-of-core/fit-table") {
  return require("./out-of-core/fit-table");
}

/** Loads what cross-validates models on such tables. */
export function loadTableValidation(): typeof import("./out-of-core/cross-validate-table") {
  return require("./out-of-core/cross-validate-table");
}

/** Loads what `diagnose` measures and says. */
export function loadDiagnosis(): typeof import("./diagnose/findings") {
  return require("./diagnose/findings");
}

/** Loads the readers of fits and paths. */
export function loadFitReaders(): typeof import("./json/read-fit") {
  return require("./json/read-fit");
}

/** Loads the reader of cross-validations. */
export function loadCrossValidationReader(): typeof import("./json/read-cross-validation") {
  return require("./json/read-cross-validation");
}

/** Loads the reader of estimators, which knows the factories of all their parts. */
export function loadEstimatorReader(): typeof import("./named/read-estimator") {
  return require("./named/read-estimator");
}
