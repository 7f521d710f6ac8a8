import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { only, resultText, streamText } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

/**
 * What VS Code draws without another extension, as extensions/notebook-renderers/package.json of microsoft/vscode lists it.
 * It draws charts as the PNG beside their specification, until its user installs the extension Jupyter Notebook Renderers.
 */
const BUILT_IN_RENDERERS = new Set([
  "image/gif",
  "image/png",
  "image/jpeg",
  "image/svg+xml",
  "text/html",
  "application/javascript",
  "text/plain",
]);

/** Cells, and the best that VS Code draws of their value. */
const SHOWN: readonly (readonly [code: string, expected: string])[] = [
  ["[3, 4]", "text/plain"],
  ['({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>3</b>" }) })', "text/html"],
  ["[{ size: 1, rent: 2 }, { size: 3, rent: 4 }]", "text/html"],
  [
    'import { SmoothLasso } from "smooth-edges"; new SmoothLasso({ lambda: 0.1 }).fit([[1], [2], [4]], [1, 2, 3])',
    "text/html",
  ],
  [
    'import { pathPlot } from "smooth-edges/plot"; pathPlot(new SmoothLasso().path([[1], [2], [4]], [1, 2, 3]))',
    "image/png",
  ],
  ...[5, 6].map(
    (version) =>
      [
        `({ $schema: "https://vega.github.io/schema/vega-lite/v${version}.json", data: { values: [{ x: 1 }] }, mark: "bar", encoding: { x: { field: "x" } } })`,
        "image/png",
      ] as const,
  ),
];

/** The messages that VS Code's Jupyter extension sends, in its order. */
describe("a session with VS Code", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  it("starts: kernel_info on both channels, widgets asked for, the debugger asked for", async () => {
    const onShell = await kernel.request("shell", "kernel_info_request");
    const onControl = await kernel.request("control", "kernel_info_request");
    assert.deepEqual(onShell.reply.content, onControl.reply.content);
    const comms = await kernel.request("shell", "comm_info_request", { target_name: "jupyter.widget" });
    assert.deepEqual(comms.reply.content, { status: "ok", comms: {} });
    const debug = await kernel.request("control", "debug_request", {
      type: "request",
      seq: 1,
      command: "debugInfo",
    });
    assert.equal(debug.reply.content.success, true);
  });

  it("runs its own snippets without counting them, and reads what they print", async () => {
    const snippet = await kernel.execute("console.log(process.cwd())", {
      silent: false,
      store_history: false,
      stop_on_error: false,
    });
    assert.equal(streamText(snippet), `${kernel.folder}\n`);
    assert.equal(snippet.reply.content.execution_count, 0);
    const silent = await kernel.execute("1", { silent: true, store_history: false });
    assert.deepEqual(
      silent.iopub.map(({ type }) => type),
      ["status", "status"],
    );
    assert.equal((await kernel.execute("1")).reply.content.execution_count, 1);
  });

  it("runs several cells at once; completions asked for meanwhile are answered after them", async () => {
    const cells = [];
    for (const code of [
      "const first = 'a';",
      "await new Promise((resolve) => setTimeout(resolve, 200)); first",
      "first.length",
    ]) {
      cells.push(await kernel.sendCell(code, { stop_on_error: false }));
    }
    const asked = await kernel.send("shell", "complete_request", { code: "first.toUpp", cursor_pos: 11 });
    const results = [];
    for (const id of cells) results.push(resultText(await kernel.finish(id)));
    assert.deepEqual(results, [undefined, "'a'", "1"]);
    const { reply } = await kernel.finish(asked);
    assert.deepEqual((reply.content.matches as string[])[0], "toUpperCase");
  });

  it("shows what the built-in renderers draw: pictures of charts, HTML of tables and fits", async () => {
    for (const [code, expected] of SHOWN) {
      const shown = only(await kernel.execute(code), "execute_result");
      assert.ok(shown, code);
      const drawn = Object.keys(shown.content.data as object).filter((type) => BUILT_IN_RENDERERS.has(type));
      assert.equal(drawn.find((type) => type !== "text/plain") ?? drawn[0], expected, code);
    }
  });

  it("stops a cell by message, twice, and goes on", async () => {
    for (let round = 0; round < 2; round++) {
      const id = await kernel.sendCell("while (true) {}", { stop_on_error: false });
      await sleep(150);
      await kernel.request("control", "interrupt_request");
      assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    }
    assert.equal(resultText(await kernel.execute("first")), "'a'");
  });

  it("restarts: shutdown with restart, then a fresh kernel", async () => {
    await kernel.send("control", "shutdown_request", { restart: true });
    // By force where a busy machine does not let it end by itself in two seconds.
    assert.match(String((await kernel.exited) ?? kernel.process.signalCode), /^(?:0|SIGKILL)$/);
    await kernel.stop();
    kernel = await TestKernel.start();
    assert.equal((await kernel.execute("first")).reply.content.ename, "TypeScriptError");
  });
});
