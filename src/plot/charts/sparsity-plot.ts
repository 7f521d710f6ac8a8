import { formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { heading } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { CATEGORIES, POSITIVE } from "../rendering/theme";
import { namedBars } from "./parts/named-bars";

/** One layer of a network. */
export interface SparsityPlotLayer {
  /** Name of the layer. */
  readonly name: string;
  /** Number of weights. */
  readonly weights: number;
  /** Number of weights that are not zero. */
  readonly nonZeroWeights: number;
  /** Number of neurons or filters. */
  readonly units?: number;
  /** Number of `units` that vary with the input and that another layer reads. */
  readonly liveUnits?: number;
}

/** The members of a report that {@link sparsityPlot} reads. */
export interface SparsityPlotData {
  /** From the input to the output. */
  readonly layers: readonly SparsityPlotLayer[];
}

const MAX_LAYERS = 40;

/**
 * Draws the sparsity of each layer of a network: a bar for the share of its weights that are not zero, and one for the share of
 * its live units, where they are counted.
 *
 * @param report - What `sparsityReport(model)` of `smooth-edges/nn` gives, or `{ layers }`.
 * @param options `width` of the picture in pixels.
 * @throws InputError when there is no layer, or counts are no integers with `0 <= nonZeroWeights <= weights`.
 * @example
 * ```ts
 * sparsityPlot({ layers: [{ name: "dense", weights: 7840, nonZeroWeights: 312, units: 10, liveUnits: 9 }] });
 * ```
 */
export function sparsityPlot(report: SparsityPlotData, options: PictureOptions = {}): Chart {
  checkKeys("sparsityPlot", options, ["width"]);
  checkWidth("sparsityPlot", options.width);
  const layers = readLayers(report);
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const left = layers.reduce((sum, layer) => sum + layer.nonZeroWeights, 0);
  const shown = layers.slice(0, MAX_LAYERS);
  const title = `${formatCount(left)} of ${formatCount(weights)} weights not zero${left > 0 && left < weights ? `, 1 in ${formatNumber(weights / left, 3)}` : ""}`;
  const withUnits = shown.some(({ units }) => units !== undefined);
  const remarks = [
    ...(withUnits ? ["blue: weights that are not zero; green: live units"] : []),
    ...(shown.length < layers.length
      ? [`the first ${shown.length} of ${layers.length} layers are drawn`]
      : []),
  ];
  const bars = shown.flatMap(({ name, weights, nonZeroWeights, units, liveUnits }) => [
    bar(name, nonZeroWeights, weights, POSITIVE),
    ...(units !== undefined && liveUnits !== undefined
      ? [bar("units", liveUnits, units, CATEGORIES[2])]
      : []),
  ]);
  return new Chart({
    description: `Bar chart of a network's layers, ${title}. ${shown.map(({ name, nonZeroWeights, weights }) => `${name} ${formatCount(nonZeroWeights)} of ${formatCount(weights)}`).join(", ")}.`,
    title: heading(title, remarks.length > 0 ? [remarks.join("; ")] : [], options.width),
    ...namedBars(bars, {
      title: "left, in % of the layer",
      axis: { values: [0, 25, 50, 75, 100] },
      full: 100,
      noun: "layer",
      quantity: "left, in %",
      width: options.width,
    }),
  });
}

function bar(name: string, left: number, all: number, color: string) {
  return {
    name,
    value: all === 0 ? 0 : Number(((100 * left) / all).toPrecision(6)),
    text: `${formatCount(left)} of ${formatCount(all)}`,
    color,
  };
}

/** Formats a count with thin spaces between thousands. */
function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

function readLayers(report: SparsityPlotData): readonly SparsityPlotLayer[] {
  const where = "sparsityPlot";
  const { layers } = Object(report) as SparsityPlotData;
  if (!Array.isArray(layers)) throw mustBe(where, "report", "what sparsityReport(model) gives", report);
  if (layers.length === 0) throw mustBe(where, "layers", "at least one layer", layers);
  for (const [l, layer] of (layers as readonly SparsityPlotLayer[]).entries()) {
    const { name, weights, nonZeroWeights, units, liveUnits } = layer;
    const what = `layers[${l}] ("${name}")`;
    checkCount(`${what}.weights`, weights, Number.MAX_SAFE_INTEGER);
    checkCount(`${what}.nonZeroWeights`, nonZeroWeights, weights);
    if (units === undefined || liveUnits === undefined) continue;
    checkCount(`${what}.units`, units, Number.MAX_SAFE_INTEGER);
    checkCount(`${what}.liveUnits`, liveUnits, units);
  }
  return layers as readonly SparsityPlotLayer[];
}

function checkCount(what: string, count: unknown, most: number): void {
  if (Number.isInteger(count) && (count as number) >= 0 && (count as number) <= most) return;
  const rule = most === Number.MAX_SAFE_INTEGER ? "an integer >= 0" : `an integer from 0 to ${most}`;
  throw mustBe("sparsityPlot", what, rule, count);
}
