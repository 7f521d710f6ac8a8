/** Axes of charts: of lambda, logarithmic ones, and numbers. */

import { mustBe } from "../../errors";
import type { JsonObject } from "../rendering/chart-spec";
import { CAPTION } from "../rendering/theme";
import { shortNumber } from "./labels";
import { AXIS_ROOM, MARGINS, NARROW_WIDTH } from "./picture-width";

/** Size of the frame over lambdas, in pixels, where no width is asked for. */
const PATH_WIDTH: number = 380;
const PATH_HEIGHT: number = 290;

/**
 * Returns the size of a frame over lambdas in a picture of some width.
 *
 * @param beside room to the right of the frame, in pixels.
 */
export function lambdaFrame(width: number | undefined, beside: number): { width: number; height: number } {
  if (width === undefined) return { width: PATH_WIDTH, height: PATH_HEIGHT };
  return {
    width: Math.max(90, Math.floor(width - MARGINS - AXIS_ROOM - beside)),
    height: width < NARROW_WIDTH ? 220 : PATH_HEIGHT,
  };
}

/** Lambdas, the largest one first. */
type Decreasing = readonly number[];

/**
 * Returns the indices of lambdas from the largest to the smallest.
 *
 * @throws InputError when one has no place on a logarithmic axis, or they are not at least two different ones.
 */
export function decreasingOrder(where: string, lambdas: ArrayLike<number>, remedy?: string): number[] {
  const list = Array.from(lambdas, (lambda, l) => {
    if (lambda > 0 && lambda < Infinity) return lambda;
    throw mustBe(where, `lambdas[${l}]`, "a finite number > 0 on a logarithmic axis", lambda);
  });
  if (!(new Set(list).size >= 2))
    throw mustBe(where, "lambdas", "two or more different numbers", lambdas, remedy);
  return [...list.keys()].sort((a, b) => list[b] - list[a]);
}

/** Returns the channel of lambda on a logarithmic axis, decreasing to the right; `null` for no axis. */
export function lambdaChannel(lambdas: Decreasing, axis: JsonObject | null): JsonObject {
  const domain = [round(lambdas[lambdas.length - 1]), round(lambdas[0])];
  return {
    field: "lambda",
    type: "quantitative",
    scale: { type: "log", domain, nice: false, reverse: true },
    axis: axis && { grid: false, ...axis },
  };
}

/** Returns the axis of lambda below the frame. */
export function lambdaAxis(lambdas: Decreasing): JsonObject {
  return { title: "λ (log scale, falling)", ...logAxis(lambdas[lambdas.length - 1], lambdas[0]) };
}

/**
 * Returns the axis above the frame, which shows the number of nonzero coefficients, as glmnet does.
 *
 * @param counted the noun of what is counted.
 * @param width of the frame, in pixels.
 */
export function countAxis(
  counts: readonly { readonly lambda: number; readonly count: number }[],
  counted: string = "coefficients",
  width: number = PATH_WIDTH,
): JsonObject {
  const shown = thinOut(counts, Math.max(2, Math.min(6, Math.floor(width / 45)))).map(({ lambda, count }) => [
    round(lambda),
    count,
  ]);
  return {
    orient: "top",
    title: `${counted} not zero`,
    titleFontSize: 12,
    titleColor: CAPTION,
    labelColor: CAPTION,
    domain: false,
    ticks: false,
    values: shown.map(([lambda]) => lambda),
    labelExpr: `(${JSON.stringify(Object.fromEntries(shown))})[datum.value]`,
  };
}

/** Returns at most `count` elements, evenly spaced, including the first and the last. */
export function thinOut<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

/** Rounds to six significant digits, far below a pixel, which keeps files small. */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}

/**
 * Returns round values on a logarithmic axis: powers of ten, or 1-2-5 steps where they are too few.
 *
 * @param most the maximum number of values, at least 2.
 */
export function logTicks(low: number, high: number, most: number = 8): number[] {
  const powers = Array.from({ length: 640 }, (_, i) => i - 320);
  const within = (digits: readonly number[]): number[] =>
    powers
      // The value is parsed from digits, since a product such as 3 * 0.1 is not round.
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const decades = within([1]);
  if (decades.length > most) return decades.filter((_, i) => i % Math.ceil(decades.length / most) === 0);
  if (decades.length >= 3) return decades;
  const finer = within([1, 2, 5]);
  return finer.length > most ? finer.filter((_, i) => i % Math.ceil(finer.length / most) === 0) : finer;
}

/** Returns the ticks of a logarithmic axis with their labels. */
export function logAxis(low: number, high: number, most?: number): JsonObject {
  const values = logTicks(low, high, most);
  const names = Object.fromEntries(values.map((value) => [value, tickName(value)]));
  return { values, labelExpr: `(${JSON.stringify(names)})[datum.value]` };
}

/** Returns the label of a tick: digits where they are few, else a power of ten with a factor. */
export function tickName(value: number): string {
  if (value >= 1e-3 && value < 1e5) return shortNumber(value);
  const [digits, exponent] = value.toExponential().split("e");
  const power = [...String(Number(exponent))].map((c) => SUPERSCRIPTS[c]).join("");
  return `${digits === "1" ? "" : `${digits}·`}10${power}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** Returns the number format of an axis: powers of ten only where plain digits would not fit. */
export function numberAxis(largest: number): JsonObject {
  const size = Math.abs(largest);
  const format = size !== 0 && (size < 1e-3 || size >= 1e6) ? "~e" : ".6~g";
  return { tickCount: 5, format, labelExpr: "datum.value === 0 ? '0' : datum.label" };
}
