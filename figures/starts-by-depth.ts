import { shareSquares } from "./share-squares";

/** A heat map of shares by start, downwards, and depth; the first of several names the starts. */
export function startsByDepth(starts: readonly string[], isFirst: boolean): object {
  return {
    height: { step: 24 },
    encoding: {
      x: { field: "depth", type: "nominal", sort: null, title: "Depth", axis: { labelAngle: -60 } },
      y: {
        field: "start",
        type: "nominal",
        sort: starts,
        title: null,
        axis: isFirst ? { labelLimit: 200 } : null,
        scale: { domain: starts },
      },
    },
    layer: shareSquares(),
  };
}
