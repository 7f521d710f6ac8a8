import assert from "node:assert/strict";
import { SmoothBridge, SmoothLasso } from "../../../src";
import { crossValidationPlot } from "../../../src/plot";
import { linearData } from "../../support/problems";
import { textsFromLeft, textsOf } from "../../support/vega-lite";

const small = {
  lambdas: [10, 3, 1, 0.1],
  meanScore: [4, 2, 1.5, 1.75],
  standardError: [0.5, 0.25, 0.6, 0.75],
  df: [0, 2, 5, 9],
  lambdaMin: 1,
  lambda1se: 3,
  measure: "mean squared error",
  folds: [0, 1, 2, 3, 4],
};
/** Pixels from the left and the top, and the words, of each text. */
const placed = (svg: string): { x: number; y: number; text: string }[] =>
  [...svg.matchAll(/<text[^>]*translate\(([-\d.]+),([-\d.]+)\)[^>]*>([^<]+)</g)].map(([, x, y, text]) => ({
    x: Number(x),
    y: Number(y),
    text,
  }));

describe("crossValidationPlot", () => {
  it("names both choices, with the size of their fits, at their lambdas", async () => {
    const texts = placed(await crossValidationPlot(small).toSVG());
    const [sparser, best] = ["lambda1se 3: 2 not zero", "lambdaMin 1: 5 not zero"].map(
      (name) => texts.find(({ text }) => text === name)!,
    );
    // A frame of 380 pixels over two decades; the names stand 4 pixels beside their lines.
    const at = (lambda: number): number => (380 * Math.log10(10 / lambda)) / 2 + 4;
    assert.ok(Math.abs(sparser.x - at(3)) < 0.1 && Math.abs(best.x - at(1)) < 0.1);
    assert.ok(best.y - sparser.y > 14, "one below the other");
  });

  it("says which end of the scores is the best", async () => {
    const titleOf = async (data: typeof small & { higherIsBetter?: boolean }): Promise<string> =>
      textsOf(await crossValidationPlot(data).toSVG()).join(" ");
    assert.match(await titleOf(small), /Lowest mean squared error 1\.5/);
    assert.match(await titleOf({ ...small, measure: "AUC", higherIsBetter: true }), /Highest AUC 1\.5/);
  });

  it("counts all folds of repeated draws, and says how many draws they are of", () => {
    const { X, y } = linearData(3, 40, 4);
    const cv = new SmoothLasso().crossValidate(X, y, { folds: 4, repeats: 2, nLambdas: 5 });
    assert.match(crossValidationPlot(cv).toString(), /cross-validation in 8 folds of 2 draws, bars/);
    assert.match(crossValidationPlot(small).toString(), /cross-validation in 5 folds, bars/);
  });

  it("has one line for both choices where they are the same", async () => {
    const texts = textsOf(await crossValidationPlot({ ...small, lambda1se: 1 }).toSVG());
    assert.ok(texts.includes("lambdaMin = lambda1se 1: 5 not zero"), texts.join());
    assert.ok(!texts.some((text) => text.startsWith("lambda1se")));
  });

  it("counts above the frame what is not zero, and runs from the largest lambda to the smallest", async () => {
    const svg = await crossValidationPlot(small).toSVG();
    const topAxis = svg.slice(0, svg.indexOf(">coefficients not zero<"));
    assert.deepEqual(textsFromLeft(topAxis), ["0", "2", "5", "9"]);
    const turned = { ...small };
    for (const key of ["lambdas", "meanScore", "standardError", "df"] as const)
      turned[key] = [...small[key]].reverse();
    assert.equal(await crossValidationPlot(turned).toSVG(), svg);
  });

  it("draws a bar from one standard error below each mean to one above, and keeps clear of the names", () => {
    const { layer } = crossValidationPlot(small).spec as unknown as {
      layer: {
        data: { values: { low: number; high: number }[] };
        encoding: { y: { scale: { domain: number[] } } };
      }[];
    };
    const [{ data, encoding }] = layer;
    assert.deepEqual(
      data.values.map(({ low, high }) => [low, high]),
      [
        [3.5, 4.5],
        [1.75, 2.25],
        [0.9, 2.1],
        [1, 2.5],
      ],
    );
    const [low, high] = encoding.y.scale.domain;
    const pixelsAbove = (290 * (high - 4.5)) / (high - low);
    assert.ok(pixelsAbove > 39 && low < 0.9, `${pixelsAbove}`);
  });

  it("draws the bars of both choices over their dashed lines, once where they are the same", () => {
    const barsOver = (cv: typeof small): number[][] => {
      const { layer } = crossValidationPlot(cv).spec as unknown as {
        layer: {
          mark?: { strokeDash?: number[] };
          data: { values: { lambda: number; low: number; high: number }[] };
        }[];
      };
      const dashed = layer.findLastIndex(({ mark }) => mark?.strokeDash !== undefined);
      const over = layer.slice(dashed).filter(({ data }) => data.values.some(({ low }) => low !== undefined));
      return over.flatMap(({ data }) => data.values.map(({ lambda, low, high }) => [lambda, low, high]));
    };
    assert.deepEqual(barsOver(small), [
      [1, 0.9, 2.1],
      [3, 1.75, 2.25],
    ]);
    assert.deepEqual(barsOver({ ...small, lambdaMin: 10, lambda1se: 10 }), [[10, 3.5, 4.5]]);
  });

  it("says in words what it shows", () => {
    assert.equal(
      crossValidationPlot(small).toString(),
      "Line chart. Lowest mean squared error 1.5 ± 0.6, cross-validation in 5 folds, bars of one standard error, while lambda falls from 10 to 0.1. Lowest at lambda 1 with 5 coefficients not zero; within one standard error of that up to lambda 3 with 2 coefficients not zero.",
    );
  });

  it("gives the score to the last digit of its error", () => {
    const titleOf = (score: number, error: number): string =>
      crossValidationPlot({
        ...small,
        meanScore: [4, 2, score, 1.75],
        standardError: [0.5, 0.25, error, 0.75],
      }).toString();
    assert.match(titleOf(1.102345, 0.00365), /Lowest mean squared error 1\.10234 ± 0\.00365,/);
    assert.match(titleOf(-1.102345, 0.0365), /Lowest mean squared error −1\.1023 ± 0\.0365,/);
    assert.match(titleOf(0.0123456, 2.5), /Lowest mean squared error 0\.0123 ± 2\.5,/);
  });

  it("takes a cross-validation as it is, over depths as well", () => {
    const { X, y } = linearData(3, 30, 4);
    const options = { folds: 3, nLambdas: 5 };
    assert.match(
      crossValidationPlot(new SmoothLasso().crossValidate(X, y, options)).toString(),
      /in 3 folds,/,
    );
    const cv = new SmoothBridge({ q: 1 }).crossValidate(X, y, {
      ...options,
      nLambdas: 3,
      grid: { depth: [2, 4] },
    });
    assert.match(crossValidationPlot(cv).toString(), new RegExp(`in 3 folds at depth ${cv.params.depth},`));
  });

  it("refuses what is no cross-validation", () => {
    const refused = (part: object, message: string): void =>
      assert.throws(() => crossValidationPlot({ ...small, ...part }), {
        name: "InputError",
        message: `crossValidationPlot: ${message}`,
      });
    refused({ df: [1] }, "df must be 4 numbers, one a lambda, got an array of 1");
    refused(
      { meanScore: [1, 2, Number.NaN, 1], folds: [] },
      "meanScore[2] must be a finite number, got NaN; no fold was fitted before the interruption",
    );
    refused({ meanScore: [1, 2, Infinity, 1] }, "meanScore[2] must be a finite number, got Infinity");
    refused({ standardError: [1, 2, 3, -1] }, "standardError[3] must be a number >= 0, got -1");
    refused({ lambdaMin: 2 }, "lambdaMin must be one of lambdas, got 2");
    refused({ lambda1se: 2 }, "lambda1se must be one of lambdas, got 2");
    refused({ lambdas: [3, 2, 1, 0] }, "lambdas[3] must be a finite number > 0 on a logarithmic axis, got 0");
    assert.throws(() => crossValidationPlot({ coefs: [] } as never), {
      name: "InputError",
      message:
        "crossValidationPlot: cv must be what crossValidate(X, y) gives, got an object; use pathPlot for a path",
    });
  });
});
