import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root";
import type { Comparison } from "./comparison";
import type { Ratio } from "./times";

const notebooks = readdirSync(join(ROOT, "notebooks"));

/** A link to the notebook of a number, `"06"`, from another notebook. */
export function linkTo(notebook: string): string {
  return `[${notebook}](${notebooks.find((name) => name.startsWith(notebook))})`;
}

/** Text in Markdown that a notebook shows as such, with numbers that are computed. */
export function markdown(text: string): object {
  const bundle = { "text/markdown": text, "text/plain": text };
  return { [Symbol.for("Jupyter.display")]: () => bundle };
}

/** A table in Markdown, a record a row. */
export function tableOf(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  const names = Object.keys(rows[0]);
  return [line(names), line(names.map(() => "---")), ...rows.map((row) => line(Object.values(row)))].join(
    "\n",
  );
}

/** `"−29.7 ± 8.6"`, twice the standard error, in bold where it is beyond chance. */
function spelt({ mean, error, outcome }: Comparison, digits: number): string {
  const sign = mean < 0 ? "−" : "+";
  const text = `${sign}${Math.abs(mean).toFixed(digits)} ± ${(2 * error).toFixed(digits)}`;
  return outcome === "level" ? text : `**${text}**`;
}

/** Differences, a setting a row. */
export function differenceTable(comparisons: readonly Comparison[], title: string, digits: number): string {
  return tableOf(
    comparisons.map((each) => ({
      surrogate: each.surrogate,
      alternative: each.alternative,
      measure: each.measure,
      setting: each.setting,
      [title]: spelt(each, digits),
      n: each.n,
      notebook: linkTo(each.notebook),
    })),
  );
}

/** Ratios, a setting a row: the median, and the least and the most of several. */
export function ratioTable(ratios: readonly Ratio[]): string {
  const short = (value: number): string =>
    Number.isFinite(value) ? String(Number(value.toPrecision(2))) : "∞";
  return tableOf(
    ratios.map(({ surrogate, alternative, measure, setting, median, least, most, n, notebook }) => ({
      surrogate,
      alternative,
      measure,
      setting,
      median: short(median),
      "least to most": n === 1 ? "" : `${short(least)} to ${short(most)}`,
      n,
      notebook: linkTo(notebook),
    })),
  );
}
