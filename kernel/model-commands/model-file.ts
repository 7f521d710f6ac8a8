/** The file of a model that `smooth-edges fit` writes ({@link modelText}) and the other commands read ({@link readModel}). */
import { existsSync, readFileSync } from "node:fs";
import type { CrossValidation } from "smooth-edges";
import { Table } from "smooth-edges";
import {
  type PipelineFit,
  type PipelineValidation,
  pipelineFitFromJSON,
  pipelineValidationFromJSON,
} from "smooth-edges/frame";
import { modelMissing, modelUnreadable } from "../data-errors";
import type { FitPlan } from "./fit-plan";
import { type AnyFit, evaluationTable, type FittedPlan } from "./run-plan";

const format = "smooth-edges/model";

/** The version that is written, and the newest one that can be read. */
const version = 1;

/** A model as it is read from its file. */
export interface Model {
  readonly plan: FitPlan;
  readonly fit: PipelineFit<AnyFit>;
  /** Undefined where `lambda` was given. */
  readonly validation: PipelineValidation<CrossValidation<AnyFit>> | undefined;
  /** How well it predicted, and what was found about it, as tables. */
  readonly tables: readonly Table[];
}

/** The text of the file of a model: a record that `pipelineFitFromJSON` or `pipelineValidationFromJSON` reads, and how it was made. */
export function modelText(plan: FitPlan, fitted: FittedPlan): string {
  const { fit, validation, diagnosis } = fitted;
  const tables = [evaluationTable(fitted), diagnosis.summary()].filter((table) => table !== undefined);
  const record = {
    format,
    version,
    plan,
    fit: validation === undefined ? fit : null,
    validation: validation === undefined ? null : withoutHeldOut(validation),
    tables: tables.map(({ title, columns, rows, notes }) => ({ title, columns, rows, notes })),
  };
  return `${JSON.stringify(record)}\n`;
}

/** The record of a cross-validation without the predictions of rows, of which the evaluation has been made. */
function withoutHeldOut(validation: PipelineValidation<CrossValidation<AnyFit>>): object {
  const record = validation.toJSON();
  const members = record.result.members.map((member) => ({ ...member, outOfFold: null }));
  return { ...record, result: { ...record.result, members } };
}

/** A file of a model as its JSON has it. */
interface ModelRecord {
  readonly format: string;
  readonly version: number;
  readonly plan: FitPlan;
  readonly fit: object | null;
  readonly validation: object | null;
  readonly tables: readonly ConstructorParameters<typeof Table>[0][];
}

/**
 * Reads the file of a model.
 *
 * @param change the record of how frames are read, which a command may change.
 * @throws {UsageError} when it is not there, is no such file, or a newer version wrote it.
 */
export function readModel(
  where: string,
  path: string,
  change: (record: object) => object = (record) => record,
): Model {
  if (!existsSync(path)) throw modelMissing(where, path);
  try {
    const record = parsed(path);
    if (record?.format !== format) throw new Error("it has another format");
    if (record.version > version) throw new Error(`a newer version, ${record.version}, wrote it`);
    const { plan } = record;
    const validation = record.validation
      ? pipelineValidationFromJSON<AnyFit>(change(record.validation))
      : undefined;
    return {
      plan,
      validation,
      fit: validation ? validation[plan.choose] : pipelineFitFromJSON<AnyFit>(change(record.fit!)),
      tables: record.tables.map((table) => new Table(table)),
    };
  } catch (error) {
    throw modelUnreadable(where, path, (error as Error).message);
  }
}

function parsed(path: string): ModelRecord | null {
  const text = readFileSync(path, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is no JSON");
  }
}

/** The file of a model begins with this text, by which the commands know their own files. */
export const MODEL_MARK: string = JSON.stringify({ format }).slice(1, -1);
