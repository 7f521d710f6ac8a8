import type { JsonObject } from "../rendering/chart-spec";
import { shortNumber } from "./labels";

/**
 * Round values on a logarithmic axis: powers of ten, or 1-2-5 steps where they are too few.
 *
 * @param most of them, at least 2.
 */
export function logTicks(low: number, high: number, most: number = 8): number[] {
  const powers = Array.from({ length: 640 }, (_, i) => i - 320);
  const within = (digits: readonly number[]): number[] =>
    powers
      // From its digits: a product such as 3 * 0.1 is no round value.
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const decades = within([1]);
  if (decades.length > most) return decades.filter((_, i) => i % Math.ceil(decades.length / most) === 0);
  if (decades.length >= 3) return decades;
  const finer = within([1, 2, 5]);
  return finer.length > most ? finer.filter((_, i) => i % Math.ceil(finer.length / most) === 0) : finer;
}

/** Ticks of a logarithmic axis with what they are called. */
export function logAxis(low: number, high: number, most?: number): JsonObject {
  const values = logTicks(low, high, most);
  const names = Object.fromEntries(values.map((value) => [value, tickName(value)]));
  return { values, labelExpr: `(${JSON.stringify(names)})[datum.value]` };
}

/** Digits where they are few, else a power of ten, with a factor where it is not one. */
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
