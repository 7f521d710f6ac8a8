import { formatNumber } from "../display/format-number";
import { mustBe } from "../errors";
import { Chart } from "./chart";
import type { JsonObject } from "./chart-spec";
import { numberAxis, plural, shortNumber } from "./labels";
import {
  countAxis,
  decreasingOrder,
  lambdaAxis,
  lambdaChannel,
  PATH_HEIGHT,
  PATH_WIDTH,
  round,
} from "./lambda-axis";
import { CAPTION, INK, MUTED, POSITIVE } from "./theme";

/** What {@link crossValidationPlot} reads of a cross-validation. */
export interface CrossValidationPlotData {
  /** At least two different ones, each > 0, in any order. */
  readonly lambdas: ArrayLike<number>;
  readonly meanScore: ArrayLike<number>;
  /** NaN where there is none, as with one fold. */
  readonly standardError: ArrayLike<number>;
  /** Number of non-zero coefficients, of several responses of features with any. */
  readonly df: ArrayLike<number>;
  /** One of `lambdas`. */
  readonly lambdaMin: number;
  /** One of `lambdas`. */
  readonly lambda1se: number;
  /** What the score is, such as `"mean squared error"`. */
  readonly measure: string;
  readonly folds: ArrayLike<number>;
  /** Of the surrogate, where several were compared. */
  readonly depth?: number;
  /** Of all rows; it has names of responses where there are several. */
  readonly path?: { readonly featureNames: readonly string[]; readonly responseNames?: readonly string[] };
}

/** One lambda of a cross-validation. */
interface Step {
  readonly lambda: number;
  readonly score: number;
  readonly error: number;
  readonly count: number;
}

/** Room for the names of the two choices at the top of the frame, in pixels. */
const NAME_ROOM = 40;
const NAME_HEIGHT = 17;

/**
 * The score of rows held out over the penalty: means over folds with bars of one standard error.
 *
 * The axis is that of {@link pathPlot}, logarithmic with lambda falling to the right; numbers above the frame count the
 * coefficients that are not zero, or for several responses the features. Dashed lines stand at `lambdaMin` and `lambda1se`. Of several depths the best is drawn.
 *
 * @param cv - Any cross-validation of this library, or its parts.
 * @throws InputError when lengths disagree, a score is not finite, or there are not two positive lambdas.
 * @example
 * ```ts
 * crossValidationPlot(new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 20 }));
 * ```
 */
export function crossValidationPlot(cv: CrossValidationPlotData): Chart {
  const steps = readSteps(cv);
  const lambdas = steps.map(({ lambda }) => lambda);
  const best = stepAt(steps, "lambdaMin", cv.lambdaMin);
  const sparser = stepAt(steps, "lambda1se", cv.lambda1se);
  const domain = scoreDomain(steps);
  const score = (field: string): JsonObject => ({
    field,
    type: "quantitative",
    title: cv.measure,
    scale: { domain, nice: false, zero: false },
    axis: numberAxis(Math.max(...domain.map(Math.abs))),
  });
  const counted = cv.path?.responseNames ? "features" : "coefficients";
  const depth = cv.depth === undefined ? "" : ` at depth ${formatNumber(cv.depth)}`;
  const title = `Lowest ${cv.measure} ${withError(best)}`;
  const subtitle = `cross-validation in ${plural(cv.folds.length, "fold")}${depth}, bars of one standard error`;
  return new Chart({
    description: describe(`${title}, ${subtitle}`, steps, best, sparser, counted),
    title: { text: title, subtitle },
    width: PATH_WIDTH,
    height: PATH_HEIGHT,
    resolve: { axis: { x: "independent" } },
    layer: [
      {
        data: {
          values: steps
            .filter(({ error }) => error > 0)
            .map(({ lambda, score, error }) => ({
              lambda: round(lambda),
              low: round(score - error),
              high: round(score + error),
            })),
        },
        mark: { type: "rule", color: MUTED, aria: false },
        encoding: {
          x: lambdaChannel(lambdas, countAxis(steps, counted)),
          y: score("low"),
          y2: { field: "high" },
        },
      },
      ...choiceMarks(
        lambdas,
        sparser === best
          ? [["lambdaMin = lambda1se", best]]
          : [
              ["lambda1se", sparser],
              ["lambdaMin", best],
            ],
      ),
      {
        data: {
          values: steps.map(({ lambda, score, error, count }) => ({
            lambda: round(lambda),
            score: round(score),
            error: error > 0 ? round(error) : null,
            count,
          })),
        },
        mark: {
          type: "line",
          point: { size: 22, filled: true, color: POSITIVE },
          color: POSITIVE,
          strokeWidth: 1,
        },
        encoding: {
          x: lambdaChannel(lambdas, lambdaAxis(lambdas)),
          y: score("score"),
          tooltip: [
            { field: "lambda", title: "λ" },
            { field: "score", title: cv.measure },
            { field: "error", title: "standard error" },
            { field: "count", title: `${counted} not zero` },
          ],
        },
      },
    ],
  });
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
function scoreDomain(steps: readonly Step[]): [number, number] {
  const lowest = Math.min(...steps.map(({ score, error }) => score - error));
  const highest = Math.max(...steps.map(({ score, error }) => score + error));
  const height = highest - lowest || Math.abs(highest) || 1;
  const perPixel = height / (0.95 * PATH_HEIGHT - NAME_ROOM);
  return [lowest - 0.05 * PATH_HEIGHT * perPixel, highest + NAME_ROOM * perPixel];
}

/** A dashed line for each choice, from its name, one below the other, to the bottom. */
function choiceMarks(
  lambdas: readonly number[],
  choices: readonly (readonly [string, Step])[],
): JsonObject[] {
  return choices.flatMap(([name, { lambda, count }], k): JsonObject[] => {
    const data = { values: [{ lambda: round(lambda) }] };
    const x = lambdaChannel(lambdas, null);
    const top = 2 + k * NAME_HEIGHT;
    return [
      {
        data,
        mark: { type: "rule", color: CAPTION, strokeDash: [4, 3] },
        encoding: { x, y: { value: top }, y2: { value: PATH_HEIGHT } },
      },
      {
        data,
        mark: {
          type: "text",
          text: `${name} ${shortNumber(lambda)}: ${count} not zero`,
          align: "left",
          baseline: "top",
          dx: 4,
          color: INK,
          clip: false,
        },
        encoding: { x, y: { value: top } },
      },
    ];
  });
}

function withError({ score, error }: Step): string {
  return error > 0 ? `${shortNumber(score)} ± ${shortNumber(error)}` : shortNumber(score);
}

function describe(title: string, steps: readonly Step[], best: Step, sparser: Step, counted: string): string {
  const [first, last] = [steps[0].lambda, steps[steps.length - 1].lambda];
  const at = ({ lambda, count }: Step): string =>
    `lambda ${shortNumber(lambda)} with ${count} ${counted} not zero`;
  return (
    `Line chart. ${title}, while lambda falls from ${formatNumber(first, 3)} to ${formatNumber(last, 3)}. ` +
    `Lowest at ${at(best)}; within one standard error of that up to ${at(sparser)}.`
  );
}
