import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Difference, firstDifference, type Tolerance } from "../notebooks/compare-values";
import { writeFileAtomically } from "../src/file-writing";
import type { Figure } from "./figure";
import { darkTwin, saveLightAndDark } from "./light-and-dark";

/** What recomputed numbers are held to. */
const FIGURE_TOLERANCE: Tolerance = { relative: 1e-9, absolute: 1e-12 };

/** The forms in which a figure is drawn beside the picture that pages show, by the ends of their file names. */
const FORMS = [".vl.json", ".svg"] as const;

/** Computes a figure and writes its data and its drawings into a folder of figures. */
export async function writeFigure(figure: Figure, folder: string): Promise<void> {
  const data = await computeInto(figure, folder);
  await drawInto(figure, data, folder);
}

/**
 * Makes a figure anew in a build folder and compares it with the committed one: the numbers within a tolerance, and
 * the drawings of the committed numbers byte for byte.
 *
 * @returns a sentence on the first difference, undefined where there is none
 */
export async function compareFigure(
  figure: Figure,
  committed: string,
  build: string,
): Promise<string | undefined> {
  const dataFile = dataFileOf(figure, committed);
  const computed = await computeInto(figure, build);
  if (!existsSync(dataFile)) return `no committed data in ${dataFile}`;
  const data: unknown = JSON.parse(readFileSync(dataFile, "utf8"));
  const difference = firstDifference(computed, data, FIGURE_TOLERANCE);
  if (difference) return `the numbers differ from the committed ones at ${describe(difference)}`;
  await drawInto(figure, data, build);
  const png = pictureOf(figure);
  const drawn = [...FORMS.map((end) => figure.name + end), png, darkTwin(png)];
  const changed = drawn.filter((file) => !sameBytes(join(build, file), join(committed, file)));
  return changed.length > 0 ? `the drawing differs from the committed ${changed.join(", ")}` : undefined;
}

/** Writes the computed data and returns them as JSON gives them back. */
async function computeInto(figure: Figure, folder: string): Promise<unknown> {
  const text = formatData(await figure.compute());
  const file = dataFileOf(figure, folder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomically(file, text);
  return JSON.parse(text);
}

async function drawInto(figure: Figure, data: unknown, folder: string): Promise<void> {
  const chart = figure.draw(data);
  for (const end of FORMS) await chart.save(join(folder, figure.name + end));
  await saveLightAndDark(chart, join(folder, pictureOf(figure)));
}

/** The file of the picture that pages show. */
export function pictureOf({ name }: Figure): string {
  return `${name}.png`;
}

function dataFileOf(figure: Figure, folder: string): string {
  return join(folder, "data", `${figure.name}.json`);
}

/** JSON on one line, for programs to read; typed arrays become arrays. */
function formatData(data: unknown): string {
  const plain = (_key: string, value: unknown): unknown =>
    ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  return `${JSON.stringify(data, plain)}\n`;
}

function sameBytes(actual: string, committed: string): boolean {
  return existsSync(committed) && readFileSync(actual).equals(readFileSync(committed));
}

function describe({ path, actual, expected }: Difference): string {
  return `data${path}: got ${JSON.stringify(actual)}, committed ${JSON.stringify(expected)}`;
}
