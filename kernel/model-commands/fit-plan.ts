/** The plan of `smooth-edges fit` ({@link fitPlan}) has all that the options and the values of the columns choose, before anything runs. */
import type { CrossValidationOptions } from "smooth-edges";
import type { PipelineColumns } from "smooth-edges/frame";
import { columnOfTexts, columnUnknown, dataTooFew, factorsOfGroups, lossOfEstimator } from "../data-errors";
import { hasTexts, type ReadingOptions } from "../new-notebook/csv-reading";
import { inFormula, type LossChoice, type LossName } from "../new-notebook/response-loss";
import {
  type ColumnChoice,
  emptiestOf,
  MIN_ROWS,
  readTable,
  remarksOnLeftOut,
  tableRoles,
} from "../new-notebook/table-roles";

/** The model that is fitted, as plain JSON, so that a thread can be sent it and a file can hold it. */
export interface FitPlan {
  /** Path of the CSV file as it was given. */
  readonly data: string;
  /** How it is read. */
  readonly reading: ReadingOptions;
  readonly response: string;
  /** The columns of the response, of whose values none may be missing. */
  readonly responses: readonly string[];
  /** The number of rows of the file. */
  readonly nRows: number;
  /** The number of those without a value of the response, which are left out. */
  readonly nWithout: number;
  /** The number of missing values of each feature that lacks some, in the rows with a response. */
  readonly nMissing: Readonly<Record<string, number>>;
  /** Whether a column has no name, so that a frame cannot have it. */
  readonly hasUnnamed: boolean;
  /** Why the loss was chosen, as the rest of a sentence after the name of the response. */
  readonly why: string;
  /** What the values of the response leave open, as a sentence without a full stop; null where they do not. */
  readonly doubt: string | null;
  /** Sentences about columns, without a full stop. */
  readonly remarks: readonly string[];
  /** How the columns are read, as `pipeline` takes it. */
  readonly columns: PipelineColumns;
  /** The class of the estimator. */
  readonly estimator: string;
  /** The loss; null for an estimator that has its own. */
  readonly loss: LossName | null;
  /** The other options of the estimator, as they were given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether the columns of the file are the groups of its features, for an estimator of groups. */
  readonly groups: boolean;
  /** The options of the cross-validation, as they were given; null where `lambda` was. */
  readonly validation: CrossValidationOptions | null;
  /** The column of the weights of rows; null where all count the same. */
  readonly sampleWeight: string | null;
  /** The column that is a part of the linear predictor, or `log(column)`; null where there is none. */
  readonly offset: string | null;
  /** The penalty of a column is multiplied by this, where it is not 1. */
  readonly penaltyFactors: Readonly<Record<string, number>>;
  /** The column whose equal values are held out together; null where each row is by itself. */
  readonly subject: string | null;
  /** The rule that chooses the model among the fits of the cross-validation. */
  readonly choose: Choice;
}

/** Which fit of a cross-validation is taken: the sparsest within one standard error of the best score, or that of the best score. */
export const CHOICES = ["oneStandardError", "best"] as const;

export type Choice = (typeof CHOICES)[number];

/** The rules for missing values. */
export const MISSING_RULES = ["mean", "median", "level", "drop", "error"] as const;

/** The command line names these parts of a fit. */
export interface FitRequest {
  readonly data: string;
  readonly response: string;
  readonly reading: ReadingOptions;
  readonly columns: ColumnChoice;
  readonly missingRule: (typeof MISSING_RULES)[number];
  readonly loss: Pick<LossChoice, "loss" | "event">;
  readonly estimator: string;
  /** Whether it is an estimator of groups. */
  readonly takesGroups: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  readonly validation: CrossValidationOptions;
  readonly choose: Choice;
  readonly sampleWeight?: string | undefined;
  readonly offset?: string | undefined;
  readonly penaltyFactors?: Readonly<Record<string, number>> | undefined;
}

/** The response that estimators with a loss of their own have, in terms of a loss that has the same. */
const OWN_LOSSES: Readonly<Record<string, LossName>> = {
  QuantileLasso: "squaredError",
  SvmLasso: "logistic",
};

/** The column of an offset, and whether its logarithm is taken. */
export function offsetColumn(offset: string, names: readonly string[]): { name: string; isLog: boolean } {
  const name = /^log\((.*)\)$/.exec(offset)?.[1];
  return name === undefined || names.includes(offset)
    ? { name: offset, isLog: false }
    : { name, isLog: true };
}

/** How a column that is left out becomes a feature. */
const REMEDIES = {
  keep: "name it by --features to use it",
  levels: "name it by --categorical",
};

const where = "smooth-edges fit";

/**
 * Reads a file and chooses what the options leave open.
 *
 * @throws {UsageError} when the file cannot be read, lacks a column that is named, or has too few rows or features, and when the response
 * is not of numbers or classes, or not as the loss needs it.
 */
export function fitPlan(request: FitRequest): FitPlan {
  const { data, response, estimator, options, missingRule } = request;
  const own = OWN_LOSSES[estimator];
  if (own !== undefined && request.loss.loss !== undefined)
    throw lossOfEstimator(where, request.loss.loss, estimator);
  const choice = own === undefined ? request.loss : { loss: own, saidBy: `--estimator ${estimator}` };
  const aside = columnsAside(request);
  const { exclude = [] } = request.columns;
  const roles = tableRoles(where, data, response, {
    given: request.reading,
    choice,
    columns: aside.length > 0 ? { ...request.columns, exclude: [...exclude, ...aside] } : request.columns,
    remedies: REMEDIES,
  });
  const { reading, method, features, leftOut, categorical, remarks, subject } = roles;
  const { columns } = reading;
  const responses = [...roles.responses, ...aside];
  for (const name of aside) if (hasTexts(columns[name])) throw columnOfTexts(where, name, data);
  const penaltyFactors = request.penaltyFactors ?? {};
  for (const name of Object.keys(penaltyFactors))
    if (!features.includes(name)) throw columnUnknown(where, "--penalty-factor", name, features, data);
  if (request.takesGroups && Object.keys(penaltyFactors).length > 0) throw factorsOfGroups(where, estimator);
  const nRows = columns[response].length;
  const isComplete = columns[response].map((_, i) => responses.every((name) => columns[name][i] !== null));
  const nWithout = isComplete.filter((complete) => !complete).length;
  const nMissing = features.map((name) => [
    name,
    columns[name].filter((value, i) => value === null && isComplete[i]).length,
  ]);
  if (features.length === 0 || nRows - nWithout < MIN_ROWS) {
    const reasons = [
      ...emptiestOf([...responses, ...features], columns),
      ...remarksOnLeftOut(leftOut).slice(0, 3),
    ];
    throw dataTooFew(
      where,
      data,
      "rows with a response",
      nRows - nWithout,
      MIN_ROWS,
      features.length,
      reasons,
    );
  }
  const excluded = [...leftOut.keys()].filter((name) => name !== "");
  const rules = {
    ...(categorical.length > 0 && { categorical }),
    missing: missingRule,
  };
  return {
    data,
    reading: reading.options,
    response,
    responses,
    nRows,
    nWithout,
    nMissing: Object.fromEntries(nMissing.filter(([, count]) => count !== 0)),
    hasUnnamed: "" in columns,
    why: method.why,
    doubt: method.doubt ?? null,
    remarks,
    columns:
      method.formula === undefined
        ? { response, ...(excluded.length > 0 && { exclude: excluded }), ...rules }
        : { formula: `${method.formula} ~ ${[".", ...excluded.map(inFormula)].join(" - ")}`, ...rules },
    estimator,
    loss: own === undefined ? method.loss : null,
    options,
    groups: request.takesGroups && !("groups" in options),
    validation: "lambda" in options ? null : request.validation,
    subject: subject ?? null,
    sampleWeight: request.sampleWeight ?? null,
    offset: request.offset ?? null,
    penaltyFactors,
    choose: request.choose,
  };
}

/** The columns of weights and of an offset, which are no features. */
function columnsAside({ data, reading, sampleWeight, offset }: FitRequest): string[] {
  if (sampleWeight === undefined && offset === undefined) return [];
  const names = Object.keys(readTable(where, data, reading).columns);
  const aside = {
    ...(sampleWeight !== undefined && { "--sample-weight": sampleWeight }),
    ...(offset !== undefined && { "--offset": offsetColumn(offset, names).name }),
  };
  for (const [option, name] of Object.entries(aside))
    if (!names.includes(name)) throw columnUnknown(where, option, name, names, data);
  return Object.values(aside);
}

/** Tells a reader who has not seen the command what was done, in sentences without a full stop. */
export function planInWords(plan: FitPlan): string[] {
  const { data, nRows, nWithout, response, responses, why, doubt, remarks, subject } = plan;
  const { sampleWeight, offset, penaltyFactors } = plan;
  const factors = Object.entries(penaltyFactors).map(
    ([name, factor]) => `the penalty of \`${name}\` is multiplied by ${factor}`,
  );
  const without =
    nWithout === 0
      ? []
      : [
          `${nWithout} of ${nRows} rows are left out, which have no value of ${responses.map((name) => `\`${name}\``).join(" or ")}`,
        ];
  const together = subject === null ? [] : [`the rows of one \`${subject}\` are held out together`];
  const sentences = [
    `\`${response}\` of ${data} ${why}`,
    ...(doubt === null ? [] : [doubt]),
    ...without,
    ...(sampleWeight === null ? [] : [`\`${sampleWeight}\` is the weight of a row`]),
    ...(offset === null ? [] : [`\`${offset}\` is added to the linear predictor`]),
    ...factors,
    ...missingInWords(plan),
    ...remarks,
    ...together,
  ];
  return sentences.map((sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`);
}

/** What becomes of missing values by each rule, as the rest of a sentence. */
const MISSING_WORDS: Readonly<Record<(typeof MISSING_RULES)[number], string>> = {
  mean: "each is replaced by the mean of its column, or by the shares of the levels if these are texts",
  median: "each is replaced by the median of its column, or by the shares of the levels if these are texts",
  level: "a feature of its own marks them in each column",
  drop: "these rows are left out",
  error: "none may be missing",
};

/** Maximum number of columns whose missing values are counted in words. */
const MAX_COUNTED = 8;

/** Says how many values of the features are missing, and what becomes of them; nothing where all are there. */
function missingInWords({ nRows, nWithout, nMissing, columns }: FitPlan): string[] {
  const counts = Object.entries(nMissing).sort(([, a], [, b]) => b - a);
  if (counts.length === 0) return [];
  const listed = counts.slice(0, MAX_COUNTED).map(([name, count]) => `${count} of \`${name}\``);
  const nOthers = counts.length - listed.length;
  const others = nOthers === 0 ? [] : [`some of ${nOthers} other column${nOthers === 1 ? "" : "s"}`];
  const rule = MISSING_WORDS[columns.missing ?? "error"];
  return [
    `in ${nRows - nWithout} rows these values of features are missing: ${[...listed, ...others].join(", ")}; ${rule} (\`--missing-rule\`)`,
  ];
}
