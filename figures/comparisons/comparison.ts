import type { Draws } from "./draws";
import { type Difference, paired, pairedPercent } from "./paired";

/** Kinds of alternatives, in the order in which they are told. */
export const KINDS = {
  convex: "convex penalty, simulated data",
  refined: "adaptive or relaxed lasso, simulated data",
  folded: "folded penalty, simulated data",
  direct: "descent on the penalty itself, networks",
  realConvex: "convex penalty, real data",
  realRefined: "adaptive or relaxed lasso, real data",
  realFolded: "folded penalty, real data",
  reweighted: "reweighted least squares, simulated data",
} as const;

/** A surrogate beside what is made for the same problem, in one setting. */
export interface Comparison extends Difference {
  /** The alternative's kind, and where both were seen. */
  readonly kind: string;
  readonly surrogate: string;
  readonly alternative: string;
  readonly setting: string;
  /** What is measured, in a few words. */
  readonly measure: string;
  /** The number of the notebook that has it, `"06"`. */
  readonly notebook: string;
  /** Of the surrogate, beyond chance or not. */
  readonly outcome: "better" | "level" | "worse";
}

/** What comparisons of several settings have in common. */
export interface Family
  extends Pick<Comparison, "kind" | "surrogate" | "alternative" | "measure" | "notebook"> {
  /** By setting the draws of the surrogate and of the alternative. */
  readonly settings: Readonly<Record<string, readonly [Draws, Draws]>>;
  /** What test rows are to training rows where draws are splits of the same rows. */
  readonly overlap?: number;
}

/** Where less is better, in percent of the mean of the alternative. */
export function lessIsBetter(families: readonly Family[]): Comparison[] {
  return compared(families, pairedPercent, "less");
}

/** Where more is better, as a difference. */
export function moreIsBetter(families: readonly Family[]): Comparison[] {
  return compared(families, paired, "more");
}

function compared(
  families: readonly Family[],
  difference: typeof paired,
  good: "less" | "more",
): Comparison[] {
  return families.flatMap(({ settings, overlap, ...family }) =>
    Object.entries(settings).map(([setting, [surrogate, alternative]]): Comparison => {
      const found = difference(surrogate, alternative, overlap);
      const outcome = found.verdict === "level" ? "level" : found.verdict === good ? "better" : "worse";
      return { ...family, setting, ...found, outcome };
    }),
  );
}
