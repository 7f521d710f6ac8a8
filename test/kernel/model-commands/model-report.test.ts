/** The reports that `smooth-edges fit` and `explain` write, as processes, against those of the same models in memory. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { diagnose, evaluate, logistic, SmoothLasso } from "../../../src";
import { readCsv } from "../../../src/data";
import { pipeline } from "../../../src/frame";
import { report } from "../../../src/plot";
import { readPage } from "../../support/html-page";

const { version } = JSON.parse(readFileSync(resolve(__dirname, "../../../../package.json"), "utf8"));
const CLI = resolve(__dirname, "../../../kernel/cli/cli.js");

/** Numbers between 0 and 1 that look drawn. */
const noise = (i: number): number => ((i * 7919) % 104_729) / 104_729;
const LINES = Array.from({ length: 90 }, (_, i) => {
  const [area, age] = [30 + 70 * noise(3 * i + 1), 90 * noise(7 * i + 5)];
  return [area, age, 8 * area - age + 40 * noise(11 * i), area + 20 * noise(17 * i) > 75 ? "yes" : "no"];
});
const NAMES = ["area <m²>", "age & more", "rent", "lift"];

describe("the report of smooth-edges fit and explain", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "model report ")));
    writeFileSync(
      join(folder, "flats.csv"),
      `${[NAMES, ...LINES].map((line) => line.join(",")).join("\n")}\n`,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  function command(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
    return { status, out: stdout, err: stderr };
  }
  const written = (file: string): string => readFileSync(join(folder, file), "utf8");
  const fitFlats = (...args: string[]) => command(["fit", "flats.csv", "--exclude", "lift", ...args]);

  it("is that of the same model in memory, to the last byte", async () => {
    const { status, err } = fitFlats("-y", "rent", "--folds", "5", "--report", "report.html");
    assert.equal(status, 0, err);
    assert.match(err, /^Wrote model\.json and report\.html\.$/m);
    const frame = readCsv(join(folder, "flats.csv"));
    const columns = { response: "rent", exclude: ["lift"], missing: "mean" } as const;
    const cv = pipeline(columns, new SmoothLasso()).crossValidate(frame, { folds: 5, keep: true });
    const { oneStandardError } = cv;
    const at = cv.cv.lambdas.indexOf(oneStandardError.fit.lambda);
    const { out } = command(["explain", "model.json"]);
    const expected = report(oneStandardError, {
      provenance: `${/\d{4}-\d\d-\d\d/.exec(written("report.html"))![0]} · smooth-edges ${version} · seed 1`,
      description: out.slice(0, out.indexOf("\n\n")).split("\n"),
      params: {},
      crossValidation: cv,
      evaluation: evaluate(oneStandardError, frame, { linearPredictor: cv.cv.outOfFold![at] }),
      evaluatedOn: "folds",
      diagnosis: diagnose(oneStandardError),
      code: out.slice(out.indexOf("import ")),
    });
    assert.equal(written("report.html"), await expected.toHTML());
  });

  it("is made of a model's file too, with the same tables, without the charts of rows", () => {
    const args = ["-y", "lift", "--exclude", "rent", "-o", "lift.json", "--report", "lift.html"];
    const { status, err } = command(["fit", "flats.csv", ...args]);
    assert.equal(status, 0, err);
    const plain = command(["explain", "lift.json"]);
    const explained = command(["explain", "lift.json", "--report", "explained.html"]);
    assert.deepEqual([explained.status, explained.out], [0, plain.out]);
    assert.equal(explained.err, "Wrote explained.html.\n");
    const [page, ofFile] = [readPage(written("lift.html")), readPage(written("explained.html"))];
    const named = (tables: typeof page.tables, head: string) =>
      tables.find(({ columns }) => columns.includes(head));
    for (const head of ["coefficient", "choice", "measure", "verdict"]) {
      assert.ok(named(page.tables, head), head);
      assert.deepEqual(named(ofFile.tables, head), named(page.tables, head));
    }
    assert.deepEqual(ofFile.headings, page.headings);
    const nCharts = ({ elements }: typeof page) => elements.filter(({ tag }) => tag === "svg").length / 2;
    assert.deepEqual([nCharts(page), nCharts(ofFile)], [5, 3]);
    const model = new SmoothLasso({ datafit: logistic() });
    const columns = { response: "lift", exclude: ["rent"], missing: "mean" } as const;
    const cv = pipeline(columns, model).crossValidate(readCsv(join(folder, "flats.csv")));
    const coefficients = named(page.tables, "coefficient")!
      .rows.slice(1)
      .map(([, value]) => Number(value));
    const expected = Array.from(cv.oneStandardError.fit.support, (j) => cv.oneStandardError.fit.coef[j]);
    assert.deepEqual(
      coefficients.sort((a, b) => a - b),
      expected.map((value) => Number(value.toPrecision(4))).sort((a, b) => a - b),
    );
  });

  it("replaces a report, but no other file", () => {
    assert.equal(fitFlats("-y", "rent", "--lambda", "1", "--report", "again.html").status, 0);
    const first = written("again.html");
    assert.match(first, /rows of the fit/);
    assert.equal(fitFlats("-y", "rent", "--lambda", "2", "--report", "again.html").status, 0);
    assert.notEqual(written("again.html"), first);
    writeFileSync(join(folder, "mine.html"), "<p>mine</p>");
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [["mine.html"], /--report must be a new file or one that this command wrote, got "mine\.html"; choose/],
      [["report.pdf"], /--report must be a name that ends in \.html, got "report\.pdf"$/],
      [
        ["none/report.html"],
        /--report must be a path one can write to, got "none\/report\.html" \(ENOENT\)$/,
      ],
      [
        ["same.html", "-o", "same.html"],
        /--report must be another file than --output, got "same\.html" for both$/,
      ],
    ];
    for (const [args, message] of refusals) {
      const { status, out, err } = fitFlats("-y", "rent", "--report", ...args);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err.trimEnd(), message);
    }
    assert.equal(written("mine.html"), "<p>mine</p>");
    assert.equal(command(["explain", "model.json", "--report", "mine.html"]).status, 2);
  });

  it("leaves the model in its place where no charts can be drawn, with code 1", () => {
    const preload = join(folder, "without-vega.cjs");
    writeFileSync(
      preload,
      `const Module = require("node:module");
const load = Module._load;
Module._load = (name, ...rest) => {
  if (name === "vega") throw Object.assign(new Error("no vega"), { code: "MODULE_NOT_FOUND" });
  return load(name, ...rest);
};
`,
    );
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(preload)}` };
    const args = ["-y", "rent", "--lambda", "1", "-o", "kept.json", "--report", "kept.html"];
    const { status, err } = command(["fit", "flats.csv", ...args], env);
    assert.equal(status, 1, err);
    assert.match(err, /^Note: there is no report: Chart: .*vega/m);
    assert.match(err, /^Wrote kept\.json\.$/m);
    const explained = command(["explain", "kept.json", "--report", "kept.html"], env);
    assert.equal(explained.status, 2);
    assert.match(
      explained.err,
      /^smooth-edges explain: --report must be a page that can be drawn, got a failure \(Chart: .*vega.*\)$/m,
    );
  });
});
