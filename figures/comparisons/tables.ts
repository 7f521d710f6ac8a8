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

/** Comparisons of the same two ways in a row, with their settings. */
export function differenceTable(comparisons: readonly Comparison[], title: string, digits: number): string {
  return tableOf(
    families(comparisons).map((family) => ({
      surrogate: family[0].surrogate,
      alternative: family[0].alternative,
      measure: family[0].measure,
      [title]: family.map((each) => `${each.setting}: ${spelt(each, digits)}`).join("; "),
      n: [...new Set(family.map(({ n }) => n))].join(", "),
      notebook: linkTo(family[0].notebook),
    })),
  );
}

/** Ratios of the same two ways in a row: the median, and the least and the most. */
export function ratioTable(ratios: readonly Ratio[]): string {
  const short = (value: number): string =>
    Number.isFinite(value) ? String(Number(value.toPrecision(2))) : "∞";
  return tableOf(
    families(ratios).map((family) => ({
      surrogate: family[0].surrogate,
      alternative: family[0].alternative,
      measure: family[0].measure,
      "surrogate's over alternative's": family
        .map(({ setting, median, least, most, n }) =>
          n === 1
            ? `${setting}: ${short(median)}`
            : `${setting}: ${short(median)} (${short(least)} to ${short(most)})`,
        )
        .join("; "),
      n: [...new Set(family.map(({ n }) => n))].join(", "),
      notebook: linkTo(family[0].notebook),
    })),
  );
}

type Member = Pick<Comparison, "surrogate" | "alternative" | "measure" | "notebook">;

/** Neighbours of the same two ways and the same measure. */
function families<T extends Member>(members: readonly T[]): T[][] {
  const found = new Map<string, T[]>();
  for (const member of members) {
    const { surrogate, alternative, measure, notebook } = member;
    const name = [surrogate, alternative, measure, notebook].join("|");
    found.set(name, [...(found.get(name) ?? []), member]);
  }
  return [...found.values()];
}
