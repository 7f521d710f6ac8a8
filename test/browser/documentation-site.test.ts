import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Browser, chromium, type Locator, type Page, type Response } from "playwright-core";
import { exhibits } from "../../figures/gallery/exhibits";
import { demo, fitAt } from "../../figures/live-lasso";
import { SITE, serveSite, siteBase } from "../support/site-server";
import { ROOT } from "../support/tracked-files";

const SCREENSHOTS = join(ROOT, "build/screenshots");

/** Bytes of scripts that the home page may fetch, gzipped: those of every page, and a library that fits and judges a lasso. */
const MOST_BYTES_OF_HOME = 260e3;

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

  it("begins with the README's sentence and a lasso, from few bytes", async () => {
    const scripts: Promise<Buffer>[] = [];
    const keep = (response: Response): void => {
      if (/\.m?js$/.test(response.url())) scripts.push(response.body());
    };
    page.on("response", keep);
    await open("/");
    await page.locator('.live-lasso[data-state="ready"]').waitFor();
    page.off("response", keep);
    const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(`      scripts of the home page: ${(bytes / 1e3).toFixed(0)} kB gzip\n`);
    assert.ok(bytes < MOST_BYTES_OF_HOME, `${bytes} bytes`);
    const sentence = readFileSync(join(ROOT, "README.md"), "utf8").split("\n")[2];
    assert.equal((await page.locator(".VPHero .tagline").textContent())?.trim(), sentence);
    assert.match(String(await page.locator(".language-ts").first().textContent()), /new SmoothLasso/);
    await screenshot("home");
    assert.ok((await widthOf(page.locator(".thumbnail img:visible").first())) > 300);
  });

  it("fits the lasso anew where a reader moves lambda, by the keyboard too", async () => {
    const { lambdas, names, start } = demo();
    const slider = page.getByRole("slider", { name: /^lambda/ });
    const shown = async (at: number): Promise<void> => {
      const { coefs, error } = fitAt(lambdas[at]);
      const nNonZero = Object.values(coefs).filter((coef) => coef !== 0).length;
      const count = `${nNonZero} of ${names.length}`;
      await page.locator('[data-number="nonzero"]', { hasText: count }).waitFor();
      await page.locator('[data-number="error"]', { hasText: String(Math.round(error)) }).waitFor();
      assert.match(
        String(await page.locator(".live-lasso .language-ts").textContent()),
        new RegExp(`lambda: ${lambdas[at]} `),
      );
      assert.equal(
        await slider.getAttribute("aria-valuetext"),
        `lambda ${lambdas[at]}: ${count} coefficients are not zero, prediction error ${Math.round(error)}`,
      );
      assert.equal(await page.locator(".live-lasso .line circle").count(), nNonZero);
    };
    await shown(start);
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await shown(start + 1);
    await page.keyboard.press("Home");
    await shown(0);
    await page.keyboard.press("End");
    await shown(lambdas.length - 1);
    await slider.fill("10");
    await shown(10);
  });

  it("follows a link from a guide to a section of another one", async () => {
    await open("/guides/selecting-features.html");
    await page.locator(".vp-doc a[href$='reading-a-certificate.html#diagnose-a-fit']").click();
    await page.getByRole("heading", { level: 1, name: "Reading a certificate" }).waitFor();
    const heading = await page.locator("#diagnose-a-fit").boundingBox();
    assert.ok(heading && heading.y >= 0 && heading.y < 900, JSON.stringify(heading));
    // The bar has room for all that is in it.
    const bar = await page.locator(".VPSwitchAppearance:visible").boundingBox();
    assert.ok(bar && bar.x + bar.width <= 1280, JSON.stringify(bar));
    await screenshot("guide");
  });

  it("shows a notebook with its formulas, its tables and its chart", async () => {
    await open("/notebooks/01-first-fit.html");
    assert.ok((await page.locator("mjx-container svg").count()) > 0);
    assert.ok((await page.locator(".output table tr").count()) > 5);
    assert.ok((await widthOf(page.locator(".output.chart img:visible").first())) > 300);
    await screenshot("notebook");
  });

  it("shows guides, notebooks and charts as cards, which lead to their pages", async () => {
    for (const [path, count] of [
      // Each page that the site has in these folders, but for their overviews.
      [
        "guides/",
        ["start", "guides", "method"]
          .flatMap((folder) => readdirSync(join(SITE, folder)))
          .filter((name) => name.endsWith(".html") && name !== "index.html").length,
      ],
      [
        "notebooks/notebooks.html",
        readdirSync(join(ROOT, "notebooks")).filter((name) => name.endsWith(".ipynb")).length,
      ],
      ["charts/gallery.html", exhibits.length],
    ] as const) {
      await open(`/${path}`);
      assert.equal(await page.locator(".card").count(), count);
      assert.ok((await widthOf(page.locator(".card .thumbnail img:visible").first())) > 300);
      await screenshot(`cards-${path.replace(/\/.*/, "")}`);
    }
    await page.locator(".card", { hasText: "Stability paths" }).click();
    await page.getByRole("heading", { level: 1, name: "stabilityPlot(selection)" }).waitFor();
    assert.match(String(await page.locator(".language-ts").textContent()), /stabilitySelection\(/);
    assert.equal(await page.locator("a[href$='/playground.html?open=chart-stability']").count(), 1);
    await screenshot("chart");
  });

  it("has the reference of a class with its methods", async () => {
    await open("/reference/smooth-edges/classes/SmoothLasso.html");
    await page.getByRole("heading", { name: "crossValidate()" }).waitFor();
    const options = page.locator("h2#options + .vp-table, h2#options + table, h2#options ~ table").first();
    await options.locator("tr", { hasText: "lambda" }).first().waitFor();
    await options.locator("a[href$='SmoothLassoOptions.html#lambda']").waitFor();
    await screenshot("reference");
  });

  it("says its version, and its title to sites that link to it", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    await open("/guides/kernel.html");
    assert.equal(await page.locator(".VPNavBarTitle small", { hasText: version }).count(), 1);
    assert.equal(
      await page.locator("meta[property='og:title']").getAttribute("content"),
      "The kernel | smooth-edges",
    );
  });

  it("lists its pages for programs, in full where it was made for a host", async () => {
    await open("/");
    const named = page.locator("meta[property='og:url']");
    const host = (await named.count()) > 0 ? new URL(String(await named.getAttribute("content"))).origin : "";
    const start = `${host}${siteBase()}`;
    const fileOf = (link: string): string => {
      assert.ok(link.startsWith(start), link);
      return link.slice(start.length).replace(/(^|\/)$/, "$1index.html");
    };
    const pictures = await page
      .locator("meta[property='og:image']")
      .evaluateAll((found: unknown[]) => found.map((element) => (element as { content: string }).content));
    const sitemap = existsSync(join(SITE, "sitemap.xml"))
      ? readFileSync(join(SITE, "sitemap.xml"), "utf8")
      : "";
    const lists = [
      Array.from(
        readFileSync(join(SITE, "llms.txt"), "utf8").matchAll(/^- \[[^\]]+\]\((\S+?)\)/gm),
        ([, link]) => link,
      ),
      Array.from(sitemap.matchAll(/<loc>(.*?)<\/loc>/g), ([, link]) => link),
      pictures,
    ];
    assert.deepEqual(
      lists.map(({ length }) => length > 0),
      [true, host !== "", host !== ""],
    );
    assert.deepEqual(
      lists.flat().filter((link) => !existsSync(join(SITE, fileOf(link)))),
      [],
    );
    assert.ok(lists[0].length > 60 && (host === "" || lists[1].length > 300));
  });

  it("finds guides before the reference, and a name of the reference first", async () => {
    await open("/");
    await page.keyboard.press("Control+k");
    const input = page.locator(".VPLocalSearchBox input");
    const found = page.locator(".VPLocalSearchBox .result");
    for (const words of [
      "cross-validation",
      "stability selection",
      "duality gap",
      "sparse networks",
      "group lasso",
    ]) {
      await input.fill(words);
      await page
        .locator(".VPLocalSearchBox .result", { hasText: new RegExp(words.split(/\W/)[0], "i") })
        .first()
        .waitFor();
      const first = String(await found.first().getAttribute("href"));
      assert.match(first, /\/(start|guides|method|notebooks)\//, `${words}: ${first}`);
    }
    await input.fill("SmoothScad");
    await page.locator(".VPLocalSearchBox .result", { hasText: "SmoothScad" }).first().waitFor();
    assert.match(String(await found.first().getAttribute("href")), /\/reference\/.*SmoothScad/);
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

  it("keeps every page within the width of a phone, a tablet and a small window", async () => {
    const files = readdirSync(SITE, { recursive: true, encoding: "utf8" });
    const written = files.filter((file) => /\.html$/.test(file) && !/^reference\//.test(file));
    const seen = ["index.html", "charts/gallery.html", "guides/global-optimality.html"];
    assert.ok(written.length > 60, `${written.length} pages`);
    for (const path of [...written, "reference/smooth-edges/classes/SmoothLasso.html"]) {
      await page.goto(`${address}/${path}`);
      for (const width of [375, 800, 1024]) {
        await page.setViewportSize({ width, height: 800 });
        const inner = await page.locator("html").evaluate((html: unknown) => (html as Box).scrollWidth);
        assert.equal(inner, width, path);
        if (seen.includes(path)) await screenshot(`${width}-${path.replaceAll("/", "-")}`);
      }
    }
  });

  it("has its sections in a menu where the bar has no room for them", async () => {
    for (const width of [800, 1100]) {
      await page.setViewportSize({ width, height: 800 });
      await open("/guides/global-optimality.html");
      await page.getByRole("button", { name: "mobile navigation" }).click();
      const menu = page.locator(".VPNavScreen");
      await menu.getByRole("link", { name: "Playground" }).waitFor();
      await screenshot(`menu-${width}`);
      await menu.getByRole("link", { name: "Guides" }).click();
      await page.waitForURL(/\/guides\/$/);
    }
  });
});
