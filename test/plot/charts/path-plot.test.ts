import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src";
import { type Chart, coefficientPlot, pathPlot } from "../../../src/plot";
import { assertObeysSchema, compilerMessages, textsFromLeft, textsOf } from "../../support/vega-lite";

/** Orthonormal lasso paths: every coefficient is the soft-thresholded `z`. */
function orthonormalPath(z: readonly number[], nLambdas: number, names = z.map((_, j) => `x${j}`)) {
  const lambdas = Array.from({ length: nLambdas }, (_, l) => 10 * 1e-3 ** (l / (nLambdas - 1)));
  const soft = (value: number, lambda: number): number =>
    Math.sign(value) * Math.max(0, Math.abs(value) - lambda);
  return {
    lambdas,
    coefs: lambdas.map((lambda) => z.map((value) => soft(value, lambda))),
    featureNames: names,
  };
}

const small = orthonormalPath([5, -3, 0.001, 4], 10, ["a.b", "c[0]", "never", "a.b"]);

describe("pathPlot", () => {
  it("draws a path of very many features in little, and says what it leaves out", () => {
    const featureNames = Array.from({ length: 100_000 }, (_, j) => `x${j}`);
    const coefs = [0, 1, 2].map((l) =>
      Float64Array.from(featureNames, (_, j) => (j % 100 === 0 ? l * (1 + j) : 0)),
    );
    const { spec } = pathPlot({ lambdas: [3, 2, 1], coefs, featureNames });
    assert.deepEqual(spec.title, {
      text: "Regularization path: 1000 of 100000 features enter",
      subtitle: "the 60 largest of 1000 are drawn; the 12 largest are named",
    });
    assert.ok(JSON.stringify(spec).length < 50_000);
  });

  it("names every line at its end", async () => {
    const texts = textsOf(await pathPlot(small).toSVG());
    assert.equal(texts.filter((text) => text === "a.b").length, 2);
    assert.ok(texts.includes("c[0]"));
    assert.ok(!texts.includes("never"));
    assert.ok(texts.includes("Regularization path: 3 of 4 features enter"));
  });

  it("counts above the frame what is not zero", async () => {
    const svg = await pathPlot(small).toSVG();
    const topAxis = svg.slice(0, svg.indexOf(">coefficients not zero<"));
    assert.deepEqual(textsFromLeft(topAxis), ["0", "3", "3", "3", "3", "3"]);
  });

  it("runs from the largest lambda on the left to the smallest, whatever the order given", async () => {
    const reversed = { ...small, lambdas: [...small.lambdas].reverse(), coefs: [...small.coefs].reverse() };
    assert.equal(await pathPlot(reversed).toSVG(), await pathPlot(small).toSVG());
    const ticks = textsFromLeft(await pathPlot(small).toSVG()).filter((text) =>
      ["10", "1", "0.1"].includes(text),
    );
    assert.deepEqual(ticks, ["10", "1", "0.1"]);
  });

  it("keeps names apart by the height of a line", async () => {
    const svg = await pathPlot(
      orthonormalPath(
        Array.from({ length: 12 }, (_, j) => 1 + j / 1000),
        10,
      ),
    ).toSVG();
    const heights = [...svg.matchAll(/<text[^>]*translate\([\d.]+,([\d.]+)\)[^>]*>x\d+</g)]
      .map(([, y]) => Number(y))
      .sort((a, b) => a - b);
    assert.equal(heights.length, 12);
    for (let k = 1; k < heights.length; k++) assert.ok(heights[k] - heights[k - 1] > 14.9);
  });

  it("says what a long path leaves out", () => {
    const z = Array.from({ length: 300 }, (_, j) => 2 + Math.cos(j));
    const title = pathPlot(orthonormalPath(z, 150)).spec.title as { text: string; subtitle: string };
    assert.equal(title.text, "Regularization path: 300 of 300 features enter");
    assert.equal(
      title.subtitle,
      "the 60 largest of 300 are drawn; the 12 largest are named; 100 of 150 values of λ are drawn",
    );
  });

  it("draws a path on which nothing enters", async () => {
    const texts = textsOf(
      await pathPlot({ lambdas: [2, 1], coefs: [[0], [0]], featureNames: ["a"] }).toSVG(),
    );
    assert.ok(texts.includes("Regularization path: 0 of 1 feature enter"), texts.join());
    assert.ok(texts.includes("every coefficient is zero"));
    // Beside the two lambdas and the counts above them zero is the only number.
    assert.deepEqual(texts.filter((text) => /^[\d.\u2212]+$/.test(text)).sort(), ["0", "0", "0", "1", "2"]);
    assert.ok(!texts.includes("a"));
  });

  it("says in words where the path ends", () => {
    assert.equal(
      pathPlot({
        lambdas: [1, 0.5],
        coefs: [
          [0, 0],
          [1.5, -2],
        ],
        featureNames: ["a", "b"],
      }).toString(),
      "Line chart. Regularization path: 2 of 2 features enter while lambda falls from 1 to 0.5. At the smallest lambda: b \u22122, a 1.5.",
    );
  });

  it("leaves out of its words the features that are at zero again at the end", () => {
    const { spec } = pathPlot({
      lambdas: [3, 2, 1],
      coefs: [
        [0, 0],
        [4, 0],
        [0, 1],
      ],
      featureNames: ["a", "b"],
    });
    assert.match(String(spec.description), /At the smallest lambda: b 1\.$/);
  });

  it("takes a path as it is", () => {
    const X = [
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 1],
      [0, 3],
    ];
    const path = new SmoothLasso().path(X, [1, 0, 1, 2, 1], { nLambdas: 20 });
    assert.match(pathPlot(path).toString(), /2 of 2 features enter/);
  });

  it("shades the ground from where the objective is not locally convex any more, and names it", async () => {
    const lambdas = [8, 4, 2, 1];
    const coefs = [[0], [1], [2], [3]];
    const shaded = pathPlot({
      lambdas,
      coefs,
      featureNames: ["a"],
      locallyConvex: [true, true, false, true],
    });
    const [band] = shaded.spec.layer as { data: { values: object[] } }[];
    // Halfway between 4 and 2 on the logarithmic axis, down to the smallest; 21 of 290 pixels above the line for the name.
    assert.ok(Math.abs(3 * (1 + 21 / (290 - 21)) - 3.2342) < 1e-4);
    assert.deepEqual(band.data.values, [{ start: 2.82843, end: 1, bottom: -0.15, top: 3.2342 }]);
    assert.ok(textsOf(await shaded.toSVG()).includes("not locally convex"));
    assert.ok(shaded.toString().endsWith(" Below lambda 2.83 it is not locally convex."));
    assertObeysSchema(shaded.spec);
    assert.deepEqual(compilerMessages(shaded.spec), []);
    const whole = pathPlot({ lambdas, coefs, featureNames: ["a"], locallyConvex: [false, true, true, true] });
    assert.equal(
      (whole.spec.layer as { data: { values: { start: number }[] } }[])[0].data.values[0].start,
      8,
    );
    const plain = pathPlot({ lambdas, coefs, featureNames: ["a"], locallyConvex: coefs.map(() => true) });
    assert.deepEqual(plain.spec, pathPlot({ lambdas, coefs, featureNames: ["a"] }).spec);
  });

  it("ranks features without their units, as coefficientPlot does, and as coefficients are where that is asked for", () => {
    // Of two features that explain y alike, that in grams has a coefficient 1/1000 of that in kilograms.
    const X = {
      grams: [0, 2000, 0, 2000, 0, 2000, 0, 2000],
      kilograms: [0, 0, 1, 1, 0, 0, 1, 1],
      noise: [1, 0, 0, 0, 0, 1, 0, 0],
    };
    const y = X.grams.map((grams, i) => 0.003 * grams + 4 * X.kilograms[i] + 0.1 * X.noise[i]);
    const path = new SmoothLasso().path(X, y, { nLambdas: 10 });
    const order = (fit: Chart): string[] =>
      [...fit.toString().matchAll(/(grams|kilograms|noise) -?[\d.]+/g)].map(([, name]) => name);
    const last = path.fits.at(-1)!;
    assert.equal(order(pathPlot(path))[0], "grams");
    assert.deepEqual(order(pathPlot(path)), order(coefficientPlot(last)));
    assert.deepEqual(pathPlot(path, { standardizedBy: X }).spec, pathPlot(path).spec);
    const raw = pathPlot(path, { standardizedBy: false });
    assert.equal(order(raw)[0], "kilograms");
    const { lambdas, coefs, featureNames, locallyConvex } = path;
    assert.deepEqual(raw.spec, pathPlot({ lambdas, coefs, featureNames, locallyConvex }).spec);
    assert.throws(() => pathPlot({ lambdas, coefs, featureNames, fits: [] }), {
      name: "InputError",
      message: `pathPlot: fits must be ${lambdas.length} fits, one a lambda, got an array of 0`,
    });
  });

  it("refuses what is no path", () => {
    const message = "pathPlot: locallyConvex must be 10 truth values, one a lambda, got an array of 1";
    assert.throws(() => pathPlot({ ...small, locallyConvex: [true] }), { name: "InputError", message });
    const refused = (part: object, message: string): void =>
      assert.throws(() => pathPlot({ ...small, ...part }), { name: "InputError", message });
    refused(
      { coefs: small.coefs.map((coef) => [coef, coef]), responseNames: ["a"] },
      "pathPlot: coefs[0] must be 1 array, one a response, got an array of 2",
    );
    refused(
      { coefs: small.coefs.map((coef) => [coef, [1, Number.NaN, 1, 1]]), responseNames: ["a", "b"] },
      'pathPlot: coefs[0][1][1] ("c[0]") must be a finite number, got NaN',
    );
    refused({ responseNames: [] }, "pathPlot: responseNames must be at least one name, got an array of 0");
    refused(
      { coefs: small.coefs.map(() => undefined), responseNames: ["a"] },
      "pathPlot: coefs[0] must be 1 array, one a response, got undefined",
    );
    refused({ lambdas: [1] }, "pathPlot: coefs must be 1 array, one a lambda, got an array of 10");
    refused(
      { lambdas: [1], coefs: [[1, 1, 1, 1]] },
      "pathPlot: lambdas must be two or more different numbers, got an array of 1; use coefficientPlot for one fit",
    );
    refused(
      {
        lambdas: [1, 0],
        coefs: [
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ],
      },
      "pathPlot: lambdas[1] must be a finite number > 0 on a logarithmic axis, got 0",
    );
    refused(
      {
        lambdas: [2, 1],
        coefs: [
          [1, 1, 1, 1],
          [1, 1],
        ],
      },
      "pathPlot: coefs[1] must be 4 numbers, one a feature, got an array of 2",
    );
    refused(
      {
        lambdas: [2, 1],
        coefs: [
          [1, 1, 1, 1],
          [1, Number.NaN, 1, 1],
        ],
      },
      'pathPlot: coefs[1][1] ("c[0]") must be a finite number, got NaN',
    );
    refused({ featureNames: [] }, "pathPlot: featureNames must be at least one name, got an array of 0");
    assert.throws(() => pathPlot({ coef: [1] } as never), {
      name: "InputError",
      message: "pathPlot: path must be what path(X, y) gives, got an object; use coefficientPlot for one fit",
    });
    const cv = new SmoothLasso().crossValidate([[1], [2], [3], [4]], [1, 2, 4, 3], { folds: 2, nLambdas: 3 });
    assert.throws(() => pathPlot(cv as never), {
      name: "InputError",
      message:
        "pathPlot: path must be what path(X, y) gives, got a CrossValidation; use crossValidationPlot(cv), or coefficientPlot(cv.best) and pathPlot(cv.path) for its fit and path",
    });
    assert.ok(pathPlot(cv.path));
  });
});
