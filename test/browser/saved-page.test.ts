/** Charts that are saved as pages, opened by a browser without a network. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { Chart, type ChartSpec } from "../../src/plot";
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

  /** Opens the page of a chart and returns the place of its frame in the window. */
  async function opened(
    name: string,
    spec: ChartSpec,
  ): Promise<{ x: number; y: number; width: number; height: number }> {
    const path = join(folder, `${name}.html`);
    await new Chart({ width: 300, height: 200, ...spec }).save(path);
    await page.goto(pathToFileURL(path).href);
    const ground = page.locator("#chart svg .mark-group.role-frame .background").first();
    await ground.waitFor();
    const box = await ground.boundingBox();
    assert.ok(box);
    return box;
  }

  const tooltip = (): Promise<string> =>
    page
      .locator("#chart")
      .evaluate(
        (chart) => chart.innerHTML.match(/ title="([^"]*)"/)?.[1] ?? chart.getAttribute("title") ?? "",
      );

  const LINES = {
    description: "Two lines.",
    data: { values: ["a", "b"].flatMap((kind, k) => [0, 1, 2].map((x) => ({ x, y: k, kind }))) },
    mark: "line",
    encoding: {
      x: { field: "x", type: "quantitative", title: "epoch" },
      y: { field: "y", type: "quantitative", scale: { domain: [-1, 2] } },
      color: { field: "kind", type: "nominal" },
    },
  } as const;

  it("tells the row of a line under the pointer, and no other one between rows", async () => {
    for (const dark of [false, true]) {
      const { x, y, width, height } = await opened("lines", dark ? new Chart(LINES).dark().spec : LINES);
      const over = async (epoch: number, value: number): Promise<string> => {
        await page.mouse.move(x + (width * epoch) / 2, y + (height * (2 - value)) / 3);
        return tooltip();
      };
      assert.equal(await over(1, 0), "kind: a\nepoch: 1\ny: 0");
      assert.equal(await over(1.5, 0), "");
      assert.equal(await over(1, 1), "kind: b\nepoch: 1\ny: 1");
      await page.screenshot({ path: join(ROOT, `build/screenshots/tooltip-${dark ? "dark" : "light"}.png`) });
    }
    assert.deepEqual(errors, []);
  });

  it("mutes what the clicked entry of a legend does not name", async () => {
    const { x, y } = await opened("legend", LINES);
    const opacities = (): Promise<(string | null)[]> =>
      page
        .locator("#chart svg .mark-line.role-mark path")
        .evaluateAll((paths) => paths.map((path) => path.getAttribute("opacity")));
    assert.deepEqual(await opacities(), [null, null]);
    await page.getByText("b", { exact: true }).click();
    await page.locator('#chart svg .mark-line.role-mark path[opacity="0.1"]').waitFor({ state: "attached" });
    assert.deepEqual(await opacities(), ["0.1", null]);
    await page.mouse.click(x + 40, y + 20);
    await page.locator('#chart svg .mark-line.role-mark path[opacity="0.1"]').waitFor({ state: "detached" });
    assert.deepEqual(errors, []);
  });

  it("zooms into a cloud of points by the wheel", async () => {
    const { x, y, width, height } = await opened("cloud", {
      description: "Points.",
      data: { values: Array.from({ length: 101 }, (_, i) => ({ x: i, y: i })) },
      mark: "point",
      encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
    });
    const last = page.locator("#chart svg .role-axis-label text").getByText("100", { exact: true });
    assert.equal(await last.count(), 2);
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.wheel(0, -500);
    await last.first().waitFor({ state: "detached" });
    await page.mouse.dblclick(x + width / 2, y + height / 4);
    await last.first().waitFor();
    assert.deepEqual(errors, []);
  });
});
