import { computeLandscape, drawLandscape, type Landscape } from "smooth-edges/plot";
import { hadamardProduct } from "smooth-edges/surrogate";
import type { Figure } from "./figure";

/** Figure 1 of the paper (arXiv 2307.03571), continued to three factors: zero is a local minimum again. */
export const smoothedEdgeDepth3: Figure = {
  name: "smoothed-edge-depth-3",
  title: "A bridge penalty and its smooth surrogate of three factors",
  compute: (): Landscape => computeLandscape(hadamardProduct({ depth: 3 }), { z: 1.5, lambda: 0.5 }),
  draw: (data) => drawLandscape(data as Landscape),
};
