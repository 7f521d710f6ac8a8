/** Has a click on a legend mute what it does not name, where a front end draws the chart; a click on its ground shows all. */
import { type ChartSpec, isVega, type Json, type JsonObject } from "./chart-spec";

/** The channels whose legends tell series apart. */
const CHANNELS = ["color", "stroke", "fill", "shape"] as const;

/** How far the marks of other series are seen. */
const MUTED_OPACITY = 0.1;

/** Adds to each legend of names a selection, and the opacity that follows it to all marks of the same field. */
export function withLegendSelection(spec: ChartSpec): ChartSpec {
  if (isVega(spec) || /"(name|param)":"legend/.test(JSON.stringify(spec))) return spec;
  const fields: string[] = [];
  /** Charts with colours of their own beside each other have a legend each; Vega-Lite takes a click on one for one on all of its field. */
  const withSelections = (view: JsonObject, inherited: JsonObject): JsonObject => {
    if (Object(Object(view.resolve).scale).color === "independent") {
      const encoding = { ...inherited, ...Object(view.encoding) };
      return withViews(view, (part) => withSelections(part, encoding));
    }
    const found = legendIn(view, inherited);
    if (!found || fields.includes(found.field)) return view;
    const nBefore = fields.push(found.field) - 1;
    return withMuting(view, { ...found, name: `legend${nBefore || ""}` }, inherited);
  };
  return withSelections(spec, {}) as ChartSpec;
}

/** The view whose legend is clicked, and the field of it. */
interface LegendOfNames {
  readonly view: JsonObject;
  readonly field: string;
}

/** The first view that has one. */
function legendIn(view: JsonObject, inherited: JsonObject): LegendOfNames | undefined {
  const encoding: JsonObject = { ...inherited, ...Object(view.encoding) };
  if (view.mark !== undefined) {
    const field = CHANNELS.map((name) => fieldOfNames(encoding[name])).find((name) => name !== undefined);
    return field === undefined ? undefined : { view, field };
  }
  for (const [, views] of viewsIn(view))
    for (const part of views) {
      const found = legendIn(part, encoding);
      if (found) return found;
    }
  return undefined;
}

/** The views that a view consists of, by its properties. */
function viewsIn(view: JsonObject): [key: string, views: readonly JsonObject[]][] {
  return Object.entries(view).flatMap(([key, part]): [string, JsonObject[]][] => {
    if (key === "spec") return [[key, [part as JsonObject]]];
    return /^(layer|concat|hconcat|vconcat)$/.test(key) ? [[key, part as unknown as JsonObject[]]] : [];
  });
}

function withViews(view: JsonObject, change: (part: JsonObject) => JsonObject): JsonObject {
  const changed = viewsIn(view).map(([key, views]): [string, Json] => {
    const made = views.map(change);
    return [key, key === "spec" ? made[0] : made];
  });
  return { ...view, ...Object.fromEntries(changed) };
}

/** The field of a channel of names that has a legend. */
function fieldOfNames(channel: Json | undefined): string | undefined {
  const { field, type = "nominal", scale, legend } = Object(channel);
  const isOfNames = typeof field === "string" && /^(nominal|ordinal)$/.test(type);
  return isOfNames && scale !== null && legend !== null ? field : undefined;
}

/** Views of a layer get it one by one: Vega-Lite does not hand down an opacity without a value, and a value would replace theirs. */
function withMuting(
  view: JsonObject,
  legend: LegendOfNames & { readonly name: string },
  inherited: JsonObject,
): JsonObject {
  const { name, field } = legend;
  const { params = [] } = view;
  const own: JsonObject = Object(view.encoding);
  const encoding = { ...inherited, ...own };
  const opacity = { condition: { test: { not: { param: name } }, value: MUTED_OPACITY } };
  const isOfSeries = CHANNELS.some((channel) => Object(encoding[channel]).field === field);
  const isMuted = view.mark !== undefined && isOfSeries && encoding.opacity === undefined;
  const selection = { name, select: { type: "point", fields: [field] }, bind: "legend" };
  return {
    ...withViews(view, (part) => withMuting(part, legend, encoding)),
    ...(isMuted ? { encoding: { ...own, opacity } } : {}),
    ...(view === legend.view ? { params: [...(params as readonly Json[]), selection] } : {}),
  };
}
