/** The panels of a landscape: the objective over the coefficient, and the surrogate over two factors. */

import { formatNumber } from "../../display/formatting";
import { numberAxis } from "../layout/axes";
import { shortNumber } from "../layout/labels";
import type { JsonObject } from "../rendering/chart-spec";
import { BACKGROUND, FOREGROUND, NEGATIVE, POSITIVE, RAMP } from "../rendering/theme";
import type { Landscape } from "./landscape";
import { type Polyline, simplify, sublevelOutlines } from "./parts/isolines";

const HEIGHT = 220;
const BASE_WIDTH = 190;
const N_LEVELS = 16;

/** Exponent of the levels, which resolve small heights near the minima as finely as large ones. */
const STEEPNESS = 4;

/** The objective with its kink, as a curve over the coefficient. */
export function basePanel(
  landscape: Landscape,
  { width, height }: { readonly width: number; readonly height: number } = {
    width: BASE_WIDTH,
    height: HEIGHT,
  },
  legendColumns?: number,
): JsonObject {
  const { beta, objective } = landscape.base;
  const lowest = Math.min(...objective);
  const highest = Math.max(...objective);
  const x = { field: "x", type: "quantitative", title: "β", axis: numberAxis(1), scale: { nice: false } };
  const y = {
    field: "y",
    type: "quantitative",
    title: null,
    axis: numberAxis(1),
    // Below the minimum there is room for its name.
    scale: { domain: [lowest - 0.2 * (highest - lowest), highest], nice: false },
  };
  const minima = labelledPoints(landscape).base;
  const minimizer = minima.find(({ kind }) => kind === GLOBAL_MINIMUM)!;
  const note = (point: { x: number; y: number }, text: string, mark: JsonObject): JsonObject => ({
    data: { values: [{ x: point.x, y: point.y }] },
    mark: { type: "text", text, ...mark },
    encoding: { x, y },
  });
  return {
    width,
    height,
    layer: [
      panelTitle("P(β) = ½(β − z)² + λ R(β)", width),
      {
        data: { values: [rounded({ x: [...beta], y: [...objective] })] },
        transform: [{ flatten: ["x", "y"] }],
        mark: { type: "line", color: POSITIVE, strokeWidth: 2.5, aria: false },
        encoding: { x, y },
      },
      ...(minimizer.x === 0
        ? []
        : [note({ x: 0, y: objective[beta.indexOf(0)] }, "kink", besideKink(landscape.z))]),
      note(minimizer, `β\u0302 = ${shortNumber(minimizer.x)}`, { dy: 20 }),
      pointLayer(landscape, minima, { x, y }, legendColumns),
    ],
  };
}

/** Returns the position of the label: on the side of 0 where the curve lies above it. */
function besideKink(z: number): JsonObject {
  return z > 0 ? { align: "right", dx: -2, dy: 16 } : { align: "left", dx: 2, dy: 16 };
}

/**
 * Draws the surrogate as filled contours over two factors.
 *
 * @param size width and height, in pixels.
 * @param legendColumns number of columns of the legend of points. Default: all in one row.
 */
export function surrogatePanel(
  landscape: Landscape,
  size: number = HEIGHT,
  legendColumns?: number,
): JsonObject {
  const { surrogate, fibre, nTied } = landscape;
  const { lowest, range } = heightRange(landscape);
  const saddles = surrogate.criticalPoints.filter(({ kind }) => kind === "saddle");
  const heights = new Set([
    ...Array.from({ length: N_LEVELS }, (_, i) => range * ((i + 1) / N_LEVELS) ** STEEPNESS),
    ...saddles.map(({ value }) => value - lowest),
  ]);
  const tenthOfPixel = (2 * surrogate.extent) / size / 10;
  const light = (line: Polyline): JsonObject => rounded(simplify(line, tenthOfPixel));
  // From high to low: each region is painted over the larger one around it.
  const regions = [...heights]
    .sort((a, b) => b - a)
    .flatMap((height) =>
      sublevelOutlines(surrogate, lowest + height).map((line) => ({
        height: round(height),
        ...light(line),
      })),
    );
  const axis = (field: string, title: string): JsonObject => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [-surrogate.extent, surrogate.extent], nice: false },
    // A lone letter stands upright: a "v" on its side reads as ">".
    axis: {
      ...numberAxis(1),
      grid: false,
      ...(title.length === 1 ? { titleAngle: 0, titlePadding: 12 } : {}),
    },
  });
  const tiedNames = ["v", "v = w"][nTied - 1] ?? "all others";
  const xy = { x: axis("x", "u"), y: axis("y", tiedNames) };
  const polylines = (lines: readonly JsonObject[], mark: JsonObject, encoding: JsonObject): JsonObject => ({
    data: { values: lines.map((line, i) => ({ line: i, ...line })) },
    transform: [{ flatten: ["x", "y"] }, { window: [{ op: "row_number", as: "order" }] }],
    mark: { type: "line", aria: false, ...mark },
    encoding: { ...xy, detail: { field: "line" }, order: { field: "order" }, ...encoding },
  });
  return {
    width: size,
    height: size,
    layer: [
      panelTitle("Q(ξ) = ½(K(ξ) − z)² + λ R(ξ)", size),
      polylines(
        regions,
        { filled: true, stroke: BACKGROUND, strokeWidth: 0.7, strokeJoin: "round" },
        { color: heightColor(lowest, range, size) },
      ),
      polylines(fibre.map(light), { color: NEGATIVE, strokeWidth: 2 }, {}),
      pointLayer(landscape, labelledPoints(landscape).surrogate, xy, legendColumns),
    ],
  };
}

/** A colour scale on the height above the lowest value, with a legend in absolute values. */
function heightColor(lowest: number, range: number, size: number): JsonObject {
  // The power scale resolves heights near the lowest value.
  const values = ticksFrom(lowest, range);
  return {
    field: "height",
    type: "quantitative",
    scale: {
      type: "pow",
      exponent: 1 / STEEPNESS,
      domain: [0, round(range)],
      range: RAMP,
      interpolate: "rgb",
    },
    legend: {
      title: "Q",
      gradientLength: size - 40,
      values,
      labelExpr: `format(datum.value + ${lowest}, '.3~g')`,
    },
  };
}

/** Returns the heights that the legend labels: round values, at least a tenth of the bar apart. */
function ticksFrom(lowest: number, range: number): number[] {
  const place = (height: number): number => (height / range) ** (1 / STEEPNESS);
  const powers = Array.from({ length: 13 }, (_, i) => i - 6);
  const candidates = powers
    .reverse()
    // Rounder values first: a power of ten, then two and five times one.
    .flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
    .filter((value) => value > lowest && value <= lowest + range);
  const kept: number[] = [];
  const rounder = [...candidates].sort((a, b) => leadingDigit(a) - leadingDigit(b) || b - a);
  for (const height of [0, ...rounder.map((value) => value - lowest)])
    if (kept.every((other) => Math.abs(place(other) - place(height)) >= 0.1)) kept.push(height);
  return kept.map(round).sort((a, b) => a - b);
}

function leadingDigit(value: number): number {
  return Number(value.toExponential(0)[0]);
}

/** A point to mark, with the entry that explains it in the legend. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  /** The kind of a point, which decides its shape. */
  readonly kind: string;
  /** The kind and the value there. */
  readonly label: string;
}

const GLOBAL_MINIMUM = "global minimum";
const POINT_STYLES: readonly { readonly kind: string; readonly shape: string; readonly fill: string }[] = [
  { kind: GLOBAL_MINIMUM, shape: "circle", fill: NEGATIVE },
  { kind: "local minimum", shape: "circle", fill: BACKGROUND },
  { kind: "saddle", shape: "diamond", fill: BACKGROUND },
  { kind: "local maximum", shape: "triangle-up", fill: BACKGROUND },
  { kind: "flat point", shape: "square", fill: BACKGROUND },
];

/** Returns the marked points of both panels; equal kinds at equal heights have equal labels. */
export function labelledPoints({
  base,
  surrogate,
}: Landscape): Record<"base" | "surrogate", LabelledPoint[]> {
  const lowest = Math.min(...base.minima.map(({ value }) => value));
  const described = (kind: string, value: number): Pick<LabelledPoint, "kind" | "label"> => {
    // The two panels find their minima independently, so they agree to rounding only.
    const isLowest = kind === "minimum" && value <= lowest + 1e-9 * (1 + Math.abs(lowest));
    const name = isLowest
      ? GLOBAL_MINIMUM
      : kind === "saddle"
        ? kind
        : kind === "flat"
          ? "flat point"
          : `local ${kind}`;
    return { kind: name, label: `${name} ${formatNumber(value, 4)}` };
  };
  return {
    base: base.minima.map(({ beta, value }) => ({ x: beta, y: value, ...described("minimum", value) })),
    surrogate: surrogate.criticalPoints.map(({ u, v, value, kind }) => ({
      x: u,
      y: v,
      ...described(kind, value),
    })),
  };
}

/** Draws the points with a legend that both panels share, so that equal minima have one entry. */
function pointLayer(
  landscape: Landscape,
  points: readonly LabelledPoint[],
  position: JsonObject,
  columns?: number,
): JsonObject {
  const all = Object.values(labelledPoints(landscape)).flat();
  const kindOf = new Map(all.map(({ label, kind }) => [label, kind]));
  const styleOf = (label: string): number => POINT_STYLES.findIndex(({ kind }) => kind === kindOf.get(label));
  const domain = [...kindOf.keys()].sort((a, b) => styleOf(a) - styleOf(b));
  const channel = (property: "shape" | "fill"): JsonObject => ({
    field: "label",
    type: "nominal",
    scale: { domain, range: domain.map((label) => POINT_STYLES[styleOf(label)][property]) },
    legend: {
      title: null,
      orient: "bottom",
      symbolSize: 80,
      columnPadding: 18,
      ...(columns ? { columns } : {}),
    },
  });
  return {
    data: { values: points.map(({ x, y, label }) => ({ x: round(x), y: round(y), label })) },
    mark: { type: "point", size: 80, opacity: 1, stroke: FOREGROUND, strokeWidth: 1.5 },
    encoding: { ...position, shape: channel("shape"), fill: channel("fill") },
  };
}

/** A title as a mark: the place of a real one depends on the tick labels beside it. */
function panelTitle(text: string, width: number): JsonObject {
  return {
    data: { values: [{}] },
    mark: { type: "text", text, x: width / 2, y: -14, fontSize: 13 },
  };
}

function heightRange({ surrogate: { values, criticalPoints } }: Landscape): {
  lowest: number;
  range: number;
} {
  const heights = [...Array.from(values), ...criticalPoints.map(({ value }) => value)];
  const lowest = Math.min(...heights);
  return { lowest: round(lowest), range: Math.max(...heights) - lowest };
}

function rounded({ x, y }: Polyline): JsonObject {
  return { x: x.map(round), y: y.map(round) };
}

/** Four significant digits: a tenth of a pixel. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
