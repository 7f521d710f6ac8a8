/** The options of estimators and of cross-validation as flags of `smooth-edges fit`, made of their declarations ({@link offeredOptions}). */
import { join } from "node:path";
import { Option } from "commander";
import { optionOfAnother, optionUnreadable } from "../data-errors";
import { type DeclaredOption, declaredOptions, optionsOfClass } from "./declared-options";
import type { FitRequest } from "./fit-plan";
import { ESTIMATORS } from "./run-plan";

/** The declarations of the library. */
const DECLARATIONS = join(__dirname, "../../src/index.d.ts");

/**
 * Options of the library that the command sets by itself, or that have one value a row or a feature: columns of the file take their place.
 */
const NOT_OFFERED = [
  ...["exclude", "init", "penaltyFactors"],
  ...["keep", "workers", "foldId", "sampleGroups", "sampleWeight", "offset"],
];

/** An option of the library as a flag. */
export interface Offered {
  readonly option: DeclaredOption;
  /** The heading that help has it under. */
  readonly group: string;
  /** The estimators that have it; undefined for one of the cross-validation. */
  readonly estimators?: readonly string[];
}

/** All options of all estimators and of cross-validation that a command line can say, by their names. */
export function offeredOptions(): Map<string, Offered> {
  const offered = new Map<string, Offered>();
  const byName = new Map<string, { readonly option: DeclaredOption; readonly estimators: string[] }>();
  // The lasso's descriptions are those of all, where an estimator with a solver of its own has another.
  for (const estimator of ["SmoothLasso", ...ESTIMATORS.filter((name) => name !== "SmoothLasso")])
    for (const option of optionsOf(estimator)) {
      const known = byName.get(option.name) ?? { option, estimators: [] };
      byName.set(option.name, known);
      known.estimators.push(estimator);
    }
  for (const [name, { option, estimators }] of byName) {
    const isCommon = estimators.length > ESTIMATORS.length / 2;
    const group = isCommon ? "Options of estimators:" : `Options of ${estimators.join(", ")}:`;
    offered.set(name, { option, estimators, group });
  }
  for (const option of declaredOptions(DECLARATIONS, "CrossValidationOptions"))
    if (!NOT_OFFERED.includes(option.name))
      offered.set(option.name, { option, group: "Options of cross-validation:" });
  return offered;
}

function optionsOf(estimator: string): DeclaredOption[] {
  return declaredOptions(DECLARATIONS, optionsOfClass(DECLARATIONS, estimator)).filter(
    ({ name }) => !NOT_OFFERED.includes(name),
  );
}

export function takes(estimator: string, option: string): boolean {
  return optionsOf(estimator).some(({ name }) => name === option);
}

/** Divides flags into options of the estimator and of the cross-validation. @throws {UsageError} for one of another estimator. */
export function divided(
  estimator: string,
  given: Readonly<Record<string, unknown>>,
  offered: ReadonlyMap<string, Offered>,
): Pick<FitRequest, "estimator" | "options" | "validation"> {
  const [options, validation]: Record<string, unknown>[] = [{}, {}];
  for (const [name, value] of Object.entries(given)) {
    const { estimators } = offered.get(name)!;
    if (estimators === undefined) validation[name] = value;
    else if (estimators.includes(estimator)) options[name] = value;
    else throw optionOfAnother("smooth-edges fit", flagName(name), estimators, estimator);
  }
  return { estimator, options, validation };
}

/** Makes the flag of an option: its value is JSON or else text, and true where a switch has none. */
export function flagOf({ name, description, isSwitch }: DeclaredOption): Option {
  const flag = flagName(name);
  return new Option(`${flag} ${isSwitch ? "[value]" : "<value>"}`, description).argParser((text) => {
    try {
      return JSON.parse(text);
    } catch {
      if (/^[\w.-]+$/.test(text)) return text;
      throw optionUnreadable("smooth-edges fit", flag, text);
    }
  });
}

/** `nLambdas` is `--n-lambdas`. */
function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
