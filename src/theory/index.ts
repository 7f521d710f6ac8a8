export { balance } from "./balance";
export { type LocalMinimaOptions, type LocalMinimum, localMinima } from "./local-minima";
export { type LossBounds, minimumMagnitude } from "./minimum-magnitude";
export { misalignment } from "./misalignment";
export { type Curvature, smallestCurvature } from "./smallest-curvature";
export { escapeDirection, isStrictSaddle, type SaddleTolerances } from "./strict-saddle";
