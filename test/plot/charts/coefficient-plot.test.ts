import assert from "node:assert/strict";
import { multinomial, SmoothLasso } from "../../../src";
import { coefficientPlot } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

const fit = { coef: Float64Array.of(0, -2, 0.5, 0, 3), featureNames: ["a", "b.c", "d", "e", "f[0]"] };

describe("coefficientPlot", () => {
  it("names the features that are not zero from the longest bar to the shortest, and counts the others", async () => {
    const texts = textsOf(await coefficientPlot(fit).toSVG());
    const names = texts.filter((text) => fit.featureNames.includes(text));
    assert.deepEqual(names, ["f[0]", "b.c", "d"]);
    for (const text of ["3 of 5 coefficients not zero", "2 features at zero", "3", "\u22122", "0.5"]) {
      assert.ok(texts.includes(text), text);
    }
    assert.ok(texts.includes("coefficient β\u0302"));
  });

  it("says in words what it shows", () => {
    assert.equal(
      coefficientPlot(fit).toString(),
      "Bar chart of coefficients, 3 of 5 coefficients not zero. Largest first: f[0] 3, b.c \u22122, d 0.5. 2 features at zero.",
    );
  });

  it("says what it leaves out beyond the longest bars", () => {
    const { title } = coefficientPlot(fit, { maxBars: 2 }).spec;
    assert.deepEqual(title, {
      text: "3 of 5 coefficients not zero",
      subtitle: "1 smaller ones not shown; 2 features at zero",
    });
  });

  it("says so where every coefficient is zero, on an axis with no other number", async () => {
    const texts = textsOf(await coefficientPlot({ coef: [0, 0], featureNames: ["a", "b"] }).toSVG());
    assert.ok(texts.includes("every coefficient is zero"), texts.join("|"));
    assert.deepEqual(
      texts.filter((text) => /^[\d.\u2212]+$/.test(text)),
      ["0"],
    );
  });

  it("tells features of one name apart", async () => {
    const svg = await coefficientPlot({ coef: [1, 2], featureNames: ["x", "x"] }).toSVG();
    assert.equal(textsOf(svg).filter((text) => text === "x").length, 2);
  });

  it("ranks features without their units where it is given the data, by the textbook's standard deviation", () => {
    // 1 and 3 km deviate from their mean by 1, and 1000 and 3000 m by 1000.
    const X = { km: [1, 3], m: [1000, 3000], none: [7, 7] };
    const lengths = { coef: [2, 0.003, 1], featureNames: ["km", "m", "none"] };
    const plain = coefficientPlot(lengths).toString();
    assert.match(plain, /^Bar chart of coefficients, 3 of 3 .+ km 2, none 1, m 0.003/);
    const chart = coefficientPlot(lengths, { standardizedBy: X });
    assert.match(chart.toString(), /^Bar chart of standardized coefficients, 2 of 3 .+ m 3, km 2\./);
    assert.match(JSON.stringify(chart.spec), /per standard deviation of the feature/);
    assert.throws(() => coefficientPlot(lengths, { standardizedBy: { km: [1, 3] } }), {
      message: 'coefficientPlot: X must have every column of the fit, got none called "m", "none"',
    });
  });

  it("ranks the features of a fit without their units, and as coefficients are where that is asked for", () => {
    // A step of a kilometre changes as much as one of a metre changes a thousandth; metres vary twice as much.
    const km = [1, 3, 1, 3, 1, 3, 1, 3];
    const m = [1000, 1000, 5000, 5000, 1000, 1000, 5000, 5000];
    const y = km.map((x, i) => x + m[i] / 1000);
    const fit = new SmoothLasso({ lambda: 1e-6 }).fit({ km, m }, y);
    assert.match(
      coefficientPlot(fit).toString(),
      /^Bar chart of standardized coefficients, 2 of 2 .+ m 2, km 1\.$/,
    );
    const raw = coefficientPlot(fit, { standardizedBy: false });
    assert.match(raw.toString(), /^Bar chart of coefficients, 2 of 2 .+ km 1, m 0.001\.$/);
    assert.deepEqual(
      coefficientPlot(fit, { standardizedBy: { km, m } }).toString(),
      `${coefficientPlot(fit)}`,
    );
    const { coef, featureNames } = fit;
    assert.equal(`${coefficientPlot({ coef, featureNames })}`, `${raw}`);
    assert.throws(() => coefficientPlot({ coef, featureNames, supportDeviations: [1] }), {
      message:
        "coefficientPlot: supportDeviations must be 2 numbers, one a feature in the model, got an array of 1",
    });
  });

  it("takes a fit as it is", () => {
    const lasso = new SmoothLasso({ lambda: 0.1 }).fit([[1], [2], [3], [5]], [1, 2, 3, 5]);
    assert.match(coefficientPlot(lasso).toString(), /1 of 1 coefficient not zero/);
  });

  describe("of several responses", () => {
    const several = {
      coefs: [Float64Array.of(0, 3, 1, 0), Float64Array.of(0, 4, -2, 0)],
      responseNames: ["left", "right"],
      featureNames: ["a", "b", "c", "d"],
    };

    it("has a panel each, with the same features from the largest norm to the smallest", async () => {
      const chart = coefficientPlot(several);
      assert.equal(
        chart.toString(),
        "Bar chart of coefficients, 2 of 4 features in the model of 2 responses. Largest first: b (left 3, right 4), c (left 1, right \u22122). 2 features at zero.",
      );
      const texts = textsOf(await chart.toSVG());
      for (const text of ["left", "right", "b", "c", "3", "4", "1", "\u22122"])
        assert.equal(texts.includes(text), true, text);
      assert.equal(texts.filter((text) => text === "b").length, 1);
    });

    it("takes a fit as it is, and says how many of many responses it draws", () => {
      const X = [[0], [1], [4], [5], [9], [8]];
      const model = new SmoothLasso({ lambda: 0.05, datafit: multinomial() });
      const fit = model.fit(X, ["low", "low", "mid", "mid", "top", "top"]);
      assert.match(coefficientPlot(fit).toString(), /1 of 1 feature in the model of 3 classes\..+x0 \(low /);
      const coefs = Array.from({ length: 14 }, () => [1]);
      const responseNames = coefs.map((_, r) => `r${r}`);
      const many = coefficientPlot({ coefs, responseNames, featureNames: ["a"] });
      assert.match(many.toString(), /2 responses not shown/);
    });

    it("keeps the symbols of its axis together where a panel is narrow", () => {
      const X = [[0], [1], [4], [5], [9], [8]];
      const fit = new SmoothLasso({ lambda: 0.05, datafit: multinomial() }).fit(X, [0, 0, 1, 1, 2, 2]);
      const { spec } = coefficientPlot(fit, { width: 420 });
      const title = /"title":(\["standardized[^\]]*\])/.exec(JSON.stringify(spec))?.[1];
      assert.deepEqual(JSON.parse(title!), ["standardized coefficient", "β\u0302\u00a0·\u00a0s"]);
    });

    it("has an axis below each panel where the last row of them is short, and a common one else", () => {
      const axesOf = (count: number): unknown => {
        const coefs = Array.from({ length: count }, (_, r) => [r + 1]);
        const responseNames = coefs.map((_, r) => `r${r}`);
        return coefficientPlot({ coefs, responseNames, featureNames: ["a"] }).spec.resolve;
      };
      assert.deepEqual(axesOf(5), { axis: { x: "independent" } });
      assert.equal(axesOf(4), undefined);
    });

    it("is drawn where no feature is in the model", async () => {
      const none = { ...several, coefs: several.coefs.map((coef) => coef.map(() => 0)) };
      assert.ok(
        (await coefficientPlot(none).toSVG()).includes("0 of 4 features in the model of 2 responses"),
      );
    });

    it("is refused where names or numbers are missing", () => {
      const refused = (part: object, message: string): void =>
        assert.throws(() => coefficientPlot({ ...several, ...part }), { name: "InputError", message });
      refused(
        { responseNames: ["left"] },
        "coefficientPlot: responseNames must be one name for each of coefs, got an array of 1",
      );
      refused(
        {
          coefs: [
            [1, 2, 3, 4],
            [1, 2, 3, Number.NaN],
          ],
        },
        'coefficientPlot: coefs[1][3] ("d") must be a finite number, got NaN',
      );
      refused(
        {
          coefs: [
            [1, 2, 3, 4],
            [1, 2],
          ],
        },
        "coefficientPlot: featureNames must be 2 names, one a coefficient, got an array of 4",
      );
    });
  });

  it("refuses what is no set of coefficients", () => {
    const refused = (coef: number[], featureNames: string[], message: string): void =>
      assert.throws(() => coefficientPlot({ coef, featureNames }), { name: "InputError", message });
    refused([], [], "coefficientPlot: coef must be at least one number, got an array of 0");
    refused([1], [], "coefficientPlot: featureNames must be 1 names, one a coefficient, got an array of 0");
    refused([1, Number.NaN], ["a", "b"], 'coefficientPlot: coef[1] ("b") must be a finite number, got NaN');
    assert.throws(() => coefficientPlot({ lambdas: [1] } as never), {
      name: "InputError",
      message: "coefficientPlot: fit must be what fit(X, y) gives, got an object; use pathPlot for a path",
    });
    const cv = new SmoothLasso().crossValidate([[1], [2], [3], [4]], [1, 2, 4, 3], { folds: 2, nLambdas: 3 });
    assert.throws(() => coefficientPlot(cv as never), {
      name: "InputError",
      message:
        "coefficientPlot: fit must be what fit(X, y) gives, got a CrossValidation; use crossValidationPlot(cv), or coefficientPlot(cv.best) and pathPlot(cv.path) for its fit and path",
    });
    assert.ok(coefficientPlot(cv.best));
    assert.throws(() => coefficientPlot(fit, { maxBars: 0 }), {
      message: "coefficientPlot: maxBars must be an integer >= 1, got 0",
    });
  });
});
