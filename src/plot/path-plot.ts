import { formatNumber } from "../display/format-number";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { Chart } from "./chart";
import { validationRemedy } from "./cross-validation-plot";
import { heading } from "./heading";
import { plural, shortNumber } from "./labels";
import { decreasingOrder, lambdaFrame, thinOut } from "./lambda-axis";
import { choiceMarks, choiceRoom, type LambdaChoice } from "./lambda-choices";
import { LABEL_INDENT } from "./line-ends";
import {
  bandStart,
  endLabels,
  nonConvexBand,
  type PathFrame,
  pathLines,
  type RankedFeature,
  type Step,
  zeroLine,
} from "./path-layers";
import { checkWidth, nameRoom, type PictureOptions, widestName } from "./picture-width";

/** What {@link pathPlot} reads of a path. */
export interface PathPlotData {
  /** At least two different ones, each > 0, in any order. */
  readonly lambdas: ArrayLike<number>;
  /** `coefs[l][j]` is the coefficient of feature `j` at `lambdas[l]`. */
  readonly coefs: ArrayLike<ArrayLike<number>>;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Whether the objective is locally convex at each lambda. Where it no longer is, the plot is shaded. */
  readonly locallyConvex?: ArrayLike<boolean> | undefined;
}

/** How {@link pathPlot} draws. */
export interface PathPlotOptions extends PictureOptions {
  /** Lambdas to mark, as a cross-validation has them; within the range of the path. Default: none. */
  readonly lambdaMin?: number | undefined;
  /** The second lambda to mark, as `lambdaMin`. */
  readonly lambda1se?: number | undefined;
}

const MAX_LABELS = 12;
/** More lines than this cannot be told apart and make the notebook heavy. */
const MAX_LINES = 60;
const MAX_POINTS = 6000;

/**
 * Coefficients over the penalty: the regularization path, one line a feature.
 *
 * The axis is logarithmic with lambda falling to the right, as glmnet draws with `sign.lambda = -1`: features enter from
 * left to right and their names stand at the ends of the lines. Numbers above the frame count the coefficients that are
 * not zero. What a long path leaves out to stay light is named below the title. From the first lambda on at which the
 * objective is not locally convex, as it may be with SCAD, MCP and bridges, the ground is shaded: the fits there may be one
 * of several. In JupyterLab the wheel zooms along lambda, and the lambda under the pointer tells its coefficients.
 *
 * @param path - Any path of this library, or `{ lambdas, coefs, featureNames }`.
 * @throws InputError when lengths disagree, a number is not finite, or there are not two positive lambdas.
 * @example
 * ```ts
 * const cv = new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 20 });
 * pathPlot(cv.path, { lambdaMin: cv.lambdaMin, lambda1se: cv.lambda1se });
 * ```
 */
export function pathPlot(path: PathPlotData, options: PathPlotOptions = {}): Chart {
  checkKeys("pathPlot", options, ["width", "lambdaMin", "lambda1se"]);
  checkWidth("pathPlot", options.width);
  const steps = readSteps(path);
  const lambdas = steps.map(({ lambda }) => lambda);
  const choices = readChoices(options, lambdas);
  const features = rankFeatures(path.featureNames, steps);
  const active = features.filter(({ peak }) => peak > 0);
  // A path on which nothing ever enters is drawn as lines at zero.
  const lines = (active.length > 0 ? active : features).slice(0, MAX_LINES);
  const shownSteps = thinOut(steps, Math.max(2, Math.floor(MAX_POINTS / lines.length)));
  const labels = lines.slice(0, MAX_LABELS);
  const title = `Regularization path: ${active.length} of ${plural(features.length, "feature")} ${active.length === 1 ? "enters" : "enter"}`;
  const omissions = [
    ...(active.length > lines.length ? [`the ${lines.length} largest of ${active.length} are drawn`] : []),
    ...(lines.length > labels.length ? [`the ${labels.length} largest are named`] : []),
    ...(shownSteps.length < steps.length
      ? [`${shownSteps.length} of ${steps.length} values of λ are drawn`]
      : []),
  ];
  const room = nameRoom(options.width);
  const names = labels.map(({ name }) => name);
  const size = lambdaFrame(options.width, LABEL_INDENT + widestName(names, room));
  const lowest = Math.min(0, ...lines.map(({ lowest }) => lowest));
  const highest = Math.max(0, ...lines.map(({ highest }) => highest));
  const margin = 0.05 * (highest - lowest || 2);
  // What is written at the top of the frame stands above the lines.
  const written = Math.max(bandStart(steps) === undefined ? 0 : 21, choiceRoom(choices));
  const above = Math.max(margin, (written / (size.height - written)) * (highest - lowest || 2));
  const frame: PathFrame = {
    ...size,
    lambdas,
    domain: [lowest - margin, highest + above],
    title: "coefficient β\u0302",
    symbol: "β\u0302",
  };
  return new Chart({
    description: describe(title, steps, labels) + describeBand(steps) + describeChoices(choices),
    title: heading(title, omissions.length > 0 ? [omissions.join("; ")] : [], options.width),
    width: frame.width,
    height: frame.height,
    resolve: { axis: { x: "independent" } },
    layer: [
      ...nonConvexBand(steps, frame),
      zeroLine(steps, frame),
      pathLines(shownSteps, lines, labels.length, frame),
      ...choiceMarks(choices, lambdas, frame),
      ...endLabels(labels, frame, room),
    ],
  });
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

/** The path from the largest lambda to the smallest. */
function readSteps(path: PathPlotData): Step[] {
  const { lambdas, coefs, featureNames, locallyConvex } = Object(path) as PathPlotData;
  if (!lambdas || !coefs || !featureNames)
    throw mustBe(
      "pathPlot",
      "path",
      "what path(X, y) gives",
      path,
      validationRemedy(path) ?? "use coefficientPlot for one fit",
    );
  if ("responseNames" in path) {
    const remedy =
      "draw one of them, pathPlot({ lambdas, featureNames, coefs: coefs.map((ofResponses) => ofResponses[0]) })";
    throw mustBe("pathPlot", "path", "one of a single response or class", path, remedy);
  }
  if (featureNames.length === 0) throw mustBe("pathPlot", "featureNames", "at least one name", featureNames);
  if (coefs.length !== lambdas.length)
    throw mustBe("pathPlot", "coefs", `${lambdas.length} arrays, one a lambda`, coefs);
  if (locallyConvex !== undefined && locallyConvex.length !== lambdas.length)
    throw mustBe("pathPlot", "locallyConvex", `${lambdas.length} truth values, one a lambda`, locallyConvex);
  return decreasingOrder("pathPlot", lambdas, "use coefficientPlot for one fit").map((l) => {
    const coef = coefs[l];
    if (coef.length !== featureNames.length)
      throw mustBe("pathPlot", `coefs[${l}]`, `${featureNames.length} numbers, one a feature`, coef);
    for (let j = 0; j < coef.length; j++)
      if (!Number.isFinite(coef[j]))
        throw mustBe("pathPlot", `coefs[${l}][${j}] ("${featureNames[j]}")`, "a finite number", coef[j]);
    return { lambda: lambdas[l], coef, convex: locallyConvex?.[l] };
  });
}

/** Features by their largest magnitude anywhere on the path. */
function rankFeatures(names: readonly string[], steps: readonly Step[]): RankedFeature[] {
  return names
    .map((name, index) => {
      const values = steps.map(({ coef }) => coef[index]);
      const [lowest, highest] = [Math.min(...values), Math.max(...values)];
      return {
        index,
        name,
        lowest,
        highest,
        peak: Math.max(-lowest, highest),
        last: values[values.length - 1],
      };
    })
    .sort((a, b) => b.peak - a.peak);
}

function describe(title: string, steps: readonly Step[], labels: readonly RankedFeature[]): string {
  const [first, last] = [steps[0].lambda, steps[steps.length - 1].lambda];
  const ends = labels
    .filter(({ last }) => last !== 0)
    .map(({ name, last }) => `${name} ${shortNumber(last)}`);
  return `Line chart. ${title} while lambda falls from ${formatNumber(first, 3)} to ${formatNumber(last, 3)}. At the smallest lambda: ${ends.join(", ") || "none"}.`;
}

function describeBand(steps: readonly Step[]): string {
  const start = bandStart(steps);
  return start === undefined ? "" : ` Below lambda ${formatNumber(start, 3)} it is not locally convex.`;
}
