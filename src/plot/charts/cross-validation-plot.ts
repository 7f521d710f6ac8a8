import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { counted, formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import {
  countAxis,
  decreasingOrder,
  lambdaAxis,
  lambdaChannel,
  lambdaFrame,
  numberAxis,
  round,
} from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { hoverRuleLayer } from "../layout/lines";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { MUTED, POSITIVE } from "../rendering/theme";
import { choiceLabelHeight, choiceMarks, type LambdaChoice, labelsFit } from "./parts/lambda-choices";

/** The members of a cross-validation that {@link crossValidationPlot} reads. */
export interface CrossValidationPlotData {
  /** At least two different ones, each > 0, in any order. */
  readonly lambdas: ArrayLike<number>;
  /** One a lambda, finite. */
  readonly meanScore: ArrayLike<number>;
  /** NaN where there is none, as with one fold. */
  readonly standardError: ArrayLike<number>;
  /** Number of non-zero coefficients, of several responses of features with any. */
  readonly df: ArrayLike<number>;
  /** One of `lambdas`. */
  readonly lambdaMin: number;
  /** One of `lambdas`. */
  readonly lambda1se: number;
  /** Name of the score, such as `"mean squared error"`. */
  readonly measure: string;
  /** Whether the highest score is the best one. Default: false. */
  readonly higherIsBetter?: boolean;
  /** The folds, of which only the number is read. */
  readonly folds: ArrayLike<number>;
  /** How often the folds were drawn. Default: 1. */
  readonly repeats?: number;
  /** The options of these scores, where several were compared. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** The path on all rows, which has names of responses where there are several. */
  readonly path?:
    | { readonly featureNames: readonly string[]; readonly responseNames?: readonly string[] | undefined }
    | undefined;
}

/** Returns the chart to use for a cross-validation that was passed to another one; undefined for other values. */
export function validationRemedy(given: unknown): string | undefined {
  return "meanScore" in Object(ofFeatures<"cv", object>(Object(given), "cv"))
    ? "use crossValidationPlot(cv), or coefficientPlot(cv.best) and pathPlot(cv.path) for its fit and path"
    : undefined;
}

/** One lambda of a cross-validation. */
interface Step {
  readonly lambda: number;
  readonly score: number;
  readonly error: number;
  readonly count: number;
}

/**
 * Draws the score on held-out rows over the penalty: means over folds with bars of one standard error.
 *
 * The axis is that of {@link pathPlot}, logarithmic with lambda falling to the right; numbers above the frame count the
 * coefficients that are not zero, or for several responses the features. Dashed lines stand at `lambdaMin` and `lambda1se`. In JupyterLab
 * the lambda under the pointer tells its score. Of several options that were compared the best are drawn.
 *
 * @param given - Any cross-validation of this library, or its parts.
 * @throws InputError when lengths disagree, a score is not finite, or there are not two positive lambdas.
 * @example
 * ```ts
 * crossValidationPlot(new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 20 }));
 * ```
 */
export function crossValidationPlot(
  given: CrossValidationPlotData | OfFrames<"cv", CrossValidationPlotData>,
  options: PictureOptions = {},
): Chart {
  const cv = ofFeatures<"cv", CrossValidationPlotData>(given, "cv");
  checkKeys("crossValidationPlot", options, ["width"]);
  checkWidth("crossValidationPlot", options.width);
  const steps = readSteps(cv);
  const lambdas = steps.map(({ lambda }) => lambda);
  const best = stepAt(steps, "lambdaMin", cv.lambdaMin);
  const sparser = stepAt(steps, "lambda1se", cv.lambda1se);
  const frame = lambdaFrame(options.width, 10);
  const choicesWithCounts = choicesOf(best, sparser, true);
  const withCounts = frame.width >= 250 && labelsFit(choicesWithCounts, lambdas, frame.width);
  const choices = withCounts ? choicesWithCounts : choicesOf(best, sparser, false);
  const domain = scoreDomain(steps, frame.height, choiceLabelHeight(choices));
  const score = (field: string): JsonObject => ({
    field,
    type: "quantitative",
    title: cv.measure,
    scale: { domain, nice: false, zero: false },
    axis: numberAxis(Math.max(...domain.map(Math.abs))),
  });
  const unit = cv.path?.responseNames ? "feature" : "coefficient";
  const extreme = cv.higherIsBetter ? "Highest" : "Lowest";
  const title = `${extreme} ${cv.measure} ${withError(best)}`;
  const subtitle = `cross-validation in ${foldsInWords(cv)}, bars of one standard error`;
  return new Chart({
    description: describe(`${title}, ${subtitle}`, steps, best, sparser, unit, extreme),
    title: heading(title, [subtitle], options.width),
    width: frame.width,
    height: frame.height,
    resolve: { axis: { x: "independent" } },
    layer: [
      {
        ...barsOf(steps),
        mark: { type: "rule", color: MUTED, aria: false },
        encoding: {
          x: lambdaChannel(lambdas, countAxis(steps, `${unit}s`, frame.width)),
          y: score("low"),
          y2: { field: "high" },
        },
      },
      ...choiceMarks(choices, lambdas, frame),
      {
        // These would be hidden by the dashed lines, at the largest lambda also by the axis.
        ...barsOf(best === sparser ? [best] : [best, sparser]),
        mark: { type: "rule", color: POSITIVE, strokeWidth: 2, aria: false },
        encoding: { x: lambdaChannel(lambdas, null), y: score("low"), y2: { field: "high" } },
      },
      scoreCurve(steps, score("score"), `${unit}s not zero`),
    ],
  });
}

/** The line of means, with the scores at the lambda under the pointer. */
function scoreCurve(steps: readonly Step[], y: JsonObject, counted: string): JsonObject {
  const lambdas = steps.map(({ lambda }) => lambda);
  const x = lambdaChannel(lambdas, lambdaAxis(lambdas));
  const values = steps.map(({ lambda, score, error, count }) => ({
    lambda: round(lambda),
    score: round(score),
    error: error > 0 ? round(error) : null,
    count,
  }));
  return {
    data: { values },
    layer: [
      {
        mark: {
          type: "line",
          point: { size: 22, filled: true, color: POSITIVE },
          color: POSITIVE,
          strokeWidth: 1,
        },
        encoding: { x, y },
      },
      hoverRuleLayer({
        name: "lambda",
        x,
        zooms: false,
        position: { field: "lambda", title: "λ" },
        values: [
          { field: "score", name: String(y.title) },
          { field: "error", name: "standard error" },
          { field: "count", name: counted },
        ],
      }),
    ],
  };
}

/** `10 folds of 2 draws at l1Ratio 0.5` */
function foldsInWords({ folds, repeats = 1, params = {} }: CrossValidationPlotData): string {
  const chosen = Object.entries(params).map(([name, value]) => {
    const label = typeof value === "number" ? formatNumber(value) : (Object(value).name ?? String(value));
    return `${name} ${label}`;
  });
  const draws = repeats > 1 ? ` of ${repeats} draws` : "";
  return `${counted(folds.length, "fold")}${draws}${chosen.length > 0 ? ` at ${chosen.join(", ")}` : ""}`;
}

/** The data of the bars of steps that have an error. */
function barsOf(steps: readonly Step[]): JsonObject {
  const values = steps
    .filter(({ error }) => error > 0)
    .map(({ lambda, score, error }) => ({
      lambda: round(lambda),
      low: round(score - error),
      high: round(score + error),
    }));
  return { data: { values } };
}

/** The cross-validation from the largest lambda to the smallest. */
function readSteps(cv: CrossValidationPlotData): Step[] {
  const where = "crossValidationPlot";
  const { lambdas, meanScore, standardError, df, measure, folds } = Object(cv) as CrossValidationPlotData;
  if (!lambdas || !meanScore || !standardError || !df || !folds || typeof measure !== "string")
    throw mustBe(where, "cv", "what crossValidate(X, y) gives", cv, "use pathPlot for a path");
  for (const [name, values] of Object.entries({ meanScore, standardError, df })) {
    if (values.length !== lambdas.length)
      throw mustBe(where, name, `${lambdas.length} numbers, one a lambda`, values);
  }
  return decreasingOrder(where, lambdas).map((k) => {
    const [score, error] = [meanScore[k], standardError[k]];
    if (!Number.isFinite(score)) {
      const remedy = folds.length === 0 ? "no fold was fitted before the interruption" : undefined;
      throw mustBe(where, `meanScore[${k}]`, "a finite number", score, remedy);
    }
    if (!(error >= 0 || Number.isNaN(error)))
      throw mustBe(where, `standardError[${k}]`, "a number >= 0", error);
    return { lambda: lambdas[k], score, error: error < Infinity ? error : 0, count: df[k] };
  });
}

function stepAt(steps: readonly Step[], name: string, lambda: number): Step {
  const step = steps.find((each) => each.lambda === lambda);
  if (step === undefined) throw mustBe("crossValidationPlot", name, "one of lambdas", lambda);
  return step;
}

/** The range of the bars, with the names of the choices above it. */
function scoreDomain(steps: readonly Step[], frameHeight: number, names: number): [number, number] {
  const lowest = Math.min(...steps.map(({ score, error }) => score - error));
  const highest = Math.max(...steps.map(({ score, error }) => score + error));
  const height = highest - lowest || Math.abs(highest) || 1;
  const perPixel = height / (0.95 * frameHeight - names);
  return [lowest - 0.05 * frameHeight * perPixel, highest + names * perPixel];
}

function choicesOf(best: Step, sparser: Step, withCounts: boolean): LambdaChoice[] {
  const choice = (name: string, { lambda, count }: Step): LambdaChoice => ({
    lambda,
    label: `${name} ${shortNumber(lambda)}${withCounts ? `: ${count} not zero` : ""}`,
  });
  return best === sparser
    ? [choice("lambdaMin = lambda1se", best)]
    : [choice("lambda1se", sparser), choice("lambdaMin", best)];
}

/** A score to the last digit of its error. */
function withError({ score, error }: Step): string {
  if (!(error > 0)) return shortNumber(score);
  const magnitude = (value: number): number => Math.floor(Math.log10(Math.abs(value) || 1));
  const digits = Math.max(3, 3 + magnitude(score) - magnitude(error));
  return `${shortNumber(score, Math.min(digits, 15))} ± ${shortNumber(error)}`;
}

function describe(
  title: string,
  steps: readonly Step[],
  best: Step,
  sparser: Step,
  unit: string,
  extreme: string,
): string {
  const [first, last] = [steps[0].lambda, steps[steps.length - 1].lambda];
  const at = ({ lambda, count }: Step): string =>
    `lambda ${shortNumber(lambda)} with ${counted(count, unit)} not zero`;
  return (
    `Line chart. ${title}, while lambda falls from ${formatNumber(first, 3)} to ${formatNumber(last, 3)}. ` +
    `${extreme} at ${at(best)}; within one standard error of that up to ${at(sparser)}.`
  );
}
