import type { Figure } from "./figure";
import { type MethodInDesign, meansByDesign, panelsByDesign } from "./panels-by-design";
import { readRecords } from "./runs/records";
import { shownName } from "./studies/bridges-against-folded-penalties";
import { bridgesOverDesigns, COMPARED, DESIGNS } from "./studies/bridges-over-designs";
import type { Assessment } from "./studies/regression-split";

const QUANTITIES: Readonly<Record<string, (result: Assessment) => number>> = {
  "Relative estimation error": ({ estimationError }) => estimationError,
  "F1 of the support": ({ f1 }) => f1,
};

/** Error and support by design and method, means of a hundred replicates with their standard errors. */
export const bridgesOverDesignsFigure: Figure = {
  name: "bridges-over-designs",
  title: "With few true features, a bridge and MCP find the support best; with many, the lassos are ahead",
  caption: "MCP is tuned like the bridge. With few true features it mostly has the smaller error.",
  study: bridgesOverDesigns,
  compute: (): MethodInDesign[] =>
    meansByDesign(
      readRecords<Assessment>(bridgesOverDesigns, "desk"),
      QUANTITIES,
      Object.keys(DESIGNS),
      COMPARED,
    ).map(({ method, ...rest }) => ({ ...rest, method: shownName(method) })),
  draw: (data) =>
    panelsByDesign(
      "Relative estimation error and F1 of the support by design and method, with bars of a standard error. Without correlation and with 5 of 1000 features true MCP with γ = 1.2 has the smallest error, the bridge of 1/2 the next and the lasso the largest, and the F1 of these two is above 0.9; with a correlation of 0.9 the errors of the lassos and the bridge lie together, both MCPs' are larger, and the F1 of the bridge and of MCP with γ = 1.2 is the highest at 0.64; with 40 of 200 features true the lasso and the relaxed lasso have the smallest errors and the highest F1, MCP with γ = 1.2 the largest error and the lowest F1, the bridge the next.",
      data,
      Object.keys(QUANTITIES),
      COMPARED.map(shownName),
    ),
};
