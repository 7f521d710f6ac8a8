/** Has the wheel zoom into a cloud of points and dragging move it, where a front end draws the chart; a double click shows all again. */
import { type ChartSpec, isVega, type Json, type JsonObject } from "./chart-spec";

/** From as many rows on points hide each other. */
const MANY_ROWS = 100;

const ZOOM: JsonObject = { name: "zoom", select: "interval", bind: "scales" };

/** Adds the zoom to a chart of one frame with a cloud of points between two axes of numbers, unless it has one. */
export function withZoom(spec: ChartSpec): ChartSpec {
  const views = (spec.layer as readonly JsonObject[] | undefined) ?? [spec];
  const cloud = views.find((view) => isCloud(view, spec));
  if (isVega(spec) || cloud === undefined || /"(interval|zoom)"/.test(JSON.stringify(spec))) return spec;
  const zoomed = views.map((view) => {
    const { mark, params } = view;
    const clipped = { ...(typeof mark === "string" ? { type: mark } : Object(mark)), clip: true };
    if (view !== cloud) return mark === undefined ? view : { ...view, mark: clipped };
    return { ...view, mark: clipped, params: [...((params as readonly Json[] | undefined) ?? []), ZOOM] };
  });
  return spec.layer === undefined ? ({ ...spec, ...zoomed[0] } as ChartSpec) : { ...spec, layer: zoomed };
}

function isCloud(view: JsonObject, { data, encoding }: JsonObject): boolean {
  const { x, y, row, column, facet }: JsonObject = { ...Object(encoding), ...Object(view.encoding) };
  const { values } = Object(view.data ?? data);
  const isOfPoints = /^(point|circle|square)$/.test(String(Object(view.mark).type ?? view.mark));
  const isOfNumbers = [x, y].every((channel) => Object(channel).type === "quantitative");
  return isOfPoints && isOfNumbers && Object(values).length >= MANY_ROWS && !row && !column && !facet;
}
