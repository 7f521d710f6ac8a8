/** The playground of the documentation site: what it loads, runs, refuses and shows. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Browser, chromium, type Page } from "playwright-core";
import { examples, notebookChoice } from "../../docs/site/playground";
import { SITE, serveSite, siteBase } from "../support/site-server";
import { ROOT } from "../support/tracked-files";

const SCREENSHOTS = join(ROOT, "build/screenshots");

/** Bytes that a browser may fetch until the first fit is there. */
const MOST_BYTES = 12e6;

const NOTEBOOKS = readdirSync(join(ROOT, "notebooks"))
  .filter((file) => file.endsWith(".ipynb"))
  .map((file) => notebookChoice(`notebooks/${file}`, basename(file)));

/** Notebooks that are run here: one of the library alone, one with code and records of figures, and one that trains networks. */
const RUN = ["01-first-fit", "13-depth-and-saddles", "10-filter-sparse-cnn"];

/** What the tests ask of elements of a page; they are compiled without the types of browsers. */
describe("the playground in a browser", function () {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async function () {
    const { CHROMIUM } = process.env;
    const lack = !CHROMIUM
      ? "CHROMIUM does not name a Chromium executable"
      : !existsSync(join(SITE, "playground.html")) && "there is no build/site, which npm run docs makes";
    if (lack) {
      process.stdout.write(`skipped: ${lack}\n`);
      return this.skip();
    }
    server = await serveSite();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await newPage();
  });
  afterEach(() => assert.deepEqual(complaints.splice(0), []));
  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function newPage(): Promise<Page> {
    const made = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
    made.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    made.on("pageerror", (error) => complaints.push(String(error)));
    return made;
  }

  const addressOf = ({ port }: AddressInfo): string => `http://127.0.0.1:${port}${siteBase()}playground.html`;
  const open = (query = ""): Promise<unknown> =>
    page.goto(`${addressOf(server.address() as AddressInfo)}${query}`, { waitUntil: "load" });
  const inState = (state: string, which = page): Promise<unknown> =>
    which.locator(`.playground[data-state="${state}"]`).waitFor();
  const status = (): Promise<string | null> => page.locator(".playground .status").textContent();

  async function screenshot(name: string, which = page): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await which.screenshot({ path: join(SCREENSHOTS, `playground-${name}.png`) });
  }

  /** Replaces the text of the editor. */
  async function write(code: string): Promise<void> {
    await page.locator(".playground .cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(code);
  }

  /** Presses Run, and waits until all cells have ended, or one has failed. */
  async function run(): Promise<void> {
    await page.locator(".playground .run").click();
    await page.locator(".playground .status", { hasText: /^(Done in|Error after) / }).waitFor();
  }

  /** A link that carries code, as any program can make it. */
  function linkTo(code: string): string {
    const packed = gzipSync(JSON.stringify({ code })).toString("base64url");
    return `${addressOf(server.address() as AddressInfo)}#code=${packed}`;
  }

  const errors = (): Promise<string[]> => page.locator(".playground pre.error").allTextContents();
  const charts = (): Promise<number> => page.locator(".playground .results .chart svg").count();
  const tables = (): Promise<number> => page.locator(".playground .results table").count();

  it("fits as soon as it is opened, with a table and a chart, from 12 MB at most", async () => {
    const sizes: Promise<number>[] = [];
    page.on("response", (response) => {
      sizes.push(
        response.body().then(
          ({ length }) => length,
          () => 0,
        ),
      );
    });
    const start = performance.now();
    await open();
    await page.locator(".playground .results .chart svg").first().waitFor();
    await page.locator(".playground .status", { hasText: /^Done in / }).waitFor();
    const seconds = (performance.now() - start) / 1000;
    page.removeAllListeners("response");
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    process.stdout.write(
      `      first load ${(bytes / 1e6).toFixed(2)} MB, first fit after ${seconds.toFixed(1)} s\n`,
    );
    assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
    assert.ok(bytes > MOST_BYTES / 4, `${bytes} bytes: the kernel is missing`);
    assert.deepEqual([await charts(), await tables(), await errors()], [1, 1, []]);
    await screenshot("first");
  });

  for (const { name, title } of examples()) {
    it(`runs the example ${title}`, async () => {
      await page.locator(".playground select").selectOption(name);
      await run();
      assert.deepEqual(await errors(), []);
      assert.ok((await tables()) > 0);
    });
  }

  it("has eight examples, six of them with a chart", () => {
    assert.equal(examples().length, 8);
    assert.equal(examples().filter(({ code }) => /^\w+Plot\(/m.test(code)).length, 6);
  });

  it("opens every notebook, and says in a sentence which cell cannot run", async () => {
    for (const { name, needs, code } of NOTEBOOKS) {
      await page.locator(".playground select").selectOption(name);
      await page
        .locator(".playground .cm-line", { hasText: code.split("\n")[1] })
        .first()
        .waitFor();
      const said = await page.locator(".playground .needs").allTextContents();
      assert.deepEqual(said, needs === "" ? [] : [needs]);
    }
    await screenshot("notebook");
  });

  for (const name of RUN) {
    it(`runs notebook ${name} whole`, async () => {
      await page.locator(".playground select").selectOption(name);
      await run();
      assert.deepEqual(await errors(), []);
      assert.ok((await charts()) + (await tables()) > 0);
    });
  }

  it("runs the code of a chart of the gallery", async () => {
    await open("?open=chart-path-non-convex");
    await page.locator(".playground .status", { hasText: /^Done in / }).waitFor();
    assert.deepEqual([await charts(), await errors()], [1, []]);
    await page.locator(".playground h2", { hasText: "A path of MCP" }).waitFor();
  });

  it("adds a table of the reader's, which cells read by its name", async () => {
    await write('import { readCsv } from "smooth-edges/data";\nreadCsv("rent.csv").area.length');
    await page.locator(".playground input[type=file]").setInputFiles({
      name: "rent.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("area,city\n50,Ulm\n70,Kiel\n"),
    });
    await page.locator(".playground .notice", { hasText: 'readCsv("rent.csv")' }).waitFor();
    await run();
    assert.equal(await page.locator(".playground .results pre").textContent(), "2");
  });

  it("shares the code and the table by a link, which another page shows but does not run", async () => {
    await page.getByRole("button", { name: "Share" }).click();
    const field = page.getByLabel("Link to this code");
    await field.waitFor();
    const link = await field.inputValue();
    await screenshot("share");
    const other = await newPage();
    try {
      await other.goto(link);
      await other
        .locator(".playground .notice", {
          hasText: "This code and rent.csv came with a link. Read it before you run it.",
        })
        .waitFor();
      await inState("ready", other);
      assert.match(String(await other.locator(".cm-content").textContent()), /readCsv\("rent\.csv"\)/);
      assert.equal(await other.locator(".playground .status").textContent(), "Ready");
      assert.equal(await other.locator(".playground .results section").count(), 0);
      await screenshot("shared", other);
      await other.locator(".playground .run").click();
      await other.locator(".playground .results pre", { hasText: /^2$/ }).waitFor();
      // A link that is opened in the same page is not run either.
      await other.goto(linkTo('throw new Error("it ran")'));
      await other.locator(".cm-content", { hasText: "it ran" }).waitFor();
      assert.equal(await other.locator(".playground .results section").count(), 0);
      await other.locator(".playground select").selectOption("a-lasso-path");
      assert.doesNotMatch(other.url(), /#/);
    } finally {
      await other.close();
    }
  });

  it("refuses a link that was cut off in a sentence, and runs nothing", async () => {
    const other = await newPage();
    try {
      await other.goto(linkTo("6 * 7").slice(0, -9));
      await other
        .locator(".playground .notice", { hasText: "it was cut off or changed. Ask for it again." })
        .waitFor();
      await inState("ready", other);
      assert.equal(await other.locator(".playground .results section").count(), 0);
    } finally {
      await other.close();
    }
  });

  it("says of changed code, too, that it came with a link", async () => {
    await page.goto(linkTo("6 * 7"));
    await inState("ready");
    await write("6 * 8");
    await page.reload();
    const notice = page.locator(".playground .notice", {
      hasText: "came with a link. Read it before you run it.",
    });
    await notice.filter({ hasText: "The code has your changes." }).waitFor();
    assert.equal(await page.locator(".playground .results section").count(), 0);
  });

  it("runs and takes changes where the browser keeps nothing", async () => {
    const other = await newPage();
    try {
      await other.addInitScript({
        content: `Object.defineProperty(window, "sessionStorage", { get() { throw new Error("forbidden"); } });`,
      });
      await other.goto(addressOf(server.address() as AddressInfo));
      await inState("ready", other);
      await other.locator(".playground .cm-content").click();
      await other.keyboard.type("x");
      await other.getByRole("button", { name: "Reset" }).click();
      await other.getByRole("button", { name: "Reset" }).waitFor({ state: "detached" });
    } finally {
      await other.close();
    }
  });

  it("says how long a link would be that is too long", async () => {
    await write(Array.from({ length: 9000 }, (_, k) => Math.round(Math.sin(k) * 1e9)).join(" + "));
    await page.getByRole("button", { name: "Share" }).click();
    await page
      .locator(".playground .notice", {
        hasText: /^A link may have 16000 characters, this one would have \d+; share less code\./,
      })
      .waitFor();
    assert.equal(await page.getByLabel("Link to this code").count(), 0);
  });

  it("shows HTML of a cell without the scripts in it", async () => {
    const html = '<b onclick="document.title = 1">bold</b><script>document.title = 2</script>';
    await write(`({ toHtml: () => ${JSON.stringify(html)} })`);
    await run();
    const shown = page.locator(".playground .results .output.html");
    assert.match(await shown.innerHTML(), /^<b>bold<\/b>$/);
  });

  it("shows a type error below the cell, and marks it in the text", async () => {
    await write("const n = 1;\nn\n// %% Wrong\nconst text: string = n;\n// %% Not reached\n2");
    await run();
    const [error, ...more] = await errors();
    assert.match(
      error,
      /^TypeScriptError: Type 'number' is not assignable to type 'string'\. \(TS2322\)\nline 4, column 7/,
    );
    assert.match(error, /\n> 4 \| const text: string = n;\n {4}\| {7}\^{4}$/);
    assert.deepEqual(more, []);
    assert.match(String(await status()), /^Error after \d+\.\d s, one cell not run$/);
    assert.equal(await page.locator(".playground .cm-lintRange-error").textContent(), "text");
    assert.deepEqual(await page.locator(".playground .results h2").allTextContents(), ["Wrong"]);
    await screenshot("type-error");
  });

  it("counts the lines of an error where the function was called, too", async () => {
    await write("// %% One\nconst one = () => {\n  throw new Error('here');\n};\n// %% Two\n1;\none();");
    await run();
    const [error] = await errors();
    assert.match(error, /^Error: here/);
    assert.match(error, /line 3, column \d+/);
    assert.match(error, /line 7, column \d+/);
    assert.match(error, /> 3 \| {3}throw new Error/);
    assert.doesNotMatch(error, /Cell \[/);
  });

  it("breaks a line by Enter behind a number, a text and a name, and completes by Tab", async () => {
    await write("");
    for (const line of ["const age = 5", "const text = 'x'", "age"]) {
      await page.keyboard.type(line, { delay: 30 });
      // The list of completions has the time to open.
      await page.waitForTimeout(700);
      await page.keyboard.press("Enter");
    }
    await page.keyboard.type("text.toUpperC", { delay: 30 });
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "toUpperCase" }).waitFor();
    // A list takes no key within 75 ms of its opening.
    await page.waitForTimeout(300);
    await page.keyboard.press("Tab");
    const lines = await page.locator(".playground .cm-line").allTextContents();
    assert.deepEqual(lines, ["const age = 5", "const text = 'x'", "age", "text.toUpperCase"]);
  });

  it("names the tables of the page where a cell reads another", async () => {
    await write('import { readCsv } from "smooth-edges/data";\nreadCsv("rant.csv")');
    await page.locator(".playground input[type=file]").setInputFiles({
      name: "rent.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("area\n50\n"),
    });
    await run();
    const [error] = await errors();
    assert.match(error, /readCsv: path must be .*, got "rant\.csv"; the page has "rent\.csv"/);
    await page.getByRole("button", { name: "Remove rent.csv" }).click();
  });

  it("keeps changes of the code while others are opened and the page is loaded anew, until Reset", async () => {
    const [first, second] = examples();
    const select = page.locator(".playground select");
    // The editor draws no lines that are out of sight, so that only the first one is sure to be there.
    const begins = (text: string): Promise<unknown> =>
      page.locator(".playground .cm-line:first-child", { hasText: text }).waitFor();
    const [original, other] = [first, second].map(({ code }) => code.split("\n")[0]);
    assert.notEqual(original, other);
    await select.selectOption(first.name);
    await begins(original);
    await write("6 * 7");
    await select.selectOption(second.name);
    await begins(other);
    await page.locator(".playground .status", { hasText: /^Ready$/ }).waitFor();
    await select.selectOption(first.name);
    await begins("6 * 7");
    await page.locator(".playground .notice", { hasText: "The code has your changes." }).waitFor();
    await open();
    await inState("ready");
    await begins("6 * 7");
    // What somebody has changed is not run before they ask for it.
    assert.equal(await page.locator(".playground .results section").count(), 0);
    await page.getByRole("button", { name: "Reset" }).click();
    await begins(original);
    await page.getByRole("button", { name: "Reset" }).waitFor({ state: "detached" });
  });

  it("ends an endless loop by Stop, and runs on", async () => {
    await write("console.log('before'); while (true) {}");
    await page.locator(".playground .run").click();
    await page.locator(".playground .stop").click();
    await page.locator(".playground .note", { hasText: "Stopped." }).waitFor();
    await inState("ready");
    assert.equal(await status(), "Stopped");
    await write("[6 * 7, typeof response]");
    await run();
    // The second name has gone with the kernel that was ended.
    assert.match((await errors())[0], /^TypeScriptError: Cannot find name 'response'/);
    await write("6 * 7");
    await run();
    assert.equal(await page.locator(".playground .results pre").textContent(), "42");
  });

  it("runs by Ctrl+Enter and completes what the kernel knows", async () => {
    await write("const fitted = { slope: 2 };\n");
    await page.keyboard.press("Control+Enter");
    await page.locator(".playground .status", { hasText: /^Done in / }).waitFor();
    await write("fitted.");
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "slope" }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("turns dark with its chart", async () => {
    await page.locator(".playground select").selectOption("a-lasso-path");
    await page.getByRole("button", { name: "Reset" }).click();
    await run();
    const ink = page.locator(".playground .chart svg [fill='#222222']");
    assert.ok((await ink.count()) > 0);
    await page.locator(".VPSwitchAppearance:visible").click();
    await page.locator("html.dark").waitFor();
    await ink.first().waitFor({ state: "detached" });
    await page.locator(".playground .chart svg text").first().waitFor();
    assert.deepEqual([await charts(), await errors()], [1, []]);
    await screenshot("dark");
    await page.locator(".VPSwitchAppearance:visible").click();
  });

  const RULES = {
    "forbids its worker": "script-src 'self' 'unsafe-inline' 'unsafe-eval'; worker-src 'none'",
    "forbids code that is compiled": "script-src 'self' 'unsafe-inline'",
  };
  for (const [what, rule] of Object.entries(RULES)) {
    it(`says a sentence where the page ${what}`, async () => {
      const strict = await serveSite({ "content-security-policy": rule });
      const own = await newPage();
      try {
        await own.goto(addressOf(strict.address() as AddressInfo));
        const sentence = own.locator(".playground .status, .playground pre.error", {
          hasText: "must let its worker run",
        });
        await sentence.first().waitFor();
        await screenshot(what.replaceAll(" ", "-"), own);
      } finally {
        await own.close();
        strict.close();
        // The browser itself reports what the rule has forbidden.
        complaints.splice(0);
      }
    });
  }

  it("opens and fits without its server, once it was loaded", async () => {
    const short = await serveSite();
    const own = await browser.newPage();
    try {
      const address = addressOf(short.address() as AddressInfo);
      await own.goto(address);
      await own.locator(".playground .kept").waitFor();
      // What a notebook loads besides is kept too.
      await own.locator(".playground select").selectOption("13-depth-and-saddles");
      await own.locator(".playground .run").click();
      await own.locator(".playground .status", { hasText: /^Done in / }).waitFor();
      short.close();
      short.closeAllConnections();
      await assert.rejects(fetch(address));
      await own.reload();
      await own.locator(".playground .results .chart svg").first().waitFor();
      await own.locator(".playground select").selectOption("13-depth-and-saddles");
      await own.locator(".playground .run").click();
      await own.locator(".playground .results section", { hasText: "as recorded" }).waitFor();
    } finally {
      await own.close();
      short.close();
    }
  });

  it("carries the kernel with a name of its content, so that a new one is fetched", () => {
    const kernels = readdirSync(join(SITE, "assets")).filter((file) => /^kernel\.[\w-]+\.mjs$/.test(file));
    assert.equal(kernels.length, 1);
    assert.ok(statSync(join(SITE, "assets", kernels[0])).size > 1e5);
  });
});
