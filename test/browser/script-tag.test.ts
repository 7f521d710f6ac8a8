/** The library as one script, in pages that are opened as files. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { SmoothLasso } from "../../src";
import * as data from "../../src/data";
import { coefficientPlot } from "../../src/plot";
import { ROOT } from "../support/tracked-files";

const { exports: ENTRIES } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  exports: Record<string, { browser?: object; require?: { default: string } }>;
};

describe("the library by a script tag", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "script-"));
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async function () {
    const { CHROMIUM } = process.env;
    if (!CHROMIUM || !existsSync(CHROMIUM)) {
      process.stdout.write("skipped: CHROMIUM does not name a Chromium executable\n");
      return this.skip();
    }
    execFileSync(process.execPath, [join(ROOT, ".ci/browser-script.cjs")], { cwd: ROOT, stdio: "inherit" });
    copyFileSync(join(ROOT, "build/smooth-edges.min.js"), join(folder, "smooth-edges.min.js"));
    for (const name of ["vega", "vega-lite"])
      copyFileSync(require.resolve(`${name}/build/${name}.min.js`), join(folder, `${name}.min.js`));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await (await browser.newContext({ offline: true })).newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(html: string): Promise<void> {
    writeFileSync(join(folder, "page.html"), html);
    await page.goto(pathToFileURL(join(folder, "page.html")).href);
  }

  const withScripts = (...names: readonly string[]): string =>
    `<!doctype html><meta charset="utf-8">${names.map((name) => `<script src="${name}.min.js"></script>`).join("")}`;

  const { columns, response } = data.loadDiabetes();
  const fit = new SmoothLasso({ lambda: 5 }).fit(columns, response);

  it("fits a lasso in the page of the guide, to the table of Node", async () => {
    const guide = readFileSync(join(ROOT, "docs/get-started.md"), "utf8");
    const [, html] = /^```html\n(.*?)^```/ms.exec(guide)!;
    await open(html);
    assert.equal(await page.locator("#table").textContent(), String(fit));
    assert.deepEqual(errors, []);
  });

  it("has the names of every entry that browsers have, and leaves no other global", async () => {
    await open("<!doctype html>");
    const before = await page.evaluate<string[]>("Object.getOwnPropertyNames(globalThis)");
    await open(withScripts("smooth-edges"));
    const after = await page.evaluate<string[]>("Object.getOwnPropertyNames(globalThis)");
    assert.deepEqual(
      after.filter((name) => !before.includes(name)),
      ["smoothEdges"],
    );
    for (const [path, { browser: forBrowsers, require: inNode }] of Object.entries(ENTRIES)) {
      if (!forBrowsers || !inNode) continue;
      const value = path === "." ? "smoothEdges" : `smoothEdges.${path.slice(2)}`;
      const names = await page.evaluate<string[]>(`Object.keys(${value})`);
      const expected = Object.keys(require(join(ROOT, inNode.default)));
      assert.deepEqual(
        expected.filter((name) => !names.includes(name)),
        [],
        path,
      );
    }
  });

  const DRAW = `(() => {
    const { columns, response } = smoothEdges.data.loadDiabetes();
    const fit = new smoothEdges.SmoothLasso({ lambda: 5 }).fit(columns, response);
    return smoothEdges.plot.coefficientPlot(fit).toSVG().catch((error) => error.message);
  })()`;

  it("draws the SVG that Node does, beside the scripts of Vega", async () => {
    await open(withScripts("vega", "vega-lite", "smooth-edges"));
    assert.equal(await page.evaluate(DRAW), await coefficientPlot(fit).toSVG());
  });

  it("says in a sentence which scripts charts need", async () => {
    await open(withScripts("smooth-edges"));
    const sentence = (name: string): string =>
      `Chart: the page must load the script of ${name} 5, got none; put it before that of smooth-edges`;
    assert.equal(await page.evaluate(DRAW), sentence("vega"));
    await open(withScripts("vega", "smooth-edges"));
    assert.equal(await page.evaluate(DRAW), sentence("vega-lite"));
  });
});
