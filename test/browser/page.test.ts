/** The library in a page and in a Web Worker of it, without a server but one that sends files. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { type Browser, chromium } from "playwright-core";
import * as data from "../../src/data";
import * as root from "../../src/index";
import * as plot from "../../src/plot";
import * as selection from "../../src/selection";
import * as surrogate from "../../src/surrogate";
import { browserBundle } from "../support/browser-bundle";
import { ROOT } from "../support/tracked-files";
import { type Computed, chartOf, computed, read } from "./page-program";

/** What a page and a worker of it compute. */
interface Found {
  readonly backend: string;
  readonly numbers: Computed;
  readonly read: string;
  readonly refusals: readonly string[];
  /** Left out where a page forbids code that is made at run time, as Vega does. */
  readonly svg: string;
  /** The bytes, or why there are none. */
  readonly png: readonly number[] | string;
}

const entry = (name: string): string =>
  `import * as ${name || "root"} from "./dist/browser/${name && `${name}/`}index.mjs";`;

/** The same in a page and in a worker. */
const PROGRAM = `
${["", "data", "plot", "selection"].map(entry).join("\n")}
import * as surrogate from "./dist/browser/surrogate.mjs";
import { chartOf, computed, read, refusals } from "./dist/test/browser/page-program.js";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
const library = { ...root, ...data, ...plot, ...selection, ...surrogate };
const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
async function pngOf(chart) {
  await initWasm(fetch("/index_bg.wasm"));
  const fonts = await Promise.all(["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"].map((face) => bytesOf(\`/\${face}.ttf\`)));
  return Array.from(await chart.toPNG({ renderer: { Resvg, fonts } }));
}
globalThis.found = async () => ({
  backend: library.kernelBackend(),
  numbers: computed(library),
  read: await read(library),
  refusals: await refusals(library),
  svg: await chartOf(library).toSVG().catch((error) => error.message),
  png: await pngOf(chartOf(library)).catch((error) => error.message),
});
if (typeof document === "undefined") found().then(postMessage, (error) => postMessage(String(error.stack)));
`;

/** Has WebAssembly refuse code as an engine without SIMD does: the kernels' code has its instructions. */
const WITHOUT_SIMD = `<script>
  WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("Wasm SIMD unsupported"); } };
</script>`;

/** The files that a page asks for to draw a PNG, by the ends of their names. */
const FILES: Readonly<Record<string, (url: string) => string>> = {
  ".wasm": (url) => `@resvg/resvg-wasm${url}`,
  ".ttf": (url) => `dejavu-fonts-ttf/ttf${url}`,
};

/** With six digits of each number. */
const rounded = (text: string): unknown =>
  JSON.parse(text, (_, value) => (typeof value === "number" ? Number(value.toPrecision(6)) : value));

describe("the library in a browser", function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: Server;

  before(async function () {
    const { CHROMIUM } = process.env;
    if (!CHROMIUM || !existsSync(CHROMIUM)) {
      process.stdout.write("skipped: CHROMIUM does not name a Chromium executable\n");
      return this.skip();
    }
    // Vega asks whether there is a Buffer, so what is free of Node is told by the run.
    const program = await browserBundle({ stdin: { contents: PROGRAM, resolveDir: ROOT }, define: {} });
    server = createServer(({ url = "/" }, answer) => {
      const file = FILES[extname(url)]?.(url);
      if (file !== undefined) {
        answer.setHeader("Content-Type", file.endsWith(".wasm") ? "application/wasm" : "font/ttf");
        answer.end(readFileSync(require.resolve(file)));
        return;
      }
      const isProgram = url === "/program.js";
      answer.setHeader("Content-Type", isProgram ? "text/javascript" : "text/html");
      if (url === "/strict") answer.setHeader("Content-Security-Policy", "script-src 'self'");
      const before = url === "/without-simd" ? WITHOUT_SIMD : "";
      answer.end(
        isProgram ? program : `<!doctype html>${before}<script type="module" src="/program.js"></script>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  const address = (path: string): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  async function foundAt(path: string, inWorker: boolean): Promise<Found> {
    const page = await browser.newPage();
    try {
      await page.goto(address(path));
      await page.waitForFunction("globalThis.found");
      return await page.evaluate<Found>(
        inWorker
          ? `new Promise((resolve, reject) => {
               const worker = new Worker("/program.js", { type: "module" });
               worker.onmessage = ({ data }) => typeof data === "string" ? reject(new Error(data)) : resolve(data);
               worker.onerror = ({ message }) => reject(new Error(message));
             })`
          : "found()",
      );
    } finally {
      await page.close();
    }
  }

  function assertSame({ exact, close }: Computed): void {
    const inNode = computed(expected);
    assert.deepEqual(JSON.parse(exact), JSON.parse(inNode.exact));
    assert.deepEqual(rounded(close), rounded(inNode.close));
  }

  const expected = { ...root, ...data, ...plot, ...selection, ...surrogate };

  for (const inWorker of [false, true]) {
    describe(inWorker ? "in a Web Worker" : "in the page", () => {
      let found: Found;
      before(async () => {
        found = await foundAt("/", inWorker);
      });

      it("computes on WebAssembly, to the same bits as in Node but for exponentials and logarithms", () => {
        assert.equal(found.backend, "wasm");
        assertSame(found.numbers);
      });

      it("loads the data of the package, and reads a CSV as a text, as bytes and as a File, as Node does", async () => {
        assert.deepEqual(JSON.parse(found.read), JSON.parse(await read(expected)));
        const { tables, files } = JSON.parse(found.read);
        for (const table of [...tables, ...files])
          assert.deepEqual(table, { area: [50, null], city: ["Ulm", "Kiel, Nord"] });
      });

      it("draws the SVG that it does in Node", async () => {
        assert.equal(found.svg, await chartOf(expected).toSVG());
      });

      it("draws the PNG that Node does, by resvg's WebAssembly build and the fonts that the page hands in", async () => {
        assert.ok(typeof found.png !== "string", `${found.png}`);
        assert.deepEqual(Buffer.from(found.png), Buffer.from(await chartOf(expected).toPNG()));
      });

      it("says in a sentence what a browser has not", () => {
        const starts = [
          "SmoothLasso.fitAsync: threads",
          "SmoothLasso.fit: threads",
          "SmoothLasso.crossValidate: threads",
          "readCsv: files",
          "Chart.save: files",
          "Chart.toPNG: PNG pictures",
        ];
        for (const [i, refusal] of found.refusals.entries()) {
          const start = `InputError: ${starts[i]} must be those of Node.js, Deno or Bun, got a browser; `;
          assert.ok(refusal.startsWith(start), refusal);
        }
        assert.equal(found.refusals.length, starts.length);
      });
    });
  }

  for (const [path, where] of [
    ["/strict", "a page forbids WebAssembly"],
    ["/without-simd", "a browser has no SIMD"],
  ]) {
    it(`computes the same bits in TypeScript where ${where}`, async () => {
      const { backend, numbers } = await foundAt(path, false);
      assert.equal(backend, "typescript");
      assertSame(numbers);
    });
  }
});
