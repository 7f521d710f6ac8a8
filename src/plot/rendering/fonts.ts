import { readFileSync } from "node:fs";
import path from "node:path";
import { type MeasureText, readFontWidths } from "../layout/font-widths";

/** How wide a line of text is in the fonts of a PNG, in pixels. */
export function textWidth(text: string, fontSize: number, bold: boolean = false): number {
  return fontSize * fontWidths(bold ? "DejaVuSans-Bold" : "DejaVuSans")(text);
}

/** Where the file of a face of DejaVu lies. */
export function fontFile(face: string): string {
  return path.join(path.dirname(require.resolve("dejavu-fonts-ttf/package.json")), "ttf", `${face}.ttf`);
}

const widthsByFace = new Map<string, MeasureText>();

function fontWidths(face: string): MeasureText {
  let widths = widthsByFace.get(face);
  if (widths === undefined) {
    widths = readFontWidths(readFileSync(fontFile(face)));
    widthsByFace.set(face, widths);
  }
  return widths;
}
