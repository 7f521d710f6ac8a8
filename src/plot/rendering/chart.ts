import { writeFile } from "node:fs/promises";
import { type Displayable, type MimeBundle, makeDisplayable } from "../../display/mime-bundle";
import { InputError, mustBe } from "../../errors";
import { withFacetOrder } from "../layout/facet-order";
import { withObjectWords } from "../layout/object-words";
import { type ChartSpec, type Json, VEGA_LITE_SCHEMA } from "./chart-spec";
import { darkened } from "./darkened";
import { renderPNG, renderSVG } from "./render";
import { THEME } from "./theme";

/** The grounds that charts are drawn for. */
export type ChartTheme = "light" | "dark";

/** How notebooks show charts; what is saved is not affected. */
let notebookTheme: ChartTheme = "light";

/**
 * Chooses the ground for which notebooks show every chart from now on: `"light"` (the default) or `"dark"`, as for JupyterLab's dark
 * theme. A notebook calls it once; files that are saved keep the theme of their chart.
 *
 * @throws InputError when the theme is neither.
 * @example
 * ```ts
 * setChartTheme("dark");
 * ```
 */
export function setChartTheme(theme: ChartTheme): void {
  if (theme !== "light" && theme !== "dark")
    throw mustBe("setChartTheme", "theme", '"light" or "dark"', theme);
  notebookTheme = theme;
}

/** A size in a notebook that is sharp on most screens and still a small file. */
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
      ...withObjectWords(withFacetOrder(structuredClone(spec))),
    });
  }

  /**
   * The same picture for a dark ground, such as JupyterLab's dark theme; a chart is light otherwise, on a white ground of
   * its own, which can be read anywhere.
   */
  dark(): Chart {
    return new Chart(darkened(this.spec));
  }

  /** The picture as a standalone SVG document; the same bytes each time. */
  toSVG(): Promise<string> {
    return renderSVG(this.spec);
  }

  /**
   * The picture as a PNG file's bytes; the same each time and on every machine.
   *
   * @param options `scale`: pixels per unit of the specification, in (0, 10]; defaults to 2.
   * @throws InputError when the scale is out of range.
   */
  async toPNG(options: { readonly scale?: number } = {}): Promise<Uint8Array> {
    const { scale = 2 } = options;
    if (!(scale > 0 && scale <= 10)) throw mustBe("Chart.toPNG", "scale", "a number in (0, 10]", scale);
    return renderPNG(this.spec, scale);
  }

  /**
   * Writes the chart in the format that the path ends in: `.svg`, `.png`, or `.json` for the specification.
   *
   * @throws InputError when the path ends in anything else, or cannot be written; the folder must be there.
   */
  async save(path: string): Promise<void> {
    const extension = /\.(svg|png|json)$/i.exec(path)?.[1]?.toLowerCase();
    if (extension === undefined)
      throw mustBe("Chart.save", "path", "a name that ends in .svg, .png or .json", path);
    const content =
      extension === "svg"
        ? await this.toSVG()
        : extension === "png"
          ? await this.toPNG()
          : formatSpec(this.spec);
    try {
      await writeFile(path, content);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A folder that is made unasked hides a misspelt one.
      const remedy = code === "ENOENT" ? "; make its folder first" : "";
      throw new InputError(`Chart.save: ${path} must be a file that can be written, got ${code}${remedy}`);
    }
  }

  /** The specification, so that `JSON.stringify(chart)` is a Vega-Lite file. */
  toJSON(): ChartSpec {
    return this.spec;
  }

  /** The picture in words. */
  toString(): string {
    return this.spec.description;
  }

  /**
   * The specification for front ends that draw it, a PNG for those that do not (GitHub, nbviewer, PDF), and words.
   *
   * No SVG: it would double the notebook, GitHub drops it, and nbconvert needs Inkscape to turn it into PDF.
   */
  async toMimeBundle(): Promise<MimeBundle> {
    const spec = notebookTheme === "dark" ? darkened(this.spec) : this.spec;
    const png = await renderPNG(spec, NOTEBOOK_SCALE);
    return {
      "application/vnd.vegalite.v5+json": spec,
      "image/png": png.toString("base64"),
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
