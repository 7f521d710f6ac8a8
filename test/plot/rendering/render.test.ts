import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Chart, coefficientPlot, pathPlot } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

const plot = JSON.stringify(join(__dirname, "../../../src/plot"));
const path = {
  lambdas: [1, 0.1],
  coefs: [
    [0, 0],
    [1, -2],
  ],
  featureNames: ["a", "b"],
};
const other = { coef: [1, 2], featureNames: ["other", "fit"] };

/** Runs code in a process of its own and returns the JSON that it prints. */
function inFreshProcess(code: string): unknown {
  return JSON.parse(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }));
}

const drawPath = `
  const { createHash } = require("node:crypto");
  const { coefficientPlot, pathPlot } = require(${plot});
  const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
  const print = async () => {
    const chart = pathPlot(${JSON.stringify(path)});
    console.log(JSON.stringify([hash(await chart.toSVG()), hash(await chart.toPNG())]));
  };`;

describe("drawing", () => {
  it("gives the same bytes in every process, whatever was drawn before", () => {
    const alone = inFreshProcess(`${drawPath} print();`);
    const afterAnother = inFreshProcess(
      `${drawPath} coefficientPlot(${JSON.stringify(other)}).toPNG()
        .then(() => pathPlot({ ...${JSON.stringify(path)}, featureNames: ["c", "d"] }).toSVG()).then(print);`,
    );
    assert.deepEqual(afterAnother, alone);
  });

  it("gives the same bytes when many draw at once", async () => {
    const expected = await pathPlot(path).toSVG();
    const drawn = await Promise.all([
      pathPlot(path).toSVG(),
      coefficientPlot(other).toSVG(),
      pathPlot(path).toSVG(),
      coefficientPlot(other).toSVG(),
      pathPlot(path).toSVG(),
    ]);
    for (const k of [0, 2, 4]) assert.equal(drawn[k], expected);
  });

  it("goes on after a chart that cannot be drawn", async () => {
    const broken = new Chart({
      description: "Broken.",
      mark: "bar",
      transform: [{ calculate: "((", as: "y" }],
    });
    const [failed, drawn] = await Promise.allSettled([broken.toSVG(), coefficientPlot(other).toSVG()]);
    assert.equal(failed.status, "rejected");
    assert.equal(drawn.status, "fulfilled");
  });

  it("loads Vega only when something is drawn", () => {
    const loaded = `Object.keys(require.cache).filter((file) => /[\\\\/](vega|vega-lite|resvg-js)[\\\\/]/.test(file)).length`;
    const [before, after] = inFreshProcess(`
      const { coefficientPlot } = require(${plot});
      const chart = coefficientPlot(${JSON.stringify(other)});
      const before = ${loaded};
      chart.toSVG().then(() => console.log(JSON.stringify([before, ${loaded}])));`) as number[];
    assert.equal(before, 0);
    assert.ok(after > 0);
  });

  it("leaves Vega's measure of texts as it was", async () => {
    const { textMetrics } = require("vega") as { textMetrics: { width: unknown } };
    const before = textMetrics.width;
    await coefficientPlot(other).toSVG();
    assert.equal(textMetrics.width, before);
  });

  it("has letters in the PNG, Greek ones and combining marks among them", async () => {
    const pictureOf = async (text: string): Promise<string> => {
      const chart = new Chart({
        description: "One text.",
        width: 60,
        height: 40,
        data: { values: [{}] },
        mark: { type: "text", text, fontSize: 24 },
      });
      return Buffer.from(await chart.toPNG()).toString("base64");
    };
    const missing = "\u{10ffff}";
    const pictures = await Promise.all(["", "x", "λ", "β", "β\u0302", missing].map(pictureOf));
    assert.equal(new Set(pictures).size, pictures.length);
  });

  it("replaces characters that XML cannot hold", async () => {
    const svg = await coefficientPlot({ coef: [1], featureNames: ["a\u0000b\ud800c\u001b😀<&>"] }).toSVG();
    assert.ok(textsOf(svg).includes("a\ufffdb\ufffdc\ufffd😀<&>"), svg);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(svg, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Surrogate}/u);
  });
});
