/** Reports against the fits that they are of: every number, every name, and a page that asks for nothing. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cox,
  diagnose,
  evaluate,
  fitFromJSON,
  logistic,
  MultiTaskLasso,
  multinomial,
  poisson,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  squaredError,
} from "../../../src";
import type { AnyFit } from "../../../src/estimators/results/fit-of";
import { pipeline } from "../../../src/frame";
import { type ReportOptions, report } from "../../../src/plot";
import { DARK, LIGHT } from "../../../src/plot/rendering/theme";
import { type Page, readPage } from "../../support/html-page";

const AWKWARD = [
  "<b>bold</b>",
  "say \"hi\" & 'bye'",
  "</style><script>alert(1)</script>",
  "`ticks`",
  "重み\u202eabc",
  "tab\tand\nline",
  `a long name ${"that goes on ".repeat(40)}and ends`,
  "&amp;",
];
const N = 90;
/** Numbers from -1 to 1 that look drawn. */
const noise = (i: number): number => 2 * (((i * 7919) % 10_007) / 10_007) - 1;
const X = Object.fromEntries(
  AWKWARD.map((name, j) => [name, Array.from({ length: N }, (_, i) => (j + 1) * noise(i * 8 + j + 1))]),
);
const eta = Array.from(
  { length: N },
  (_, i) => 2 * X[AWKWARD[0]][i] - X[AWKWARD[2]][i] / 2 + X[AWKWARD[6]][i] / 9 + 0.5 * noise(i * 31),
);
const counts = eta.map((value) => Math.round(Math.exp(value / 2)));
const labels = eta.map((value) => (value > 0 ? "<yes> & so" : '"no"'));
const three = eta.map((value) => (value > 0.7 ? "<top>" : value > -0.7 ? "mid & dle" : "low"));
const times = {
  time: eta.map((value, i) => Math.exp(-value) + 0.01 * i),
  event: eta.map((_, i) => +(i % 3 > 0)),
};
const tasks = eta.map((value, i) => [value, noise(i * 57) - value, noise(i * 91)]);
const few = { folds: 4, nLambdas: 20, seed: 1, keep: true } as const;

/** The cells of a table by the heads of its columns. */
function tableWith(page: Page, ...heads: readonly string[]): readonly Readonly<Record<string, string>>[] {
  const found = page.tables.find(({ columns }) => heads.every((head) => columns.includes(head)));
  assert.ok(found, `no table has ${heads.join(", ")}`);
  return found.rows.map((row) => Object.fromEntries(found.columns.map((name, k) => [name, row[k]])));
}

/** @param text a number of four digits. */
function assertShows(text: string, value: number): void {
  assert.ok(
    text.trim() !== "" && Math.abs(Number(text) - value) <= 5.001e-4 * Math.abs(value),
    `${text} is not ${value}`,
  );
}

/** The page of a report, which must be whole, have unique names and ask for nothing, in any of the palette's colours alone. */
async function pageOf(fit: Parameters<typeof report>[0], options?: ReportOptions): Promise<Page> {
  const page = readPage(await report(fit, options).toHTML());
  for (const { tag, attributes } of page.elements) {
    assert.ok(!["script", "link", "img", "iframe", "object", "base"].includes(tag), tag);
    for (const name of ["src", "srcset", "href", "xlink:href", "action", "data", "style", "onload"]) {
      const value = attributes[name] ?? "";
      assert.ok(name === "style" ? !/url|import/.test(value) : value === "", `${tag} has ${name}`);
    }
  }
  assert.ok(!/@import|url\((?!#)/.test(page.html));
  const ids = page.elements.flatMap(({ attributes }) => attributes.id ?? []);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, id] of page.html.matchAll(/url\(#([^)]*)\)/g)) assert.ok(ids.includes(id), id);
  const colours = new Set<string>(["none", ...Object.values(LIGHT).flat()]);
  const drawn = page.elements.flatMap(({ attributes: { fill, stroke } }) => [fill, stroke].filter(Boolean));
  assert.deepEqual(
    drawn.filter((colour) => !colours.has(colour!)),
    [],
  );
  return page;
}

describe("report", function () {
  this.timeout(60_000);

  it("shows the coefficients, the scores, the measures and the certificate of the fit that it is of", async () => {
    const cv = new SmoothLasso().crossValidate(X, eta, few);
    const fit = cv.oneStandardError;
    const evaluation = evaluate(fit, X, eta);
    const page = await pageOf(fit, {
      crossValidation: cv,
      evaluation,
      evaluatedOn: "fit",
      diagnosis: diagnose(fit),
      code: "x < 1 && y",
    });
    assert.deepEqual(page.headings, [
      "Result",
      "Coefficients",
      "Predictions",
      "Model",
      "Regularization path",
      "Cross-validation",
      "Diagnosis",
      "Certificate",
      "Code",
    ]);
    const [intercept, ...rows] = tableWith(page, "feature", "coefficient", "standardized");
    assertShows(intercept.coefficient, fit.intercept);
    const deviation = (name: string): number => {
      const mean = X[name].reduce((a, b) => a + b, 0) / N;
      return Math.sqrt(X[name].reduce((sum, x) => sum + (x - mean) ** 2, 0) / N);
    };
    const expected = Array.from(fit.support, (j) => ({
      coefficient: fit.coef[j],
      standardized: fit.coef[j] * deviation(fit.featureNames[j]),
    })).sort((a, b) => Math.abs(b.standardized) - Math.abs(a.standardized));
    assert.equal(rows.length, expected.length);
    rows.forEach((row, k) => {
      assertShows(row.coefficient, expected[k].coefficient);
      assertShows(row.standardized, expected[k].standardized);
    });
    const [best, sparser] = tableWith(page, "choice", "lambda");
    const at = (lambda: number): number => cv.meanScore[cv.lambdas.indexOf(lambda)];
    for (const [row, lambda] of [
      [best, cv.lambdaMin],
      [sparser, cv.lambda1se],
    ] as const) {
      assertShows(row.lambda, lambda);
      assertShows(row["mean squared error"], at(lambda));
    }
    const residuals = fit.predict(X).map((predicted, i) => eta[i] - predicted);
    const square = residuals.reduce((sum, r) => sum + r * r, 0) / N;
    const measures = tableWith(page, "measure", "value");
    assertShows(measures.find(({ measure }) => measure === "mean squared error")!.value, square);
    assert.match(page.text, new RegExp(`${fit.support.length} of 8 features are in the model`));
    assert.match(
      page.text,
      /it is the largest one whose mean score is within one standard error of the best/,
    );
    assert.match(page.text, /fitted to 8 features of 90 rows/);
    const gap = Number(/by more than the duality gap, ([^ ]+)\./.exec(page.text)![1]);
    assert.ok(Math.abs(gap - fit.certificate.dualityGap!) <= 0.05 * fit.certificate.dualityGap!);
    assert.match(page.text, /x < 1 && y/);
    assert.equal(page.elements.filter(({ tag }) => tag === "svg").length, 2 * 5);
  });

  it("writes names as they are, shortened, whatever they hold", async () => {
    const fit = new SmoothLasso({ lambda: 0.001 }).fit(X, eta);
    assert.equal(fit.support.length, AWKWARD.length);
    const path = new SmoothLasso().path(X, eta, { nLambdas: 5 });
    const page = await pageOf(fit, { title: '<i> & "title"', description: "of </p> & `<code>`", path });
    const names = tableWith(page, "feature", "coefficient").map(({ feature }) => feature);
    for (const name of AWKWARD.slice(0, 4)) assert.ok(names.includes(name), name);
    assert.ok(names.includes("重み\\u202eabc"));
    assert.ok(names.includes("tab and line"));
    const long = names.filter((name) => name.includes("…"));
    assert.deepEqual([long.length, [...long[0]].length], [1, 48]);
    assert.ok(page.text.includes('<i> & "title"'));
    assert.ok(page.text.includes("Of </p> & <code>"));
    assert.ok(page.html.length < 300_000);
  });

  const families: Readonly<Record<string, () => [AnyFit, ReportOptions, RegExp, number]>> = {
    "two classes": () => {
      const cv = new SmoothLasso({ datafit: logistic() }).crossValidate(X, labels, few);
      const evaluation = evaluate(cv.best, X, labels);
      return [
        cv.best,
        { crossValidation: cv, evaluation, evaluatedOn: "folds" },
        /log odds of class <yes> & so /,
        5,
      ];
    },
    "several classes": () => {
      const cv = new SmoothLasso({ datafit: multinomial() }).crossValidate(X, three, few);
      return [
        cv.best,
        { crossValidation: cv, evaluation: evaluate(cv.best, X, three) },
        /The classes are <top>, low and mid & dle/,
        3,
      ];
    },
    counts: () => {
      const cv = new SmoothLasso({ datafit: poisson() }).crossValidate(X, counts, few);
      return [
        cv.best,
        { crossValidation: cv, evaluation: evaluate(cv.best, X, counts) },
        /Poisson regression/,
        5,
      ];
    },
    times: () => {
      const path = new SmoothLasso({ datafit: cox() }).path(X, times, { nLambdas: 10 });
      const fit = path.best("ebic");
      return [
        fit,
        { path, evaluation: evaluate(fit, X, times), params: { standardize: false } },
        /hazard ratio.*options are standardize: false\..*of a path of \d+ values of λ, at which .*EBIC choose/s,
        2,
      ];
    },
    "several responses": () => {
      const path = new MultiTaskLasso().path(X, tasks, { nLambdas: 10 });
      return [path.fits[5], { path, evaluation: evaluate(path.fits[5], X, tasks) }, /in the model/, 2];
    },
    "groups of features": () => {
      const groups = AWKWARD.map((_, j) => (j < 4 ? "first & <half>" : "second"));
      const fit = new SmoothGroupLasso({ groups, lambda: 0.1 }).fit(X, eta);
      return [fit, { diagnosis: diagnose(fit) }, /The model was fitted at λ = 0\.1\./, 2];
    },
    "a file": () => {
      const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, eta);
      return [
        fitFromJSON(JSON.stringify(fit)),
        { diagnosis: diagnose(fit) },
        /half the mean squared error/,
        1,
      ];
    },
    "no feature": () => {
      const fit = new SmoothLasso({ lambda: 1000 }).fit(X, eta);
      return [
        fit,
        { evaluation: evaluate(fit, X, eta) },
        /No feature is in the model: every coefficient is exactly zero\.$/m,
        3,
      ];
    },
    "no penalty": () => [
      new SmoothLasso({ lambda: 0 }).fit(X, eta),
      {},
      /8 of 8 features are in the model\..*not penalized: λ is 0\./s,
      1,
    ],
    "a loss of one's own": () => {
      const datafit: ReturnType<typeof squaredError> = Object.create(squaredError());
      return [
        new SmoothLasso({ lambda: 0.1, datafit }).fit(X, eta),
        {},
        /the change of the linear predictor/,
        1,
      ];
    },
  };
  for (const [family, made] of Object.entries(families)) {
    it(`tells of a fit of ${family}`, async () => {
      const [fit, options, words, nCharts] = made();
      const page = await pageOf(fit, options);
      assert.match(page.text, words);
      assert.ok(!/undefined|NaN|\[object/.test(page.text), page.text);
      assert.equal(page.elements.filter(({ tag }) => tag === "svg").length, 2 * nCharts);
      for (const { coefficient, ...row } of page.tables.some(({ columns }) => columns.includes("coefficient"))
        ? tableWith(page, "feature", "coefficient")
        : []) {
        const ratio = row["odds ratio"] ?? row["ratio of means"] ?? row["hazard ratio"];
        if (ratio !== undefined && row.feature !== "(intercept)")
          assert.ok(
            Math.abs(Number(ratio) / Math.exp(Number(coefficient)) - 1) < 2e-3,
            `${coefficient}: ${ratio}`,
          );
      }
    });
  }

  it("tells of a fit of a pipeline by the names of its columns", async () => {
    const frame = { ...X, city: three, "the <y>": eta };
    const cv = pipeline({ response: "the <y>" }, new SmoothLasso()).crossValidate(frame, few);
    const page = await pageOf(cv.best, { crossValidation: cv, evaluation: evaluate(cv.best, frame) });
    assert.match(page.text, /^\s*Lasso model of the <y>/);
    assert.match(page.text, /fitted to predict the <y> from 1[01] features of 90 rows\./);
    const columns = tableWith(page, "column", "read as");
    assert.deepEqual([columns.length, columns[8].column], [9, "city"]);
  });

  it("lists the largest thousand coefficients of more, the first of them at once", async () => {
    const featureNames = Array.from({ length: 1200 }, (_, j) => `gene ${j}`);
    const small = new SmoothLasso({ lambda: 0.1 }).fit(X, eta).toJSON();
    const coef = Array.from(featureNames, (_, j) => 2 * noise(j) + 3);
    const supportDeviations = featureNames.map(() => 1);
    const page = await pageOf(fitFromJSON({ ...small, featureNames, coef, supportDeviations }));
    const [first, rest] = page.tables.map(({ rows }) => rows.map(([name]) => name));
    assert.deepEqual([first.length, rest.length], [25, 1000]);
    const order = featureNames.map((_, j) => j).sort((a, b) => coef[b] - coef[a]);
    const expected = order.slice(0, 1024).map((j) => featureNames[j]);
    assert.deepEqual([...first.slice(1), ...rest], expected);
    assert.match(page.text, /176 smaller ones are not shown/);
  });

  it("says why a chart is left out, and goes on", async () => {
    const path = new SmoothLasso().path(X, eta, { lambdas: [0.1] });
    const page = await pageOf(path.fits[0], { path });
    assert.match(page.text, /A chart is left out\. pathPlot: /);
    assert.ok(page.headings.includes("Certificate"));
  });

  it("says that no fold was fitted", async () => {
    let nTold = 0;
    const signal = {
      get aborted() {
        return nTold > 0;
      },
    } as AbortSignal;
    const onProgress = () => void nTold++;
    const cv = new SmoothLasso().crossValidate(X, eta, { ...few, signal, onProgress });
    assert.equal(cv.folds.length, 0);
    const page = await pageOf(cv.path.fits[0], { crossValidation: cv });
    assert.match(page.text, /interrupted before the first fold was done/);
  });

  it("says which of several options is that of the fit, and how folds were ordered", async () => {
    const cv = new SmoothElasticNet().crossValidate(X, eta, { ...few, grid: { l1Ratio: [0.3, 0.9] } });
    const { text } = await pageOf(cv.oneStandardError, { crossValidation: cv });
    assert.ok(
      text.includes(`that were compared, l1Ratio: ${cv.params1se.l1Ratio} is that of the fit.`),
      text,
    );
    assert.match(text, /predicted by a fit to the others\./);
    const ordered = new SmoothLasso().crossValidate(X, eta, { folds: 4, nLambdas: 20, timeOrdered: true });
    const page = await pageOf(ordered.path.fits[3], { crossValidation: ordered });
    assert.match(page.text, /predicted by a fit to those before it\./);
  });

  it("names the feature of the largest correlation as the first to enter a lasso", async () => {
    const y = eta.map((value, i) => value / 4 + X["&amp;"][i]);
    const path = new SmoothLasso().path(X, y, { nLambdas: 30 });
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / N;
    const correlation = (x: readonly number[]): number => {
      const [mx, my] = [mean(x), mean(y)];
      return (
        Math.abs(mean(x.map((v, i) => (v - mx) * (y[i] - my)))) / Math.sqrt(mean(x.map((v) => (v - mx) ** 2)))
      );
    };
    const [first] = [...AWKWARD].sort((a, b) => correlation(X[b]) - correlation(X[a]));
    const { text } = await pageOf(path.fits[4], { path });
    assert.ok(new RegExp(`The first to enter (is|are) ${first}[ ,.]`).test(text), text.slice(0, 900));
  });

  it("says in which direction a score is better", async () => {
    for (const [measure, direction] of Object.entries({ auc: "higher", deviance: "lower" })) {
      const model = new SmoothLasso({ datafit: logistic() });
      const cv = model.crossValidate(X, labels, { ...few, measure: measure as "auc" });
      const { text } = await pageOf(cv.best, { crossValidation: cv });
      assert.ok(text.includes(`The score is the ${cv.measure}; ${direction} is better.`), text);
    }
  });

  it("shows five notes at once", async () => {
    const wide = eta.map((value) => [value, ...Array.from({ length: 30 }, () => 7)]);
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(wide, eta);
    assert.equal(fit.notes.length, 30);
    const page = await pageOf(fit);
    assert.equal(page.elements.filter(({ tag }) => tag === "li").length, 5 + 3);
    for (const note of fit.notes) assert.equal(page.text.split(note).length, 2, note);
    assert.match(page.text, /25 more notes/);
  });

  it("says on which rows a fit is evaluated", async () => {
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, eta);
    const evaluation = evaluate(fit, X, eta);
    const words = {
      fit: [/R², rows of the fit/, /those that the model was fitted to/],
      folds: [/R², rows held out/, /predicted by a fit that has not seen it/],
      test: [/R², test rows/, /no part in the fit and in the choice of λ/],
    };
    for (const [evaluatedOn, sentences] of Object.entries(words)) {
      const { text } = await pageOf(fit, { evaluation, evaluatedOn: evaluatedOn as keyof typeof words });
      for (const sentence of sentences) assert.match(text, sentence);
    }
  });

  it("takes tables in place of an evaluation and a diagnosis, as files keep them", async () => {
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, eta);
    const evaluation = evaluate(fit, X, eta).summary();
    const page = await pageOf(fit, { evaluation, diagnosis: diagnose(fit).summary() });
    const measures = tableWith(page, "measure", "value");
    assertShows(measures.find(({ measure }) => measure === "R²")!.value, fit.score(X, eta));
    assert.deepEqual(page.headings.slice(-3), ["Model", "Diagnosis", "Certificate"]);
  });

  it("is shown by notebooks in a frame that has the page, and as text", async () => {
    const made = report(new SmoothLasso({ lambda: 0.1 }).fit(X, eta), { title: 'a "title"' });
    const bundle = await made.toMimeBundle();
    const { elements, text } = readPage(String(bundle["text/html"]));
    const [frame, ...others] = elements;
    assert.deepEqual([frame.tag, frame.attributes.title], ["iframe", 'a "title"']);
    assert.deepEqual(
      others.map(({ tag }) => tag),
      ["details", "summary", "pre"],
    );
    assert.ok(text.endsWith(made.toString()));
    assert.equal(frame.attributes.srcdoc, await made.toHTML());
    assert.ok("sandbox" in frame.attributes);
    assert.equal(bundle["text/plain"], made.toString());
    assert.match(made.toString(), /^a "title"\n\nResult\n──────\n\n5 of 8 features are in the model;/);
  });

  it("replaces every colour of the palette on dark screens", async () => {
    const html = await report(new SmoothLasso({ lambda: 0.1 }).fit(X, eta)).toHTML();
    const dark = html.slice(html.indexOf("prefers-color-scheme: dark"));
    const counterparts: readonly string[] = Object.values(DARK).flat();
    for (const [k, light] of Object.values(LIGHT).flat().entries())
      for (const property of ["fill", "stroke"])
        assert.ok(dark.includes(`[${property}="${light}"] { ${property}: ${counterparts[k]}; }`), light);
  });

  it("is the same each time, and saved as it is", async () => {
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, eta);
    const folder = mkdtempSync(join(tmpdir(), "smooth-edges-"));
    const path = join(folder, "report.html");
    await report(fit).save(path);
    assert.equal(readFileSync(path, "utf8"), await report(fit).toHTML());
    rmSync(folder, { recursive: true });
    const named = /^InputError: Report\.save: path must be a name that ends in \.html, got "report\.pdf"$/;
    await assert.rejects(report(fit).save("report.pdf"), named);
    const placed = /none\/report\.html must be a file that can be written, got ENOENT; make its folder first/;
    await assert.rejects(report(fit).save("none/report.html"), placed);
  });
});
