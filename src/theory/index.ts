export { balance, misalignment } from "./balance";
export { type LocalMinimaOptions, type LocalMinimum, localMinima } from "./local-minima";
export { type LossBounds, minimumMagnitude } from "./minimum-magnitude";
export {
  type Curvature,
  escapeDirection,
  isStrictSaddle,
  type SaddleTolerances,
  smallestCurvature,
} from "./strict-saddle";
