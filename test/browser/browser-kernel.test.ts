/** The kernel in a Web Worker, beside the one on Node: the same cells have the same outputs, in the same words. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { LAST_CELL_FAILS, NOTHING_RUNS } from "../../docs/site/playground";
import type { Answer, Request } from "../../kernel/browser/messages";
import { readNotebook, sourceOf } from "../../kernel/runner/notebook";
import { TestKernel } from "../support/test-kernel";
import { ROOT } from "../support/tracked-files";

/** An output in the form that both kernels' are compared in. */
type Output =
  | { readonly stream: string; readonly text: string }
  | { readonly shown: unknown; readonly type: string }
  | { readonly error: string; readonly message: string; readonly traceback: string };

/** Joins what is printed, and leaves out pictures, which a browser does not make, and the places of the library's own code. */
function normalized(outputs: readonly Output[]): Output[] {
  const joined: Output[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if ("text" in output && last && "text" in last && last.stream === output.stream)
      joined[joined.length - 1] = { stream: output.stream, text: last.text + output.text };
    else joined.push(output);
  }
  return joined;
}

/** Leaves out the lines of the library's code, which the kernel on Node shows of a checkout alone, and the places of its functions. */
function inText(traceback: unknown): string {
  const parts = traceback as readonly string[];
  const isOfLibrary = (part = ""): boolean => /\/dist\/src\/\S*, line \d+/.test(part.split("\n")[0]);
  const kept = parts.filter((part, at) => !isOfLibrary(part) && !isOfLibrary(parts[at - 1]));
  const places = / \(?(?:\/|https?:)[^()\n]*:\d+:\d+\)?$/gm;
  return kept
    .join("\n")
    .replace(places, "")
    .replace(/\n\s+at$/gm, "");
}

function withoutPictures(data: unknown): unknown {
  const { "image/png": _, "image/svg+xml": __, ...kept } = data as Record<string, unknown>;
  return kept;
}

/** The cells, which run one after the other in both kernels. */
const CELLS: readonly string[] = [
  "1 + 1",
  "const x: number = 'a';",
  "const n = 20; let total = 0;\nfor (const k of [1, 2]) total += k * n;\nconsole.log(total, { a: [1, 'b'] }); console.error('no');\ntotal",
  "total += 1; [total, n]",
  "interface Point { x: number }\nconst p: Point = { x: 1 };\np",
  "p.y",
  "const later = await new Promise<number>((done) => setTimeout(() => done(7), 5));\nlater",
  "await new Promise((_, fail) => setTimeout(() => fail(new RangeError('late')), 5));",
  "function fails(): never { throw new Error('deep', { cause: new TypeError('cause') }) }\n[1].map(() => fails());",
  "null.x",
  "print('a')",
  "for x in [1]:\n  x",
  "throw 'a text'",
  "const half = 1;\nthrow new Error('half way');",
  "half",
  "[{ a: 1, b: 'x' }, { a: 2, b: null }]",
  "import { SmoothLasso } from 'smooth-edges';\nimport { loadDiabetes } from 'smooth-edges/data';\nconst { columns, response } = loadDiabetes();\nconst fit = new SmoothLasso({ lambda: 5 }).fit(columns, response);\nfit",
  "import { coefficientPlot } from 'smooth-edges/plot';\ncoefficientPlot(fit)",
  "new SmoothLasso({ lamda: 1 })",
  "new SmoothLasso({ lambda: -1 }).fit(columns, response)",
  "fit.coef",
  "import { SmoothBridge as Bridge } from 'smooth-edges';\n({ name: Bridge.name, fit: new Bridge({ lambda: 5, depth: 3 }).fit(columns, response).support })",
  "display('shown'); display({ a: 1 });",
  "for (const i of [1, 2, 3]) { enum Side { Left, Right } console.log(i, Side.Left); }",
  "class Model { #w = 1; get w() { return this.#w } }\nnew Model()",
  "for await (const v of [1, Promise.resolve(2)]) console.log(v);",
  "({ a: [1, { b: new Map([['k', new Set([1])]]) }], f: () => 1, 'no name': `it's`, g: Float64Array.of(1, -0) })",
  "[undefined, null, 1n, Symbol('s'), /r/g, new Date(0), new Array(150).fill(0)]",
  "display({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { f: () => 1, a: [1] }, 'text/plain': 'x' }) });",
  "SmoothLaso",
  "half?",
  // A function means the global again where a cell fails before it declares the name.
  "const parsed = () => parseInt('12px');\nparsed()",
  "throw new Error('before it declares');\nconst parseInt = () => 99;",
  "parsed()",
];

const NOTEBOOKS = readdirSync(join(ROOT, "notebooks"))
  .filter((file) => file.endsWith(".ipynb"))
  .map((file) => basename(file, ".ipynb"))
  .filter((name) => !NOTHING_RUNS.has(name));

/** Notebooks with code and records of figures, one of them with a file that it reads itself. */
const A_FEW = ["18-real-data", "24-small-lambdas"];

const TYPES: Readonly<Record<string, string>> = { ".mjs": "text/javascript", ".wasm": "application/wasm" };

describe("the kernel in a Web Worker", function () {
  this.timeout(300_000);
  let browser: Browser;
  let server: Server;
  let page: Page;
  let kernel: TestKernel;
  /** Whether the server has lost its files. */
  let isLost = false;

  before(async function () {
    const { CHROMIUM } = process.env;
    if (!CHROMIUM || !existsSync(CHROMIUM)) {
      process.stdout.write("skipped: CHROMIUM does not name a Chromium executable\n");
      return this.skip();
    }
    execFileSync(process.execPath, [join(ROOT, ".ci/browser-kernel.cjs")], { cwd: ROOT, stdio: "inherit" });
    server = createServer(({ url = "/" }, answer) => {
      const file = join(ROOT, "build/browser-kernel", url.replace(/^\/strict/, ""));
      const isPage = url.endsWith("/");
      answer.setHeader("Content-Type", isPage ? "text/html" : (TYPES[extname(file)] ?? "text/plain"));
      if (url.startsWith("/strict/")) answer.setHeader("Content-Security-Policy", "script-src 'self'");
      if (!isPage && (isLost || !existsSync(file))) answer.writeHead(404);
      answer.end(isPage ? "<!doctype html>" : existsSync(file) && readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await browser.newPage();
    await open("/");
    kernel = await TestKernel.start();
  });
  after(async () => {
    await kernel?.stop();
    await browser?.close();
    server?.close();
  });

  /** Opens a page and starts the kernel in it. */
  async function open(path: string): Promise<void> {
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}${path}`);
    await page.evaluate(`new Promise((resolve, reject) => {
      globalThis.worker = new Worker("${path}kernel.mjs", { type: "module" });
      worker.onmessage = ({ data }) => data.type === "ready" && resolve();
      worker.onerror = ({ message }) => reject(new Error(message));
    })`);
  }

  /** Sends a request and returns the answers up to its last one. */
  function ask(request: object): Promise<Answer[]> {
    const last = ["done", "completions", "inspection"];
    return page.evaluate(`new Promise((resolve) => {
      const answers = [];
      worker.onmessage = ({ data }) => {
        answers.push(data);
        if (${JSON.stringify(last)}.includes(data.type)) resolve(answers);
      };
      worker.postMessage(${JSON.stringify(request)});
    })`);
  }

  const execute = (code: string, id = 1): Promise<Answer[]> =>
    ask({ id, type: "execute", code } satisfies Request);

  async function inBrowser(code: string): Promise<Output[]> {
    const outputs = (await execute(code)).flatMap((answer): Output[] => {
      if (answer.type === "stream") return [{ stream: answer.name, text: answer.text }];
      if (answer.type === "result" || answer.type === "display")
        return [{ type: answer.type, shown: withoutPictures(answer.data) }];
      if (answer.type !== "error") return [];
      return [{ error: answer.name, message: answer.message, traceback: inText(answer.traceback) }];
    });
    return normalized(outputs);
  }

  async function onNode(code: string): Promise<Output[]> {
    const { iopub } = await kernel.execute(code);
    const outputs = iopub.flatMap(({ type, content }): Output[] => {
      if (type === "stream") return [{ stream: String(content.name), text: String(content.text) }];
      if (type === "execute_result") return [{ type: "result", shown: withoutPictures(content.data) }];
      if (type === "display_data") return [{ type: "display", shown: withoutPictures(content.data) }];
      if (type !== "error") return [];
      const { ename, evalue, traceback } = content;
      return [{ error: String(ename), message: String(evalue), traceback: inText(traceback) }];
    });
    return normalized(outputs);
  }

  for (const code of CELLS) {
    it(`gives what the kernel on Node gives: ${JSON.stringify(code.slice(0, 60))}`, async () => {
      assert.deepEqual(await inBrowser(code), await onNode(code));
    });
  }

  it("runs the first notebook whole, data frames and all", async () => {
    const { cells } = readNotebook(join(ROOT, "notebooks/01-first-fit.ipynb"));
    const codes = cells.filter((cell) => cell.cell_type === "code").map(sourceOf);
    // Lambdas are exponentials, whose last bit is the engine's own, and so are gaps of the size of rounding.
    const rounded = (outputs: readonly Output[]): unknown =>
      JSON.parse(
        JSON.stringify(outputs).replace(/\d(?:\.\d+)?e-(?:1[4-9]|[2-9]\d)/g, "rounding"),
        (_, value) => (typeof value === "number" ? Number(value.toPrecision(9)) : value),
      );
    for (const code of codes)
      assert.deepEqual(rounded(await inBrowser(code)), rounded(await onNode(code)), code);
    assert.ok(codes.length >= 10);
  });

  it("says what danfojs-node does not do here", async () => {
    const [error] = (await execute("await frame.std().print(); frame.columns")).filter(
      ({ type }) => type === "error",
    );
    assert.ok(error?.type === "error");
    assert.equal(
      error.message,
      "danfojs-node: what this function uses must be there, got a browser, which has no mathjs; run the notebook in Jupyter",
    );
  });

  it("counts cells and carries the number of the request", async () => {
    const [first] = await execute("2", 41);
    assert.ok(first.type === "result");
    const [result, done] = await execute("3", 42);
    assert.deepEqual(
      [result, done],
      [
        {
          id: 42,
          type: "result",
          data: { "text/plain": "3" },
          metadata: {},
          executionCount: first.executionCount + 1,
        },
        { id: 42, type: "done", status: "ok", executionCount: first.executionCount + 1 },
      ],
    );
  });

  it("answers requests in their order while a cell awaits", async () => {
    const ids = await page.evaluate(`new Promise((resolve) => {
      const ids = [];
      worker.onmessage = ({ data }) => {
        if (data.type !== "done") return;
        ids.push(data.id);
        if (ids.length === 2) resolve(ids);
      };
      worker.postMessage({ id: 1, type: "execute", code: "await new Promise((done) => setTimeout(done, 50))" });
      worker.postMessage({ id: 2, type: "execute", code: "1" });
    })`);
    assert.deepEqual(ids, [1, 2]);
  });

  it("completes members by their types and by the values of the notebook", async () => {
    const code = "'😀'; fit.summ";
    const [answer] = await ask({ id: 1, type: "complete", code, cursor: code.length });
    assert.ok(answer.type === "completions");
    const { matches, ...place } = answer;
    assert.equal(matches[0], "summary");
    assert.deepEqual(place, { id: 1, type: "completions", start: code.length - 4, end: code.length });
  });

  it("explains a name with its documentation, and nothing where there is no name", async () => {
    const [found] = await ask({ id: 1, type: "inspect", code: "fit.summary", cursor: 8 });
    assert.ok(found.type === "inspection" && found.found);
    assert.match(String(found.data["text/markdown"]), /summary\(/);
    const [none] = await ask({ id: 2, type: "inspect", code: "  ", cursor: 1 });
    assert.deepEqual(none, { id: 2, type: "inspection", data: {}, found: false });
  });

  it("prints errors that no cell waits for", async () => {
    const answers = await execute(
      "setTimeout(() => { throw new Error('in a timer') }, 1); await new Promise((done) => setTimeout(done, 50));",
    );
    const printed = answers.flatMap((answer) => (answer.type === "stream" ? [answer] : []));
    assert.equal(printed[0]?.name, "stderr");
    assert.match(printed[0].text, /^Error: in a timer\nCell \[\d+\], line 1, column 26/);
  });

  /** Runs the cells of a notebook, and returns its errors below the numbers of their cells, counted from the last. */
  async function errorsOf(name: string): Promise<Record<number, string>> {
    await open("/");
    const { cells } = readNotebook(join(ROOT, "notebooks", `${name}.ipynb`));
    const codes = cells.filter((cell) => cell.cell_type === "code").map(sourceOf);
    const errors: Record<number, string> = {};
    for (const [k, code] of codes.entries())
      for (const answer of await execute(code))
        if (answer.type === "error") errors[codes.length - k] = answer.message;
    return errors;
  }

  // Most of them compare what they compute with what Node has recorded.
  for (const name of process.env.EVERY_NOTEBOOK ? NOTEBOOKS : A_FEW)
    it(`runs all cells of notebook ${name}, but the last where the guide says so`, async () => {
      const errors = await errorsOf(name);
      assert.deepEqual(Object.keys(errors), LAST_CELL_FAILS.has(name) ? ["1"] : [], errors[1]);
    });

  it("says in a sentence at its cell what a notebook cannot do here", async () => {
    assert.deepEqual(await errorsOf("17-large-p"), {
      1: "node:child_process.spawnSync: this must be called on Node.js, got a browser, which has no processes, threads and files to write; run the notebook in Jupyter",
    });
  });

  it("says which files the server does not send", async () => {
    await open("/");
    isLost = true;
    try {
      const [error] = await execute("import * as tf from '@tensorflow/tfjs'; tf.version_core");
      assert.ok(error.type === "error");
      assert.match(
        error.message,
        /^import: the server must send the files of "@tensorflow\/tfjs", which lie beside that of the kernel, got /,
      );
    } finally {
      isLost = false;
    }
  });

  it("tells nobody of warnings once a cell has asked for that", async () => {
    const warn = "process.emitWarning('a step is too long', 'StepWarning')";
    const printed = (answers: readonly Answer[]): string =>
      answers.map((answer) => (answer.type === "stream" ? answer.text : "")).join("");
    assert.equal(printed(await execute(warn)), "StepWarning: a step is too long\n");
    await execute("process.removeAllListeners('warning')");
    assert.equal(printed(await execute(warn)), "");
  });

  it("says which modules there are, in the hint and at run time", async () => {
    const errorOf = async (code: string): Promise<string> => {
      const found = (await execute(code)).find((answer) => answer.type === "error");
      return found?.type === "error" ? stripVTControlCharacters(found.traceback.join("\n")) : "";
    };
    assert.match(
      await errorOf("import * as arrow from 'apache-arrow';"),
      /Hint: a browser has smooth-edges with /,
    );
    assert.match(
      await errorOf("import { readFileSync } from 'node:fs';\nreadFileSync('a.csv', 'utf8')"),
      /files: a path must be that of a table or record of smooth-edges in a browser, got "a\.csv"/,
    );
    assert.match(
      await errorOf("import { reproduce } from '../figures/nothing';"),
      /Hint: \.\.\/figures\/nothing is none of the modules/,
    );
    assert.match(
      await errorOf("// @ts-nocheck\nimport * as d from 'arquero'; d.x"),
      /import: a module must be one of smooth-edges, .* got "arquero"/,
    );
    assert.match(
      await errorOf("import { readCsv } from 'smooth-edges/data';\nreadCsv('a.csv')"),
      /readCsv: files must be those of Node\.js/,
    );
  });

  it("reads a file that the page has written, by its name, as a table and as a text", async () => {
    await open("/");
    assert.deepEqual(
      (await ask({ type: "write", name: "rent.csv", text: 'area,city\n50,Ulm\n70,"Kiel, Nord"\n' })).map(
        ({ type }) => type,
      ),
      ["done"],
    );
    const answers = await execute(
      "import { readCsv } from 'smooth-edges/data';\nimport { readFileSync } from 'node:fs';\nJSON.stringify([readCsv('rent.csv'), readFileSync('./rent.csv', 'utf8').length])",
    );
    const [result] = answers.filter(({ type }) => type === "result");
    assert.ok(result.type === "result");
    assert.match(String(result.data["text/plain"]), /"area":\[50,70\],"city":\["Ulm","Kiel, Nord"\].*,33\]/);
  });

  it("says which rule of the page forbids cells", async () => {
    await open("/strict/");
    const [error] = await execute("1 + 1");
    assert.ok(error.type === "error");
    const sentence =
      "kernel: the page must let its worker run code that it compiles ('unsafe-eval'), got a Content-Security-Policy that forbids it";
    assert.equal(error.message, sentence);
    assert.deepEqual(error.traceback.map(stripVTControlCharacters), [`CellError: ${sentence}`]);
  });
});
