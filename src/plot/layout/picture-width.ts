/** The width of a picture, and how names fit into it. */

import { shorten } from "../../display/formatting";
import { mustBe } from "../../errors";
import { textWidth } from "../rendering/fonts";
import { LABEL_LIMIT } from "../rendering/theme";

/** Options of every chart. */
export interface PictureOptions {
  /** Width of the whole picture in pixels, 300 to 1600. Default: what suits a notebook. */
  readonly width?: number;
}

/** Width of the padding on both sides, and of an axis with its numbers and title, in pixels. */
export const MARGINS: number = 20;

export const AXIS_ROOM: number = 66;

/** Pictures narrower than this stack their panels and have lower frames. */
export const NARROW_WIDTH: number = 520;

/** @throws InputError when the width is out of range. */
export function checkWidth(where: string, width: unknown): void {
  if (width === undefined || (typeof width === "number" && width >= 300 && width <= 1600)) return;
  throw mustBe(where, "width", "a number of pixels from 300 to 1600", width);
}

/** Returns the width that names may take in a picture. */
export function nameRoom(width: number | undefined): number {
  return Math.min(LABEL_LIMIT, 0.3 * (width ?? Infinity));
}

/**
 * Shortens names to a width in pixels so that different names stay different: where shortening in the middle makes names equal,
 * their common prefix is dropped.
 */
export function fitNames(names: readonly string[], room: number): string[] {
  const parts = [...names];
  const cutsOf = (): string[] => parts.map((part) => fitName(part, room));
  // Each round shows at least one more character of names that are equal after shortening.
  for (let round = 0; round < names.length; round++) {
    const cuts = cutsOf();
    const alike = (i: number): number[] => [...parts.keys()].filter((k) => cuts[k] === cuts[i]);
    const first = parts.findIndex((part, i) => alike(i).some((k) => parts[k] !== part));
    if (first < 0) return cuts;
    const group = alike(first);
    const characters = group.map((i) => [...parts[i]]);
    const length = commonBeginning(characters);
    for (const [k, i] of group.entries()) parts[i] = `…${characters[k].slice(length).join("")}`;
  }
  return cutsOf();
}

/** Returns the length of the common prefix of some texts. */
function commonBeginning([first, ...others]: readonly (readonly string[])[]): number {
  let length = 0;
  while (length < first.length && others.every((other) => other[length] === first[length])) length++;
  return length;
}

/** Shortens a name to a width in pixels at the font size of labels, with an ellipsis. */
export function fitName(name: string, room: number): string {
  // A label has at most one character per pixel.
  const plain = shorten(name.replace(/\s+/g, " "), Math.ceil(room));
  for (let length = [...plain].length; length > 1; length--) {
    const cut = shorten(plain, length);
    if (textWidth(cut, 12) <= room) return cut;
  }
  return shorten(plain, 1);
}

/** Returns the width of the longest of some names after shortening. */
export function widestName(names: readonly string[], room: number): number {
  return Math.ceil(Math.max(0, ...fitNames(names, room).map((name) => textWidth(name, 12))));
}
