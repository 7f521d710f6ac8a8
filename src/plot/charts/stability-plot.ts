import { counted, formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { decreasingOrder, lambdaFrame, thinOut } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { LABEL_INDENT } from "../layout/lines";
import { checkWidth, nameRoom, type PictureOptions, widestName } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { FOREGROUND } from "../rendering/theme";
import { endLabels, type PathFrame, pathLines, type RankedFeature } from "./parts/path-layers";

/** The members of a stability selection that {@link stabilityPlot} reads. */
export interface StabilityPlotData {
  /** At least two different ones, each > 0. */
  readonly lambdas: ArrayLike<number>;
  /** `probabilitiesAlong[k][j]`: the share of half-samples in which feature `j` has entered by `lambdas[k]`. */
  readonly probabilitiesAlong: ArrayLike<ArrayLike<number>>;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** The share from which on a feature is stable. */
  readonly threshold: number;
  /** Pairs of complementary half-samples. */
  readonly nPairs: number;
}

const MAX_LABELS = 12;
const MAX_LINES = 60;

/**
 * Draws stability paths: the share of half-samples in which each feature has entered, over lambda, with a dashed line at the
 * threshold. Features above it at the smallest lambda are stable and named.
 *
 * @param selection what `stabilitySelection` gives, or its parts.
 * @param options `width` of the picture in pixels.
 * @throws InputError when lengths disagree, a share is not within [0, 1], or there are not two positive lambdas.
 * @example
 * ```ts
 * stabilityPlot(stabilitySelection(new SmoothLasso(), X, y, { nPairs: 5, nLambdas: 20 }));
 * ```
 */
export function stabilityPlot(selection: StabilityPlotData, options: PictureOptions = {}): Chart {
  checkKeys("stabilityPlot", options, ["width"]);
  checkWidth("stabilityPlot", options.width);
  const steps = readSteps(selection);
  const { featureNames, threshold, nPairs } = selection;
  const ranked = featureNames
    .map((name, index) => ({ index, name, last: steps[steps.length - 1].coef[index] }))
    .sort((a, b) => b.last - a.last)
    .map((feature, rank): RankedFeature => {
      const { last } = feature;
      return { ...feature, rank, lowest: 0, highest: last, peak: last };
    });
  // Shares are multiples of 1 / (2 nPairs), so one that is meant to be the threshold may differ in the last digit.
  const stable = ranked.filter(({ last }) => last >= threshold - 1e-12);
  const entered = ranked.filter(({ last }) => last > 0);
  const lines = (entered.length > 0 ? entered : ranked).slice(0, MAX_LINES);
  const labels = lines.slice(0, Math.min(MAX_LABELS, stable.length));
  const percent = `${formatNumber(100 * threshold, 3)}%`;
  const title = `${stable.length} of ${counted(ranked.length, "feature")} selected in ${percent} or more of ${2 * nPairs} half-samples`;
  const remarks = [
    ...(entered.length > lines.length ? [`the ${lines.length} most often selected are drawn`] : []),
    ...(labels.length < stable.length ? [`${labels.length} stable ones are named`] : []),
  ];
  const room = nameRoom(options.width);
  const size = lambdaFrame(
    options.width,
    LABEL_INDENT +
      widestName(
        labels.map(({ name }) => name),
        room,
      ),
  );
  const frame: PathFrame = {
    ...size,
    lambdas: steps.map(({ lambda }) => lambda),
    domain: [0, 1.03],
    title: "share of half-samples",
    symbol: "share",
  };
  return new Chart({
    description: `Line chart. ${title}${labels.length > 0 ? `: ${labels.map(({ name, last }) => `${name} ${shortNumber(last)}`).join(", ")}` : ""}.${remarks.map((remark) => ` ${remark}.`).join("")}`,
    title: heading(title, remarks.length > 0 ? [remarks.join("; ")] : [], options.width),
    width: frame.width,
    height: frame.height,
    layer: [
      pathLines(thinOut(steps, 200), lines, labels.length, frame),
      {
        data: { values: [{}] },
        mark: { type: "rule", color: FOREGROUND, strokeDash: [4, 3] },
        encoding: { y: { datum: threshold } },
      },
      ...endLabels(labels, frame, room),
    ],
  });
}

function readSteps(selection: StabilityPlotData) {
  const where = "stabilityPlot";
  const { lambdas, probabilitiesAlong, featureNames } = Object(selection) as StabilityPlotData;
  if (!lambdas || !probabilitiesAlong || !featureNames)
    throw mustBe(where, "selection", "what stabilitySelection gives", selection);
  if (featureNames.length === 0) throw mustBe(where, "featureNames", "at least one name", featureNames);
  if (probabilitiesAlong.length !== lambdas.length)
    throw mustBe(
      where,
      "probabilitiesAlong",
      `${counted(lambdas.length, "array")}, one a lambda`,
      probabilitiesAlong,
    );
  return decreasingOrder(where, lambdas, "give more lambdas").map((k) => {
    const coef = probabilitiesAlong[k];
    if (coef.length !== featureNames.length)
      throw mustBe(where, `probabilitiesAlong[${k}]`, `${featureNames.length} numbers, one a feature`, coef);
    const j = Array.from(coef).findIndex((share) => !(share >= 0 && share <= 1));
    if (j >= 0)
      throw mustBe(where, `probabilitiesAlong[${k}][${j}] ("${featureNames[j]}")`, "within [0, 1]", coef[j]);
    return { lambda: lambdas[k], coef };
  });
}
