import { diabetesCoefficients } from "./diabetes-coefficients";
import { diabetesPath } from "./diabetes-path";
import type { Figure } from "./figure";
import { smoothedEdge } from "./smoothed-edge";

/** All figures, in the order in which they are made. */
export const figures: readonly Figure[] = [smoothedEdge, diabetesCoefficients, diabetesPath];
