/** Bars of numbers beside each other's rows, from a common zero. */

/** Length of the longest bar, in characters of a terminal and in pixels of HTML. */
const CELLS = 12;
const PIXELS = 120;

/** Blocks that are filled from the left by eighths. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Blue for positive and orange for negative bars, which stay distinct for colour-blind readers (Okabe and Ito) and in dark themes. */
const POSITIVE = "#2b7bba";
const NEGATIVE = "#d55e00";

/** The number that a row's bar shows; null or undefined for no bar. */
export type BarValue = number | null | undefined;

/** The position of zero and the length of one unit, as shares of the whole width. */
interface Scale {
  readonly zero: number;
  readonly perUnit: number;
}

function scaleOf(values: readonly BarValue[]): Scale {
  const finite = values.filter((value): value is number => Number.isFinite(value));
  const low = finite.reduce((a, b) => Math.min(a, b), 0);
  const high = finite.reduce((a, b) => Math.max(a, b), 0);
  // Divided before they are subtracted: the range of two finite numbers need not be finite.
  const size = Math.max(high, -low) || 1;
  const perUnit = 1 / (high / size - low / size || 1) / size;
  return { zero: -low * perUnit, perUnit };
}

/** Returns one text for each row, padded to the longest bar where some are negative. */
export function barTexts(values: readonly BarValue[]): string[] {
  const { zero, perUnit } = scaleOf(values);
  const left = Math.round(zero * CELLS);
  return values.map((value) => {
    if (!Number.isFinite(value)) return "";
    const length = (value as number) * perUnit * CELLS;
    if (length >= 0) return " ".repeat(left) + positiveBar(length);
    // No block is filled from the right by eighths, but one by half.
    const halves = Math.max(1, Math.round(-2 * length));
    const blocks = (halves % 2 === 1 ? "▐" : "") + "█".repeat(Math.floor(halves / 2));
    return blocks.padStart(left).slice(-Math.max(left, 1));
  });
}

function positiveBar(length: number): string {
  const eighths = length > 0 ? Math.max(1, Math.round(8 * length)) : 0;
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/**
 * One HTML element a row.
 *
 * Elements with a width and a background, since JupyterLab takes SVG out of notebooks that it does not trust.
 */
export function barElements(values: readonly BarValue[]): string[] {
  const { zero, perUnit } = scaleOf(values);
  const pixels = (share: number): string => `${Math.round(share * PIXELS)}px`;
  return values.map((value) => {
    if (!Number.isFinite(value)) return "";
    const share = (value as number) * perUnit;
    const width = value === 0 ? "0px" : pixels(Math.max(Math.abs(share), 1 / PIXELS));
    const colour = share < 0 ? NEGATIVE : POSITIVE;
    const bar = `<span style="display: inline-block; height: 10px; margin-left: ${pixels(zero + Math.min(share, 0))}; width: ${width}; background-color: ${colour}"></span>`;
    return `<span style="display: inline-block; width: ${PIXELS}px; text-align: left">${bar}</span>`;
  });
}

/** The index of a number that a sparkline marks, and the brackets around it. */
export interface SparklineMark {
  readonly index: number;
  readonly brackets: readonly [left: string, right: string];
}

/**
 * Draws a sequence of numbers in one line of text, `█▆▄(▂)▁[▁]▂`, with a gap where a number is not finite.
 *
 * @param marks the first stands innermost where two are of one character.
 */
export function sparkline(
  values: ArrayLike<number>,
  marks: readonly SparklineMark[] = [],
  width: number = 40,
): string {
  const runs = Math.min(width, values.length);
  const means = Array.from({ length: runs }, (_, k) => {
    const [from, to] = [k, k + 1].map((edge) => Math.floor((edge * values.length) / runs));
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i] / (to - from);
    return sum;
  });
  const finite = means.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const step = (high - low) / 7;
  const level = (value: number): number => (step > 0 ? Math.round((value - low) / step) : 0);
  const characters = means.map((value) => (Number.isFinite(value) ? "▁▂▃▄▅▆▇█"[level(value)] : " "));
  for (const { index, brackets } of marks) {
    // The run whose numbers end behind the marked one.
    const run = Math.ceil(((index + 1) * runs) / values.length) - 1;
    characters[run] = brackets.join(characters[run]);
  }
  return characters.join("");
}
