import { hadamardProduct } from "smooth-edges";
import { computeLandscape, drawLandscape, type Landscape, stackCharts } from "smooth-edges/plot";
import type { Figure } from "./figure";

/** Figure 1 of the paper (arXiv 2307.03571), continued to three factors. */
export const smoothedEdge: Figure = {
  name: "smoothed-edge",
  title: "A kinked objective and its smooth surrogate, for two and three factors",
  compute(): Landscape[] {
    return [2, 3].map((depth) => computeLandscape(hadamardProduct(depth), { z: 1.5, lambda: 0.5 }));
  },
  draw: (data) => stackCharts((data as Landscape[]).map(drawLandscape)),
};
