import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { logAxis, numberAxis, round, thinOut } from "../layout/axes";
import { axisTitle, haloText, heading, shortNumber } from "../layout/labels";
import {
  checkWidth,
  fitName,
  fitNames,
  MARGINS,
  nameRoom,
  type PictureOptions,
  widestName,
} from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { CAPTION, MUTED, POSITIVE } from "../rendering/theme";
import { tooltipTitle } from "../rendering/tooltips";
import { namedRows } from "./parts/named-bars";

/** Options of {@link comparisonPlot}: the measure, its scale, the method to compare with, and how the picture looks. */
export interface ComparisonPlotOptions extends PictureOptions {
  /** The measured quantity with its unit, such as `"test error"`. Default: `"score"`. */
  readonly metric?: string;
  /** Whether the axis is logarithmic, for positive values. Default: false. */
  readonly log?: boolean;
  /**
   * A method that the others are compared with, repetition by repetition: what differs between repetitions but not between
   * methods drops out. Default: none, values as they are.
   */
  readonly baseline?: string;
}

/** A method with its mean and standard error. */
interface Row {
  readonly name: string;
  readonly values: readonly number[];
  readonly mean: number;
  /** Undefined for a single value. */
  readonly error: number | undefined;
}

const MAX_POINTS = 100;
const MAX_METHODS = 30;

/**
 * Draws methods against a metric: the mean of each over its repetitions with a bar of one standard error, and every repetition as a
 * pale dot. The axis holds the values and need not begin at zero: positions are to be compared, not lengths.
 *
 * With a `baseline` the differences from it are drawn, pair by pair, which is the comparison to make where all methods saw
 * the same data in each repetition.
 *
 * @param methods the values of each method by its name, one or more repetitions; the same number each where there is a baseline.
 * @throws InputError when there is no method or value, a value is not finite, or on a logarithmic axis not positive, or the
 * baseline is not among the methods or has another number of repetitions.
 * @example
 * ```ts
 * comparisonPlot({ lasso: [1.2, 1.4, 1.1], bridge: [1.0, 1.3, 1.0] }, { metric: "test error", baseline: "lasso" });
 * ```
 */
export function comparisonPlot(
  methods: Readonly<Record<string, ArrayLike<number>>>,
  options: ComparisonPlotOptions = {},
): Chart {
  checkKeys("comparisonPlot", options, ["metric", "log", "baseline", "width"]);
  checkWidth("comparisonPlot", options.width);
  const { metric = "score", log = false, baseline, width } = options;
  const all = readMethods(methods, log, baseline);
  const rows = all.slice(0, MAX_METHODS);
  const lowest = rows.reduce((a, b) => (b.mean < a.mean ? b : a));
  const highest = rows.reduce((a, b) => (b.mean > a.mean ? b : a));
  const title =
    baseline === undefined
      ? `${metric} from ${shortNumber(lowest.mean)} (${fitName(lowest.name, 150)}) to ${shortNumber(highest.mean)} (${fitName(highest.name, 150)})`
      : `${metric} compared with ${fitName(baseline, 200)}`;
  const domain = domainOf(rows, log, baseline !== undefined);
  const remark = remarkOn(rows, all.length, log || (domain[0] <= 0 && domain[1] >= 0));
  const room = nameRoom(width);
  const names = fitNames(
    rows.map(({ name }) => name),
    room,
  );
  const frame = width === undefined ? 360 : Math.floor(width - MARGINS - 28 - widestName(names, room));
  const x = (field: string): JsonObject => ({
    field,
    type: "quantitative",
    scale: { domain, nice: false, ...(log ? { type: "log" } : { zero: false }) },
    axis: {
      ...(log ? logAxis(...domain, 5) : numberAxis(Math.max(...domain.map(Math.abs)))),
      ...axisTitle(
        baseline === undefined
          ? metric + (log ? " (log scale)" : "")
          : `${metric}, difference from ${fitName(baseline, 150)}`,
        frame,
      ),
    },
  });
  const y = namedRows(names, room, { grid: false });
  const { dots, summaries } = marksOf(rows);
  const numbers = {
    data: { values: summaries },
    mark: { type: "text", dy: -11, baseline: "bottom", fontSize: 11 },
    encoding: { x: x("mean"), y, text: { field: "text" } },
  };
  return new Chart({
    description: `Dot chart of ${counted(all.length, "method")}: ${metric}${baseline === undefined ? "" : `, difference from ${baseline}`}, ${remark}. ${summaries.map(({ name, text }) => `${name} ${text}`).join(", ")}.`,
    title: heading(title, [remark], width),
    width: frame,
    height: { step: 34 },
    layer: [
      ...(baseline === undefined
        ? []
        : [
            { data: { values: [{}] }, mark: { type: "rule", color: CAPTION }, encoding: { x: { datum: 0 } } },
          ]),
      repetitions(dots, { x: x("value"), y }, metric),
      {
        data: { values: summaries.filter(({ error }) => error !== null) },
        mark: { type: "rule", color: POSITIVE, strokeWidth: 2.5, aria: false },
        // The logarithmic axis ends above zero, a bar may not.
        encoding: { x: x("low"), x2: { field: "high" }, y },
      },
      {
        data: { values: summaries },
        mark: { type: "point", filled: true, size: 70, opacity: 1, color: POSITIVE },
        encoding: {
          x: x("mean"),
          y,
          tooltip: [
            { field: "name", title: "method" },
            { field: "mean", title: tooltipTitle(`mean ${metric}`) },
            { field: "error", title: "standard error" },
          ],
        },
      },
      // The line at zero keeps off the numbers.
      ...(baseline === undefined ? [numbers] : haloText(numbers)),
    ],
  });
}

/** Says what bars and dots are, and what is left out. */
function remarkOn(rows: readonly Row[], nMethods: number, withZero: boolean): string {
  const most = Math.max(...rows.map(({ values }) => values.length));
  return [
    ...(most > 1
      ? [`means over ${counted(most, "repetition")} with bars of one standard error`]
      : // Without standard errors as a measure a small distance on the axis might be taken for a large one.
        [`one value a method${withZero ? "" : "; the axis does not begin at zero"}`]),
    ...(most > MAX_POINTS ? [`${MAX_POINTS} of ${most} repetitions are drawn as dots`] : []),
    ...(rows.length < nMethods ? [`the first ${rows.length} of ${nMethods} methods are drawn`] : []),
  ].join("; ");
}

/** A pale dot a repetition. */
function repetitions(dots: readonly JsonObject[], position: JsonObject, metric: string): JsonObject {
  return {
    data: { values: dots },
    // One list a method, not a row a dot: of a hundred repetitions a quarter of the characters.
    transform: [{ flatten: ["value"] }],
    mark: { type: "point", filled: true, size: 26, color: MUTED, opacity: 0.8, aria: false },
    encoding: {
      ...position,
      tooltip: [
        { field: "name", title: "method" },
        { field: "value", title: tooltipTitle(metric) },
      ],
    },
  };
}

/** The repetitions and the mean of each method. */
function marksOf(rows: readonly Row[]) {
  const dots = rows.flatMap(({ name, values }, row) =>
    values.length < 2 ? [] : [{ row, name, value: thinOut(values, MAX_POINTS).map(round) }],
  );
  const summaries = rows.map(({ name, mean, error }, row) => ({
    row,
    name,
    mean: round(mean),
    error: error === undefined ? null : round(error),
    low: round(mean - (error ?? 0)),
    high: round(mean + (error ?? 0)),
    text: shortNumber(mean) + (error === undefined ? "" : ` ± ${shortNumber(error, 2)}`),
  }));
  return { dots, summaries };
}

function readMethods(
  methods: Readonly<Record<string, ArrayLike<number>>>,
  log: boolean,
  baseline: string | undefined,
): Row[] {
  const where = "comparisonPlot";
  const entries = Object.entries(Object(methods) as Record<string, ArrayLike<number>>);
  if (entries.length === 0 || Array.isArray(methods))
    throw mustBe(where, "methods", "an object with the values of at least one method by its name", methods);
  if (log && baseline !== undefined)
    throw mustBe(where, "log", "false where differences from a baseline are drawn", log);
  for (const [name, values] of entries) {
    if (!(Object(values).length > 0)) {
      const isScore = typeof values === "number";
      const remedy = isScore ? `write [${values}]` : "give scores, such as [fit.score(X, y)]";
      throw mustBe(where, `"${name}"`, "at least one number", values, remedy);
    }
    for (const [i, value] of Array.from(values).entries())
      if (!Number.isFinite(value) || (log && !(value > 0)))
        throw mustBe(where, `"${name}"[${i}]`, log ? "a finite number > 0" : "a finite number", value);
  }
  if (baseline === undefined) return entries.map(([name, values]) => summarize(name, Array.from(values)));
  const base = entries.find(([name]) => name === baseline)?.[1];
  if (base === undefined)
    throw mustBe(where, "baseline", `one of ${entries.map(([name]) => name).join(", ")}`, baseline);
  if (entries.length === 1) throw mustBe(where, "methods", "at least one beside the baseline", methods);
  return entries
    .filter(([name]) => name !== baseline)
    .map(([name, values]) => {
      if (values.length !== base.length)
        throw mustBe(where, `"${name}"`, `${base.length} numbers, as "${baseline}" has`, values);
      return summarize(
        name,
        Array.from(values, (value, i) => value - base[i]),
      );
    });
}

function summarize(name: string, values: number[]): Row {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { name, values, mean, error: n < 2 ? undefined : Math.sqrt(squares / (n - 1) / n) };
}

function domainOf(rows: readonly Row[], log: boolean, withZero: boolean): [number, number] {
  const ends = rows.flatMap(({ values, mean, error = 0 }) => [...values, mean - error, mean + error]);
  const held = ends.filter((value) => !log || value > 0);
  if (withZero) held.push(0);
  const lowest = held.reduce((a, b) => Math.min(a, b));
  const highest = held.reduce((a, b) => Math.max(a, b));
  if (log) return [lowest / 1.3, highest * 1.3];
  const margin = 0.1 * (highest - lowest || Math.abs(highest) || 1);
  return [lowest - margin, highest + margin];
}
