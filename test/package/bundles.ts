/** The tarball in bundles for browsers: what is in them, and how large they are. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { browserBundle } from "../support/browser-bundle";
import { output, scratchFolder, tarball } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

/** Bytes that a program of a lasso path may have, minified and gzipped. */
const MOST_BYTES = 120_000;

const PROGRAM = `
import { SmoothLasso } from "smooth-edges";
const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
document.body.textContent = String(path.lambdas.length);`;

function assertSmall(bundle: string | Buffer): void {
  const { length } = gzipSync(bundle, { level: 9 });
  assert.ok(length <= MOST_BYTES, `${length} bytes`);
  assert.ok(length > MOST_BYTES / 4, `${length} bytes: the library is missing`);
}

describe("the tarball, bundled for browsers", () => {
  const project = scratchFolder("bundled");

  before(() => {
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
    const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
    output(project, "npm", ...install, "vite@8.4.0", tarball().path);
  });

  it("has nothing of Node's in any entry that has modules for browsers", async () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const entries = Object.keys(exports).filter((entry) => exports[entry].browser);
    assert.ok(entries.length >= 7);
    const contents = entries
      .map((entry, i) => `export * as e${i} from "smooth-edges${entry.slice(1)}";`)
      .join("\n");
    // What is of Node's, or of a package that the project has not, fails here.
    const bundle = await browserBundle({
      stdin: { contents, resolveDir: project },
      external: ["vega", "vega-lite"],
    });
    assert.match(bundle, /import\("vega"\)/);
  });

  it(`has at most ${MOST_BYTES} bytes for a lasso path by esbuild, gzipped`, async () => {
    assertSmall(await browserBundle({ stdin: { contents: PROGRAM, resolveDir: project } }));
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
