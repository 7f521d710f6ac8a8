import { mustBe } from "../../errors";
import { textWidth } from "../rendering/fonts";
import { LABEL_LIMIT } from "../rendering/theme";
import { shorten } from "./labels";

/** What every chart takes. */
export interface PictureOptions {
  /** Width of the whole picture in pixels, 300 to 1600. Default: what suits a notebook. */
  readonly width?: number;
}

/** Padding left and right, and an axis with its numbers and title. */
export const MARGINS: number = 20;
export const AXIS_ROOM: number = 66;
/** Narrower than this, panels stand below each other and frames are lower. */
export const NARROW: number = 520;

/** @throws InputError when the width is out of range. */
export function checkWidth(where: string, width: unknown): void {
  if (width === undefined || (typeof width === "number" && width >= 300 && width <= 1600)) return;
  throw mustBe(where, "width", "a number of pixels from 300 to 1600", width);
}

/** How much of a picture's width names may take. */
export function nameRoom(width: number | undefined): number {
  return Math.min(LABEL_LIMIT, 0.3 * (width ?? Infinity));
}

/**
 * Names cut to some pixels, so that different ones look different: of those that a cut in the middle makes alike, their common
 * beginning is cut.
 */
export function fitNames(names: readonly string[], room: number): string[] {
  const parts = [...names];
  const cutsOf = (): string[] => parts.map((part) => fitName(part, room));
  // Each round shows at least one more character of names that are alike.
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

/** How many characters some texts begin with that are the same in all. */
function commonBeginning([first, ...others]: readonly (readonly string[])[]): number {
  let length = 0;
  while (length < first.length && others.every((other) => other[length] === first[length])) length++;
  return length;
}

/** A name cut to some pixels in the size of labels, with an ellipsis in place of what is cut. */
export function fitName(name: string, room: number): string {
  // No label has room for more characters than pixels.
  const plain = shorten(name.replace(/\s+/g, " "), Math.ceil(room));
  for (let length = [...plain].length; length > 1; length--) {
    const cut = shorten(plain, length);
    if (textWidth(cut, 12) <= room) return cut;
  }
  return shorten(plain, 1);
}

/** The room that the longest of some names takes. */
export function widestName(names: readonly string[], room: number): number {
  return Math.ceil(Math.max(0, ...fitNames(names, room).map((name) => textWidth(name, 12))));
}
