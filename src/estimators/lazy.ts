/**
 * What fits models, loaded when it is first used: a program that only reads, predicts or plots needs no solver, and one of convex penalties
 * no rules for others. What only one file loads late, such as threads, it loads itself.
 */
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

/** Loads what fits losses with kinks, which programs of smooth ones do not carry. */
export function loadLinearPrograms(): typeof import("../solvers/piecewise/linear-program") {
  return require("../solvers/piecewise/linear-program");
}
