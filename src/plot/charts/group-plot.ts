import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { POSITIVE } from "../rendering/theme";
import { namedBars } from "./parts/named-bars";

/** The members of a fit that {@link groupPlot} reads. */
export interface GroupPlotData {
  /** The groups in the model; undefined where the penalty has no groups. */
  readonly groupNorms:
    | readonly {
        /** Its label. */
        readonly group: number | string;
        /** The norm of its standardized coefficients, finite and >= 0. */
        readonly norm: number;
        /** The number of its features in the model. */
        readonly nSelected: number;
        /** The number of its features. */
        readonly nFeatures: number;
      }[]
    | undefined;
}

const MAX_BARS = 25;

/**
 * Draws the groups in the model as horizontal bars, largest first: a bar is the Euclidean norm of a group's coefficients, each times the
 * standard deviation of its feature, and beside it stands how many of its features are not zero.
 *
 * @param given - A fit of a penalty with groups, such as `SmoothGroupLasso`, or `{ groupNorms }`.
 * @throws InputError for a fit without groups, one that was read from a file, or a norm that is not finite and >= 0.
 * @example
 * ```ts
 * const [X, groups] = [[[1, 0, 3], [0, 1, 1], [1, 1, 2], [2, 1, 0]], ["site", "site", "age"]];
 * groupPlot(new SmoothGroupLasso({ groups, lambda: 0.2 }).fit(X, [1, 0, 2, 3]));
 * ```
 */
export function groupPlot(
  given: GroupPlotData | OfFrames<"fit", GroupPlotData>,
  options: PictureOptions = {},
): Chart {
  const fit = ofFeatures<"fit", GroupPlotData>(given, "fit");
  const where = "groupPlot";
  checkKeys(where, options, ["width"]);
  checkWidth(where, options.width);
  const all = Object(fit).groupNorms as GroupPlotData["groupNorms"];
  if (all === undefined)
    throw mustBe(
      where,
      "fit",
      "the fit of a penalty with groups",
      fit,
      "use coefficientPlot for coefficients",
    );
  for (const { group, norm } of all)
    if (!(norm >= 0 && norm < Infinity))
      throw mustBe(where, `the norm of group ${JSON.stringify(group)}`, "a finite number >= 0", norm);
  const groups = [...all].sort((a, b) => b.norm - a.norm);
  const shown = groups.slice(0, MAX_BARS);
  const share = ({ nSelected, nFeatures }: (typeof shown)[number]): string =>
    `${shortNumber(nSelected)} of ${counted(nFeatures, "feature")}`;
  const title = `${counted(groups.length, "group")} in the model`;
  const rest = groups.length - shown.length;
  return new Chart({
    description: `Bar chart. ${title}. Largest first: ${shown.map((each) => `${each.group} ${shortNumber(each.norm)} (${share(each)})`).join(", ") || "none"}.`,
    title: heading(
      title,
      ["per standard deviation of each feature", ...(rest > 0 ? [`${rest} smaller ones not shown`] : [])],
      options.width,
    ),
    ...namedBars(
      shown.map((each) => ({
        name: String(each.group),
        value: each.norm,
        text: `${shortNumber(each.norm)}, ${share(each)}`,
        color: POSITIVE,
      })),
      {
        title: "norm of standardized coefficients",
        axis: numberAxis(Math.max(0, ...shown.map(({ norm }) => norm))),
        noun: "group",
        quantity: "norm",
        nothing: "no group is in the model",
        width: options.width,
      },
    ),
  });
}
