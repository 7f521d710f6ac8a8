/**
 * The parts of this folder that load when they are first used, since a program that fits a model in its own thread needs
 * none of them. A function here is the only way to them from what loads at once.
 *
 * `require` at the time of the call is typed by the module that it loads, and never part of an import cycle.
 */

/** Loads the cross-validation of models. */
export function loadCrossValidation(): typeof import("./cross-validation/cross-validate") {
  return require("./cross-validation/cross-validate");
}

/** Loads what fits models in worker threads. */
export function loadThreads(): typeof import("./threads/fit-in-thread") {
  return require("./threads/fit-in-thread");
}

/** Loads what spreads the folds of a cross-validation over worker threads. */
export function loadFoldsInThreads(): typeof import("./threads/folds-in-threads") {
  return require("./threads/folds-in-threads");
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
