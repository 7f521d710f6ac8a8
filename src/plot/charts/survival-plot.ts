import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { numberAxis, round, thinOut } from "../layout/axes";
import { axisTitle, heading, shortNumber } from "../layout/labels";
import { LABEL_INDENT, lineColor, lineDash, namedLineEnds } from "../layout/lines";
import {
  AXIS_ROOM,
  checkWidth,
  MARGINS,
  NARROW_WIDTH,
  nameRoom,
  type PictureOptions,
  widestName,
} from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { MUTED } from "../rendering/theme";

/** The members of survival curves that {@link survivalPlot} reads. */
export interface SurvivalPlotData {
  /** Ascending, at least 0. */
  readonly times: ArrayLike<number>;
  /** `survival[i][k]` is the probability that row `i` has no event until `times[k]`; NaN where a curve has ended. */
  readonly survival: readonly ArrayLike<number>[];
}

/** Options of {@link survivalPlot}: the names of the curves, and how the picture looks. */
export interface SurvivalPlotOptions extends PictureOptions {
  /** One name a curve. Default: `row 0`, `row 1`, ... */
  readonly names?: readonly string[];
}

const MAX_CURVES = 12;
const MAX_POINTS = 300;

/**
 * Draws survival curves as steps: the probability of no event over time, from 1 at time 0.
 *
 * @param curves what `predictSurvival` gives, of at most 12 rows, or its parts.
 * @throws InputError when there is no curve or more than 12, lengths disagree, or a probability is not within [0, 1] before a curve ends.
 * @example
 * ```ts
 * survivalPlot({ times: [1, 2, 4], survival: [[0.9, 0.7, 0.4], [0.6, 0.3, 0.1]] }, { names: ["low risk", "high risk"] });
 * ```
 */
export function survivalPlot(curves: SurvivalPlotData, options: SurvivalPlotOptions = {}): Chart {
  const where = "survivalPlot";
  checkKeys(where, options, ["names", "width"]);
  checkWidth(where, options.width);
  const { times, lines } = readCurves(where, curves, options.names);
  const { width } = options;
  const room = nameRoom(width);
  const beside =
    LABEL_INDENT +
    widestName(
      lines.map(({ name }) => name),
      room,
    );
  const frame = {
    width: width === undefined ? 380 : Math.floor(width - MARGINS - AXIS_ROOM - 10 - beside),
    height: Math.max(width !== undefined && width < NARROW_WIDTH ? 200 : 260, 15 * lines.length),
  };
  const last = times[times.length - 1] || 1;
  const x: JsonObject = {
    field: "x",
    type: "quantitative",
    scale: { domain: [0, round(last)], nice: false },
    axis: { ...numberAxis(last), ...axisTitle("time", frame.width), grid: false },
  };
  const y: JsonObject = {
    field: "y",
    type: "quantitative",
    scale: { domain: [0, 1], nice: false },
    axis: { ...numberAxis(1), ...axisTitle("probability of no event", frame.height) },
  };
  const finals = lines.map(({ name, rank, points }) => ({ name, rank, end: points[points.length - 1] }));
  const title = `Survival of ${counted(lines.length, "row")}`;
  return new Chart({
    description: `Line chart. ${title} until ${shortNumber(last)}. ${finals.map(({ name, end }) => `${name}: ${shortNumber(end.y)}`).join("; ")}.`,
    title: heading(title, ["dashed: one half, which a curve crosses at its median"], width),
    ...frame,
    layer: [
      {
        data: { values: [{ y: 0.5 }] },
        mark: { type: "rule", color: MUTED, strokeDash: [4, 4], aria: false },
        encoding: { y },
      },
      ...lines.map(
        ({ name, rank, points }): JsonObject => ({
          data: { values: points.map((point) => ({ ...point, name })) },
          mark: {
            type: "line",
            interpolate: "step-after",
            color: lineColor(rank),
            strokeDash: lineDash(rank),
            strokeWidth: 2,
          },
          encoding: {
            x,
            y,
            tooltip: { field: "name", title: "row" },
          },
        }),
      ),
      ...namedLineEnds(
        finals.map(({ name, rank, end }) => ({
          name,
          rank,
          x: (frame.width * end.x) / last,
          y: frame.height * (1 - end.y),
        })),
        frame,
        room,
      ),
    ],
  });
}

/** A curve by its name, which begins at one at time 0. */
interface SurvivalLine {
  readonly name: string;
  readonly rank: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** @throws InputError where the curves are not as {@link survivalPlot} takes them. */
function readCurves(
  where: string,
  curves: SurvivalPlotData,
  given: readonly string[] | undefined,
): { readonly times: ArrayLike<number>; readonly lines: readonly SurvivalLine[] } {
  const { times, survival } = Object(curves) as SurvivalPlotData;
  if (!(Object(times).length > 0) || !Array.isArray(survival) || survival.length === 0)
    throw mustBe(where, "curves", "what predictSurvival gives, of at least one row", curves);
  if (survival.length > MAX_CURVES)
    throw mustBe(
      where,
      "the number of curves",
      `at most ${MAX_CURVES}`,
      survival.length,
      "predict fewer rows",
    );
  const names = given ?? survival.map((_, i) => `row ${i}`);
  if (names.length !== survival.length)
    throw mustBe(where, "names", `${survival.length} texts, one a curve`, names);
  const lines = survival.map((curve: ArrayLike<number>, rank) => {
    if (curve.length !== times.length)
      throw mustBe(where, `survival[${rank}]`, `${times.length} numbers, one a time`, curve);
    let nKnown = curve.length;
    while (nKnown > 0 && Number.isNaN(curve[nKnown - 1])) nKnown--;
    const points = Array.from({ length: nKnown }, (_, k) => {
      const probability = curve[k];
      if (!(probability >= 0 && probability <= 1))
        throw mustBe(where, `survival[${rank}][${k}]`, "within [0, 1]", probability);
      if (!(times[k] >= 0 && times[k] < Infinity && !(times[k] < times[k - 1])))
        throw mustBe(where, `times[${k}]`, "a finite number >= 0, no less than the one before", times[k]);
      return { x: round(times[k]), y: round(probability) };
    });
    return { name: names[rank], rank, points: [{ x: 0, y: 1 }, ...thinOut(points, MAX_POINTS)] };
  });
  return { times, lines };
}
