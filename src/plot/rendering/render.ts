import { vegaLibraries } from "#drawing";
import { progressStream } from "#platform";
import { escapeHtml } from "../../display/formatting";
import type { MimeBundle } from "../../display/mime-bundle";
import { InputError, UnavailableError } from "../../errors";
import { type ChartSpec, isVega } from "./chart-spec";
import { textWidth } from "./fonts";
import { type PngBytes, type PngRenderer, rasterize, rasterizeByWasm } from "./png-renderer";

/**
 * Draws a specification of Vega-Lite or Vega as SVG: the same bytes in every process, whatever was drawn before.
 *
 * This file alone loads vega and vega-lite, and only when something is drawn.
 *
 * @throws InputError when Vega-Lite or Vega cannot draw the specification.
 */
export function renderSVG(spec: ChartSpec): Promise<string> {
  const drawn = queue.then(() => draw(spec));
  queue = drawn.catch(() => {});
  return drawn;
}

/**
 * Draws a specification as PNG with the bundled DejaVu fonts, never with those of the machine.
 *
 * @param scale - Pixels per unit of the specification.
 * @param renderer - What draws it; the resvg of this machine unless given.
 * @throws InputError when Vega-Lite or Vega cannot draw the specification.
 */
export async function renderPNG(spec: ChartSpec, scale: number, renderer?: PngRenderer): Promise<PngBytes> {
  const svg = await renderSVG(spec);
  return renderer === undefined ? rasterize(svg, scale) : rasterizeByWasm(svg, scale, renderer);
}

/**
 * Draws a specification as notebooks show it: as PNG; as SVG where resvg is missing; not at all where Vega is. A line says once
 * how to get a PNG.
 *
 * @throws InputError when Vega-Lite or Vega cannot draw the specification.
 */
export async function renderForNotebook(spec: ChartSpec, scale: number): Promise<MimeBundle> {
  let svg: string | undefined;
  try {
    svg = await renderSVG(spec);
    return { "image/png": rasterize(svg, scale).toString("base64") };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    if (!saysHow)
      progressStream().write(`smooth-edges: charts have no PNG, for GitHub and PDF: ${error.remedy}\n`);
    saysHow = true;
    return svg === undefined ? {} : { "image/svg+xml": svg };
  }
}

/** Whether a line has said how to get a PNG. */
let saysHow = false;

/** One drawing at a time: identifiers and text widths are global in vega. */
let queue: Promise<unknown> = Promise.resolve();

async function draw(spec: ChartSpec): Promise<string> {
  const libraries = await vegaLibraries();
  const vega = libraries.vega as typeof libraries.vega & VegaGlobals;
  const problems: string[] = [];
  const logger = vega.logger(vega.Warn);
  logger.error = (...messages: readonly unknown[]) => {
    problems.push(messages.map((m) => (m instanceof Error ? m.message : String(m))).join(" "));
    return logger;
  };
  const warn = logger.warn.bind(logger);
  logger.warn = (...messages: readonly unknown[]) =>
    // Zooming needs the window's events, which a still picture lacks.
    String(messages[0]).startsWith("Can not resolve event source") ? logger : warn(...messages);
  const { textMetrics } = vega;
  const measureBefore = textMetrics.width;
  textMetrics.width = measureText;
  vega.resetSVGDefIds();
  try {
    // Vega modifies the given rows.
    const copy = structuredClone(spec) as never;
    const compiled = isVega(spec) ? copy : libraries.vegaLite.compile(copy, { logger }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: "none", logger });
    await view.runAsync();
    dropClipped((view.scenegraph() as unknown as { root: { items: SceneItem[] } }).root.items[0]);
    const svg = await view.toSVG();
    view.finalize();
    if (problems.length > 0) throw new Error(problems[0]);
    return replaceIllegalCharacters(addAltText(svg, spec.description));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw undrawableSpec(error instanceof Error ? error.message : String(error));
  } finally {
    textMetrics.width = measureBefore;
  }
}

function undrawableSpec(reason: string): InputError {
  // Vega-Lite's message contains the whole specification.
  const line = reason.replace(/\{".*"\}/s, "{...}").replace(/\s+/g, " ");
  const short = line.length > 160 ? `${line.slice(0, 157)}...` : line;
  return new InputError(`Chart: spec must be one that Vega-Lite can draw, got its answer "${short}"`);
}

/** Exported by vega but missing from its declarations. */
interface VegaGlobals {
  readonly textMetrics: TextMetrics;
  resetSVGDefIds(): void;
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly limit?: number;
}

interface TextMetrics {
  width(item: TextItem, text: unknown): number;
}

/** Without a canvas vega only guesses widths; the fonts of the PNG know them. Longer texts are cut at `limit`. */
const measureText: TextMetrics["width"] = ({ fontSize = 11, fontWeight, limit = 0 }, text) => {
  const bold = fontWeight === "bold" || Number(fontWeight) >= 600;
  const width = textWidth(String(text ?? ""), fontSize, bold);
  return limit > 0 ? Math.min(limit, width) : width;
};

function addAltText(svg: string, description: string): string {
  return svg.replace("<svg ", () => `<svg role="img" aria-label="${escapeHtml(description)}" `);
}

/** XML has no way to write control characters and lone surrogates, which a column's name may hold. */
function replaceIllegalCharacters(svg: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return svg.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}

/** The members of a mark of Vega's scene graph that are read: items of one kind in one group. */
interface SceneMark {
  readonly marktype: string;
  /** True where what is outside of the group's frame is not shown. */
  readonly clip?: unknown;
  items: SceneItem[];
}

/** The members of an item that are read: one symbol, one line, or a group of marks. */
interface SceneItem {
  readonly bounds: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  readonly width?: number;
  readonly height?: number;
  readonly items?: readonly SceneMark[];
}

/** Largest coordinate in pixels at which 32-bit floats still resolve pixels, and resvg computes bounds. */
const MAX_COORDINATE = 1e7;

/**
 * Removes items from a scene that are clipped completely. The picture is the same, but resvg would abort the process for a layer
 * outside of the picture.
 *
 * @throws InputError when what is left reaches so far that no one can draw it.
 */
function dropClipped(group: SceneItem): void {
  for (const mark of group.items ?? []) {
    if (mark.marktype === "group") mark.items.forEach(dropClipped);
    else {
      if (mark.clip === true) mark.items = mark.items.filter((item) => isWithin(item, group));
      mark.items.forEach(checkCoordinates);
    }
  }
}

function isWithin({ bounds }: SceneItem, { width = 0, height = 0 }: SceneItem): boolean {
  return bounds.x2 >= 0 && bounds.x1 <= width && bounds.y2 >= 0 && bounds.y1 <= height;
}

function checkCoordinates({ bounds }: SceneItem): void {
  const { x1, y1, x2, y2 } = bounds;
  const reach = Math.max(-x1, -y1, x2, y2);
  // The bounds of an empty item are reversed and infinite.
  if (x1 <= x2 && y1 <= y2 && reach > MAX_COORDINATE) {
    throw new InputError(
      `Chart: every mark must lie within ${MAX_COORDINATE.toExponential(0)} pixels of its frame, got one that reaches to ${reach.toExponential(1)}; leave its row out, or give the axis a wider domain`,
    );
  }
}
