import { Chart } from "./chart";
import { shortNumber } from "./labels";
import {
  computeLandscape,
  type Landscape,
  type LandscapeOptions,
  type LandscapeParametrization,
} from "./landscape";
import { basePanel, labelledPoints, surrogatePanel } from "./landscape-panels";

/**
 * A univariate objective with its kink beside its smooth surrogate over two factors.
 *
 * Left `P(beta) = (beta - z)^2 / 2 + lambda R(beta)`, right `Q(xi) = (K(xi) - z)^2 / 2 + lambda R_xi(xi)` as a map of
 * heights, darker where higher, with its minima and saddles and the fibre of all factors that give the minimizer of
 * `P`. With more than two factors the second axis moves all but the first together.
 *
 * @throws InputError when an option is out of range or the parametrization has fewer than two parameters a coefficient.
 * @see Kolb et al. (2023), arXiv 2307.03571, Figure 1
 * @example
 * ```ts
 * surrogateLandscape(hadamardProduct(2), { z: 1.5, lambda: 0.5 });
 * ```
 */
export function surrogateLandscape(
  parametrization: LandscapeParametrization,
  options?: LandscapeOptions,
): Chart {
  return drawLandscape(computeLandscape(parametrization, options));
}

/** Draws what {@link computeLandscape} computed. */
export function drawLandscape(landscape: Landscape): Chart {
  const { parametrization, z, lambda, nTied } = landscape;
  return new Chart({
    description: describe(landscape),
    title: {
      text: `A kink and its smooth surrogate: ${parametrization}`,
      subtitle: [
        `z = ${shortNumber(z)}, λ = ${shortNumber(lambda)}; on the orange curves K(ξ) = β\u0302`,
        ...(nTied > 1 ? [`the slice on which the last ${nTied} factors are equal`] : []),
      ],
    },
    spacing: 30,
    hconcat: [basePanel(landscape), surrogatePanel(landscape)],
  });
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
