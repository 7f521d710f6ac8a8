/**
 * Notes for readers of a fit, as typed codes with parameters. Code decides by the codes; this file alone puts them
 * into words, for `fit.notes`, for warnings and for files.
 */

import { describeRemedies, numberFormatRemedies } from "../design/finite-values";
import type { ClassLabel } from "../design/targets/class-codes";
import { formatNumber } from "../display/formatting";
import { listOf } from "../errors";
import type { FitStatus } from "../solvers";

/** A code, and what it is about. */
export type Note =
  // Reasons why a fit did not converge.
  /** The loss has no minimizer along coefficients without penalty. */
  | { readonly code: "unbounded" }
  /** The objective has no minimizer where the penalty is flat, as SCAD and MCP are beyond `gamma lambda`. */
  | { readonly code: "unbounded-where-flat" }
  /** No 64-bit floats are as near to the solution as `tol` asks. */
  | { readonly code: "below-rounding" }
  /** The objective or a coefficient is not finite, or the coefficients are not feasible. */
  | { readonly code: "not-finite" }
  // How the fit was made.
  /** Adaptive weights come from a pilot fit. */
  | {
      readonly code: "adaptive";
      readonly lambda: number;
      readonly status: FitStatus;
      readonly nZeros: number;
      readonly nCoefficients: number;
    }
  /** One pair of bounds for all does not hold for features without penalty. */
  | { readonly code: "bounded"; readonly unpenalized: readonly string[] }
  /** The fit has no penalty, on the support of another one. */
  | { readonly code: "refitted"; readonly nFeatures: number; readonly lambda: number }
  /** A parameter of the loss was estimated with the coefficients. */
  | {
      readonly code: "estimated";
      readonly name: string;
      readonly value: number;
      readonly end: "settled" | "unsettled" | "largest";
    }
  /** The fit is a blend of a penalized one and its refit. */
  | { readonly code: "relaxed"; readonly gamma: number }
  // The data stand out in some way.
  | { readonly code: "constant-column"; readonly column: string; readonly value: number }
  | { readonly code: "nearly-constant-column"; readonly column: string; readonly mean: number }
  | { readonly code: "single-row" }
  | { readonly code: "dependent-unpenalized-column"; readonly column: string }
  | {
      readonly code: "rank-deficient-group";
      readonly group: unknown;
      readonly nColumns: number;
      readonly rank: number;
    }
  /** Labels of classes are numbers to a reader; `label` is the one whose spelling says most. */
  | { readonly code: "numeric-labels"; readonly classes: readonly ClassLabel[]; readonly label: ClassLabel }
  /** Classes are numbers, and nearly as many as rows. */
  | { readonly code: "many-classes"; readonly nClasses: number; readonly nSamples: number }
  | { readonly code: "nothing-to-explain" }
  /** The curvature of the loss is smaller than the concavity of the penalty, so that coefficients jump. */
  | { readonly code: "hard-thresholding"; readonly curvature: number; readonly concavity: number }
  /** The penalty is rescaled by curvatures that are not quite those of the fit. */
  | { readonly code: "unsettled-rescaling"; readonly factor: number }
  /** A path ends at this fit, since the penalty could not be rescaled at the next lambda. */
  | { readonly code: "saturated-below"; readonly lambda: number }
  // The data leave coefficients undetermined without a penalty.
  | { readonly code: "more-coefficients-than-rows" }
  | { readonly code: "dependent-columns"; readonly columns: readonly string[] }
  /** Columns of a refit got no coefficient; each name is in quotes, with its response where that matters. */
  | { readonly code: "dependent-columns-in-refit"; readonly columns: readonly string[] }
  | { readonly code: "class-differences-only" }
  /** A sentence of a file, whose parameters are not known any more. */
  | { readonly code: "from-file"; readonly sentence: string; readonly isProvenance: boolean };

/** The reasons why a fit did not converge. */
export type FailureReason =
  | Extract<
      Note,
      {
        readonly code:
          | "unbounded"
          | "unbounded-where-flat"
          | "below-rounding"
          | "not-finite"
          | "unsettled-rescaling";
      }
    >
  | (Extract<Note, { readonly code: "estimated" }> & { readonly end: "unsettled" });

/** Why no penalized feature enters a path, so that there is no lambda to start it from. */
export type PathObstacle =
  | "unbounded"
  | "nothing-to-explain"
  | "single-row"
  | "no-penalized-feature-varies"
  | "no-column-explains";

const nothingToExplain = "the response leaves nothing to explain beyond the unpenalized part";

/** How the notes begin that tell how a fit was made, by which a file's sentences are recognized. */
const openings = {
  adaptive: "the penalty is adapted to",
  bounded: "bounds are of penalized coefficients",
  refitted: "refitted without a penalty",
  relaxed: "relaxed:",
  estimated: "theta was estimated",
} as const;

const sentences: { readonly [Code in Note["code"]]: (note: Extract<Note, { code: Code }>) => string } = {
  unbounded: () =>
    "no finite coefficients are best, since the loss falls without end along those that are not penalized, as with separable classes or counts that are all 0; penalize them, and read nothing into their size",
  "unbounded-where-flat": () =>
    "no finite coefficients are best, since the loss falls without end where the penalty is flat, as where large coefficients separate the classes; take a larger lambda, an elastic net or a bridge, and read nothing into their size",
  "below-rounding": () =>
    "what tol asks at this lambda is below the rounding of the data, so more iterations do not help; raise tol, or where lambda is tiny take 0 or a larger one",
  "not-finite": () =>
    "the objective or a coefficient is not a finite number, as where a start lies outside the domain of the loss or of the penalty; start from smaller coefficients, or rescale the data",
  adaptive: ({ lambda, status, nZeros, nCoefficients }) => {
    const ended = status === "converged" ? "" : `, which ended as ${status}`;
    const excluded = nZeros > 0 ? `; ${nZeros} of ${nCoefficients} coefficients are 0 there and here` : "";
    return `${openings.adaptive} the fit without adaptive weights at lambda ${formatNumber(lambda, 4)}, the lowest BIC of its path${ended}${excluded}`;
  },
  bounded: ({ unpenalized: [first, ...more] }) => {
    const which = `${JSON.stringify(first)}${more.length > 0 ? ` and ${more.length} more` : ""}`;
    return `${openings.bounded}, so ${which} without penalty can lie outside`;
  },
  refitted: ({ nFeatures, lambda }) => {
    const which = `${nFeatures} feature${nFeatures === 1 ? "" : "s"}`;
    return `${openings.refitted}, on the ${which} of the fit at lambda ${formatNumber(lambda)}`;
  },
  relaxed: ({ gamma }) =>
    `${openings.relaxed} ${gamma} times the fit with its penalty, the rest its refit without one`,
  estimated: ({ name, value, end }) => {
    const notSettled = end === "unsettled" ? ", which had not settled at the last turn" : "";
    const none = `, since the counts vary no more than Poisson's, whose loss, poisson(), is as good`;
    return `${name} was estimated in turns with the coefficients: ${formatNumber(value)}${end === "largest" ? none : notSettled}`;
  },
  "constant-column": ({ column, value }) =>
    `column ${JSON.stringify(column)} is constant (${value}), so its coefficient is set to 0`,
  "nearly-constant-column": ({ column, mean }) =>
    `column ${JSON.stringify(column)} varies too little beside its size (${mean}), so its coefficient is set to 0; to keep it, subtract an offset first, such as its mean`,
  "single-row": () => "columns of a single row are constant, so their coefficients are set to 0",
  "dependent-unpenalized-column": ({ column }) =>
    `unpenalized column ${JSON.stringify(column)} depends on the others, so its coefficient is set to 0`,
  "rank-deficient-group": ({ group, nColumns, rank }) =>
    `the ${nColumns} columns of group ${JSON.stringify(group)} have rank ${rank}, so of the coefficients with the same predictions the smallest are given`,
  "numeric-labels": ({ classes, label }) =>
    `the classes of y are ${listOf(classes, "and")}; ${numericLabelsRemedy(label)}`,
  "many-classes": ({ nClasses, nSamples }) =>
    `y has ${nClasses} classes in ${nSamples} rows; ${numericResponseRemedy}`,
  "nothing-to-explain": () => `${nothingToExplain}, so every penalized coefficient is 0`,
  "hard-thresholding": ({ curvature, concavity }) =>
    `the curvature of the loss in a coefficient is at most ${formatNumber(curvature, 3)} where all are 0, below the penalty's concavity of ${formatNumber(concavity, 3)}, so coefficients jump from 0 to where the penalty is flat, which is hard thresholding; take a larger gamma, or rescale: "adaptive" of SmoothMcp and SmoothScad`,
  "unsettled-rescaling": ({ factor }) =>
    `curvatures rescale the penalty that are off by a factor of ${formatNumber(factor, 3)}; take a larger lambda`,
  "saturated-below": ({ lambda }) =>
    `the path ends above lambda ${formatNumber(lambda, 3)}, at which the model is saturated: no curvatures that rescale the penalty are those of the fit, as where large coefficients separate the classes`,
  "more-coefficients-than-rows": () =>
    "lambda is 0 and there are more coefficients than rows, so they are not unique; the fitted values are",
  "dependent-columns": ({ columns }) =>
    `lambda is 0 and ${listedColumns(columns)} on the others, so coefficients are not unique; the fitted values are`,
  "dependent-columns-in-refit": ({ columns }) => {
    const set = columns.length === 1 ? "its coefficient is" : "their coefficients are";
    return `${listedColumns(columns)} on the others, so ${set} set to 0`;
  },
  "class-differences-only": () =>
    "lambda is 0, so only differences between the coefficients of the classes are determined",
  "from-file": ({ sentence }) => sentence,
};

const obstacles: Readonly<Record<PathObstacle, string>> = {
  unbounded: "the loss falls without end along what is not penalized",
  "nothing-to-explain": nothingToExplain,
  "single-row": "X has a single row, in which no feature varies",
  "no-penalized-feature-varies": "no feature that varies is penalized",
  "no-column-explains": "no penalized column explains any of y",
};

/** Returns the sentence of a note, without its full stop. */
export function sentenceOf<N extends Note>(note: N): string {
  return (sentences[note.code] as (note: Note) => string)(note);
}

/** Returns the clause that names an obstacle to a path. */
export function obstacleInWords(obstacle: PathObstacle): string {
  return obstacles[obstacle];
}

/** The remedy where a response of numbers was taken for one of classes. */
export const numericResponseRemedy =
  "for a response of numbers take squaredError() or another datafit of numbers";

/** Returns the remedy where labels are numbers in a spelling that no computer reads as such. */
export function numericLabelsRemedy(label: ClassLabel): string {
  return `if they are numbers, ${describeRemedies(numberFormatRemedies(label)!)}, and take another datafit`;
}

/** Returns `column "x1" depends`, or `columns "x1", "x2" and 3 more depend`, for names in quotes. */
function listedColumns(names: readonly string[]): string {
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : "";
  const [noun, verb] = names.length === 1 ? ["column", "depends"] : ["columns", "depend"];
  return `${noun} ${names.slice(0, 5).join(", ")}${rest} ${verb}`;
}

/** Returns the notes without those that say the same as an earlier one. */
export function distinctNotes(notes: readonly Note[]): Note[] {
  return [...new Map(notes.map((note) => [sentenceOf(note), note])).values()];
}

/** Returns whether a note tells how a fit was made, which is nothing amiss about the data. */
export function isProvenance(note: Note): boolean {
  return note.code === "from-file" ? note.isProvenance : Object.hasOwn(openings, note.code);
}

const failureReasons: readonly Note["code"][] = [
  "unbounded",
  "unbounded-where-flat",
  "below-rounding",
  "not-finite",
  "unsettled-rescaling",
] satisfies readonly FailureReason["code"][];

/** Returns the notes that tell why a fit did not converge. */
export function failureReasonsIn(notes: readonly Note[]): FailureReason[] {
  return notes.filter((note): note is FailureReason =>
    note.code === "estimated" ? note.end === "unsettled" : failureReasons.includes(note.code),
  );
}

/** The notes without parameters, which a file's sentences are compared with. */
const plainNotes: readonly Note[] = [
  { code: "unbounded" },
  { code: "unbounded-where-flat" },
  { code: "below-rounding" },
  { code: "not-finite" },
  { code: "single-row" },
  { code: "nothing-to-explain" },
  { code: "more-coefficients-than-rows" },
  { code: "class-differences-only" },
];

/** Returns the note behind a sentence of a file: files hold sentences alone, so this is where a code is found from words. */
export function noteFromFile(sentence: string): Note {
  const isProvenance = Object.values(openings).some((opening) => sentence.startsWith(opening));
  return (
    plainNotes.find((note) => sentenceOf(note) === sentence) ?? { code: "from-file", sentence, isProvenance }
  );
}
