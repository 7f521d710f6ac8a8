/** Turns SVG into PNG by resvg: by that of Node.js, or by its WebAssembly build, which the caller hands in. */
import { resvgFor } from "#drawing";
import { InputError, mustBe } from "../../errors";
import { FACES, faceOf } from "./fonts";

/**
 * resvg as WebAssembly with the fonts of charts, for {@link Chart.toPNG} where Node's resvg cannot be: in browsers, and on servers that load no
 * native code. `@resvg/resvg-wasm` 2.6.2 gives the bytes that Node's gives.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs"; // in a page, fetch
 * import { initWasm, Resvg } from "@resvg/resvg-wasm";
 *
 * await initWasm(readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
 * const faces = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"];
 * const fonts = faces.map((face) => readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`)));
 * const png = await coefficientPlot(fit).toPNG({ renderer: { Resvg, fonts } });
 * ```
 */
export interface PngRenderer {
  /** The class `Resvg` of `@resvg/resvg-wasm`, whose `initWasm` has ended. */
  readonly Resvg: ResvgOfWasm;
  /** The bytes of `DejaVuSans.ttf`, `DejaVuSans-Bold.ttf` and `DejaVuSans-Oblique.ttf`, in any order, as dejavu-fonts-ttf has them. */
  readonly fonts: readonly Uint8Array[];
}

/** What is used of the class `Resvg` of `@resvg/resvg-wasm`; stated here, since a project may be without that package. */
export type ResvgOfWasm = new (
  svg: string,
  options: {
    background: string;
    fitTo: { mode: "zoom"; value: number };
    font: { fontBuffers: Uint8Array[]; defaultFontFamily: string; sansSerifFamily: string };
  },
) => ResvgDrawing;

/** A picture that resvg has read. */
export interface ResvgDrawing {
  /** Draws it. */
  render(): ResvgImage;
  /** Gives its memory back. */
  free(): void;
}

/** A picture that resvg has drawn. */
export interface ResvgImage {
  /** Returns the bytes of a PNG file. */
  asPng(): Uint8Array;
  /** Gives its memory back. */
  free(): void;
}

/** The bytes of a PNG file in a buffer that is not shared, such as a `Blob` takes. */
export type PngBytes = Uint8Array & { readonly buffer: ArrayBuffer };

const FAMILY = { defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" } as const;
const BACKGROUND = "white";

/**
 * Draws by the resvg of Node.js.
 *
 * @param scale - Pixels per unit of the picture.
 * @throws InputError where this machine has none.
 */
export function rasterize(svg: string, scale: number): PngBytes & { toString(encoding: "base64"): string } {
  const { Resvg, fontFiles } = resvgFor("Chart.toPNG");
  const fitTo = { mode: "zoom", value: scale } as const;
  const font = { loadSystemFonts: false, fontFiles, ...FAMILY };
  return new Resvg(svg, { background: BACKGROUND, fitTo, font }).render().asPng() as Buffer<ArrayBuffer>;
}

/**
 * Draws by the renderer that is given, to the same bytes.
 *
 * @throws InputError when it lacks a font, or has not been initialized.
 */
export function rasterizeByWasm(svg: string, scale: number, renderer: PngRenderer): PngBytes {
  checkRenderer(renderer);
  const fitTo = { mode: "zoom", value: scale } as const;
  const font = { fontBuffers: [...renderer.fonts], ...FAMILY };
  let drawing: ResvgDrawing;
  try {
    drawing = new renderer.Resvg(svg, { background: BACKGROUND, fitTo, font });
  } catch (error) {
    const answer = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `Chart.toPNG: renderer must be ready to draw, got its answer "${answer}"; await initWasm of @resvg/resvg-wasm first`,
    );
  }
  try {
    const picture = drawing.render();
    const png = picture.asPng() as PngBytes;
    picture.free();
    return png;
  } finally {
    drawing.free(); // The memory of WebAssembly is not collected.
  }
}

/** Refuses what would draw a picture without its letters, which resvg does in silence where a font is missing. */
function checkRenderer(renderer: PngRenderer): void {
  const { Resvg, fonts } = Object(renderer) as Partial<PngRenderer>;
  if (typeof Resvg !== "function" || !Array.isArray(fonts))
    throw mustBe("Chart.toPNG", "renderer", "{ Resvg, fonts } with the class of @resvg/resvg-wasm", renderer);
  const faces = fonts.map(faceOf);
  const missing = FACES.filter((face) => !faces.includes(face));
  if (missing.length > 0)
    throw new InputError(
      `Chart.toPNG: renderer.fonts must have the bytes of ${FACES.map((face) => `${face}.ttf`).join(", ")}, got none of ${missing.join(", ")}; the package dejavu-fonts-ttf has them`,
    );
}
