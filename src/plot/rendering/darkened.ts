import type { ChartSpec, Json } from "./chart-spec";
import { DARK, LIGHT, type Palette } from "./theme";

/** Properties whose text is a colour; a feature may be called `#222222`. */
const COLORED = /color$|^(fill|stroke|background|range|category|ramp|heatmap|value)$/i;

/** The specification with each colour of the light palette replaced by that of the dark one in its place. */
export function darkened(spec: ChartSpec): ChartSpec {
  const light = colorsOf(LIGHT);
  const dark = colorsOf(DARK);
  const counterpart = new Map(light.map((color, k) => [color, dark[k]]));
  const visit = (value: Json, property: string): Json => {
    if (typeof value === "string") return COLORED.test(property) ? (counterpart.get(value) ?? value) : value;
    if (Array.isArray(value)) return value.map((item) => visit(item, property));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part, key)]));
  };
  return visit(spec, "") as ChartSpec;
}

function colorsOf(palette: Palette): string[] {
  return Object.values(palette).flat();
}
