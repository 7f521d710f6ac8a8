/** Texts of charts: numbers, titles that fit the picture, and labels that are legible above lines. */

import { formatNumber } from "../../display/formatting";
import type { JsonObject } from "../rendering/chart-spec";
import { textWidth } from "../rendering/fonts";
import { AXIS_TITLE_SIZE, BACKGROUND, SUBTITLE_SIZE, TITLE_SIZE } from "../rendering/theme";

/** Formats a number with `digits` significant digits and a true minus sign. */
export function shortNumber(value: number, digits: number = 3): string {
  return formatNumber(value, digits).replace(/-/g, "\u2212");
}

/** Returns the layers of a text with an outline in the background colour, which separates it from lines behind it. */
export function haloText({ mark, ...rest }: JsonObject & { readonly mark: JsonObject }): JsonObject[] {
  const seam = { stroke: BACKGROUND, strokeWidth: 4, strokeJoin: "round", aria: false };
  return [
    { ...rest, mark: { ...mark, ...seam } },
    { ...rest, mark },
  ];
}

/** Default width of a picture in pixels, which a notebook shows without scrolling. */
const DEFAULT_WIDTH = 640;

/**
 * Returns a title with remarks below it, broken into lines that fit the picture.
 *
 * @param width of the picture, in pixels.
 */
export function heading(text: string, remarks: readonly string[], width: number = DEFAULT_WIDTH): JsonObject {
  const room = width - 20;
  const only = (lines: readonly string[]) => (lines.length === 1 ? lines[0] : lines);
  const title = only(wrapText(text, room, (line) => textWidth(line, TITLE_SIZE, true)));
  // An empty subtitle would still take the height of a line.
  if (remarks.length === 0) return { text: title };
  const lines = remarks.flatMap((remark) => wrapText(remark, room, (line) => textWidth(line, SUBTITLE_SIZE)));
  return { text: title, subtitle: only(lines) };
}

/** Returns an axis title in one line or, where it does not fit, in two; the second one is truncated. */
export function axisTitle(text: string, room: number): JsonObject {
  const [first, ...rest] = wrapText(text, room, (line) => textWidth(line, AXIS_TITLE_SIZE));
  const title = rest.length === 0 ? first : [first, rest.join(" ")];
  return { title, titleLimit: Math.ceil(room) + 1 };
}

/** Breaks a text into lines of at most `room`, at spaces, and within words that do not fit a line. */
export function wrapText(text: string, room: number, measure: (line: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  // A number and its error stay on one line.
  for (const word of text.replaceAll(" ± ", "\u00a0±\u00a0").split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (measure(longer) <= room) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const character of word) {
      if (line !== "" && measure(line + character) > room) {
        lines.push(line);
        line = "";
      }
      line += character;
    }
  }
  return [...lines, line];
}
