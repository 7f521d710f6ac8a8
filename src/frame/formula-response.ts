/** Reads the left side of a formula: numbers, classes, times until an event with their strata, or several columns ({@link formulaResponse}). */
import type { RowMajorMatrix } from "../design/design-input";
import { InputError, mustBe, placeOf, show } from "../errors";
import { didYouMean } from "../options";
import { type FrameColumn, isMissing } from "./column-encoder";
import { type Argument, columnsIn, type Expression, type Term, textOf } from "./formula";
import { type ColumnReader, calculate, functionNames } from "./formula-encoder";
import { type FrameResponse, responseNeeded, responseOf, type StratumLabel, stratumOf } from "./frame-data";
import { learnNumberColumn } from "./number-column";

/** The response of a formula. */
export interface FormulaResponse {
  /** The columns that it is read from, with those of strata. */
  readonly names: readonly string[];
  /** The columns that cannot be features: responses by themselves, times and events. */
  readonly reserved: readonly string[];
  /** @throws InputError naming the first value that is missing or no finite number. */
  read(where: string, read: ColumnReader): FrameResponse;
}

/** The columns of a frame by name, and the formats of those that are dates. */
interface FrameNames {
  readonly names: readonly string[];
  formatOf(name: string): string | undefined;
}

/** The functions that stand on the left side only. */
const RESPONSES = ["Surv", "cbind"];

/**
 * Returns how the response is read.
 *
 * @param strata the arguments of `strata()` on the other side.
 * @throws InputError for a function that there is not, and for strata of what is no `Surv()`.
 */
export function formulaResponse(
  where: string,
  response: Expression,
  strata: readonly Argument[],
  { names, formatOf }: FrameNames,
): FormulaResponse {
  const own = columnsIn(response, names);
  if (own.length === 0) throw mustBe(where, "the response", "of columns", textOf(response));
  const call = response.kind === "call" && RESPONSES.includes(response.name) ? response : undefined;
  if (response.kind === "call" && call === undefined && !functionNames.includes(response.name)) {
    const known = [...RESPONSES, ...functionNames];
    const rule = `one of ${known.join(", ")}`;
    throw mustBe(where, "a function of the response", rule, response.name, didYouMean(response.name, known));
  }
  const survival = call?.name === "Surv" ? survivalParts(where, call) : undefined;
  if (strata.length > 0 && survival === undefined) {
    const rule = "Surv(time, event) or Surv(start, time, event) beside strata()";
    throw mustBe(where, "the response", rule, textOf(response));
  }
  const parts = survival
    ? [survival.time, survival.event]
    : (call?.args.map(({ value }) => value) ?? [response]);
  return {
    names: [...new Set([...own, ...strata.flatMap(({ value }) => columnsIn(value, names))])],
    reserved: survival
      ? parts.flatMap((part) => columnsIn(part, names))
      : parts.flatMap((part) => (part.kind === "name" ? [part.name] : [])),
    read(at, read) {
      for (const name of own) {
        const { values, rows } = read(name);
        for (const i of rows) if (isMissing(values[i])) throw responseNeeded(at, name, i, values[i]);
      }
      if (response.kind === "name" && formatOf(response.name) === undefined)
        return responseOf(at, [read(response.name)]);
      const vectorOf = (part: Expression): Float64Array => {
        const used = columnsIn(part, names);
        const columns = used.map((name) => learnNumberColumn(at, read(name), "error", formatOf(name)));
        return calculate(at, part, textOf(part), columns, read, read(own[0]).rows.length);
      };
      if (call === undefined) return vectorOf(response);
      if (survival === undefined) {
        const columns = call.args.map(({ name, value }) => name ?? textOf(value));
        return tableOf(
          call.args.map(({ value }) => vectorOf(value)),
          columns,
        );
      }
      const start = survival.start && vectorOf(survival.start);
      const [time, event] = parts.map(vectorOf);
      checkEvents(at, survival.event, event, names, read(own[0]));
      if (strata.length > 0)
        return { ...(start && { start }), time, event, strata: strataLabels(at, strata, read, vectorOf) };
      return start
        ? tableOf([start, time, event], ["start", "time", "event"])
        : tableOf([time, event], ["time", "event"]);
    },
  };
}

/** Divides the terms of a formula into those of features and the arguments of `strata()`. @throws InputError where `strata()` is within a product. */
export function divideStrata(
  where: string,
  terms: readonly Term[],
): { readonly features: readonly Term[]; readonly strata: readonly Argument[] } {
  const features: Term[] = [];
  const strata: Argument[] = [];
  for (const term of terms) {
    const call = term.find((factor) => factor.kind === "call" && factor.name === "strata");
    if (call?.kind !== "call") features.push(term);
    else if (term.length > 1) {
      const text = term.map((factor) => textOf(factor)).join(":");
      throw mustBe(where, "strata()", "a term by itself, without effects that differ by stratum", text);
    } else {
      if (call.args.length === 0 || call.args.some(({ name }) => name !== undefined))
        throw mustBe(where, "strata()", "of columns or calculations without names", textOf(call));
      strata.push(...call.args);
    }
  }
  if (features.length === 0)
    throw new InputError(`${where}: formula must have a term beside strata(), got none`);
  return { features, strata };
}

interface SurvivalParts {
  readonly start: Expression | undefined;
  readonly time: Expression;
  readonly event: Expression;
}

/** Matches arguments as R does: those with names first, the others in the order of its `Surv`. */
function survivalParts(where: string, call: Expression & { readonly kind: "call" }): SurvivalParts {
  const names = ["time", "time2", "event"];
  const unnamed = names.filter((name) => !call.args.some((arg) => arg.name === name));
  const given = new Map<string, Expression>();
  for (const { name, value } of call.args) {
    if (name !== undefined && !names.includes(name))
      throw mustBe(where, "an argument of Surv()", "time, time2 or event", name);
    given.set(name ?? unnamed.shift() ?? "more", value);
  }
  const [time, time2, event] = names.map((name) => given.get(name));
  const isDelayed = event !== undefined && time2 !== undefined;
  const last = event ?? time2;
  if (time === undefined || last === undefined || given.size !== call.args.length || given.has("more")) {
    const rule = "Surv(time, event) or Surv(start, time, event)";
    throw mustBe(where, "the response", rule, textOf(call));
  }
  return { start: isDelayed ? time : undefined, time: isDelayed ? time2 : time, event: last };
}

/** The label of the stratum of each row: the value of one column, or `a=1, b=x` of several, as in R. */
function strataLabels(
  where: string,
  strata: readonly Argument[],
  read: ColumnReader,
  vectorOf: (part: Expression) => Float64Array,
): readonly StratumLabel[] {
  const columns = strata.map(({ value: part }): readonly StratumLabel[] => {
    if (part.kind !== "name") return [...vectorOf(part)];
    const { values, rows } = read(part.name);
    return Array.from(rows, (i) => stratumOf(where, part.name, i, values[i]));
  });
  if (columns.length === 1) return columns[0];
  const texts = strata.map(({ value }) => textOf(value));
  return columns[0].map((_, k) => texts.map((text, c) => `${text}=${columns[c][k]}`).join(", "));
}

function tableOf(vectors: readonly Float64Array[], featureNames: readonly string[]): RowMajorMatrix {
  const [nSamples, nFeatures] = [vectors[0].length, vectors.length];
  const data = new Float64Array(nSamples * nFeatures);
  vectors.forEach((vector, r) => {
    vector.forEach((value, k) => {
      data[k * nFeatures + r] = value;
    });
  });
  return { data, nSamples, nFeatures, featureNames };
}

function checkEvents(
  where: string,
  event: Expression,
  values: Float64Array,
  names: readonly string[],
  { rows }: FrameColumn,
): void {
  const k = values.findIndex((value) => value !== 0 && value !== 1);
  if (k < 0) return;
  const [name] = columnsIn(event, names);
  const remedy = `compare it with the value of an event, as in Surv(time, ${name} == ${show(2)})`;
  throw mustBe(where, placeOf(name, rows[k]), "1 for an event and 0 for none", values[k], remedy);
}
