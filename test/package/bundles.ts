/** The tarball in bundles for browsers: what is in them, and how large they are. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { browserBundle } from "../support/browser-bundle";
import { output, scratchFolder, tarball } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

/** Bytes that a program of a lasso path may have, minified and gzipped. */
const MOST_BYTES = 124_000;

/** Bytes that a program with one chart may have, with Vega, minified and gzipped. */
const MOST_BYTES_OF_CHART = 460_000;

const PROGRAM = `
import { SmoothLasso } from "smooth-edges";
const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
document.body.textContent = String(path.lambdas.length);`;

const CHART = `
import { SmoothLasso } from "smooth-edges";
import { coefficientPlot } from "smooth-edges/plot";
const fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
coefficientPlot(fit).toSVG().then((svg) => (document.body.innerHTML = svg));`;

/** A program that says what it found, in any surroundings. */
const SAYING = `
import { SmoothLasso } from "smooth-edges";
const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
console.log(path.lambdas[0].toFixed(12));`;

/** The largest correlation of a standardized column with y, times the standard deviation of y: that of the first column, sqrt(1 / 2). */
const LAMBDA_MAX = Math.SQRT1_2.toFixed(12);

/** Tools that make bundles, with their versions. */
const BUNDLERS = [
  "vite@8.4.0",
  "webpack@5.113.0",
  "webpack-cli@7.3.1",
  "rollup@4.68.8",
  "@rollup/plugin-node-resolve@16.0.3",
];

const INSTALL = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];

/** What a browser has and Vite's preamble asks for. */
const DOCUMENT = "globalThis.document = { createElement: () => ({ relList: { supports: () => true } }) };";

/** The entries that have modules for browsers. */
function entriesForBrowsers(): string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const entries = Object.keys(exports).filter((entry) => exports[entry].browser);
  assert.ok(entries.length >= 7);
  return entries;
}

/** A program with all of some entries. */
function programOf(entries: readonly string[]): string {
  return entries.map((entry, i) => `export * as e${i} from "smooth-edges${entry.slice(1)}";`).join("\n");
}

function assertSmall(bundle: string | Buffer, most: number = MOST_BYTES): void {
  const { length } = gzipSync(bundle, { level: 9 });
  assert.ok(length <= most, `${length} bytes`);
  assert.ok(length > most / 4, `${length} bytes: the library is missing`);
}

describe("the tarball, bundled for browsers", () => {
  const project = scratchFolder("bundled");

  before(() => {
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
    output(project, "npm", ...INSTALL, "vite@8.4.0", tarball().path);
  });

  it("has nothing of Node's in any entry that has modules for browsers", async () => {
    const contents = programOf(entriesForBrowsers());
    // What is of Node's, or of a package that the project has not, fails here.
    // Vega itself asks for a Buffer, and does without.
    await browserBundle({ stdin: { contents, resolveDir: project }, external: ["vega", "vega-lite"] });
  });

  it(`has at most ${MOST_BYTES} bytes for a lasso path by esbuild, gzipped`, async () => {
    assertSmall(await browserBundle({ stdin: { contents: PROGRAM, resolveDir: project } }));
  });

  it(`has at most ${MOST_BYTES_OF_CHART} bytes for a chart by esbuild, gzipped`, async () => {
    const bundle = await browserBundle({ stdin: { contents: CHART, resolveDir: project }, define: {} });
    assertSmall(bundle, MOST_BYTES_OF_CHART);
  });

  it(`has at most ${MOST_BYTES} bytes for a lasso path by Vite, gzipped`, () => {
    writeFileSync(
      join(project, "index.html"),
      '<!doctype html><script type="module" src="/main.js"></script>',
    );
    writeFileSync(join(project, "main.js"), PROGRAM);
    mkdirSync(join(project, "dist"), { recursive: true });
    output(
      project,
      process.execPath,
      join(project, "node_modules/vite/bin/vite.js"),
      "build",
      "--logLevel",
      "warn",
    );
    const assets = join(project, "dist/assets");
    const files = readdirSync(assets).filter((file) => file.endsWith(".js"));
    assertSmall(Buffer.concat(files.map((file) => readFileSync(join(assets, file)))));
  });
});

describe("the tarball without optional packages, bundled by each tool without an option for it", () => {
  const tools = scratchFolder("bundlers");
  const project = scratchFolder("light");

  before(() => {
    writeFileSync(join(tools, "package.json"), '{ "private": true }');
    output(tools, "npm", ...INSTALL, ...BUNDLERS);
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
    output(project, "npm", ...INSTALL, "--omit=optional", tarball().path);
    writeFileSync(join(project, "main.js"), SAYING);
    writeFileSync(join(project, "browser.mjs"), DOCUMENT);
    writeFileSync(
      join(project, "index.html"),
      '<!doctype html><script type="module" src="/main.js"></script>',
    );
  });

  /** What a tool prints on both streams. */
  function told(path: string, ...options: string[]): string {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(tools, "node_modules", path), ...options],
      { cwd: project, encoding: "utf8", maxBuffer: 1 << 26, env: { ...process.env, NO_COLOR: "1" } },
    );
    assert.equal(status, 0, stdout + stderr);
    return stdout + stderr;
  }

  const assertRuns = (bundle: string): void => {
    const printed = output(project, process.execPath, "--import", "./browser.mjs", bundle);
    assert.equal(printed.trim(), LAMBDA_MAX);
  };

  it("has no optional package", () => {
    assert.deepEqual(readdirSync(join(project, "node_modules")).filter(isVisible), [
      "pure-rand",
      "smooth-edges",
    ]);
  });

  it("has every entry but that of charts", async () => {
    const entries = entriesForBrowsers().filter((entry) => entry !== "./plot");
    await browserBundle({ stdin: { contents: programOf(entries), resolveDir: project } });
  });

  it("by esbuild", async () => {
    const { errors, warnings } = await build({
      absWorkingDir: project,
      entryPoints: ["main.js"],
      bundle: true,
      outfile: "out/esbuild.js",
    });
    assert.deepEqual([errors, warnings], [[], []]);
    assertRuns("out/esbuild.js");
  });

  it("by webpack, which warns of nothing but the size", () => {
    const json = told(
      "webpack/bin/webpack.js",
      "--mode=production",
      "--entry=./main.js",
      "-o",
      "out",
      "--json",
    );
    const { errors, warnings } = JSON.parse(json) as { errors: Told[]; warnings: Told[] };
    const others = warnings.filter(({ message }) => !/size limit|code splitting|import\(\)/.test(message));
    assert.deepEqual([errors, others], [[], []]);
    assertRuns("out/main.js");
  });

  it("by Rollup", () => {
    const plugin = join(tools, "node_modules/@rollup/plugin-node-resolve/dist/cjs/index.js");
    const text = told("rollup/dist/bin/rollup", "main.js", "-p", plugin, "-f", "es", "-o", "out/rollup.js");
    assert.doesNotMatch(text, /circular|warn|\(!\)/i);
    assertRuns("out/rollup.js");
  });

  it("by Vite", () => {
    assert.doesNotMatch(told("vite/bin/vite.js", "build"), /warn|\(!\)/i);
    const [file] = readdirSync(join(project, "dist/assets"));
    assertRuns(`dist/assets/${file}`);
  });
});

describe("the tarball in Next.js", () => {
  const project = scratchFolder("next");

  before(() => {
    writeFileSync(join(project, "package.json"), '{ "private": true }');
    output(project, "npm", ...INSTALL, "next@16.4.6", "react@19.3.1", "react-dom@19.3.1", tarball().path);
    mkdirSync(join(project, "app"));
    const files = {
      "next.config.js": 'module.exports = { serverExternalPackages: ["smooth-edges"] };',
      "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;",
      "app/page.js": 'import Client from "./client";\nexport default () => <p>{lambdaMax} <Client /></p>;',
      "app/client.js": "export default () => <b>{lambdaMax}</b>;",
    };
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(project, name), programOfPage(name, text));
  });

  for (const [bundler, ...options] of [["Turbopack"], ["webpack", "--webpack"]]) {
    it(`fits on the server and in the page by ${bundler}`, () => {
      output(project, process.execPath, "node_modules/next/dist/bin/next", "build", ...options);
      const html = readFileSync(join(project, ".next/server/app/index.html"), "utf8");
      assert.match(html, new RegExp(`<p>${LAMBDA_MAX}.*<b>${LAMBDA_MAX}</b></p>`));
    });
  }
});

/** A file of a Next.js project; those of pages fit a path first. */
function programOfPage(name: string, text: string): string {
  if (!text.includes("lambdaMax")) return text;
  const fit = SAYING.replace("console.log(", "const lambdaMax = (");
  return `${name === "app/client.js" ? '"use client";' : ""}${fit}\n${text}\n`;
}

interface Told {
  readonly message: string;
}

const isVisible = (name: string): boolean => !name.startsWith(".");
