/** Charts that are saved as pages, opened by a browser without a network. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { Chart } from "../../src/plot";
import { ROOT } from "../support/tracked-files";

const BARS = {
  description: "Bars as high as the slider says.",
  params: [{ name: "factor", value: 1, bind: { input: "range", min: 1, max: 2, step: 1 } }],
  data: { values: [{ x: "a" }, { x: "b" }, { x: "c" }] },
  transform: [{ calculate: "factor", as: "y" }],
  mark: { type: "bar", tooltip: true },
  encoding: {
    x: { field: "x", type: "nominal" },
    y: { field: "y", type: "quantitative", scale: { domain: [0, 2] } },
  },
} as const;

describe("a chart saved as a page", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async function () {
    const { CHROMIUM } = process.env;
    if (!CHROMIUM || !existsSync(CHROMIUM)) {
      process.stdout.write("skipped: CHROMIUM does not name a Chromium executable\n");
      this.skip();
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    const context = await browser.newContext({ offline: true });
    page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) errors.push(`asks for ${request.url()}`);
    });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it("draws itself and follows its slider, with nothing from the network", async () => {
    const path = join(folder, "bars.html");
    await new Chart(BARS).save(path);
    await page.goto(pathToFileURL(path).href);
    const bars = page.locator("#chart svg .mark-rect.role-mark path");
    await bars.first().waitFor();
    const heights = (): Promise<number[]> =>
      bars.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height));
    const before = await heights();
    assert.equal(before.length, 3);
    assert.ok(
      before.every((height) => height > 20),
      `${before}`,
    );
    await page.locator('#chart input[type="range"]').fill("2");
    await page.waitForTimeout(200);
    const after = await heights();
    const ratios = after.map((height, k) => height / before[k]);
    assert.ok(
      ratios.every((ratio) => Math.abs(ratio - 2) < 0.05),
      `${before} became ${after}`,
    );
    assert.equal(await page.title(), BARS.description);
    assert.deepEqual(errors, []);
    mkdirSync(join(ROOT, "build/screenshots"), { recursive: true });
    await page.screenshot({ path: join(ROOT, "build/screenshots/saved-page.png") });
  });
});
