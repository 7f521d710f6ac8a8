/**
 * States what charts need of the place where they are drawn ({@link Drawing}). `#drawing` of package.json is the member for Node.js, Deno
 * and Bun, `drawing-node.ts`, or the one for browsers, `drawing-browser.ts`. It is apart from `#platform`, which every program has, since
 * bundlers look for the optional packages that it names.
 */
import type { Resvg } from "@resvg/resvg-js";

/** The exports of each member. */
export interface Drawing {
  /** The TrueType file of a face of DejaVu, or as much of it as says how wide its letters are. */
  fontBytes(face: "DejaVuSans" | "DejaVuSans-Bold"): Uint8Array;

  /** Loads the libraries that draw charts, when the first chart is drawn. */
  vegaLibraries(): Promise<VegaLibraries>;

  /** Loads the library that turns SVG into PNG, with the files of its fonts. @throws InputError where it is missing. */
  resvgFor(where: string): { readonly Resvg: typeof Resvg; readonly fontFiles: string[] };

  /** The text of a file of an optional package. @throws InputError where npm was told to leave the package out. */
  packageText(where: string, name: string, file: string): string;
}

/** Vega and Vega-Lite. */
export interface VegaLibraries {
  readonly vega: typeof import("vega");
  readonly vegaLite: typeof import("vega-lite");
}
