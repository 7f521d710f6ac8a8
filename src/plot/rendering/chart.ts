import { filesFor } from "#platform";
import { type Displayable, type MimeBundle, makeDisplayable } from "../../display/mime-bundle";
import { mustBe, printable, unwritable } from "../../errors";
import { type ChartSpec, type Json, type JsonObject, VEGA_LITE_SCHEMA } from "./chart-spec";
import { followingGround, isLight, withDarkPalette } from "./ground";
import { htmlPage } from "./html-page";
import { interactive } from "./interactive";
import type { PngRenderer } from "./png-renderer";
import { renderForNotebook, renderPNG, renderSVG } from "./render";
import { THEME } from "./theme";

/** The grounds that charts are drawn for; `"auto"` is that of the front end. */
export type ChartTheme = "auto" | "light" | "dark";

/** The theme in which notebooks show charts; saved files are not affected. */
let notebookTheme: ChartTheme = "auto";

/**
 * Chooses the ground for which notebooks show every chart from now on: `"auto"` (the default), that of JupyterLab's theme when a chart is
 * drawn, `"light"` or `"dark"`. The PNG of `"auto"`, for front ends that draw no charts, is light. A notebook calls it once; files that are
 * saved keep the theme of their chart.
 *
 * @throws InputError when the theme is none of these.
 * @example
 * ```ts
 * setChartTheme("dark");
 * setChartTheme("auto"); // as before
 * ```
 */
export function setChartTheme(theme: ChartTheme): void {
  if (theme !== "auto" && theme !== "light" && theme !== "dark")
    throw mustBe("setChartTheme", "theme", '"auto", "light" or "dark"', theme);
  notebookTheme = theme;
}

/** Pixels per unit of PNGs in notebooks, which are sharp on most screens and still small. */
const NOTEBOOK_SCALE = 1.5;

/**
 * A picture as a value: a Vega-Lite v5 specification that draws, saves and shows itself.
 *
 * @example
 * ```ts
 * const chart = coefficientPlot(fit);
 * const svg = await chart.toSVG();
 * svg.startsWith("<svg"); // true
 * ```
 */
export class Chart implements Displayable {
  /** The Vega-Lite v5 specification, with data and theme in it. Frozen. */
  readonly spec: ChartSpec;

  /**
   * @param spec - A Vega-Lite v5 specification; `description` is required, `$schema` and `config` have defaults. Facets with
   * `sort: null` are written in the order of the data; texts such as `toString`, which Vega takes for signals, with a
   * character more that is not seen.
   * @throws InputError when there is no description.
   */
  constructor(spec: ChartSpec) {
    if (typeof spec.description !== "string" || spec.description.trim() === "")
      throw mustBe(
        "Chart",
        "spec.description",
        "a sentence for readers who cannot see the picture",
        spec.description,
      );
    this.spec = deepFreeze({
      $schema: VEGA_LITE_SCHEMA,
      config: THEME,
      ...escapeObjectPropertyNames(withFacetOrder(structuredClone(spec))),
    });
  }

  /**
   * Returns the same picture for a dark ground, such as JupyterLab's dark theme; a chart is light otherwise, on a white ground of
   * its own, which can be read anywhere.
   */
  dark(): Chart {
    return new Chart(withDarkPalette(this.spec));
  }

  /** The picture as a standalone SVG document; the same bytes each time. */
  toSVG(): Promise<string> {
    return renderSVG(this.spec);
  }

  /**
   * The picture as a PNG file's bytes; the same each time and on every machine. A page shows them by
   * `URL.createObjectURL(new Blob([png], { type: "image/png" }))`, and divides the width of the picture by `scale`.
   *
   * @param options `scale`: pixels per unit of the specification, in (0, 10]; defaults to 2. `renderer`: what draws it, needed in
   * browsers; defaults to the resvg of Node.js.
   * @throws InputError when the scale is out of range, and when the renderer is missing or lacks a font.
   */
  async toPNG(
    options: { readonly scale?: number; readonly renderer?: PngRenderer } = {},
  ): Promise<Uint8Array & { readonly buffer: ArrayBuffer }> {
    const { scale = 2, renderer } = options;
    if (!(scale > 0 && scale <= 10)) throw mustBe("Chart.toPNG", "scale", "a number in (0, 10]", scale);
    return renderPNG(this.spec, scale, renderer);
  }

  /**
   * Writes the chart in the format that the path ends in: `.svg`, `.png`, `.html` for a page with tooltips and sliders that needs no network, or
   * `.json` for the specification. It replaces an existing file only once it is written whole.
   *
   * @throws InputError when the path ends in anything else, or cannot be written; the folder must be there.
   */
  async save(path: string): Promise<void> {
    const extension = /\.(svg|png|html|json)$/i.exec(path)?.[1]?.toLowerCase();
    if (extension === undefined)
      throw mustBe("Chart.save", "path", "a name that ends in .svg, .png, .html or .json", path);
    const files = filesFor("Chart.save");
    const content =
      extension === "svg"
        ? await this.toSVG()
        : extension === "png"
          ? await this.toPNG()
          : extension === "html"
            ? htmlPage(interactive(this.spec))
            : formatSpec(this.spec);
    try {
      files.writeAtomically(path, content);
    } catch (error) {
      throw unwritable("Chart.save", path, error);
    }
  }

  /** The specification, so that `JSON.stringify(chart)` is a Vega-Lite file. */
  toJSON(): ChartSpec {
    return this.spec;
  }

  /** The picture in words. */
  toString(): string {
    return printable(this.spec.description);
  }

  /**
   * The specification for front ends that draw it, with tooltips, legends that mute what is not clicked, and a zoom into clouds of points; a
   * PNG for those that do not (GitHub, nbviewer, PDF), and words.
   *
   * An SVG only where no PNG can be made: it would double the notebook, GitHub drops it, and nbconvert needs Inkscape to turn it
   * into PDF.
   */
  async toMimeBundle(): Promise<MimeBundle> {
    const spec = notebookTheme === "dark" ? withDarkPalette(this.spec) : this.spec;
    const followsGround = notebookTheme === "auto" && isLight(spec);
    return {
      "application/vnd.vegalite.v5+json": interactive(followsGround ? followingGround(spec) : spec),
      ...(await renderForNotebook(spec, NOTEBOOK_SCALE)),
      "text/plain": this.toString(),
    };
  }
}

makeDisplayable(Chart);

/** Indented JSON whose arrays of numbers stay on one line. */
function formatSpec(spec: ChartSpec): string {
  const text = JSON.stringify(spec, null, 2);
  return `${text.replace(/\[\n\s*(-?\d[^[\]{}"]*?)\n\s*\]/g, (_, numbers: string) => `[${numbers.replace(/\n\s*/g, " ")}]`)}\n`;
}

function deepFreeze<T extends Json>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

/**
 * Writes out the order of facets with `sort: null`, that of the data: Vega-Lite documents it, but version 5 sorts them nevertheless.
 * Data in other files are not read.
 */
function withFacetOrder<Spec extends JsonObject>(spec: Spec): Spec {
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

/** Names of properties that every object has: Vega 5 finds them when it looks up signals, and fails. */
const WORDS = Object.getOwnPropertyNames(Object.prototype);
/** Keys of a specification whose strings are texts or expressions; the strings of other keys are names of fields. */
const SHOWN: ReadonlySet<string> = new Set(["text", "title", "subtitle", "value", "datum", "labelExpr"]);
/** A character without width and glyph. */
const WORD_JOINER = "\u2060";
const ALONE = new RegExp(`^(${WORDS.join("|")})$`);
const QUOTED = new RegExp(`(["'])(${WORDS.join("|")})\\1`, "g");

/**
 * Appends an invisible character to texts that are names of object properties, so that a feature may be called `constructor` or
 * `toString`. Data keep their values.
 */
function escapeObjectPropertyNames(spec: ChartSpec): ChartSpec {
  return rewriteTexts(spec, "") as ChartSpec;
}

function rewriteTexts(value: Json, key: string): Json {
  if (typeof value === "string") return SHOWN.has(key) ? withWordJoiner(value) : value;
  if (Array.isArray(value)) return value.map((item) => rewriteTexts(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === "data" || name === "datasets" ? item : rewriteTexts(item, name),
    ]),
  );
}

function withWordJoiner(text: string): string {
  return text.replace(ALONE, `$1${WORD_JOINER}`).replace(QUOTED, `$1$2${WORD_JOINER}$1`);
}
