/**
 * Panels that Vega computes from sliders: the surrogate over two factors, and the expressions of objective and
 * minimizer.
 */

import { numberAxis } from "../../layout/axes";
import { heading } from "../../layout/labels";
import { AXIS_ROOM, MARGINS, NARROW_WIDTH } from "../../layout/picture-width";
import { Chart } from "../../rendering/chart";
import type { JsonObject } from "../../rendering/chart-spec";
import { BACKGROUND, FOREGROUND, NEGATIVE, RAMP } from "../../rendering/theme";

/** Half the width of the square of the factors. */
const EXTENT = 2.2;

/** Number of cells of the surface along each factor; each is a whole number of pixels wide, for sharp edges. */
const NODES = 44;

/** The size of a panel, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Draws two panels that depend on the inputs `depth`, `lambda` and `z`: a given one, and the surface of the surrogate. */
export function sliderPanels(
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
  const narrow = width !== undefined && width < NARROW_WIDTH;
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

/** Draws `Q` over two factors with the fibre of the minimizer, the minima on it, and the kind of the origin. */
function surfacePanel(size: number, trail: readonly JsonObject[]): JsonObject {
  const xy = factorAxes();
  const circle = { type: "point", filled: true, size: 80, opacity: 1, stroke: FOREGROUND, strokeWidth: 1.5 };
  const origin = { data: { values: [{ u: 0, v: 0 }] } };
  // With two factors the fibres and minima lie in two quadrants; with more they lie on one side.
  const besideFibres = {
    align: { expr: "depth > 2 && beta != 0 ? 'center' : beta < 0 ? 'right' : 'left'" },
    dx: { expr: "depth > 2 && beta != 0 ? 0 : beta < 0 ? -8 : 8" },
  };
  return {
    width: size,
    height: size,
    layer: [
      panelTitle("Q(ξ) = ½(K(ξ) − z)² + λ R(ξ)", size),
      heightMap(size),
      ...fibreLines(),
      ...trail,
      {
        ...origin,
        mark: {
          ...circle,
          shape: { expr: "depth == 2 ? 'diamond' : 'circle'" },
          color: BACKGROUND,
          opacity: { expr: "beta == 0 ? 0 : 1" },
        },
        encoding: xy,
      },
      {
        data: { values: [{ side: -1 }, { side: 1 }] },
        transform: [{ calculate: "datum.side * pow(abs(beta), 1 / depth)", as: "v" }, onFibre],
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
        mark: { type: "text", dy: 17, color: FOREGROUND, ...besideFibres },
        encoding: { ...xy, text: { field: "text" } },
      },
    ],
  };
}

/** The height of `Q` above its minimum, in cells. */
function heightMap(size: number): JsonObject {
  const step = (2 * EXTENT) / NODES;
  return {
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
    // Each cell extends one pixel under the next, since gaps would be visible in a scaled picture.
    mark: { type: "rect", x2Offset: 1, y2Offset: -1, aria: false, clip: true },
    encoding: {
      ...factorAxes(),
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
  };
}

/** The factor `u` of a point of the fibre, from the other one. */
const onFibre = { calculate: "beta == 0 ? 0 : beta / pow(datum.v, depth - 1)", as: "u" };

/** The fibre of the minimizer, and where that is zero, the axis that belongs to it. */
function fibreLines(): JsonObject[] {
  const xy = factorAxes();
  const fibre = { type: "line", color: NEGATIVE, strokeWidth: 2, clip: true, aria: false };
  return [
    {
      data: { sequence: { start: -EXTENT, stop: EXTENT + 0.01, step: EXTENT / 150, as: "v" } },
      transform: [
        onFibre,
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
  ];
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
    // The title is upright, since a rotated "v" reads as ">".
    axis: { ...numberAxis(1), grid: false, ...(field === "v" ? { titleAngle: 0, titlePadding: 12 } : {}) },
  };
}

/** Draws a title as a mark, since the position of a real title depends on the tick labels. */
export function panelTitle(text: string, width: number): JsonObject {
  return { data: { values: [{}] }, mark: { type: "text", text, x: width / 2, y: -14, fontSize: 12 } };
}

/**
 * The univariate problem `P(beta) = (beta - z)^2 / 2 + lambda |beta|^q`, `q = 2 / depth`, and its surrogate over factors
 * `(u, v, ..., v)` in Vega's expressions of the inputs `depth`, `lambda` and `z`, so that a picture follows its sliders
 * without us.
 */

/** `P` at a value, as an expression. */
export function objectiveAt(beta: string): string {
  return `(pow(${beta} - z, 2) / 2 + lambda * pow(abs(${beta}), 2 / depth))`;
}

/** `Q(u, v, ..., v) = (u v^(depth - 1) - z)^2 / 2 + lambda (u^2 + (depth - 1) v^2) / depth`, as an expression. */
function surrogateAt(u: string, v: string): string {
  return (
    `(pow(${u} * pow(${v}, depth - 1) - z, 2) / 2` +
    ` + lambda * (pow(${u}, 2) + (depth - 1) * pow(${v}, 2)) / depth)`
  );
}

/** The iteration gains a digit in at most 2.1 steps, see {@link minimizerParams}. */
const ITERATIONS = 18;

/**
 * Parameters that end with `beta`, the global minimizer of `P`.
 *
 * Below `threshold` it is zero. Above, it is the largest root of `beta = |z| - lambda q beta^(q-1)`, which iteration from `|z|`
 * comes down to: its rate `lambda q (1-q) beta^(q-2)` is q/2 at the threshold and smaller above, so at most 1/3 for q < 1.
 *
 * @see Marjanovic and Solo (2012), On l_q optimization and matrix completion, doi 10.1109/TSP.2012.2212015
 */
function minimizerParams(): JsonObject[] {
  const steps = Array.from({ length: ITERATIONS }, (_, k) => ({
    name: `root${k + 1}`,
    expr: `max(1e-9, abs(z) - lambda * q * pow(${k === 0 ? "max(1e-9, abs(z))" : `root${k}`}, q - 1))`,
  }));
  return [
    { name: "q", expr: "2 / depth" },
    {
      name: "threshold",
      expr: "depth == 2 ? lambda : (2 - q) / (2 * (1 - q)) * pow(2 * lambda * (1 - q), 1 / (2 - q))",
    },
    ...steps,
    { name: "beta", expr: `abs(z) <= threshold ? 0 : (z < 0 ? -1 : 1) * root${ITERATIONS}` },
  ];
}
