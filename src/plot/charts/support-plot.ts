import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { decreasingOrder, lambdaAxis, lambdaChannel, lambdaFrame, round, thinOut } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import {
  checkWidth,
  fitName,
  fitNames,
  nameRoom,
  type PictureOptions,
  widestName,
} from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { MUTED, NEGATIVE, POSITIVE } from "../rendering/theme";

/** A fit as {@link supportPlot} reads it. */
export interface SupportPlotFit {
  /** One a feature. */
  readonly coef: ArrayLike<number>;
  /** One a feature. */
  readonly featureNames: readonly string[];
}

/** A path as {@link supportPlot} reads it. */
export interface SupportPlotPath {
  /** One a column of the picture. */
  readonly lambdas: ArrayLike<number>;
  /** `coefs[l][j]` is the coefficient of feature `j` at `lambdas[l]`. */
  readonly coefs: ArrayLike<ArrayLike<number>>;
  /** One a feature. */
  readonly featureNames: readonly string[];
}

/** The features that matter, by name or index, or all coefficients of which those that are not zero matter. */
export type SupportPlotTruth = readonly (number | string)[] | { readonly coef: ArrayLike<number> };

/** One column of the picture. */
interface Column {
  readonly name: string;
  readonly coef: ArrayLike<number>;
}

const MAX_ROWS = 30;
const MAX_COLUMNS = 60;
const KINDS = ["found", "missed", "false"] as const;

/**
 * Draws which features are selected, along a path or by several methods, against the true ones: found, missed, or falsely
 * selected.
 *
 * One row a feature that matters or is ever selected, those that matter first, the most often selected first; features that
 * are neither are counted below the title.
 *
 * @param selections a path, or a fit for each method by its name.
 * @param truth the features that matter, by name or index, or `{ coef }` as a simulation has it.
 * @param options `width` of the picture in pixels.
 * @throws InputError when there is nothing selected from, lengths disagree, a coefficient is not finite, or the truth names a
 * feature that is not there.
 * @example
 * ```ts
 * supportPlot({ lasso: new SmoothLasso({ lambda: 0.1 }).fit(X, y), ridgeless: new SmoothBridge({ q: 0.5, lambda: 0.1 }).fit(X, y) }, [0]);
 * ```
 */
export function supportPlot(
  selections:
    | SupportPlotPath
    | OfFrames<"path", SupportPlotPath>
    | Readonly<Record<string, SupportPlotFit | OfFrames<"fit", SupportPlotFit>>>,
  truth: SupportPlotTruth,
  options: PictureOptions = {},
): Chart {
  checkKeys("supportPlot", options, ["width"]);
  checkWidth("supportPlot", options.width);
  const { columns, lambdas, featureNames } = readSelections(selections);
  const matters = readTruth(truth, featureNames);
  const concerned = concernedFeatures(columns, matters, featureNames.length);
  // A picture of nothing has the first features as empty rows.
  const features = (concerned.length > 0 ? concerned : [...featureNames.keys()]).slice(0, MAX_ROWS);
  const shown = thinOut([...columns.keys()], MAX_COLUMNS);
  const title = lambdas
    ? titleOfPath(columns, lambdas, matters)
    : `${counted(matters.size, "true feature")}, found or not by ${counted(columns.length, "method")}`;
  const rest = featureNames.length - Math.max(concerned.length, features.length);
  const remarks = [
    ...(lambdas ? [] : countsOfMethods(columns, matters)),
    ...(rest > 0 ? [`${counted(rest, "feature")} neither selected nor true`] : []),
    ...(features.length < concerned.length
      ? [`${features.length} of ${concerned.length} features are drawn`]
      : []),
    ...(shown.length < columns.length
      ? [`${shown.length} of ${columns.length} ${lambdas ? "values of λ" : "methods"} are drawn`]
      : []),
  ];
  const room = nameRoom(options.width);
  const names = fitNames(
    features.map((j) => featureNames[j]),
    room,
  );
  const nameWidth = widestName(names, room);
  const frame = lambdaFrame(options.width === undefined ? undefined : options.width + 56 - nameWidth, 10);
  const cells = features.flatMap((j, row): JsonObject[] => {
    const kinds = shown.map((k) => kindOf(columns[k].coef[j], matters.has(j)));
    const name = featureNames[j];
    return lambdas
      ? runsOf(kinds).map((run) => ({ row, name, ...span(lambdas, shown, run) }))
      : cellsOfMethods(kinds, columns, shown).map((cell) => ({ row, name, ...cell }));
  });
  return new Chart({
    description: `Table of features against ${lambdas ? "lambda" : "methods"}. ${title}.${remarks.map((remark) => ` ${remark}.`).join("")}`,
    title: heading(title, remarks.length > 0 ? [remarks.join("; ")] : [], options.width),
    width: lambdas || options.width !== undefined ? frame.width : { step: 60 },
    height: { step: 16 },
    data: { values: cells },
    mark: {
      type: "rect",
      height: { band: 0.88 },
      ...(lambdas ? {} : { width: { band: 0.94 } }),
      aria: false,
    },
    encoding: {
      ...(lambdas ? lambdaColumns(lambdas) : methodColumns(columns, shown)),
      y: featureRows(names, room),
      color: {
        field: "kind",
        type: "nominal",
        scale: { domain: [...KINDS], range: [POSITIVE, MUTED, NEGATIVE] },
        legend: { title: null, orient: "bottom", symbolType: "square" },
      },
      tooltip: [
        { field: "name", title: "feature" },
        ...(lambdas
          ? [
              { field: "high", title: "from λ" },
              { field: "low", title: "to λ" },
            ]
          : [{ field: "method", title: "method" }]),
        { field: "kind", title: "is" },
      ],
    },
  });
}

/** The features that are true or selected, true ones first, then those that are selected most often. */
function concernedFeatures(
  columns: readonly Column[],
  matters: ReadonlySet<number>,
  nFeatures: number,
): number[] {
  const all = Array.from({ length: nFeatures }, (_, j) => j);
  const times = all.map((j) => columns.filter(({ coef }) => coef[j] !== 0).length);
  return all
    .filter((j) => matters.has(j) || times[j] > 0)
    .sort((a, b) => Number(matters.has(b)) - Number(matters.has(a)) || times[b] - times[a] || a - b);
}

/** One cell a method of those shown, where a feature is found, missed or false. */
function cellsOfMethods(
  kinds: readonly (string | undefined)[],
  columns: readonly Column[],
  shown: readonly number[],
): JsonObject[] {
  return kinds.flatMap((kind, k) =>
    kind === undefined ? [] : [{ kind, column: shown[k], method: columns[shown[k]].name }],
  );
}

/** One row a feature, by its place, with its name beside it. */
function featureRows(names: readonly string[], room: number): JsonObject {
  return {
    field: "row",
    type: "ordinal",
    title: null,
    scale: { domain: [...names.keys()] },
    axis: {
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
      labelLimit: Math.ceil(room) + 1,
      domain: false,
      ticks: false,
      labelPadding: 6,
    },
  };
}

function kindOf(coef: number, matters: boolean): (typeof KINDS)[number] | undefined {
  if (coef !== 0) return matters ? "found" : "false";
  return matters ? "missed" : undefined;
}

/** Neighbours of one kind. */
interface Run {
  readonly kind: string;
  readonly first: number;
  readonly last: number;
}

function runsOf(kinds: readonly (string | undefined)[]): Run[] {
  const runs: Run[] = [];
  for (const [k, kind] of kinds.entries()) {
    const run = runs[runs.length - 1];
    if (kind === undefined) continue;
    if (run?.kind === kind && run.last === k - 1) runs[runs.length - 1] = { ...run, last: k };
    else runs.push({ kind, first: k, last: k });
  }
  return runs;
}

/** From halfway to the lambda before to halfway to the next, on the logarithmic axis. */
function span(lambdas: readonly number[], shown: readonly number[], { kind, first, last }: Run): JsonObject {
  const at = (k: number): number => lambdas[shown[Math.min(Math.max(k, 0), shown.length - 1)]];
  return {
    kind,
    high: round(at(first)),
    low: round(at(last)),
    from: round(Math.sqrt(at(first - 1) * at(first))),
    to: round(Math.sqrt(at(last) * at(last + 1))),
  };
}

function lambdaColumns(lambdas: readonly number[]): JsonObject {
  return { x: { ...lambdaChannel(lambdas, lambdaAxis(lambdas)), field: "from" }, x2: { field: "to" } };
}

function methodColumns(columns: readonly Column[], shown: readonly number[]): JsonObject {
  const names = fitNames(
    columns.map(({ name }) => name),
    110,
  );
  return {
    x: {
      field: "column",
      type: "ordinal",
      title: null,
      scale: { domain: [...shown] },
      axis: {
        labelExpr: `${JSON.stringify(names)}[datum.value]`,
        labelAngle: -30,
        labelLimit: 120,
        orient: "top",
        domain: false,
        ticks: false,
      },
    },
  };
}

function titleOfPath(columns: readonly Column[], lambdas: readonly number[], matters: Set<number>): string {
  const hits = columns.map(({ coef }) => [...matters].filter((j) => coef[j] !== 0).length);
  const firstFalse = columns.findIndex(({ coef }) =>
    Array.from(coef).some((b, j) => b !== 0 && !matters.has(j)),
  );
  const before = firstFalse < 0 ? hits : hits.slice(0, firstFalse);
  const most = Math.max(0, ...before);
  if (firstFalse < 0)
    return `${most} of ${counted(matters.size, "true feature")} found, none selected falsely`;
  return `${most} of ${counted(matters.size, "true feature")} found before the first false one at λ = ${shortNumber(lambdas[firstFalse])}`;
}

/** Returns the number of features that each method finds, for a few methods. */
function countsOfMethods(columns: readonly Column[], matters: Set<number>): string[] {
  const counts = columns.map(({ name, coef }) => {
    const selected = Array.from(coef).flatMap((b, j) => (b !== 0 ? [j] : []));
    const hits = selected.filter((j) => matters.has(j)).length;
    return `${fitName(name, 170)}: ${hits} found, ${selected.length - hits} false`;
  });
  return [...counts.slice(0, 6), ...(counts.length > 6 ? ["…"] : [])];
}

function readSelections(given: Parameters<typeof supportPlot>[0]) {
  const where = "supportPlot";
  const selections: object = ofFeatures<"path", object>(given, "path");
  const { lambdas, coefs } = Object(selections) as SupportPlotPath;
  if (lambdas !== undefined && coefs !== undefined) {
    const path = selections as SupportPlotPath;
    if (coefs.length !== lambdas.length)
      throw mustBe(where, "coefs", `${counted(lambdas.length, "array")}, one a lambda`, coefs);
    const order = decreasingOrder(where, lambdas, "give fits by the names of methods");
    const columns = order.map((l) => ({ name: `lambdas[${l}]`, coef: coefs[l] }));
    checkCoefs(columns, path.featureNames);
    return { columns, lambdas: order.map((l) => lambdas[l]), featureNames: path.featureNames };
  }
  const entries = Object.entries(Object(selections) as Record<string, SupportPlotFit>).map(
    ([name, fit]) => [name, ofFeatures<"fit", SupportPlotFit>(fit, "fit")] as const,
  );
  if (entries.length === 0 || !entries.every(([, fit]) => Object(fit).coef && Object(fit).featureNames))
    throw mustBe(where, "selections", "a path, or a fit for each method by its name", selections);
  const { featureNames } = entries[0][1];
  const columns = entries.map(([name, { coef }]) => ({ name, coef }));
  checkCoefs(columns, featureNames);
  return { columns, lambdas: undefined, featureNames };
}

function checkCoefs(columns: readonly Column[], featureNames: readonly string[]): void {
  if (!(featureNames?.length > 0))
    throw mustBe("supportPlot", "featureNames", "at least one name", featureNames);
  for (const { name, coef } of columns) {
    if (coef.length !== featureNames.length)
      throw mustBe("supportPlot", `coef of ${name}`, `${featureNames.length} numbers, one a feature`, coef);
    const j = Array.from(coef).findIndex((b) => !Number.isFinite(b));
    if (j >= 0)
      throw mustBe("supportPlot", `coef of ${name}, "${featureNames[j]}"`, "a finite number", coef[j]);
  }
}

function readTruth(truth: SupportPlotTruth, featureNames: readonly string[]): Set<number> {
  const p = featureNames.length;
  if (Array.isArray(truth))
    return new Set(
      (truth as readonly (number | string)[]).map((feature, i) => {
        const j = typeof feature === "string" ? featureNames.indexOf(feature) : feature;
        if (Number.isInteger(j) && j >= 0 && j < p) return j;
        throw mustBe("supportPlot", `truth[${i}]`, `a feature, by name or an index below ${p}`, feature);
      }),
    );
  const { coef } = Object(truth) as { coef?: ArrayLike<number> };
  if (coef?.length !== p)
    throw mustBe("supportPlot", "truth", `features by name or index, or { coef } with ${p} numbers`, truth);
  return new Set([...featureNames.keys()].filter((j) => coef[j] !== 0));
}
