import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { POSITIVE } from "../rendering/theme";
import { namedBars } from "./parts/named-bars";

/** The members of bootstrap fits that {@link inclusionPlot} reads. */
export interface InclusionPlotData {
  /** One a feature: the share of the samples in whose fit it has a coefficient that is not zero. */
  readonly inclusion: ArrayLike<number>;
  /** One a feature. */
  readonly featureNames: readonly string[];
}

const MAX_BARS = 25;

/**
 * Draws how often each feature has a nonzero coefficient in the fits of bootstrap samples, as horizontal bars, most frequent first.
 *
 * @param bootstrap what `bootstrapInclusion` gives, or its parts.
 * @param options `width` of the picture in pixels.
 * @throws InputError when there is no feature, lengths disagree or a share is not within [0, 1].
 * @example
 * ```ts
 * inclusionPlot(bootstrapInclusion(new SmoothLasso({ lambda: 0.1 }), X, y, { nBootstraps: 10 }));
 * ```
 */
export function inclusionPlot(bootstrap: InclusionPlotData, options: PictureOptions = {}): Chart {
  const where = "inclusionPlot";
  checkKeys(where, options, ["width"]);
  checkWidth(where, options.width);
  const { inclusion, featureNames } = Object(bootstrap) as InclusionPlotData;
  if (!inclusion || !featureNames)
    throw mustBe(where, "bootstrap", "what bootstrapInclusion gives", bootstrap);
  if (inclusion.length === 0) throw mustBe(where, "inclusion", "at least one number", inclusion);
  if (featureNames.length !== inclusion.length)
    throw mustBe(where, "featureNames", `${inclusion.length} names, one a feature`, featureNames);
  const features = featureNames.map((name, j) => {
    if (!(inclusion[j] >= 0 && inclusion[j] <= 1))
      throw mustBe(where, `inclusion[${j}] ("${name}")`, "within [0, 1]", inclusion[j]);
    return { name, share: inclusion[j] };
  });
  const included = features.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
  const shown = included.slice(0, MAX_BARS);
  const always = included.filter(({ share }) => share === 1).length;
  const title = `${always} of ${counted(features.length, "feature")} in every bootstrap fit, ${included.length} in any`;
  const remarks = shown.length < included.length ? [`the ${shown.length} most often included are drawn`] : [];
  return new Chart({
    description: `Bar chart. ${title}. ${shown.map(({ name, share }) => `${name} ${shortNumber(share)}`).join(", ")}.`,
    title: heading(title, remarks, options.width),
    ...namedBars(
      shown.map(({ name, share }) => ({
        name,
        value: Number((100 * share).toPrecision(4)),
        text: `${shortNumber(100 * share)}%`,
        color: POSITIVE,
      })),
      {
        title: "share of bootstrap fits, in %",
        axis: { values: [0, 25, 50, 75, 100] },
        full: 100,
        noun: "feature",
        quantity: "share, in %",
        nothing: "no feature is in any fit",
        width: options.width,
      },
    ),
  });
}
