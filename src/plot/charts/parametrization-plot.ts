import { checkKeys } from "../../options";
import type { Parametrization } from "../../parametrizations";
import { numberAxis } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";
import { NEGATIVE, POSITIVE } from "../rendering/theme";
import { surrogatePanel } from "./landscape-panels";
import {
  computeParametrizationPicture,
  type ParametrizationPicture,
  type ParametrizationPictureOptions,
  PENALTY_EXTENT,
} from "./parametrization-picture";
import type { Polyline } from "./parts/isolines";
import { simplify } from "./parts/isolines";

/** Three panels and a colour bar are as wide as the text of a notebook. */
const SIZE = 175;

/**
 * A parametrization in three panels: the fibres `K(xi) = beta` with their balanced points, the smooth surrogate
 * `Q(xi) = (K(xi) - z)^2 / 2 + lambda R_xi(xi)` over the same factors, and the level curves of the penalty it induces
 * on two coefficients.
 *
 * With more than two factors the second axis moves all but the first together; a single factor is drawn as curves.
 *
 * @param make the parametrization for a number of features, so that a group can have both of two.
 * @throws InputError when an option is out of range.
 * @see Kolb et al. (2023), arXiv 2307.03571
 * @example
 * ```ts
 * parametrizationPlot(() => hadamardProduct({ depth: 3 }), { z: 1.5, lambda: 0.5 });
 * ```
 */
export function parametrizationPlot(
  make: (nFeatures: number) => Parametrization,
  options: ParametrizationPictureOptions & PictureOptions = {},
): Chart {
  checkKeys("parametrizationPlot", options, ["z", "lambda", "width"]);
  const { width, ...rest } = options;
  return drawParametrization(computeParametrizationPicture(make, rest), { width });
}

/** Draws what {@link computeParametrizationPicture} computed. */
export function drawParametrization(picture: ParametrizationPicture, { width }: PictureOptions = {}): Chart {
  checkWidth("parametrizationPlot", width);
  const stacked = width !== undefined && width < 760;
  const { parametrization, penalty, z, lambda, factors } = picture;
  const plane = "landscape" in factors;
  const magnitudes = plane
    ? factors.balanced
        .filter(({ beta }) => beta > 0)
        .map(({ beta }) => `±${shortNumber(beta)}`)
        .join(", ")
    : "";
  const tied = plane && factors.landscape.nTied > 1;
  return new Chart({
    description:
      `Three panels for ${parametrization}, which induces ${penalty}: the factors that give the same coefficient, ` +
      `the smooth surrogate with z = ${shortNumber(z)} and lambda = ${shortNumber(lambda)} over them, and the level ` +
      "curves of the induced penalty on two coefficients.",
    title: heading(
      `${parametrization} induces ${penalty}`,
      [
        `z = ${shortNumber(z)}, λ = ${shortNumber(lambda)}; ${plane ? `fibres of β = ${magnitudes}, negative ones orange; dots: balanced points` : "dot: minimum"}${tied ? "; all factors but the first are equal" : ""}`,
      ],
      width ?? 760,
    ),
    spacing: stacked ? 24 : 12,
    resolve: { legend: { color: "independent" } },
    [stacked ? "vconcat" : "hconcat"]: [
      plane ? fibrePanel(factors) : curvePanel(factors, "beta", "K(v)", "K(ξ)"),
      plane
        ? surrogatePanel(factors.landscape, SIZE, stacked ? 1 : undefined)
        : curvePanel(factors, "objective", "Q(v)", "Q(ξ) = ½(K(ξ) − z)² + λ R(ξ)"),
      levelPanel(picture),
    ],
  });
}

type Plane = Extract<ParametrizationPicture["factors"], { landscape: object }>;
type Line = Exclude<ParametrizationPicture["factors"], Plane>;

/** The fibres of some coefficients and the point on each where the surrogate penalty is least. */
function fibrePanel({ landscape, fibres, balanced }: Plane): JsonObject {
  const { extent } = landscape.surrogate;
  const second = ["v", "v = w"][landscape.nTied - 1] ?? "all others";
  const xy = { x: squareAxis("x", "u", extent), y: squareAxis("y", second, extent) };
  const color = signColor("beta");
  return {
    width: SIZE,
    height: SIZE,
    layer: [
      panelTitle("Fibres K(ξ) = β"),
      polylines(
        fibres.flatMap(({ beta, lines }) => lines.map((line) => ({ beta, ...thin(line, extent) }))),
        { strokeWidth: 2 },
        { ...xy, color },
      ),
      {
        data: { values: balanced.map(({ beta, x, y }) => ({ beta, x, y })) },
        mark: { type: "point", filled: true, size: 60, opacity: 1 },
        encoding: { ...xy, color },
      },
    ],
  };
}

/** A quantity over the only factor there is. */
function curvePanel(
  { v, minima, ...curves }: Line,
  field: "beta" | "objective",
  title: string,
  heading: string,
): JsonObject {
  const x = squareAxis("x", "v", Math.max(...v));
  const largest = Math.max(...curves[field].map(Math.abs));
  const y = { field: "y", type: "quantitative", title, axis: numberAxis(largest) };
  return {
    width: SIZE,
    height: SIZE,
    layer: [
      panelTitle(heading),
      polylines([{ x: v, y: curves[field] }], { color: POSITIVE, strokeWidth: 2.5 }, { x, y }),
      ...(field === "objective"
        ? [
            {
              data: { values: minima.map(({ v: at, value }) => ({ x: at, y: value })) },
              mark: { type: "point", filled: true, size: 60, opacity: 1, color: NEGATIVE },
              encoding: { x, y },
            },
          ]
        : []),
    ],
  };
}

/** Level curves of the induced penalty. */
function levelPanel({ levels, penalty }: ParametrizationPicture): JsonObject {
  const xy = {
    x: squareAxis("x", "β₁", PENALTY_EXTENT),
    y: squareAxis("y", "β₂", PENALTY_EXTENT),
  };
  const lines = levels.flatMap(({ level, lines }) =>
    lines.map((line) => ({ level, ...thin(line, PENALTY_EXTENT) })),
  );
  // Named where each curve is farthest to the upper right, out of the way of the axes.
  const names = levels.flatMap(({ level, lines: curves }) => {
    const points = curves.flatMap(({ x, y }) => x.map((entry, i) => ({ x: entry, y: y[i] })));
    const top = points.filter(({ x }) => Math.abs(x) < 0.05).sort((a, b) => b.y - a.y)[0];
    return top && top.y < PENALTY_EXTENT * 0.95 ? [{ ...top, label: shortNumber(level) }] : [];
  });
  return {
    width: SIZE,
    height: SIZE,
    layer: [
      panelTitle(`R(β) = ${penalty}`),
      polylines(lines, { color: POSITIVE }, { ...xy, strokeWidth: levelWidth }),
      {
        data: { values: names },
        mark: { type: "text", dy: -8 },
        encoding: { ...xy, text: { field: "label" } },
      },
    ],
  };
}

/** The unit ball stands out. */
const levelWidth: JsonObject = { condition: { test: "datum.level === 1", value: 2.5 }, value: 1 };

function polylines(lines: readonly JsonObject[], mark: JsonObject, encoding: JsonObject): JsonObject {
  return {
    data: { values: lines.map((line, i) => ({ line: i, ...line })) },
    transform: [{ flatten: ["x", "y"] }, { window: [{ op: "row_number", as: "order" }] }],
    mark: { type: "line", aria: false, clip: true, ...mark },
    encoding: { detail: { field: "line" }, order: { field: "order" }, ...encoding },
  };
}

function squareAxis(field: string, title: string, extent: number): JsonObject {
  return {
    field,
    type: "quantitative",
    title,
    scale: { domain: [-extent, extent], nice: false },
    axis: {
      ...numberAxis(1),
      grid: false,
      // The title is upright, since a rotated "v" reads as ">".
      ...(title.length <= 2 ? { titleAngle: 0, titlePadding: 12 } : {}),
    },
  };
}

function signColor(field: string): JsonObject {
  return { condition: { test: `datum.${field} > 0`, value: POSITIVE }, value: NEGATIVE };
}

function thin(line: Polyline, extent: number): JsonObject {
  const { x, y } = simplify(line, (2 * extent) / SIZE / 10);
  return { x, y };
}

/** A title as a mark, at the same height as those of the landscape's panels. */
function panelTitle(text: string): JsonObject {
  return { data: { values: [{}] }, mark: { type: "text", text, x: SIZE / 2, y: -14, fontSize: 13 } };
}
