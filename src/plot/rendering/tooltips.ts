/**
 * What a chart tells under the pointer where a front end draws it. A still picture has none of it, so that it is added to the
 * specification that is displayed, not to that of the chart.
 */
import { type ChartSpec, isVega, type Json, type JsonObject } from "./chart-spec";

/** Marks of one row each, whose tooltip Vega-Lite makes of the channels. */
const ROW_MARKS: readonly string[] = ["arc", "bar", "circle", "point", "rect", "square", "tick"];

/** Six significant digits, as charts round their rows. */
const NUMBER_FORMAT = ".6~g";

/** The area around a row of a line in which the pointer finds it, in square pixels. */
const TARGET_AREA = 100;

/** Channels that tell one mark from another. */
const SERIES: readonly string[] = ["color", "fill", "stroke", "shape", "strokeDash", "detail"];

/** Channels of appearance, and what makes points of them that have no legend and are not seen. */
const UNSEEN: Readonly<Record<string, Json>> = {
  color: null,
  fill: null,
  stroke: null,
  shape: "circle",
  strokeDash: [1, 0],
  strokeWidth: 0,
  size: TARGET_AREA,
  opacity: 0,
};

/**
 * Adds a tooltip to each mark that shows rows and has none.
 *
 * A line is one mark of many rows, and Vega would tell its first row wherever the pointer is. Instead a point that is not seen lies on
 * each row, and tells what the line tells of itself and where the row is. A line has none where a rule follows the pointer, or where
 * points of its rows are seen.
 */
export function withTooltips(spec: ChartSpec): ChartSpec {
  if (isVega(spec)) return spec;
  const config: JsonObject = Object(spec.config);
  const used = ROW_MARKS.filter((type) => JSON.stringify(spec).includes(`"${type}"`));
  const marks = used.map((type) => [type, { tooltip: true, ...Object(config[type]) }]);
  return {
    ...(withPoints(spec, {}, []) as ChartSpec),
    config: {
      ...config,
      ...Object.fromEntries(marks),
      tooltipFormat: { numberFormat: NUMBER_FORMAT, ...Object(config.tooltipFormat) },
    },
  };
}

/**
 * @param inherited the channels of the views around this one.
 * @param layers the views of the layer that it is part of.
 */
function withPoints(view: JsonObject, inherited: JsonObject, layers: readonly JsonObject[]): JsonObject {
  const encoding: JsonObject = { ...inherited, ...Object(view.encoding) };
  if (view.mark !== undefined) {
    if (ROW_MARKS.includes(markOf(view))) return withReadableTooltip(view, encoding);
    return isTold(view, encoding, layers) ? view : withPointLayer(view, inherited);
  }
  const parts = Object.entries(view).map(([key, part]) => {
    const isViews = /^(layer|concat|hconcat|vconcat)$/.test(key) && Array.isArray(part);
    if (isViews)
      return [key, part.map((each) => withPoints(Object(each), encoding, key === "layer" ? part : []))];
    return [key, key === "spec" ? withPoints(Object(part), encoding, []) : part];
  });
  return Object.fromEntries(parts);
}

const markOf = ({ mark }: JsonObject): string => String(Object(mark).type ?? mark);

const fieldOf = (channel: Json | undefined): Json | undefined => Object(channel).field;

/** Whether a mark needs no points: it is no line of rows at places, or another view of its layer tells them. */
function isTold(view: JsonObject, encoding: JsonObject, layers: readonly JsonObject[]): boolean {
  const { x, y, row, column, facet } = encoding;
  const isAtPlaces = typeof fieldOf(x) === "string" && typeof fieldOf(y) === "string";
  if (!/^(line|trail)$/.test(markOf(view)) || !isAtPlaces || row || column || facet) return true;
  return layers.some((other) => {
    const params: readonly Json[] = Array.isArray(other.params) ? other.params : [];
    if (params.some((param) => Object(Object(param).select).nearest === true)) return true;
    const places: JsonObject = { x, y, ...Object(other.encoding) };
    const isSame = fieldOf(places.x) === fieldOf(x) && fieldOf(places.y) === fieldOf(y);
    return isSame && ROW_MARKS.includes(markOf(other));
  });
}

/** A line below points of its rows that are not seen. Both have the channels of their place from the layer. */
function withPointLayer(view: JsonObject, inherited: JsonObject): JsonObject {
  const { mark, encoding: ownEncoding, params = [], ...rest } = view;
  const { tooltip = inherited.tooltip ?? [], ...own }: JsonObject = Object(ownEncoding);
  const encoding = { ...inherited, ...own };
  const isPlace = ([name]: [string, Json]): boolean => /^[xy](Offset)?$/.test(name);
  const looks = Object.entries(own).filter((channel) => !isPlace(channel));
  const selections = (params as readonly JsonObject[]).filter((param) => "select" in param);
  const inputs = (params as readonly JsonObject[]).filter((param) => !("select" in param));
  const unseen = Object.entries(UNSEEN).filter(([name]) => name in inherited || name === "opacity");
  const groups = SERIES.flatMap((name) => encoding[name] ?? []).flatMap((channel) => fieldOf(channel) ?? []);
  return {
    ...rest,
    ...(inputs.length > 0 ? { params: inputs } : {}),
    encoding: Object.fromEntries(Object.entries(own).filter(isPlace)),
    layer: [
      {
        mark: mark as Json,
        encoding: Object.fromEntries(looks),
        ...(selections.length > 0 ? { params: selections } : {}),
      },
      {
        // Points beyond the frame would make it larger.
        mark: { type: "point", size: TARGET_AREA, clip: true, aria: false },
        encoding: {
          ...Object.fromEntries(unseen.map(([name, value]) => [name, { value }])),
          ...(groups.length > 0 ? { detail: groups.map((field) => ({ field })) } : {}),
          tooltip: told(encoding, Array.isArray(tooltip) ? tooltip : [tooltip]),
        },
      },
    ],
  };
}

/** A mark of rows. Vega-Lite makes its tooltip but for what it would misread, or show as the code of a colour. */
function withReadableTooltip(view: JsonObject, encoding: JsonObject): JsonObject {
  const channels = Object.values(encoding).filter((channel) => typeof fieldOf(channel) === "string");
  const isReadable = channels.every((channel) => {
    const title = titleOf(channel);
    return Object(channel).scale !== null && typeof title === "string" && tooltipTitle(title) === title;
  });
  const isGiven = encoding.tooltip !== undefined || Object(view.mark).tooltip !== undefined;
  if (isGiven || isReadable) return view;
  return { ...view, encoding: { ...Object(view.encoding), tooltip: told(encoding, []) } };
}

/** What tooltips tell: the given fields, then the series that a mark belongs to and its place, as far as those leave them out. */
function told(encoding: JsonObject, given: readonly Json[]): Json[] {
  const fields = [...given];
  const { x, y } = encoding;
  for (const channel of [...SERIES.flatMap((name) => encoding[name] ?? []), x, y]) {
    const { field, type, scale } = Object(channel);
    // Colours that are written in the rows are no names.
    if (typeof field !== "string" || scale === null || fields.some((each) => fieldOf(each) === field))
      continue;
    fields.push({
      field,
      ...(type === undefined ? {} : { type }),
      title: tooltipTitle([titleOf(channel)].flat().join(" ")),
    });
  }
  return fields;
}

/** The title of a channel as its axis or legend shows it, perhaps in lines. */
function titleOf(channel: Json): string | readonly string[] {
  const { title, axis, legend, field } = Object(channel);
  const [shown = field] = [title, Object(axis).title, Object(legend).title].filter(
    (each) => each?.length > 0,
  );
  return shown;
}

/** Returns a title for a tooltip: Vega-Lite writes it into an expression and escapes its quotes, but not backslashes and line breaks. */
export function tooltipTitle(text: string): string {
  return text.replaceAll("\\", "\\\\").replace(/[\n\r\u2028\u2029]+/g, " ");
}
