import { type Difference, firstDifference } from "../../notebooks/compare-values";
import type { Result, Study } from "../studies/study";
import type { Entry } from "./journal";
import { readRecords } from "./records";

const TOLERANCE = 1e-6;

/**
 * Compares recomputed tasks with the committed records of the desk setting.
 *
 * @returns a sentence on the first difference, undefined where there is none
 */
export function compareStudy(study: Study, entries: readonly Entry[], committed: string): string | undefined {
  const records = new Map(readRecords(study, "desk", committed).map(({ task, result }) => [task.id, result]));
  const tolerance = { relative: study.tolerance ?? TOLERANCE, absolute: 1e-9 };
  for (const { task, result } of entries) {
    const record = records.get(task);
    if (record === undefined) return `the committed records lack the task "${task}"`;
    const difference = firstDifference(compared(study, result), compared(study, record), tolerance);
    if (difference) return describe(task, difference);
  }
  return undefined;
}

function compared({ measured = [] }: Study, result: Result): Result {
  return Object.fromEntries(Object.entries(result).filter(([key]) => !measured.includes(key)));
}

function describe(task: string, { path, actual, expected }: Difference): string {
  return `task "${task}" differs from the committed records at result${path}: got ${JSON.stringify(actual)}, committed ${JSON.stringify(expected)}`;
}
