import { colourScale } from "./method-colours";

/**
 * A quantity by design and method, from `low` to `high` about `mean`.
 *
 * @param first of the panels side by side, which names the designs
 */
export function panelByDesign(quantity: string, methods: readonly string[], first: boolean): object {
  return {
    transform: [{ filter: { field: "quantity", equal: quantity } }],
    width: 250,
    height: { step: 90, for: "position" },
    encoding: {
      y: { field: "design", sort: null, title: null, axis: first ? {} : null },
      yOffset: { field: "method", sort: methods },
      color: {
        field: "method",
        sort: null,
        scale: colourScale(methods),
        legend: { orient: "top", columns: 6, title: null },
      },
    },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: {
          x: {
            field: "low",
            type: "quantitative",
            title: quantity,
            scale: { zero: false },
            axis: { tickCount: 5 },
          },
          x2: { field: "high" },
        },
      },
      {
        mark: { type: "point", filled: true, size: 40, opacity: 1 },
        encoding: { x: { field: "mean", type: "quantitative" } },
      },
    ],
  };
}
