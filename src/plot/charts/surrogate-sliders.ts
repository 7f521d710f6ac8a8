import { heading } from "../layout/heading";
import { numberAxis } from "../layout/labels";
import { AXIS_ROOM, MARGINS, NARROW } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { GROUND, INK, NEGATIVE, RAMP } from "../rendering/theme";
import { minimizerParams, objectiveAt, surrogateAt } from "./surrogate-expressions";

/** Half the width of the square of the factors. */
const EXTENT = 2.2;
/** Cells of the surface along each factor; it is a whole number of pixels a cell wide, for crisp edges. */
const NODES = 44;

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Two panels that follow the inputs `depth`, `lambda` and `z`: one of its own on the left, the surface on the right. */
export function followingPanels(
  width: number | undefined,
  parts: {
    readonly title: string;
    readonly remarks: readonly string[];
    readonly description: string;
    readonly inputs: readonly JsonObject[];
    left(size: Size): JsonObject;
    readonly trail: readonly JsonObject[];
  },
): Chart {
  const narrow = width !== undefined && width < NARROW;
  const both = (width ?? 640) - MARGINS - 2 * AXIS_ROOM - 74;
  const square =
    NODES * Math.max(3, Math.floor((narrow ? width - MARGINS - AXIS_ROOM - 50 : 0.55 * both) / NODES));
  const left = narrow ? { width: square, height: 170 } : { width: Math.floor(both - square), height: square };
  return new Chart({
    description: parts.description,
    title: heading(parts.title, parts.remarks, width),
    params: [...parts.inputs, ...minimizerParams()],
    spacing: 30,
    ...(narrow ? { resolve: { legend: { color: "independent" } } } : {}),
    [narrow ? "vconcat" : "hconcat"]: [parts.left(left), surfacePanel(square, parts.trail)],
  });
}

/** `Q` over two factors with the fibre of the minimizer, the minima on it and what the origin is. */
function surfacePanel(size: number, trail: readonly JsonObject[]): JsonObject {
  const xy = factorAxes();
  const step = (2 * EXTENT) / NODES;
  const onFibre = [{ calculate: "beta == 0 ? 0 : beta / pow(datum.v, depth - 1)", as: "u" }];
  const fibre = { type: "line", color: NEGATIVE, strokeWidth: 2, clip: true, aria: false };
  const circle = { type: "point", filled: true, size: 80, opacity: 1, stroke: INK, strokeWidth: 1.5 };
  const origin = { data: { values: [{ u: 0, v: 0 }] } };
  // With two factors the fibres, and the way of the minima, lie in two quadrants; with more they are to one side.
  const besideFibres = {
    align: { expr: "depth > 2 && beta != 0 ? 'center' : beta < 0 ? 'right' : 'left'" },
    dx: { expr: "depth > 2 && beta != 0 ? 0 : beta < 0 ? -8 : 8" },
  };
  return {
    width: size,
    height: size,
    layer: [
      panelTitle("Q(ξ) = ½(K(ξ) − z)² + λ R(ξ)", size),
      {
        data: { sequence: { start: 0, stop: NODES * NODES, step: 1, as: "i" } },
        transform: [
          { calculate: `${-EXTENT} + ${step} * (datum.i % ${NODES})`, as: "u" },
          { calculate: `${-EXTENT} + ${step} * floor(datum.i / ${NODES})`, as: "v" },
          { calculate: `datum.u + ${step}`, as: "u2" },
          { calculate: `datum.v + ${step}`, as: "v2" },
          {
            calculate: `${surrogateAt(`(datum.u + ${step / 2})`, `(datum.v + ${step / 2})`)} - ${objectiveAt("beta")}`,
            as: "height",
          },
        ],
        // Each cell reaches a pixel under the next: in a picture that is scaled, seams would show.
        mark: { type: "rect", x2Offset: 1, y2Offset: -1, aria: false, clip: true },
        encoding: {
          ...xy,
          x2: { field: "u2" },
          y2: { field: "v2" },
          color: {
            field: "height",
            type: "quantitative",
            scale: {
              type: "pow",
              exponent: 0.25,
              domain: [0, 50],
              range: RAMP,
              interpolate: "rgb",
              clamp: true,
            },
            legend: {
              title: "Q − min",
              gradientLength: size - 40,
              values: [0, 0.1, 1, 5, 20, 50],
              format: ".2~g",
            },
          },
        },
      },
      {
        data: { sequence: { start: -EXTENT, stop: EXTENT + 0.01, step: EXTENT / 150, as: "v" } },
        transform: [
          ...onFibre,
          { calculate: "datum.v > 0", as: "side" },
          { filter: `abs(datum.v) > 1e-9 && abs(datum.u) < ${3 * EXTENT}` },
        ],
        mark: fibre,
        encoding: {
          ...xy,
          detail: { field: "side" },
          order: { field: "v" },
        },
      },
      {
        data: {
          values: [
            { u: -EXTENT, v: 0 },
            { u: EXTENT, v: 0 },
          ],
        },
        mark: { ...fibre, opacity: { expr: "beta == 0 ? 1 : 0" } },
        encoding: xy,
      },
      ...trail,
      {
        ...origin,
        mark: {
          ...circle,
          shape: { expr: "depth == 2 ? 'diamond' : 'circle'" },
          color: GROUND,
          opacity: { expr: "beta == 0 ? 0 : 1" },
        },
        encoding: xy,
      },
      {
        data: { values: [{ side: -1 }, { side: 1 }] },
        transform: [{ calculate: "datum.side * pow(abs(beta), 1 / depth)", as: "v" }, ...onFibre],
        mark: { ...circle, color: NEGATIVE },
        encoding: xy,
      },
      {
        ...origin,
        transform: [
          {
            calculate: "beta == 0 ? 'minimum at 0' : depth == 2 ? 'saddle at 0' : 'local minimum at 0'",
            as: "text",
          },
        ],
        mark: { type: "text", dy: 17, color: INK, ...besideFibres },
        encoding: { ...xy, text: { field: "text" } },
      },
    ],
  };
}

/** The axes of two factors. */
export function factorAxes(): JsonObject {
  return { x: symmetricAxis("u", "u", EXTENT), y: symmetricAxis("v", "v", EXTENT) };
}

/** A symmetric axis. */
export function symmetricAxis(field: string, title: string, extent: number): JsonObject {
  return {
    field,
    type: "quantitative",
    title,
    scale: { domain: [-extent, extent], nice: false },
    // A lone letter stands upright: a "v" on its side reads as ">".
    axis: { ...numberAxis(1), grid: false, ...(field === "v" ? { titleAngle: 0, titlePadding: 12 } : {}) },
  };
}

/** A title as a mark: the place of a real one depends on the tick labels beside it. */
export function panelTitle(text: string, width: number): JsonObject {
  return { data: { values: [{}] }, mark: { type: "text", text, x: width / 2, y: -14, fontSize: 12 } };
}
