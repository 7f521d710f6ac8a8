import type { Json, JsonObject } from "../rendering/chart-spec";

/**
 * Facets with `sort: null` in the order of the data, as Vega-Lite documents it: by itself version 5 sorts them as if nothing
 * was said. The order is written out, so that other programs draw the same.
 *
 * Only of data that are in the specification: those of a file are not at hand.
 */
export function withFacetOrder<Spec extends JsonObject>(spec: Spec): Spec {
  const { data, facet, encoding } = spec as JsonObject;
  const rows = (data as JsonObject | undefined)?.values;
  if (!Array.isArray(rows)) return spec;
  const ordered = (channel: Json): Json => {
    if (!isObject(channel) || channel.sort !== null || typeof channel.field !== "string") return channel;
    const { field } = channel;
    const values = rows.flatMap((row) => (isObject(row) && field in row ? [row[field]] : []));
    return { ...channel, sort: [...new Set(values)] };
  };
  const orderedOf = (channels: JsonObject, names: readonly string[]): JsonObject =>
    Object.fromEntries(
      Object.entries(channels).map(([name, channel]) => [
        name,
        names.includes(name) ? ordered(channel) : channel,
      ]),
    );
  return {
    ...spec,
    ...(isObject(facet)
      ? { facet: "field" in facet ? ordered(facet) : orderedOf(facet, ["row", "column"]) }
      : {}),
    ...(isObject(encoding) ? { encoding: orderedOf(encoding, ["row", "column", "facet"]) } : {}),
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
