import type { JsonObject } from "../rendering/chart-spec";
import { textWidth } from "../rendering/fonts";
import { AXIS_TITLE_SIZE, SUBTITLE_SIZE, TITLE_SIZE } from "../rendering/theme";

/** What a notebook shows without scrolling. */
const DEFAULT_WIDTH = 640;

/**
 * A title that says what was found, with remarks below it, in lines that fit the picture.
 *
 * @param width of the picture, in pixels.
 */
export function heading(text: string, remarks: readonly string[], width: number = DEFAULT_WIDTH): JsonObject {
  const room = width - 20;
  const only = (lines: readonly string[]) => (lines.length === 1 ? lines[0] : lines);
  const title = only(wrapText(text, room, (line) => textWidth(line, TITLE_SIZE, true)));
  // An empty subtitle would still take its line.
  if (remarks.length === 0) return { text: title };
  const lines = remarks.flatMap((remark) => wrapText(remark, room, (line) => textWidth(line, SUBTITLE_SIZE)));
  return { text: title, subtitle: only(lines) };
}

/** An axis title in two lines where one has no room for it; what two have none for is cut. */
export function axisTitle(text: string, room: number): JsonObject {
  const [first, ...rest] = wrapText(text, room, (line) => textWidth(line, AXIS_TITLE_SIZE));
  const title = rest.length === 0 ? first : [first, rest.join(" ")];
  return { title, titleLimit: Math.ceil(room) + 1 };
}

/** Lines of at most `room`, broken at spaces, and within a word only where it has no room of its own. */
export function wrapText(text: string, room: number, measure: (line: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  // A number stays with its error.
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
