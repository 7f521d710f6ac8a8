import { assessed, TUNED_MCP } from "./bridges-against-folded-penalties";
import { regressionSplit } from "./regression-split";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

/** The designs, by what they differ in from the one with 200 features, ten of them true, and a correlation of 0.5. */
export const DESIGNS = {
  uncorrelated: { nFeatures: 200, nActive: 10, rho: 0 },
  "correlation 0.9": { nFeatures: 200, nActive: 10, rho: 0.9 },
  "5 of 1000 true": { nFeatures: 1000, nActive: 5, rho: 0.5 },
  "40 of 200 true": { nFeatures: 200, nActive: 40, rho: 0.5 },
} as const;

/** The methods, by their names in the study of bridges against folded penalties. */
export const COMPARED: readonly string[] = [
  "lasso",
  "adaptive lasso",
  "relaxed lasso",
  "MCP",
  TUNED_MCP,
  "SmoothBridge, q = 1/2",
];

/** Whether the ranking of a bridge, MCP and lassos is that of one design, at a signal-to-noise ratio of 3. */
export const bridgesOverDesigns: Study = {
  name: "bridges-over-designs",
  title:
    "In which designs is a bridge ahead of MCP and the lasso, plain, adaptive or relaxed? (setting: ours)",
  tasks: (setting) =>
    grid({
      design: setting === "quick" ? ["uncorrelated"] : Object.keys(DESIGNS),
      method: COMPARED.slice(),
      replicate: replicates(COUNTS[setting]),
    }),
  run: ({ parameters: { design, method, replicate } }: Task): Result => {
    const split = regressionSplit({
      nSamples: 100,
      ...DESIGNS[design as keyof typeof DESIGNS],
      snr: 3,
      replicate: Number(replicate),
    });
    return { ...assessed(split, String(method), Number(replicate)) };
  },
  // Which of the minima a path ends in may hang on a rounding; the measures of one that is the same agree to this.
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };
