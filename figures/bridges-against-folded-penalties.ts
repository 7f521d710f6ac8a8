import { comparisonPlot, concatCharts } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import { bridgesAgainstFoldedPenalties, shownName } from "./studies/bridges-against-folded-penalties";
import type { Assessment } from "./studies/regression-split";

/** Of each method, a value a replicate. */
interface Measures {
  readonly estimationError: Record<string, number[]>;
  readonly f1: Record<string, number[]>;
}

/** Estimation error and support recovery of seventeen methods, tuned on validation rows, at a signal-to-noise ratio of 3. */
export const bridgesFigure: Figure = {
  name: "bridges-against-folded-penalties",
  title:
    "At a signal-to-noise ratio of 3 bridges with q up to 2/3 recover the support better than SCAD, MCP and the adaptive and relaxed lasso; SmoothBridge with q = 1/2 errs less, too",
  study: bridgesAgainstFoldedPenalties,
  compute(): Measures {
    const measures: Measures = { estimationError: {}, f1: {} };
    for (const { task, result } of readRecords<Assessment>(bridgesAgainstFoldedPenalties, "desk")) {
      if (task.parameters.snr !== 3 || task.parameters.method === undefined) continue;
      const method = shownName(String(task.parameters.method));
      measures.estimationError[method] = [
        ...(measures.estimationError[method] ?? []),
        result.estimationError,
      ];
      measures.f1[method] = [...(measures.f1[method] ?? []), result.f1];
    }
    return measures;
  },
  draw: (data) =>
    concatCharts([
      comparisonPlot((data as Measures).estimationError, { metric: "relative estimation error" }),
      comparisonPlot((data as Measures).f1, { metric: "F1 of the support" }),
    ]),
};
