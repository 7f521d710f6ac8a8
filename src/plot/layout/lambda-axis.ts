import { mustBe } from "../../errors";
import type { JsonObject } from "../rendering/chart-spec";
import { CAPTION } from "../rendering/theme";
import { logAxis } from "./log-ticks";
import { AXIS_ROOM, MARGINS, NARROW } from "./picture-width";

/** Size of the frame over lambdas, in pixels, where no width is asked for. */
const PATH_WIDTH: number = 380;
const PATH_HEIGHT: number = 290;

/**
 * The frame over lambdas in a picture of some width.
 *
 * @param beside room to the right of the frame, in pixels.
 */
export function lambdaFrame(width: number | undefined, beside: number): { width: number; height: number } {
  if (width === undefined) return { width: PATH_WIDTH, height: PATH_HEIGHT };
  return {
    width: Math.max(90, Math.floor(width - MARGINS - AXIS_ROOM - beside)),
    height: width < NARROW ? 220 : PATH_HEIGHT,
  };
}

/** Lambdas, the largest one first. */
type Decreasing = readonly number[];

/**
 * Positions of lambdas from the largest to the smallest.
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

/** Lambda on a logarithmic axis, falling to the right; `null` for no axis. */
export function lambdaChannel(lambdas: Decreasing, axis: JsonObject | null): JsonObject {
  const domain = [round(lambdas[lambdas.length - 1]), round(lambdas[0])];
  return {
    field: "lambda",
    type: "quantitative",
    scale: { type: "log", domain, nice: false, reverse: true },
    axis: axis && { grid: false, ...axis },
  };
}

/** The axis below the frame. */
export function lambdaAxis(lambdas: Decreasing): JsonObject {
  return { title: "λ (log scale, falling)", ...logAxis(lambdas[lambdas.length - 1], lambdas[0]) };
}

/**
 * The axis above the frame, which counts what is not zero, as glmnet does.
 *
 * @param counted what that is.
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

/** At most `count` elements, evenly spaced, the first and the last among them. */
export function thinOut<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

/** Six significant digits: far below a pixel, and light. */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}
