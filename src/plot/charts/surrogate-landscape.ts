import { checkKeys } from "../../options";
import { heading, shortNumber } from "../layout/labels";
import { AXIS_ROOM, checkWidth, MARGINS, NARROW_WIDTH, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import {
  computeLandscape,
  type Landscape,
  type LandscapeOptions,
  type LandscapeParametrization,
} from "./landscape";
import { basePanel, labelledPoints, surrogatePanel } from "./landscape-panels";

/**
 * Draws a univariate objective with its kink beside its smooth surrogate over two factors.
 *
 * Left `P(beta) = (beta - z)^2 / 2 + lambda R(beta)`, right `Q(xi) = (K(xi) - z)^2 / 2 + lambda R_xi(xi)` as a map of
 * heights, darker where higher, with its minima and saddles and the fibre of all factors that give the minimizer of
 * `P`. With more than two factors the second axis moves all but the first together.
 *
 * @throws InputError when an option is out of range or the parametrization has fewer than two parameters a coefficient.
 * @see Kolb et al. (2023), arXiv 2307.03571, Figure 1
 * @example
 * ```ts
 * surrogateLandscape(hadamardProduct({ depth: 2 }), { z: 1.5, lambda: 0.5 });
 * ```
 */
export function surrogateLandscape(
  parametrization: LandscapeParametrization,
  options: LandscapeOptions & PictureOptions = {},
): Chart {
  checkKeys("surrogateLandscape", options, ["z", "lambda", "extent", "resolution", "width"]);
  const { width, ...rest } = options;
  return drawLandscape(computeLandscape(parametrization, rest), { width });
}

/** Draws what {@link computeLandscape} computed. */
export function drawLandscape(landscape: Landscape, { width }: PictureOptions = {}): Chart {
  checkWidth("surrogateLandscape", width);
  const { parametrization, z, lambda, nTied } = landscape;
  const narrow = width !== undefined && width < NARROW_WIDTH;
  const size = width === undefined ? undefined : panelSize(width, narrow);
  return new Chart({
    description: describe(landscape),
    title: heading(
      `A kink and its smooth surrogate: ${parametrization}`,
      [
        `z = ${shortNumber(z)}, λ = ${shortNumber(lambda)}; on the orange curves K(ξ) = β\u0302`,
        ...(nTied > 1 ? [`the slice on which the last ${nTied} factors are equal`] : []),
      ],
      width,
    ),
    spacing: 30,
    ...(narrow ? { resolve: { legend: { color: "independent" } } } : {}),
    [narrow ? "vconcat" : "hconcat"]: [
      basePanel(landscape, size, narrow ? 1 : undefined),
      surrogatePanel(landscape, narrow ? size?.width : size?.height, narrow ? 1 : undefined),
    ],
  });
}

/** The left panel and a square beside or below it, with their axes and a colour bar. */
function panelSize(width: number, narrow: boolean): { width: number; height: number } {
  if (narrow) return { width: width - MARGINS - AXIS_ROOM - 50, height: 180 };
  const both = width - MARGINS - 2 * AXIS_ROOM - 80;
  return { width: Math.floor(0.46 * both), height: Math.floor(0.54 * both) };
}

function describe(landscape: Landscape): string {
  const { parametrization, z, lambda, surrogate } = landscape;
  const { base, surrogate: marked } = labelledPoints(landscape);
  return [
    `Two panels for ${parametrization} with z = ${shortNumber(z)} and lambda = ${shortNumber(lambda)}.`,
    "Left, the objective P over beta, a curve with a kink at 0:",
    `${base.map(({ x, label }) => `${label} at beta = ${shortNumber(x)}`).join("; ")}.`,
    `Right, its smooth surrogate Q as a map of heights over two factors in ±${shortNumber(surrogate.extent)}:`,
    `${marked.map(({ x, y, label }) => `${label} at (${shortNumber(x)}, ${shortNumber(y)})`).join("; ")}.`,
  ].join(" ");
}
