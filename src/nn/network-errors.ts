/** Errors about layers and models, in the grammar of {@link ../errors}. */

import { counted, formatNumber } from "../display/formatting";
import { InputError, listOf, mustBe, show } from "../errors";
import { didYouMean } from "../options";

/** A penalty without factors is not smooth, which is what factors are for. */
export function depthOfOne(where: string): InputError {
  return mustBe(
    where,
    "depth",
    "a number >= 2",
    1,
    "depth 1 is the penalty itself, which leaves no exact zeros under gradient steps: as a baseline give plain layers kernelRegularizer: tf.regularizers.l1({ l1: lambda })",
  );
}

export function fractionalDepthUnshared(where: string, depth: number): InputError {
  return mustBe(where, "shared", "true with a fractional depth", false, `take depth ${Math.round(depth)}`);
}

export function ownConstraint(where: string, layer: string, option: string, value: unknown): InputError {
  return mustBe(
    where,
    `${option} of layer "${layer}"`,
    "left out",
    value,
    "it would hold of other numbers than the weights that the layer computes with; build the layer without it",
  );
}

export function structureNeedsKnownLayer(where: string, className: string, structure: string): InputError {
  return mustBe(
    where,
    `structure of a layer of class ${className}`,
    '"weight", { groups, axis } or { heads, axis }',
    structure,
  );
}

export function noSuchWeight(
  where: string,
  layer: string,
  weight: string,
  names: readonly string[],
): InputError {
  return mustBe(where, `weight of layer "${layer}"`, `one of ${names.join(", ")}`, weight);
}

export function differentGroups(
  where: string,
  layer: string,
  weights: readonly string[],
  counts: readonly number[],
): InputError {
  const found = weights.map((weight, k) => `${counts[k]} of ${weight}`).join(", ");
  return new InputError(
    `${where}: the structure must divide all weights of layer "${layer}" into as many groups, got ${found}; name one weight, or take structure "weight"`,
  );
}

export function alreadyFactorized(where: string, layer: string): InputError {
  return new InputError(
    `${where}: the layers must not be factorized yet, got "${layer}", which is; collapse the model first, or name other layers`,
  );
}

export function unfreezableZeros(where: string, layer: string, weight: string): InputError {
  return new InputError(
    `${where}: every weight with zeros must be of a layer or of its cell, got "${weight}" further within "${layer}"; apply the layers within by themselves`,
  );
}

export function noKnownWeight(where: string, className: string): InputError {
  return mustBe(where, `weight of a layer of class ${className}`, 'named, as weight: "kernel"', undefined);
}

export function unbuiltModel(where: string, layer: string): InputError {
  return new InputError(
    `${where}: the model must be built, got "${layer}" without weights; give its first layer an inputShape`,
  );
}

export function sharedBetweenModels(where: string, layer: string, models: readonly string[]): InputError {
  return new InputError(
    `${where}: a layer must belong to one model, got "${layer}" in ${listOf(models, "and")}; use the model that has it as a layer instead`,
  );
}

export function unregisteredLayer(where: string, className: string): InputError {
  return new InputError(
    `${where}: every layer must be of a class that can be made again, got ${className}; register it with tf.serialization.registerClass`,
  );
}

export function otherTensorFlow(where: string): InputError {
  return new InputError(
    `${where}: the model must be made by the TensorFlow.js that smooth-edges loads, got one of another copy; npm links to a folder, which then loads its own, so install smooth-edges with install-links=true in .npmrc`,
  );
}

export function notAModel(where: string, value: unknown): InputError {
  return mustBe(where, "model", "a model of layers of TensorFlow.js", value);
}

export function noSuchLayer(where: string, name: unknown, names: readonly string[]): InputError {
  return mustBe(
    where,
    "every layer",
    `one of the model, ${listOf(names, "or")}`,
    name,
    didYouMean(name, names),
  );
}

export function frozenLayer(where: string, layer: string): InputError {
  return new InputError(
    `${where}: the layers must be trained, got "${layer}", which is frozen; leave it out, or set its trainable to true`,
  );
}

export function onlyFrozenLayers(where: string): InputError {
  return new InputError(
    `${where}: the model must have weights that are trained, got frozen layers alone; set trainable to true of a layer, and compile the model again`,
  );
}

export function compiledAsTrained(where: string, layer: string): InputError {
  return new InputError(
    `${where}: frozen layers must be compiled as such, got "${layer}", which would be trained; set trainable to false of it and of each other layer, also of those in a frozen model, and compile the model again`,
  );
}

export function notFiniteWeights(where: string, layer: string, value: number): InputError {
  return mustBe(
    where,
    `the weights of layer "${layer}"`,
    "finite",
    value,
    "their training diverged, so train again at a smaller rate; train of smooth-edges ends with the last finite weights",
  );
}

export function noLayerToSparsify(where: string, structure: string): InputError {
  return new InputError(
    `${where}: the model must have a layer with a ${structure} to make sparse, got none; name layers`,
  );
}

export function noTrainedLayerToSparsify(where: string, structure: string): InputError {
  return new InputError(
    `${where}: the model must have a layer with a ${structure} to make sparse, got frozen ones alone; set trainable to true of one`,
  );
}

export function unknownLayerClass(
  where: string,
  layer: string,
  className: string,
  known: readonly string[],
): InputError {
  return mustBe(
    where,
    `layer "${layer}"`,
    `of a class that is known, ${listOf(known, "or")}`,
    className,
    "leave it out, or for sparsify put gate(layer, { weight }) around it where the model is built",
  );
}

export function noSavedModel(where: string, folder: string, file: string): InputError {
  return new InputError(`${where}: folder must have a file ${file}, got none in ${show(folder)}`);
}

export function truncatedWeights(where: string, folder: string, given: number, expected: number): InputError {
  return new InputError(
    `${where}: the weights in ${show(folder)} must have ${expected} bytes as model.json says, got ${given}`,
  );
}

export function notCollapsed(where: string, layer: string): InputError {
  return new InputError(
    `${where}: every layer must be plain, got "${layer}", which is not; collapse the model first`,
  );
}

export function factorizedWithin(where: string, wrapper: string): InputError {
  return new InputError(
    `${where}: a factorized layer must not be within a wrapper, got one in "${wrapper}"; put gate(wrapper, { weight }) around a wrapper of the plain layer instead`,
  );
}

export function noOnnxForm(where: string, layer: string, what: string, known: readonly string[]): InputError {
  return mustBe(where, `layer "${layer}"`, `one that has a form in ONNX here, ${known.join(", ")}`, what);
}

/** Words about trainings, in the grammar of {@link ../errors}. */

/** One sentence for a training that went wrong. */
export function divergenceAdvice(
  where: string,
  value: number,
  epoch: number,
  rate: number,
  weights: string,
  next: number,
): string {
  const at = Number.isFinite(rate) ? ` at learning rate ${formatNumber(rate, 3)}` : "";
  const remedy = Number.isFinite(next)
    ? `try learning rate ${formatNumber(next, 3)}`
    : "try a smaller learning rate";
  return `${where}: the loss must stay finite, got ${value} in epoch ${epoch}${at}; the weights are now ${weights}, ${remedy}`;
}

/** One sentence for a layer of which nothing is left. */
export function deadLayerAdvice(where: string, layer: string, groups: string, lambda: number): string {
  return `${where}: layer "${layer}" is dead, all its ${groups} are zero at lambda ${formatNumber(lambda, 3)}; from zero nothing comes back, so train anew with a smaller lambda or a longer lambdaWarmUp`;
}

/** One sentence for a training after which nothing is zero; `advised` is the number of epochs that zeros take, if it is known. */
export function noZerosAdvice(
  where: string,
  groups: string,
  lambda: number,
  epochs: number,
  advised: number | undefined,
): string {
  const state = `${where}: 0 of ${groups} are zero after ${counted(epochs, "epoch")} at lambda ${formatNumber(lambda, 3)}`;
  if (advised === undefined) return `${state}; train longer, with a larger lambda, or by tf.train.momentum`;
  if (advised <= epochs) return `${state}, which are enough for weights without a gradient; raise lambda`;
  return `${state}; adviseEpochs says ${advised} at the mean rate of this training, so train longer or raise lambda`;
}

/** One sentence for a path that a dead layer ended while more groups than wanted were left. */
export function pathEndAdvice(
  where: string,
  layer: string,
  groups: string,
  lambda: number,
  left: number,
): string {
  return `${where}: the path ended with ${left} groups, since layer "${layer}" is dead at lambda ${formatNumber(lambda, 3)}, all its ${groups} being zero; leave it out of layers, or train longer at each lambda`;
}

/** One sentence for a path on which nothing became zero, or too much at once. */
export function noZerosOnPathAdvice(
  where: string,
  groups: string,
  lambda: number,
  epochs: number,
  advised: number | undefined,
): string {
  const says = advised !== undefined && advised > epochs ? `adviseEpochs says ${advised}, so ` : "";
  return `${where}: 0 of ${groups} are zero at each lambda of the path but perhaps the last, ${formatNumber(lambda, 3)}, after ${counted(epochs, "epoch")} at each; ${says}train longer at each lambda`;
}

/** One sentence for a training that raised what it should minimize, at the smallest rate that was tried. */
export function risingLossAdvice(where: string, lambda: number): string {
  return `${where}: the loss with the penalty must fall, got one that rises at lambda ${formatNumber(lambda, 3)} at every learning rate that was tried; try a smaller one`;
}

/** A path over lambda begins at a share of what the weights gain. */
export function nothingGained(where: string, zero: number, trained: number): InputError {
  return new InputError(
    `${where}: the factorized weights must lower the loss in the first training, got ${formatNumber(trained)} with them and ${formatNumber(zero)} where all of them are zero; train longer or with another learning rate`,
  );
}

export function notCompiled(where: string): InputError {
  return new InputError(
    `${where}: model must be compiled, got one without an optimizer; call model.compile({ optimizer, loss })`,
  );
}

export function noOptimizerState(where: string, className: string): InputError {
  return mustBe(
    where,
    "optimizer",
    "one whose state can be saved by getWeights",
    className,
    "a divergence could not be undone; take tf.train.adam or tf.train.momentum",
  );
}

const OTHER_FOLDER_REMEDY = "name another folder, or remove it to begin anew";

export function tooFewEpochs(where: string, folder: string, kept: number, epochs: number): InputError {
  return mustBe(
    where,
    "epochs",
    `at least the ${kept} of the checkpoint in ${folder}`,
    epochs,
    OTHER_FOLDER_REMEDY,
  );
}

export function foreignCheckpoint(where: string, folder: string, what: string): InputError {
  return new InputError(
    `${where}: the checkpoint must be of the same training, got one with ${what} in ${folder}; ${OTHER_FOLDER_REMEDY}`,
  );
}

export function brokenCheckpoint(where: string, folder: string, file: string): InputError {
  return new InputError(
    `${where}: the checkpoint must be whole, got one whose ${file} is missing or damaged in ${folder}; ${OTHER_FOLDER_REMEDY}`,
  );
}
