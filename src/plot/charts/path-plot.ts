import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { counted, formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { decreasingOrder, lambdaFrame, thinOut } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { LABEL_INDENT } from "../layout/lines";
import {
  checkWidth,
  fitName,
  NARROW_WIDTH,
  nameRoom,
  type PictureOptions,
  widestName,
} from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { FOREGROUND } from "../rendering/theme";
import { validationRemedy } from "./cross-validation-plot";
import { type FitDeviations, featureDeviations, type StandardizedOptions } from "./parts/feature-deviations";
import { choiceLabelHeight, choiceMarks, type LambdaChoice } from "./parts/lambda-choices";
import {
  bandStart,
  emptyPathLabel,
  endLabels,
  nonConvexBand,
  type PathFrame,
  pathLines,
  type RankedFeature,
  type Step,
  zeroLine,
} from "./parts/path-layers";

type PlottedPath = PathPlotData | PathPlotResponses;

/** Options of {@link pathPlot}: the lambdas that it marks, in which unit coefficients are, and how the picture looks. */
export interface PathPlotOptions extends PictureOptions, StandardizedOptions {
  /** Lambdas to mark, as a cross-validation has them; within the range of the path. Default: none. */
  readonly lambdaMin?: number | undefined;
  /** The second lambda to mark, as `lambdaMin`. */
  readonly lambda1se?: number | undefined;
}

/** Maximum numbers of names that fit, of lines that can be distinguished, and of points in a notebook: alone, and in each of several panels. */
const LIMITS = {
  alone: { names: 12, lines: 60, points: 6000 },
  among: { names: 9, lines: 12, points: 2400 },
} as const;
const MAX_PANELS = 12;
/** The height of one of several panels, in pixels. */
const PANEL_HEIGHT = 150;
/** Maximum number of panels in one column; more are drawn in two columns if the width allows it. */
const MAX_ROWS = 4;
const NOTEBOOK_WIDTH = 640;

/**
 * Draws the regularization path: coefficients over the penalty, one line a feature.
 *
 * The axis is logarithmic with lambda falling to the right, as glmnet draws with `sign.lambda = -1`: features enter from
 * left to right and their names stand at the ends of the lines. As in {@link coefficientPlot}, the lines of a path that knows its features'
 * deviations are coefficients per standard deviation, so that they can be compared whatever their units; with `standardizedBy: false` they are
 * the coefficients. Numbers above the frame count the coefficients that are
 * not zero. What a long path leaves out to stay light is named below the title. From the first lambda on at which the
 * objective is not locally convex, as it may be with SCAD, MCP and bridges, the ground is shaded: the fits there may be one
 * of several. In JupyterLab the wheel zooms along lambda, and the lambda under the pointer tells its coefficients.
 *
 * Of several responses or classes there is one panel each, at most twelve, with the same scales and without the wheel. Each names
 * its own largest features; a feature has the same colour in all, in the order of the largest Euclidean norm of its coefficients.
 *
 * @param given - Any path of this library, that of a pipeline too, `{ lambdas, coefs, featureNames }`, or these with `responseNames`.
 * @throws InputError when lengths disagree, a number is not finite, or there are not two positive lambdas.
 * @example
 * ```ts
 * const cv = new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 20 });
 * pathPlot(cv.path, { lambdaMin: cv.lambdaMin, lambda1se: cv.lambda1se });
 * ```
 */
export function pathPlot(
  given: PlottedPath | OfFrames<"path", PlottedPath>,
  options: PathPlotOptions = {},
): Chart {
  const path = ofFeatures<"path", PlottedPath>(given, "path");
  checkKeys("pathPlot", options, ["width", "lambdaMin", "lambda1se", "standardizedBy"]);
  checkWidth("pathPlot", options.width);
  const plain = readPath(path);
  const deviations = featureDeviations("pathPlot", options, path.featureNames, fitsOf(path));
  const all = deviations === undefined ? plain : standardized(plain, deviations);
  const isAlone = all[0].name === undefined;
  const [{ steps }] = all;
  const lambdas = steps.map(({ lambda }) => lambda);
  const choices = readChoices(options, lambdas);
  const responses = all.slice(0, MAX_PANELS);
  const most = isAlone ? LIMITS.alone : LIMITS.among;
  const panels = rankFeatures(path.featureNames, responses).map((features, r) => {
    const active = features.filter(({ peak }) => peak > 0);
    const lines = active.slice(0, most.lines);
    return { ...responses[r], active, lines, labels: lines.slice(0, most.names) };
  });
  const nActive = new Set(panels.flatMap(({ active }) => active.map(({ index }) => index))).size;
  const nLines = Math.max(...panels.map(({ lines }) => lines.length));
  const nShown = Math.max(2, Math.floor(most.points / Math.max(1, nLines * panels.length)));
  const title = `Regularization path: ${nActive} of ${counted(path.featureNames.length, "feature")} ${nActive === 1 ? "enters" : "enter"}`;
  const omissions = omissionsOf(panels, all.length, most, nActive, nShown);
  const columns = panels.length > MAX_ROWS && (options.width ?? NOTEBOOK_WIDTH) >= NARROW_WIDTH ? 2 : 1;
  const width = columns === 1 ? options.width : (options.width ?? NOTEBOOK_WIDTH) / columns;
  const room = nameRoom(width);
  const names = panels.flatMap(({ labels }) => labels.map(({ name }) => name));
  const own = lambdaFrame(width, LABEL_INDENT + widestName(names, room));
  const size = isAlone ? own : { ...own, height: PANEL_HEIGHT };
  // Labels at the top of the frame are above the lines.
  const written = Math.max(bandStart(steps) === undefined ? 0 : 21, choiceLabelHeight(choices));
  const domain = domainOf(panels, written / (size.height - written));
  const symbol = "β\u0302\u00a0·\u00a0s";
  const views = panels.map(({ name, steps, lines, labels }, k): JsonObject => {
    const frame: PathFrame = {
      ...size,
      lambdas,
      domain,
      ...(deviations === undefined
        ? { title: "coefficient β\u0302", symbol: "β\u0302" }
        : { title: `${isAlone ? "standardized coefficient " : ""}${symbol}`, symbol }),
      isEmpty: nActive === 0,
      ...(!isAlone && {
        panel: { key: `${k}`, isTop: k < columns, isBottom: k + columns >= panels.length },
      }),
    };
    return {
      ...(name !== undefined && {
        title: { text: fitName(name, size.width), fontSize: 12, color: FOREGROUND, offset: 4 },
      }),
      width: frame.width,
      height: frame.height,
      resolve: { axis: { x: "independent" } },
      layer: [
        ...nonConvexBand(steps, frame),
        zeroLine(steps, frame),
        ...(lines.length > 0 ? [pathLines(thinOut(steps, nShown), lines, labels.length, frame)] : []),
        ...choiceMarks(choices, lambdas, frame, frame.panel?.isTop),
        ...(lines.length > 0 ? endLabels(labels, frame, room) : [emptyPathLabel(frame)]),
      ],
    };
  });
  return new Chart({
    description: describe(title, lambdas, panels) + describeBand(responses) + describeChoices(choices),
    title: heading(
      title,
      [
        ...(deviations === undefined ? [] : ["per standard deviation of the feature"]),
        ...(omissions.length > 0 ? [omissions.join("; ")] : []),
      ],
      options.width,
    ),
    ...(isAlone ? views[0] : { concat: views, columns, spacing: 14 }),
  });
}

/**
 * The range of all lines and 0, with a margin.
 *
 * @param above the share of the range that is kept free above them at least.
 */
function domainOf(panels: readonly PathPanel[], above: number): [number, number] {
  const lines = panels.flatMap((panel) => panel.lines);
  const lowest = Math.min(0, ...lines.map((line) => line.lowest));
  const highest = Math.max(0, ...lines.map((line) => line.highest));
  const range = highest - lowest || 2;
  return [lowest - 0.05 * range, highest + Math.max(0.05 * range, above * range)];
}

/** The part of a path that is drawn for a response. */
interface PathPanel extends ResponsePath {
  /** Features with a coefficient at any lambda, and those of them that are drawn and named. */
  readonly active: readonly RankedFeature[];
  readonly lines: readonly RankedFeature[];
  readonly labels: readonly RankedFeature[];
}

/** Says what is left out, by the limits on what is drawn. */
function omissionsOf(
  panels: readonly PathPanel[],
  nResponses: number,
  most: { readonly lines: number; readonly names: number },
  nActive: number,
  nShown: number,
): string[] {
  const [{ steps, name }] = panels;
  const isAlone = name === undefined;
  const inEach = isAlone ? "" : " in each";
  const nLines = Math.max(...panels.map(({ lines }) => lines.length));
  return [
    ...(panels.length < nResponses
      ? [`the first ${panels.length} of ${nResponses} responses are drawn`]
      : []),
    ...(panels.some(({ active, lines }) => lines.length < active.length)
      ? [`the ${most.lines} largest${isAlone ? ` of ${nActive}` : inEach} are drawn`]
      : []),
    ...(nLines > most.names ? [`the ${most.names} largest${inEach} are named`] : []),
    ...(nShown < steps.length ? [`${nShown} of ${steps.length} values of λ are drawn`] : []),
  ];
}

function readChoices({ lambdaMin, lambda1se }: PathPlotOptions, lambdas: readonly number[]): LambdaChoice[] {
  const [highest, lowest] = [lambdas[0], lambdas[lambdas.length - 1]];
  for (const [name, lambda] of Object.entries({ lambdaMin, lambda1se })) {
    if (lambda !== undefined && !(lambda >= lowest && lambda <= highest))
      throw mustBe("pathPlot", name, `a number from ${lowest} to ${highest}, as the path has them`, lambda);
  }
  if (lambdaMin !== undefined && lambdaMin === lambda1se)
    return [{ lambda: lambdaMin, label: `lambdaMin = lambda1se ${shortNumber(lambdaMin)}` }];
  return Object.entries({ lambda1se, lambdaMin }).flatMap(([name, lambda]) =>
    lambda === undefined ? [] : [{ lambda, label: `${name} ${shortNumber(lambda)}` }],
  );
}

function describeChoices(choices: readonly LambdaChoice[]): string {
  return choices.length === 0 ? "" : ` Marked: ${choices.map(({ label }) => label).join(", ")}.`;
}

/** Returns the features of each response by their largest magnitude on its path, ranked by the norm over all responses. */
function rankFeatures(names: readonly string[], responses: readonly ResponsePath[]): RankedFeature[][] {
  const norms = names.map((_, j) =>
    responses[0].steps.reduce((largest, _step, l) => {
      const norm = Math.hypot(...responses.map(({ steps }) => steps[l].coef[j]));
      return Math.max(largest, norm);
    }, 0),
  );
  const ranks = new Int32Array(names.length);
  for (const [rank, j] of [...names.keys()].sort((a, b) => norms[b] - norms[a]).entries()) ranks[j] = rank;
  return responses.map(({ steps }) =>
    names
      .map((name, index) => {
        let [lowest, highest] = [Infinity, -Infinity];
        for (const { coef } of steps) {
          lowest = Math.min(lowest, coef[index]);
          highest = Math.max(highest, coef[index]);
        }
        const last = steps[steps.length - 1].coef[index];
        const peak = Math.max(-lowest, highest);
        return { index, name, rank: ranks[index], lowest, highest, peak, last };
      })
      .sort((a, b) => b.peak - a.peak),
  );
}

function describe(
  title: string,
  lambdas: readonly number[],
  panels: readonly { readonly name?: string; readonly labels: readonly RankedFeature[] }[],
): string {
  const [first, last] = [lambdas[0], lambdas[lambdas.length - 1]];
  const ends = panels.map(({ name, labels }) => {
    const own = labels
      .filter(({ last }) => last !== 0)
      .map(({ name, last }) => `${name} ${shortNumber(last)}`);
    return `${name === undefined ? "" : `${name}: `}${own.join(", ") || "none"}`;
  });
  return `Line chart${panels.length > 1 ? ` in ${panels.length} panels` : ""}. ${title} while lambda falls from ${formatNumber(first, 3)} to ${formatNumber(last, 3)}. At the smallest lambda: ${ends.join("; ")}.`;
}

function describeBand([{ steps }]: readonly ResponsePath[]): string {
  const start = bandStart(steps);
  return start === undefined ? "" : ` Below lambda ${formatNumber(start, 3)} it is not locally convex.`;
}

/** The members of a path that {@link pathPlot} reads. */
export interface PathPlotData {
  /** At least two different ones, each > 0, in any order. */
  readonly lambdas: ArrayLike<number>;
  /** `coefs[l][j]` is the coefficient of feature `j` at `lambdas[l]`. */
  readonly coefs: ArrayLike<ArrayLike<number>>;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Whether the objective is locally convex at each lambda. Where it no longer is, the plot is shaded. */
  readonly locallyConvex?: ArrayLike<boolean> | undefined;
  /** What knows, one a lambda, the standard deviations of the features in the model, ascending. Default: they are not known. */
  readonly fits?: readonly Pick<FitDeviations, "supportDeviations">[] | undefined;
}

/** The members of a path of several responses or classes that {@link pathPlot} reads. */
export interface PathPlotResponses extends Omit<PathPlotData, "coefs"> {
  /** `coefs[l][r][j]` is the coefficient of feature `j` for response `r` at `lambdas[l]`. */
  readonly coefs: ArrayLike<ArrayLike<ArrayLike<number>>>;
  /** One a response; of classes their labels. */
  readonly responseNames: readonly string[];
}

/** The path of one response. */
interface ResponsePath {
  /** Undefined where it is the only one. */
  readonly name?: string;
  /** From the largest lambda to the smallest. */
  readonly steps: readonly Step[];
}

/** The deviations of features that the fits of a path know. */
function fitsOf({ coefs, fits = [] }: PathPlotData | PathPlotResponses): FitDeviations[] {
  return fits.map(({ supportDeviations }, l) => {
    const each = coefs[l] as ArrayLike<number> | readonly ArrayLike<number>[];
    return {
      coefs:
        typeof each[0] === "number"
          ? [each as ArrayLike<number>]
          : Array.from(each as readonly ArrayLike<number>[]),
      supportDeviations,
    };
  });
}

/** Paths whose coefficients are multiplied by the deviations of their features. */
function standardized(paths: readonly ResponsePath[], deviations: Float64Array): ResponsePath[] {
  return paths.map(({ name, steps }) => ({
    name,
    steps: steps.map((step) => ({
      ...step,
      coef: Float64Array.from(step.coef, (value, j) => value * deviations[j]),
    })),
  }));
}

/** The path of each response. */
function readPath(path: PathPlotData | PathPlotResponses): ResponsePath[] {
  const where = "pathPlot";
  const { lambdas, coefs, featureNames, responseNames, locallyConvex, fits } = Object(path) as PathPlotData &
    Partial<PathPlotResponses>;
  if (!lambdas || !coefs || !featureNames)
    throw mustBe(
      where,
      "path",
      "what path(X, y) gives",
      path,
      validationRemedy(path) ?? "use coefficientPlot for one fit",
    );
  if (featureNames.length === 0) throw mustBe(where, "featureNames", "at least one name", featureNames);
  if (responseNames?.length === 0) throw mustBe(where, "responseNames", "at least one name", responseNames);
  if (coefs.length !== lambdas.length)
    throw mustBe(where, "coefs", `${counted(lambdas.length, "array")}, one a lambda`, coefs);
  if (locallyConvex !== undefined && locallyConvex.length !== lambdas.length)
    throw mustBe(where, "locallyConvex", `${lambdas.length} truth values, one a lambda`, locallyConvex);
  if (fits !== undefined && fits.length !== lambdas.length)
    throw mustBe(where, "fits", `${counted(lambdas.length, "fit")}, one a lambda`, fits);
  const order = decreasingOrder(where, lambdas, "use coefficientPlot for one fit");
  const stepOf = (l: number, coef: ArrayLike<number>, what: string): Step => {
    if (Object(coef).length !== featureNames.length)
      throw mustBe(where, what, `${featureNames.length} numbers, one a feature`, coef);
    for (let j = 0; j < coef.length; j++)
      if (!Number.isFinite(coef[j]))
        throw mustBe(where, `${what}[${j}] ("${featureNames[j]}")`, "a finite number", coef[j]);
    return { lambda: lambdas[l], coef, convex: locallyConvex?.[l] };
  };
  if (responseNames === undefined) return [{ steps: order.map((l) => stepOf(l, coefs[l], `coefs[${l}]`)) }];
  const several = coefs as unknown as PathPlotResponses["coefs"];
  for (const l of order)
    if (Object(several[l]).length !== responseNames.length)
      throw mustBe(
        where,
        `coefs[${l}]`,
        `${counted(responseNames.length, "array")}, one a response`,
        several[l],
      );
  return responseNames.map((name, r) => ({
    name,
    steps: order.map((l) => stepOf(l, several[l][r], `coefs[${l}][${r}]`)),
  }));
}
