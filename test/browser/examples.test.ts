/** The two examples of examples/ that are pages, in a browser; esbuild does what Vite does in their `npm start`. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { SmoothLasso } from "../../src";
import { loadDiabetes } from "../../src/data";
import { browserBundle } from "../support/browser-bundle";
import { ROOT } from "../support/tracked-files";

const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  page: ["main.js"],
  worker: ["main.js", "worker.js"],
};

/** The files of both examples by their addresses, bundled. */
async function filesOfExamples(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [name, scripts] of Object.entries(SCRIPTS)) {
    const folder = join(ROOT, "examples", name);
    files.set(`/${name}/`, readFileSync(join(folder, "index.html"), "utf8"));
    for (const script of scripts) {
      // As a module of this repository, whose name its imports have.
      const stdin = { contents: readFileSync(join(folder, script), "utf8"), resolveDir: ROOT };
      // Vega asks whether there is a Buffer, so what is free of Node is told by the run.
      files.set(`/${name}/${script}`, await browserBundle({ stdin, define: {} }));
    }
  }
  return files;
}

describe("the examples that are pages", function () {
  this.timeout(60_000);
  let browser: Browser;
  let server: Server;
  let page: Page;

  before(async function () {
    const { CHROMIUM } = process.env;
    if (!CHROMIUM || !existsSync(CHROMIUM)) {
      process.stdout.write("skipped: CHROMIUM does not name a Chromium executable\n");
      return this.skip();
    }
    const files = await filesOfExamples();
    server = createServer(({ url }, response) => {
      const content = files.get(String(url));
      const type = String(url).endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
      response.writeHead(content === undefined ? 404 : 200, { "content-type": type });
      response.end(content);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await browser.newPage();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  const open = (name: string): Promise<unknown> =>
    page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/`);

  it("refit a lasso as the slider moves, to the features of the path in Node", async () => {
    await open("page");
    await page.locator("#path svg[role=img]").waitFor();
    const { columns, response } = loadDiabetes();
    const path = new SmoothLasso().path(columns, response);
    for (const k of [5, path.fits.length - 1]) {
      await page.locator("#lambda").fill(String(k));
      const { support } = path.fits[k];
      await page.locator("#said", { hasText: `${support.length} features` }).waitFor();
      const shown = await page.locator("#coefficients tr td:first-child").allTextContents();
      assert.deepEqual(
        shown,
        Array.from(support, (j) => Object.keys(columns)[j]),
      );
    }
  });

  it("choose a model in a worker, which the page can stop", async () => {
    await open("worker");
    await page.locator("#result", { hasText: /^SmoothLasso, lambda = / }).waitFor();
    const told = /(\d+) of 569 tumours told right/.exec(String(await page.locator("#result").textContent()));
    assert.ok(Number(told?.[1]) > 0.9 * 569, told?.[0]);
    assert.equal(await page.locator("#progress").getAttribute("max"), "1");
    await page.locator("#stop").click();
    assert.equal(await page.locator("#result").textContent(), "stopped");
  });
});
