/** Pictures come in pairs, one for each ground; pages show the one of the reader's theme. */
import { escapeHtml } from "../src/display/formatting";

/** A chart as far as both of its pictures need it; the format follows from the end of the path. */
export interface LightAndDark {
  save(path: string): Promise<void>;
  dark(): { save(path: string): Promise<void> };
}

/** The file of the picture for a dark ground. */
export function darkTwin(path: string): string {
  return path.replace(/(?=\.\w+$)/, "-dark");
}

/** Saves the picture, and beside it the one for a dark ground. */
export async function saveLightAndDark(chart: LightAndDark, path: string): Promise<void> {
  await chart.save(path);
  await chart.dark().save(darkTwin(path));
}

/** Shows both pictures in Markdown: GitHub and other pages choose by the reader's theme. */
export function lightAndDark(path: string, words: string): string {
  return `<picture><source media="(prefers-color-scheme: dark)" srcset="${darkTwin(path)}"><img alt="${escapeHtml(words)}" src="${path}"></picture>`;
}

/** What {@link lightAndDark} writes, perhaps with a width for GitHub; the words are HTML. */
export const LIGHT_AND_DARK: RegExp =
  /<picture><source media="\(prefers-color-scheme: dark\)" srcset="(?<dark>[^"]*)"><img alt="(?<words>[^"]*)" src="(?<light>[^"]*)"(?: width="\d+")?><\/picture>/;
