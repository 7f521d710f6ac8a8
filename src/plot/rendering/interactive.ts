import type { ChartSpec } from "./chart-spec";
import { withLegendSelection } from "./legend-selection";
import { withTooltips } from "./tooltips";
import { withZoom } from "./zoom";

/**
 * Returns the specification that a front end draws, where people point, click and turn the wheel: with a tooltip on what shows rows, legends
 * that mute what is not clicked, and a zoom into a cloud of points. A chart keeps its own, so that still pictures do not change.
 */
export function interactive(spec: ChartSpec): ChartSpec {
  return withTooltips(withLegendSelection(withZoom(spec)));
}
