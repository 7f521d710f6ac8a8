import { computeLandscape, drawLandscape, type Landscape } from "smooth-edges/plot";
import { hadamardProduct } from "smooth-edges/surrogate";
import type { Figure } from "./figure";

/** Figure 1 of the paper (arXiv 2307.03571): two factors smooth the lasso. */
export const smoothedEdge: Figure = {
  name: "smoothed-edge",
  title: "A kinked objective and its smooth surrogate with the same minima",
  compute: (): Landscape => computeLandscape(hadamardProduct({ depth: 2 }), { z: 1.5, lambda: 0.5 }),
  draw: (data) => drawLandscape(data as Landscape),
};
