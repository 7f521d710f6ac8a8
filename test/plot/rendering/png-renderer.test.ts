/** PNG by resvg's WebAssembly build, beside that of the native library, which is another program of the same source. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { InputError } from "../../../src/errors";
import { Chart, coefficientPlot, type PngRenderer, pathPlot, type ResvgOfWasm } from "../../../src/plot";
import { faceOf } from "../../../src/plot/rendering/fonts";

interface ResvgModule {
  readonly Resvg: ResvgOfWasm;
  initWasm(bytes: Uint8Array): Promise<void>;
}

/** The module with a memory of its own, since it can be initialized once. */
function freshModule(): ResvgModule {
  const path = require.resolve("@resvg/resvg-wasm");
  delete require.cache[path];
  const fresh = require(path) as ResvgModule;
  delete require.cache[path];
  return fresh;
}

const fontFile = (face: string): Uint8Array =>
  readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`));
const FONTS = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"].map(fontFile);

const CHARTS: Readonly<Record<string, Chart>> = {
  path: pathPlot({
    lambdas: [1, 0.1],
    coefs: [
      [0, 0],
      [1, -2],
    ],
    featureNames: ["a", "β̂₁ ∈ λ"],
  }),
  coefficients: coefficientPlot({ coef: [1, -2], featureNames: ["age", "bmi"] }).dark(),
  "bold and oblique texts": new Chart({
    description: "Texts.",
    title: { text: "Bold", subtitle: "oblique", subtitleFontStyle: "italic" },
    data: { values: [{}] },
    mark: { type: "text", text: "λ" },
  }),
};

describe("Chart.toPNG by a renderer", () => {
  let renderer: PngRenderer;
  before(async () => {
    const { Resvg, initWasm } = freshModule();
    await initWasm(readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
    renderer = { Resvg, fonts: FONTS };
  });

  const refused = (given: unknown, message: string | RegExp): Promise<void> =>
    assert.rejects(CHARTS.path.toPNG({ renderer: given as PngRenderer }), (error) => {
      assert.ok(error instanceof InputError);
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });

  for (const [name, chart] of Object.entries(CHARTS))
    it(`gives the bytes of the native one: ${name}`, async () => {
      for (const scale of [0.5, 1, 2, 3.3]) {
        const drawn = await chart.toPNG({ scale, renderer });
        assert.deepEqual(Buffer.from(drawn), Buffer.from(await chart.toPNG({ scale })));
      }
    });

  it("takes the fonts in any order, with others among them, and keeps them whole", async () => {
    const fonts = [fontFile("DejaVuSansMono"), ...FONTS.toReversed().map((font) => font.slice())];
    const drawn = await CHARTS.path.toPNG({ renderer: { ...renderer, fonts } });
    assert.deepEqual(drawn, await CHARTS.path.toPNG({ renderer }));
    assert.deepEqual(Buffer.from(fonts[3]), Buffer.from(FONTS[0]));
  });

  it("refuses to draw without a font, with half of one, and with what is none", async () => {
    const rule =
      "Chart.toPNG: renderer.fonts must have the bytes of DejaVuSans.ttf, DejaVuSans-Bold.ttf, DejaVuSans-Oblique.ttf";
    const remedy = "the package dejavu-fonts-ttf has them";
    const [regular, bold, oblique] = FONTS;
    for (const [fonts, missing] of [
      [[], "DejaVuSans, DejaVuSans-Bold, DejaVuSans-Oblique"],
      [[regular, oblique], "DejaVuSans-Bold"],
      [[regular, bold.subarray(0, 1000), oblique], "DejaVuSans-Bold"],
      [[regular, bold, fontFile("DejaVuSansMono-Oblique")], "DejaVuSans-Oblique"],
      [[regular, bold, "DejaVuSans-Oblique.ttf"], "DejaVuSans-Oblique"],
      [[new TextEncoder().encode("<!doctype html>"), bold, oblique], "DejaVuSans"],
    ] as const)
      await refused({ ...renderer, fonts }, `${rule}, got none of ${missing}; ${remedy}`);
  });

  it("refuses what is no renderer, and one that is not initialized", async () => {
    for (const given of [null, 1, {}, { Resvg: renderer.Resvg }, { fonts: FONTS, Resvg: "Resvg" }])
      await refused(given, /^Chart\.toPNG: renderer must be \{ Resvg, fonts \} with the class of/);
    await refused(
      { Resvg: freshModule().Resvg, fonts: FONTS },
      /^Chart\.toPNG: renderer must be ready to draw, got its answer ".+"; await initWasm of @resvg\/resvg-wasm first$/,
    );
  });
});

describe("faceOf", () => {
  it("is the PostScript name that the files of DejaVu are called by", () => {
    for (const face of ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono-Oblique", "DejaVuSerif"])
      assert.equal(faceOf(fontFile(face)), face);
  });
});
