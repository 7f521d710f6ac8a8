import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { SITE, serveSite, siteBase } from "../support/site-server";
import { ROOT } from "../support/tracked-files";

const SCREENSHOTS = join(ROOT, "build/screenshots");

/** What the tests ask of elements of a page; they are compiled without the types of browsers. */
interface Picture {
  readonly naturalWidth: number;
  decode(): Promise<void>;
}

interface Box {
  readonly scrollWidth: number;
}

describe("the documentation site in a browser", function () {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  let page: Page;
  let address: string;
  /** What a page complained about, asked for in vain, or asked of other hosts. */
  const complaints: string[] = [];

  before(async function () {
    const { CHROMIUM } = process.env;
    const lack = !CHROMIUM
      ? "CHROMIUM does not name a Chromium executable"
      : !existsSync(SITE) && "there is no build/site, which npm run docs makes";
    if (lack) {
      process.stdout.write(`skipped: ${lack}\n`);
      return this.skip();
    }
    server = await serveSite();
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${siteBase().slice(0, -1)}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`);
    });
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address))
        complaints.push(`asks ${request.url()}`);
    });
  });
  afterEach(() => assert.deepEqual(complaints.splice(0), []));
  after(async () => {
    await browser?.close();
    server?.close();
  });

  const open = (path: string): Promise<unknown> =>
    page.goto(`${address}${path}`, { waitUntil: "networkidle" });

  async function screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `site-${name}.png`) });
  }

  /** Waits until a picture is there, and returns how wide its file is. */
  async function widthOf(picture: Locator): Promise<number> {
    await picture.scrollIntoViewIfNeeded();
    return picture.evaluate(async (image: unknown) => {
      await (image as Picture).decode();
      return (image as Picture).naturalWidth;
    });
  }

  it("begins with the README's sentence, its cell and its chart", async () => {
    await open("/");
    const sentence = readFileSync(join(ROOT, "README.md"), "utf8").split("\n")[2];
    assert.equal((await page.locator(".VPHero .tagline").textContent())?.trim(), sentence);
    assert.match(String(await page.locator(".language-ts").first().textContent()), /new SmoothLasso/);
    await screenshot("home");
    assert.ok((await widthOf(page.locator(".vp-doc img:visible").first())) > 300);
  });

  it("follows a link from a guide to a section of another one", async () => {
    await open("/guides/selecting-features.html");
    await page.locator(".vp-doc a[href$='reading-a-certificate.html#diagnose-a-fit']").click();
    await page.getByRole("heading", { level: 1, name: "Reading a certificate" }).waitFor();
    const heading = await page.locator("#diagnose-a-fit").boundingBox();
    assert.ok(heading && heading.y >= 0 && heading.y < 900, JSON.stringify(heading));
    await screenshot("guide");
  });

  it("shows a notebook with its formulas, its tables and its chart", async () => {
    await open("/notebooks/01-first-fit.html");
    assert.ok((await page.locator("mjx-container svg").count()) > 0);
    assert.ok((await page.locator(".output table tr").count()) > 5);
    assert.ok((await widthOf(page.locator(".output.chart img:visible").first())) > 300);
    await screenshot("notebook");
  });

  it("has the reference of a class with its methods", async () => {
    await open("/reference/smooth-edges/classes/SmoothLasso.html");
    await page.getByRole("heading", { name: "crossValidate()" }).waitFor();
    await screenshot("reference");
  });

  it("finds crossValidate by its search", async () => {
    await open("/");
    await page.keyboard.press("Control+k");
    await page.locator(".VPLocalSearchBox input").fill("crossValidate");
    const found = page.locator(".VPLocalSearchBox .result", { hasText: "crossValidate()" }).first();
    await found.waitFor();
    await screenshot("search");
    await found.click();
    await page.waitForURL(/\/reference\/.*#crossvalidate/);
  });

  it("turns dark with its charts", async () => {
    await open("/notebooks/01-first-fit.html");
    await page.locator(".VPSwitchAppearance:visible").click();
    await page.locator("html.dark").waitFor();
    const chart = page.locator(".output.chart img:visible").first();
    assert.match(String(await chart.getAttribute("src")), /-dark\.png$/);
    assert.ok((await widthOf(chart)) > 300);
    await screenshot("dark");
  });

  it("keeps every page within the width of a phone", async () => {
    await page.setViewportSize({ width: 375, height: 800 });
    const paths = [
      "method/the-mathematics",
      "guides/selecting-features",
      "notebooks/01-first-fit",
      "charts/gallery",
      "contributors/report",
    ];
    const reference = "reference/smooth-edges/classes/SmoothLasso";
    for (const path of ["index", ...paths, reference]) {
      await open(`/${path}.html`);
      assert.equal(
        await page.locator("html").evaluate((html: unknown) => (html as Box).scrollWidth),
        375,
        path,
      );
      await screenshot(`phone-${basename(path)}`);
    }
  });
});
