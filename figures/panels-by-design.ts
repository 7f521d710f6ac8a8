import { Chart } from "smooth-edges/plot";
import { colourScale } from "./method-colours";
import { meanOf } from "./studies/means";
import type { Finished, Task } from "./studies/study";

/** A method in a design, over the replicates. */
export interface MethodInDesign {
  readonly design: string;
  readonly method: string;
  readonly quantity: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Means and standard errors of quantities by design and method. */
export function meansByDesign<R>(
  records: readonly Finished<Task, R>[],
  quantities: Readonly<Record<string, (result: R) => number>>,
  designs: readonly string[],
  methods: readonly string[],
): MethodInDesign[] {
  return Object.entries(quantities).flatMap(([quantity, of]) =>
    designs.flatMap((design) =>
      methods.map((method) => {
        const chosen = records.filter(
          ({ task: { parameters } }) => parameters.design === design && parameters.method === method,
        );
        const { mean, error } = meanOf(chosen.map(({ result }) => of(result)));
        return { design, method, quantity, mean, low: mean - error, high: mean + error };
      }),
    ),
  );
}

/** A panel a quantity, side by side. */
export function panelsByDesign(
  description: string,
  data: unknown,
  quantities: readonly string[],
  methods: readonly string[],
): Chart {
  return new Chart({
    description,
    data: { values: data as [] },
    hconcat: quantities.map((quantity, k) => panelByDesign(quantity, methods, k === 0)) as unknown as [],
  });
}

/**
 * A quantity by design and method, from `low` to `high` about `mean`.
 *
 * @param first of the panels side by side, which names the designs
 */
function panelByDesign(quantity: string, methods: readonly string[], first: boolean): object {
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
