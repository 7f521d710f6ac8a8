import { formatNumber } from "../../display/formatting";
import type { JsonObject } from "../rendering/chart-spec";
import { GROUND } from "../rendering/theme";

/** A number in three significant digits, or as many as asked for, with a true minus sign. */
export function shortNumber(value: number, digits: number = 3): string {
  return formatNumber(value, digits).replace(/-/g, "\u2212");
}

/** How an axis writes numbers of this size: powers of ten only where plain digits would not fit. */
export function numberAxis(largest: number): JsonObject {
  const size = Math.abs(largest);
  const format = size !== 0 && (size < 1e-3 || size >= 1e6) ? "~e" : ".6~g";
  return { tickCount: 5, format, labelExpr: "datum.value === 0 ? '0' : datum.label" };
}

/** `1 feature`, `2 features`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A layer with a text, on a seam of the ground that keeps lines behind it off its characters. */
export function haloText({ mark, ...rest }: JsonObject & { readonly mark: JsonObject }): JsonObject[] {
  const seam = { stroke: GROUND, strokeWidth: 4, strokeJoin: "round", aria: false };
  return [
    { ...rest, mark: { ...mark, ...seam } },
    { ...rest, mark },
  ];
}

/** A text of at most `length` characters, with an ellipsis in the middle, since names are told apart by their ends. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const nLast = Math.floor((length - 1) / 2);
  const first = characters.slice(0, length - 1 - nLast);
  return `${first.join("")}…${characters.slice(characters.length - nLast).join("")}`;
}
