/** The JupyterLite site from a static server: notebook 1 runs whole, and cells are stopped, completed and explained. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { type CodeCell, readNotebook } from "../../kernel/runner/notebook";
import { ROOT } from "../support/tracked-files";

const SITE = join(ROOT, "build/jupyterlite/site");
const SCREENSHOTS = join(ROOT, "build/screenshots");

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What a test asks of the page; it is compiled without the types of browsers. */
declare const document: {
  querySelectorAll(selector: string): Iterable<{ readonly textContent: string }>;
};

describe("the kernel in JupyterLite, in a browser", function () {
  this.timeout(240_000);
  let server: Server;
  let browser: Browser;
  let visit: BrowserContext;
  let page: Page;
  let address: string;
  /** Whether the server answers nobody. */
  let isDown = false;
  /** A header that a page may come with. */
  let policy: string | undefined;

  before(async function () {
    const { CHROMIUM } = process.env;
    const lack = !CHROMIUM
      ? "CHROMIUM does not name a Chromium executable"
      : !existsSync(SITE) && "there is no build/jupyterlite/site, which npm run jupyterlite makes";
    if (lack) {
      process.stdout.write(`skipped: ${lack}\n`);
      return this.skip();
    }
    server = createServer((request, response) => {
      if (isDown) return void request.socket.destroy();
      const { pathname } = new URL(String(request.url), "http://localhost");
      const path = join(SITE, normalize(decodeURIComponent(pathname)));
      const isThere = existsSync(path) && statSync(path).isFile();
      if (policy) response.setHeader("content-security-policy", policy);
      response.writeHead(isThere ? 200 : 404, { "content-type": TYPES[extname(path)] ?? "text/plain" });
      response.end(isThere ? readFileSync(path) : "");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    mkdirSync(SCREENSHOTS, { recursive: true });
  });

  /** Begins a first visit: JupyterLite keeps notebooks in the browser. */
  async function begin(): Promise<void> {
    visit = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
    page = await visit.newPage();
    page.setDefaultTimeout(90_000);
  }

  beforeEach(begin);

  afterEach(async () => {
    await visit?.close();
    policy = undefined;
    isDown = false;
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  const cells = (): Locator => page.locator(".jp-Notebook .jp-CodeCell");

  /** Opens a notebook of the site, or a new one, and waits for its kernel. */
  async function open(notebook?: string): Promise<void> {
    await page.goto(`${address}/lab/index.html${notebook ? `?path=${notebook}` : ""}`);
    if (!notebook) await page.locator(".jp-LauncherCard[data-category='Notebook']").click();
    await cells().first().waitFor();
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first().waitFor();
  }

  /** Writes into the last cell and runs it; returns that cell at once. */
  async function start(code: string): Promise<Locator> {
    const k = (await cells().count()) - 1;
    await cells().nth(k).locator(".cm-content").click();
    await page.keyboard.insertText(code);
    await page.keyboard.press("Shift+Enter");
    return cells().nth(k);
  }

  /** Runs a cell and returns the texts of its outputs. */
  async function run(code: string): Promise<string[]> {
    return outputsOf(await start(code));
  }

  /** The texts of a cell's outputs, once it has its number. */
  async function outputsOf(cell: Locator): Promise<string[]> {
    await cell.locator(".jp-InputArea-prompt", { hasText: /\[\d+\]/ }).waitFor();
    return cell.locator(".jp-OutputArea-output").allTextContents();
  }

  const toolbar = (command: string): Promise<void> =>
    page.locator(`.jp-NotebookPanel-toolbar [data-command='notebook:${command}']`).click();

  /** Runs a notebook of the site whole, and compares its outputs with the committed ones. */
  async function runWhole(name: string): Promise<void> {
    await open(name);
    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Kernel$/ }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^Restart Kernel and Run All Cells/ }).click();
    await page.locator(".jp-Dialog .jp-mod-accept").click();
    const committed = readNotebook(join(ROOT, "notebooks", name)).cells.filter(
      (cell): cell is CodeCell => cell.cell_type === "code",
    );
    await page.waitForFunction((n) => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt")];
      return prompts.length === n && prompts.every(({ textContent }, i) => textContent === `[${i + 1}]:`);
    }, committed.length);
    for (const [k, { outputs }] of committed.entries()) {
      const cell = cells().nth(k);
      await cell.scrollIntoViewIfNeeded();
      for (const output of outputs) {
        if (!("data" in output)) {
          assert.ok("text" in output, `cell ${k + 1} has failed`);
          const printed = [output.text].flat().join("");
          await cell
            .locator(".jp-RenderedText", { hasText: printed.split("\n")[0] })
            .first()
            .waitFor();
          continue;
        }
        const types = Object.keys(output.data as object);
        if (types.includes("application/vnd.vegalite.v5+json"))
          await cell.locator(".jp-RenderedVegaCommon5 canvas, .jp-RenderedVegaCommon5 svg").first().waitFor();
        else if (types.includes("text/html")) await cell.locator(".jp-RenderedHTML table").first().waitFor();
        else {
          const text = (output.data as Record<string, string | string[]>)["text/plain"];
          const shown = await cell.locator(".jp-RenderedText").last().textContent();
          assert.equal(shown?.trim(), [text].flat().join(""));
        }
      }
    }
    await page.screenshot({ path: join(SCREENSHOTS, `jupyterlite-${name}.png`) });
  }

  it("has every notebook", () => {
    const isNotebook = (name: string): boolean => name.endsWith(".ipynb");
    assert.deepEqual(
      readdirSync(join(SITE, "files")).sort(),
      readdirSync(join(ROOT, "notebooks")).filter(isNotebook).sort(),
    );
  });

  for (const name of ["01-first-fit", "13-depth-and-saddles", "10-filter-sparse-cnn"])
    it(`runs notebook ${name} whole, with the tables, charts and texts that the kernel on Node gave`, () =>
      runWhole(`${name}.ipynb`));

  it("shows results, errors with their place, and goes on after them", async () => {
    await open();
    assert.deepEqual(await run("const half = 0.5; half + 1"), ["1.5"]);
    const [thrown] = await run("throw new RangeError('out of bounds')");
    assert.match(thrown, /^RangeError: out of bounds\nCell \[2\], line 1, column 7/);
    const [refused] = await run("const count: number = 'a'");
    assert.match(refused, /^TypeScriptError: Type 'string' is not assignable to type 'number'/);
    assert.deepEqual(await run("half"), ["0.5"]);
    await page.screenshot({ path: join(SCREENSHOTS, "jupyterlite-errors.png") });
  });

  it("stops an endless loop and what waits behind it, and runs cells afterwards", async () => {
    await open();
    assert.deepEqual(await run("const half = 0.5; half"), ["0.5"]);
    const endless = await start("console.log('begins'); while (true) {}");
    await endless.locator(".jp-OutputArea-output", { hasText: "begins" }).waitFor();
    const waiting = await start("'not run'");
    await waiting.locator(".jp-InputArea-prompt", { hasText: "[*]" }).waitFor();
    await toolbar("interrupt-kernel");
    await endless.locator(".jp-OutputArea-output", { hasText: "InterruptError" }).waitFor();
    assert.deepEqual(await endless.locator(".jp-OutputArea-output").allTextContents(), [
      "begins\n",
      "InterruptError: the cell was stopped, and the kernel with it; run the cells above again",
    ]);
    await waiting.locator(".jp-OutputArea-output", { hasText: "Interrupt" }).waitFor();
    const [gone] = await run("half");
    assert.match(gone, /^TypeScriptError: Cannot find name 'half'/);
    assert.deepEqual(await run("1 + 1"), ["2"]);
    await page.screenshot({ path: join(SCREENSHOTS, "jupyterlite-interrupt.png") });
  });

  it("completes at Tab, explains at Shift+Tab, and forgets variables at a restart", async () => {
    await open();
    assert.deepEqual(await run("import { SmoothLasso } from 'smooth-edges'; const list = [3, 1];"), []);
    await cells().last().locator(".cm-content").click();
    await page.keyboard.insertText("'🙂'; list.co");
    await page.keyboard.press("Tab");
    await page.locator(".jp-Completer-item", { hasText: "concat" }).click();
    assert.equal(await cells().last().locator(".cm-content").textContent(), "'🙂'; list.concat");
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("SmoothLasso");
    await page.keyboard.press("Shift+Tab");
    await page.locator(".jp-Tooltip", { hasText: "certified by a duality gap" }).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "jupyterlite-help.png") });
    await page.keyboard.press("Escape");
    await toolbar("restart-kernel");
    await page.locator(".jp-Dialog .jp-mod-accept").click();
    const [gone] = await run("");
    assert.match(gone, /^TypeScriptError: Cannot find name 'SmoothLasso'/);
  });

  it("says in a sentence that a page forbids its worker", async () => {
    policy = "worker-src 'none'";
    await open();
    const [refused] = await run("1 + 1");
    assert.match(
      refused,
      /^KernelError: the kernel's Web Worker did not start.*; the server must have kernel\.mjs, and a Content-Security-Policy must allow workers from it$/,
    );
  });

  it("opens and runs without its server, once it was loaded", async () => {
    await open();
    assert.deepEqual(await run("1 + 1"), ["2"]);
    const nKept = (): Promise<unknown> =>
      page.evaluate("caches.open('smooth-edges').then((cache) => cache.keys()).then(({ length }) => length)");
    for (let before = -1; before !== (await nKept()); ) {
      before = Number(await nKept());
      await page.waitForTimeout(1000);
    }
    isDown = true;
    await assert.rejects(fetch(address));
    // JupyterLite opens the notebook of before, and asks for its kernel.
    await page.reload();
    await page.locator(".jp-Dialog .jp-mod-accept").click();
    await cells().first().waitFor();
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first().waitFor();
    assert.deepEqual(
      await run(
        "import { SmoothLasso } from 'smooth-edges'; new SmoothLasso({ lambda: 1 }).fit([[1], [2]], [1, 3]).support.length",
      ),
      ["0"],
    );
  });
});
