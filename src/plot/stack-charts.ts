import { mustBe } from "../errors";
import { Chart } from "./chart";
import type { Json, JsonObject } from "./chart-spec";

/**
 * One chart of several, from top to bottom, each with its own scales.
 *
 * @throws InputError when there is no chart.
 * @example
 * ```ts
 * stackCharts([surrogateLandscape(hadamardProduct(2)), surrogateLandscape(hadamardProduct(3))]);
 * ```
 */
export function stackCharts(charts: readonly Chart[]): Chart {
  if (charts.length === 0) throw mustBe("stackCharts", "charts", "at least one chart", charts);
  return new Chart({
    description: charts.map(({ spec }) => spec.description).join(" "),
    spacing: 30,
    resolve: { scale: { color: "independent", fill: "independent", shape: "independent" } },
    vconcat: charts.map(({ spec }, i) => {
      const { $schema: _schema, config: _config, ...view } = spec;
      return renameParams(view, i);
    }),
  });
}

/** Two charts that zoom have a parameter of the same name each; in one specification names are unique. */
function renameParams(view: JsonObject, index: number): JsonObject {
  const visit = (value: Json, property: string): Json => {
    if (Array.isArray(value)) return value.map((item) => visit(item, property === "params" ? "param" : ""));
    if (typeof value !== "object" || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part, key)]));
    return property === "param" ? { ...copy, name: `${copy.name}_${index}` } : copy;
  };
  return visit(view, "") as JsonObject;
}
