/** Reads the response as the numbers that its loss takes: values, classes, times until an event, or several of them. */
import type { Datafit, MultiResponseDatafit } from "../../datafits";
import type { TargetInput } from "../../design/design-input";
import { describeRemedies, mostInformativeNumber, numberFormatRemedies } from "../../design/finite-values";
import { type ClassLabel, classCodes, encodeClasses } from "../../design/targets/class-codes";
import {
  asResponseMatrix,
  asTarget,
  survivalTarget,
  targetValues,
} from "../../design/targets/numeric-target";
import { InputError, listOf, mustBe, oneLabel } from "../../errors";
import { type Note, numericLabelsRemedy, numericResponseRemedy } from "../notes";

/** A response as the numbers that its datafit takes. */
export interface ReadTarget {
  /**
   * One number a sample; of two classes 0 for the first and 1 for the second. Of several responses one after the other,
   * and of their classes the indicators.
   */
  readonly target: Float64Array;
  /** The labels of the classes in ascending order; undefined for what is no class. */
  readonly classes: readonly ClassLabel[] | undefined;
  /** One a response. */
  readonly responseNames: readonly string[];
}

/** @throws InputError when a value is no number, label or time, or there are not two classes where there must be. */
export function readTarget(where: string, y: TargetInput, datafit: Datafit): ReadTarget {
  if (datafit.responses === "classes") return readClasses(where, y, datafit as MultiResponseDatafit);
  if (datafit.responses === "tasks") {
    const { values, names } = asResponseMatrix(where, y, datafit.nResponses);
    return { target: values, classes: undefined, responseNames: names };
  }
  const responseNames = ["y"];
  if (!isOfTwoClasses(datafit)) {
    refuseLabels(where, y, datafit);
    return { target: readNumbers(where, y, datafit), classes: undefined, responseNames };
  }
  const { classes, codes } = encodeClasses(where, y);
  if (classes.length !== 2) throw notTwoClasses(where, classes, datafit.name);
  return { target: codes, classes, responseNames };
}

/** Labels of as many classes as the loss has, or of any number where that was left open. */
function readClasses(where: string, y: TargetInput, datafit: MultiResponseDatafit): ReadTarget {
  const { classes, codes } = encodeClasses(where, y);
  const nClasses = classes.length;
  if (nClasses < 2) throw oneLabel(where, classes[0]);
  const fraction = classes.find((label) => typeof label === "number" && !Number.isInteger(label));
  if (fraction !== undefined && areCrowded(classes, codes.length)) {
    const given = `${nClasses} different numbers in ${codes.length} rows, such as ${fraction}`;
    throw new InputError(
      `${where}: y must have few classes with ${datafit.name}, got ${given}; ${numericResponseRemedy}, or write labels as texts`,
    );
  }
  if (!datafit.forClasses && datafit.nResponses !== nClasses) {
    throw mustBe(where, "the number of classes of y", `the datafit's ${datafit.nResponses}`, nClasses);
  }
  const target = new Float64Array(codes.length * nClasses);
  codes.forEach((code, i) => {
    target[code * codes.length + i] = 1;
  });
  return { target, classes, responseNames: classes.map(String) };
}

/** Whether more than two classes have fewer than three rows each on average: such a `y` is hardly one of classes. */
function areCrowded({ length }: readonly ClassLabel[], nSamples: number): boolean {
  return length > 2 && nSamples < 3 * length;
}

function notTwoClasses(where: string, classes: readonly ClassLabel[], datafit: string): InputError {
  const count = `${classes.length} class${classes.length === 1 ? "" : "es"}`;
  const moreClasses = "for more classes use multinomial";
  const orNumbers = typeof classes[0] === "number" ? `${moreClasses}, ${numericResponseRemedy}` : moreClasses;
  const more = classes.length > 2 ? orNumbers : undefined;
  const label = numericLabel(classes);
  const remedy = label === undefined ? more : numericLabelsRemedy(label);
  return new InputError(
    `${where}: y must have two classes with ${datafit}, got ${count}, ${listOf(classes, "and")}${remedy ? `; ${remedy}` : ""}`,
  );
}

/**
 * Returns the label whose spelling says most where labels are numbers to a reader, as `1,5` and `7 %` are, but not all to a
 * computer; undefined where they are not.
 */
function numericLabel(labels: readonly ClassLabel[]): ClassLabel | undefined {
  const spelt = mostInformativeNumber(labels);
  const isNumber = (label: ClassLabel): boolean =>
    numberFormatRemedies(label) !== undefined || Number.isFinite(Number(label));
  return labels.every(isNumber) ? (spelt as ClassLabel | undefined) : undefined;
}

/** Returns a note where labels are numbers to a reader, or where numbers became almost as many classes as there are rows. */
export function notesOnClasses({ classes = [], target, responseNames }: ReadTarget): Note[] {
  const label = numericLabel(classes);
  if (label !== undefined) return [{ code: "numeric-labels", classes, label }];
  const nSamples = target.length / responseNames.length;
  const isNumeric = typeof classes[0] === "number" && areCrowded(classes, nSamples);
  return isNumeric ? [{ code: "many-classes", nClasses: classes.length, nSamples }] : [];
}

/** @throws InputError when the rows of a class have no weight: its intercept would not be finite. */
export function checkClassesCount(
  where: string,
  { target, classes, responseNames }: ReadTarget,
  weights: Float64Array | undefined,
): void {
  if (classes === undefined) return;
  const nSamples = target.length / responseNames.length;
  const isOf = (c: number, i: number): boolean =>
    responseNames.length === 1 ? target[i] === c : target[c * nSamples + i] === 1;
  classes.forEach((label, c) => {
    for (let i = 0; i < nSamples; i++) {
      if (isOf(c, i) && (weights === undefined || weights[i] > 0)) return;
    }
    const what = `the number of rows of positive weight in class ${JSON.stringify(label)}`;
    throw mustBe(where, what, "at least 1", 0);
  });
}

/**
 * A response for a fit that is there already.
 *
 * @param classes those of the fit.
 * @throws InputError as {@link readTarget}, and when a label is none of `classes`.
 */
export function readLikeFit(
  where: string,
  y: TargetInput,
  datafit: Datafit,
  classes: readonly ClassLabel[] | undefined,
): Float64Array {
  return classes ? classCodes(where, y, classes) : readNumbers(where, y, datafit);
}

/** @throws InputError when a response of numbers begins with a text, which may be the label of a class. */
function refuseLabels(where: string, y: TargetInput, { response }: Datafit): void {
  if (response === "times") return;
  const first = targetValues(where, y)[0];
  if (typeof first !== "string") return;
  const spelling = numberFormatRemedies(first);
  const remedy = spelling
    ? describeRemedies(spelling)
    : "encode text as numbers first, or use datafit: logistic() for classes";
  throw mustBe(where, "y, row 0", "a finite number", first, remedy);
}

function readNumbers(where: string, y: TargetInput, datafit: Datafit): Float64Array {
  return datafit.response === "times" ? survivalTarget(where, y) : asTarget(where, y);
}

/** Whether a response is one of two classes, encoded as 0 and 1. */
export function isOfTwoClasses({ response, nResponses }: Datafit): boolean {
  return nResponses === 1 && response === "classes";
}

/**
 * One number a sample that tells its class from others: of two classes their 0 or 1, of the indicators of several classes
 * the place of its own, from 1 on.
 */
export function classNumbers(target: Float64Array, nSamples: number): Float64Array {
  const classes = new Float64Array(nSamples);
  target.forEach((entry, k) => {
    classes[k % nSamples] += (1 + Math.floor(k / nSamples)) * entry;
  });
  return classes;
}
