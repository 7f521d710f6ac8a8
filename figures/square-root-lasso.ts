import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { gapOverSeconds, type Way, waysOf } from "./gap-over-seconds";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { METHODS, type Rooted, squareRootLasso } from "./studies/square-root-lasso";

/** By share of the largest penalty. */
const TITLES: Readonly<Record<number, string>> = {
  0.5: "μ half of the largest: a residual is left",
  0.05: "μ a twentieth: no residual, the loss has its kink",
};

/** Gaps of ways to a square-root lasso, whose loss has a kink where nothing is left of the residual. */
export const squareRootLassoFigure: Figure = {
  name: "square-root-lasso",
  title: "If the loss is lifted too, descent reaches a minimum at the kink of the loss",
  caption:
    "A lifted loss is the minimum of a smooth function over additional factors. Other methods stop above this minimum.",
  study: squareRootLasso,
  compute: (): Record<number, Way[]> => {
    const records = readRecords<Rooted>(squareRootLasso, "desk").filter(
      ({ task }) => task.parameters.size === "full",
    );
    return Object.fromEntries(
      Object.keys(TITLES).map((share) => [
        share,
        waysOf(records.filter(({ task }) => task.parameters.share === Number(share))),
      ]),
    );
  },
  draw: (data) =>
    new Chart({
      description:
        "Relative gap over seconds of four methods on logarithmic scales, medians of a hundred data sets with bands from quartile to quartile. Left, where a residual is left, all reach 1e-8: coordinate descent in 0.02 seconds, gates with the loss as it is in 0.06, the scaled lasso in 0.4, VarPro in 1.2. Right, where none is left: VarPro with the loss lifted falls to 1e-8 in five seconds; the scaled lasso is a little ahead until it is at 1.5e-6 after 1.4, and rises above 1e-4 again; descent on gates with the loss as it is halts at 0.01 and coordinate descent above 2.",
      data: { values: [] },
      hconcat: Object.entries(data as Record<number, Way[]>)
        .sort(([one], [other]) => Number(other) - Number(one))
        .map(([share, ways]) =>
          gapOverSeconds(TITLES[Number(share)], ways, colourScale(Object.keys(METHODS))),
        ) as unknown as [],
    }),
};
