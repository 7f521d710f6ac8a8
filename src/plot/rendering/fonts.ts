/** Widths of texts in the bundled fonts, read from their files, and the names of fonts. */

import { fontBytes } from "#drawing";

/** The faces that charts are drawn in, as PostScript and the files of DejaVu name them. */
export const FACES = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"] as const;

/** Returns the width of a line of text in the fonts of a PNG, in pixels. */
export function textWidth(text: string, fontSize: number, bold: boolean = false): number {
  return fontSize * fontWidths(bold ? "DejaVuSans-Bold" : "DejaVuSans")(text);
}

const widthsByFace = new Map<string, MeasureText>();

function fontWidths(face: "DejaVuSans" | "DejaVuSans-Bold"): MeasureText {
  let widths = widthsByFace.get(face);
  if (widths === undefined) {
    widths = readFontWidths(fontBytes(face));
    widthsByFace.set(face, widths);
  }
  return widths;
}

/** The width of one line of text in units of the font size. */
type MeasureText = (text: string) => number;

/**
 * Reads the advance widths of a TrueType font, so that a layout knows how long its labels are.
 *
 * Kerning is left out: it changes a label by less than a pixel.
 *
 * @param font - A TrueType file with a `cmap` subtable of format 12.
 * @see https://learn.microsoft.com/typography/opentype/spec/otff
 */
export function readFontWidths(file: Uint8Array): MeasureText {
  const font = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = tableStarts(font);
  const unitsPerEm = font.getUint16(tables.get("head")! + 18);
  const nMetrics = font.getUint16(tables.get("hhea")! + 34);
  const metrics = tables.get("hmtx")!;
  const glyphOf = readCharacterMap(font, tables.get("cmap")!);

  return (text) => {
    let width = 0;
    for (const character of text) {
      // Glyphs after the last metric have its width; glyph 0 is that of missing characters.
      const metric = Math.min(glyphOf(character.codePointAt(0)!), nMetrics - 1);
      width += font.getUint16(metrics + 4 * metric);
    }
    return width / unitsPerEm;
  };
}

/** Where each table of a TrueType file begins, by its name. */
function tableStarts(font: DataView): Map<string, number> {
  const tables = new Map<string, number>();
  for (let i = 0; i < font.getUint16(4); i++) {
    const record = 12 + 16 * i;
    const letters = [0, 1, 2, 3].map((at) => font.getUint8(record + at));
    tables.set(String.fromCharCode(...letters), font.getUint32(record + 8));
  }
  return tables;
}

/** Windows, whose texts are UTF-16. */
const PLATFORM = 3;
const POSTSCRIPT_NAME = 6;

/**
 * Returns the PostScript name of a TrueType font, such as `DejaVuSans-Bold`; undefined where the bytes are no such font.
 *
 * @see https://learn.microsoft.com/typography/opentype/spec/name
 */
export function faceOf(file: Uint8Array): string | undefined {
  try {
    const font = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const names = tableStarts(font).get("name")!;
    const texts = names + font.getUint16(names + 4);
    for (let i = 0; i < font.getUint16(names + 2); i++) {
      const record = names + 6 + 12 * i;
      if (font.getUint16(record) !== PLATFORM || font.getUint16(record + 6) !== POSTSCRIPT_NAME) continue;
      const start = texts + font.getUint16(record + 10);
      const count = font.getUint16(record + 8) / 2;
      return String.fromCharCode(...Array.from({ length: count }, (_, k) => font.getUint16(start + 2 * k)));
    }
  } catch {
    // A DataView throws where a file ends before what it says that it has, and where there are no bytes.
  }
  return undefined;
}

function readCharacterMap(font: DataView, cmap: number): (codePoint: number) => number {
  const nSubtables = font.getUint16(cmap + 2);
  for (let i = 0; i < nSubtables; i++) {
    const subtable = cmap + font.getUint32(cmap + 4 + 8 * i + 4);
    if (font.getUint16(subtable) !== 12) continue;
    const nGroups = font.getUint32(subtable + 12);
    return (codePoint) => {
      for (let group = subtable + 16; group < subtable + 16 + 12 * nGroups; group += 12) {
        if (codePoint > font.getUint32(group + 4)) continue;
        const first = font.getUint32(group);
        return codePoint < first ? 0 : font.getUint32(group + 8) + codePoint - first;
      }
      return 0;
    };
  }
  return () => 0;
}
