/** What charts need in a browser: letters' widths in the code, and Vega of the page's bundle. */
import { notInBrowsers } from "../errors";
import type { Drawing, VegaLibraries } from "./drawing";

/** Font files as base64, with nothing but those tables, which the build of the modules for browsers puts in. */
declare const FONTS_BASE64: Readonly<Record<"DejaVuSans" | "DejaVuSans-Bold", string>>;

export function fontBytes(face: "DejaVuSans" | "DejaVuSans-Bold"): Uint8Array {
  return Uint8Array.from(atob(FONTS_BASE64[face]), (byte) => byte.charCodeAt(0));
}

export async function vegaLibraries(): Promise<VegaLibraries> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  return { vega, vegaLite };
}

export function resvgFor(where: string): ReturnType<Drawing["resvgFor"]> {
  throw notInBrowsers(where, "PNG pictures", "pass a renderer, of @resvg/resvg-wasm and the fonts of charts");
}

export function packageText(where: string): string {
  throw notInBrowsers(where, "files", "save the SVG of toSVG");
}
