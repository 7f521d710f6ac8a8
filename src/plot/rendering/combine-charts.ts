import { shorten } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { Chart } from "./chart";
import type { ChartSpec, Json, JsonObject } from "./chart-spec";

/** How charts stand beside and below each other. */
export interface ConcatOptions {
  /** Charts in a row, an integer >= 1. Default: 1, all below each other. */
  readonly columns?: number;
}

/**
 * One chart of several, row by row, each with its own scales.
 *
 * @throws InputError when there is no chart, some are dark and some light, or `columns` is no integer >= 1.
 * @example
 * ```ts
 * concatCharts([coefficientPlot(fit), pathPlot(path)], { columns: 2 });
 * ```
 */
export function concatCharts(charts: readonly Chart[], options: ConcatOptions = {}): Chart {
  return concat("concatCharts", charts, options);
}

/**
 * Small multiples: the same kind of chart for several cases, each under its name.
 *
 * @param charts by the names of the cases.
 * @throws InputError as {@link concatCharts}.
 * @example
 * ```ts
 * facetCharts({ "depth 2": surrogateLandscape(hadamardProduct({ depth: 2 })), "depth 3": surrogateLandscape(hadamardProduct({ depth: 3 })) });
 * ```
 */
export function facetCharts(charts: Readonly<Record<string, Chart>>, options: ConcatOptions = {}): Chart {
  const entries = Object.entries(Object(charts) as Record<string, Chart>);
  const named = entries.map(([name, chart]) => {
    checkCharts("facetCharts", [chart]);
    const own = (Object(chart.spec.title) as { text?: Json }).text ?? chart.spec.title ?? [];
    const subtitle = (Object(chart.spec.title) as { subtitle?: Json }).subtitle ?? [];
    const title = {
      text: shorten(name, 80),
      subtitle: [own, subtitle].flat(2).filter((line) => line !== ""),
    };
    return new Chart({
      ...chart.spec,
      title: title as JsonObject,
      description: `${name}: ${chart.spec.description}`,
    });
  });
  return concat("facetCharts", named, options);
}

/**
 * One chart over another in the same frame, with common scales; its size, title and axes are those of the first.
 *
 * For charts of one view each, such as one of this library and marks of one's own: `new Chart({ description, data, mark,
 * encoding })`.
 *
 * @throws InputError as {@link concatCharts}, and when a chart consists of several views.
 * @example
 * ```ts
 * const limit = new Chart({ description: "A limit at 0.5.", data: { values: [{}] }, mark: "rule", encoding: { y: { datum: 0.5 } } });
 * layerCharts([pathPlot(path), limit]);
 * ```
 */
export function layerCharts(charts: readonly Chart[]): Chart {
  const where = "layerCharts";
  checkCharts(where, charts);
  const [first] = charts;
  for (const [i, { spec }] of charts.entries())
    if (["hconcat", "vconcat", "concat", "facet", "repeat"].some((key) => key in spec))
      throw mustBe(where, `charts[${i}]`, "a chart of one view", spec, "use concatCharts");
  const { title, width, height, resolve } = first.spec;
  const given = Object.entries({ title, width, height, resolve }).filter(([, value]) => value !== undefined);
  return new Chart({
    ...(Object.fromEntries(given) as JsonObject),
    ...common(charts),
    layer: charts.map(({ spec }, i) => {
      const { title: _title, width: _width, height: _height, ...layer } = viewOf(spec, i);
      return layer;
    }),
  });
}

function concat(where: string, charts: readonly Chart[], options: ConcatOptions): Chart {
  checkKeys(where, options, ["columns"]);
  const { columns = 1 } = options;
  if (!Number.isInteger(columns) || columns < 1) throw mustBe(where, "columns", "an integer >= 1", columns);
  checkCharts(where, charts);
  const views = charts.map(({ spec }, i) => viewOf(spec, i));
  return new Chart({
    ...common(charts),
    spacing: 30,
    resolve: { scale: { color: "independent", fill: "independent", shape: "independent" } },
    ...(columns === 1 ? { vconcat: views } : { concat: views, columns }),
  });
}

function checkCharts(where: string, charts: readonly Chart[]): void {
  if (!Array.isArray(charts) || charts.length === 0)
    throw mustBe(where, "charts", "at least one chart", charts);
  const stranger = charts.findIndex((chart) => !(chart instanceof Chart));
  if (stranger >= 0) throw mustBe(where, `charts[${stranger}]`, "a Chart", charts[stranger]);
  const grounds = new Set(charts.map(({ spec }) => (Object(spec.config) as JsonObject).background));
  if (grounds.size > 1)
    throw mustBe(
      where,
      "charts",
      "all light or all dark",
      charts,
      "combine light ones and make the whole dark",
    );
}

/** Returns the common description and theme of charts, and their inputs, which are merged by name. */
function common(charts: readonly Chart[]): ChartSpec {
  const inputs = new Map<Json, JsonObject>();
  for (const { spec } of charts)
    for (const param of (spec.params ?? []) as readonly JsonObject[])
      if (!("select" in param) && !inputs.has(param.name)) inputs.set(param.name, param);
  return {
    description: charts.map(({ spec }) => spec.description).join(" "),
    config: charts[0].spec.config as JsonObject,
    ...(inputs.size > 0 ? { params: [...inputs.values()] } : {}),
  };
}

/** Returns a chart as a view of another one, without inputs, and with numbered names of its selections. */
function viewOf(spec: ChartSpec, index: number): JsonObject {
  const { $schema: _schema, config: _config, description: _description, params = [], ...view } = spec;
  const selections = (params as readonly JsonObject[]).filter((param) => "select" in param);
  const rename = (value: Json, property: string): Json => {
    if (Array.isArray(value))
      return value.map((item) => rename(item, property === "params" ? "selection" : ""));
    if (typeof value === "string" && property === "param") return `${value}_${index}`;
    if (typeof value !== "object" || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rename(part, key)]));
    return property === "selection" ? { ...copy, name: `${copy.name}_${index}` } : copy;
  };
  return rename(
    selections.length > 0 ? { ...view, params: selections } : (view as JsonObject),
    "",
  ) as JsonObject;
}
