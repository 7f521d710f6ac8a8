import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CELL_GLOBALS } from "../../kernel/cell-options";
import { buildCompilerSnapshot } from "../../kernel/compiler-snapshot";
import { installCommand } from "../../kernel/install-command";
import type { KernelSpec } from "../../kernel/kernelspec";
import { offerWarmCompiler, useWarmCompiler, warmSourceFiles } from "../../kernel/warm-compiler";
import { resultText, tracebackOf } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

const SHOWN = "[ true, -1, 'function', 'function', 1, 3, 'ERR_INVALID_ARG_TYPE' ]";
const IS_WARM = 'const warm = Symbol.for("smooth-edges.warm-compiler") in globalThis;';

describe("the snapshot of the compiler", function () {
  this.timeout(300_000);
  let folder: string;
  let command: readonly string[];
  before(function () {
    if (process.platform === "win32") return this.skip();
    folder = mkdtempSync(join(tmpdir(), "a prefix "));
    const text = installCommand({ prefix: folder });
    assert.match(text, /\nIt starts from a snapshot of the compiler\.\n/);
    const file = join(folder, "share/jupyter/kernels/smooth-edges/kernel.json");
    const { argv } = JSON.parse(readFileSync(file, "utf8")) as KernelSpec;
    command = argv.slice(0, -1);
  });
  after(() => {
    if (folder) rmSync(folder, { recursive: true });
  });

  async function resultOf(
    started: readonly string[],
    code: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<unknown> {
    const kernel = await TestKernel.start({ command: started, env });
    const exchange = await kernel.execute(code);
    const { pid } = kernel.process;
    await kernel.stop();
    assert.ok(pid);
    return resultText(exchange) ?? exchange.reply.content.evalue;
  }

  /** The command with the snapshot's key changed. */
  function withKey(change: (key: string) => string): string[] {
    const at = command.findIndex((part) => part.endsWith(".blob")) - 1;
    const key = command[at] as string;
    assert.notEqual(change(key), key);
    return command.with(at, change(key));
  }

  it("has kernels start warm, with everything a cell can do, with the errors that Node gives", async () => {
    const code = `${IS_WARM}\nimport { ascending } from "d3-array"; import * as vega from "vega-lite";
import { readFileSync } from "node:fs";\nlet failure; try { readFileSync(0.5) } catch (error: any) { failure = error.code }
const late = (await import("d3-array")).descending(1, 2);
process.chdir("/"); [warm, ascending(1, 2), typeof vega.compile, typeof readFileSync, late, process.argv.length, failure]`;
    const kernel = await TestKernel.start({ command });
    const exchange = await kernel.execute(code);
    assert.equal(resultText(exchange) ?? tracebackOf(exchange), SHOWN);
    // A declaration that the snapshot had read still checks and explains.
    assert.match(
      String((await kernel.execute("const n: number = 'a'.at(0)")).reply.content.evalue),
      /not assignable/,
    );
    const explained = async (code: string, detail = 0): Promise<string> => {
      const request = { code, cursor_pos: code.length, detail_level: detail };
      const { reply } = await kernel.request("shell", "inspect_request", request);
      return String((reply.content.data as Record<string, string>)["text/plain"]);
    };
    // Comments are not in the snapshot.
    assert.match(await explained("[1].map"), /Calls a defined callback function/);
    assert.match(await explained('"a".substr'), /@deprecated/);
    assert.match(await explained("Math", 1), /interface Math \{\s*\/\*\* The mathematical constant e/);
    const map =
      "class Mine extends Map<string, number> { override get(key: string) { return super.get(key); } }";
    assert.match(await explained(`${map}\nnew Mine().get`), /Returns a specified element/);
    await kernel.stop();
  });

  it("leaves a kernel that outlives interrupts, of a timer and at any moment of its start", async () => {
    for (const [delay, code] of [
      [0, "while (true) {}"],
      [300, "setTimeout(() => { while (true) {} }); await new Promise(() => {});"],
      [600, "while (true) {}"],
    ] as const) {
      const kernel = await TestKernel.launch({ command });
      const id = await kernel.sendCell(code);
      await sleep(delay);
      await kernel.send("control", "interrupt_request");
      const replied = (to: string): boolean => kernel.replies.some(({ parent }) => parent.msg_id === to);
      await kernel.until(() => replied(id));
      const reply = kernel.replies.find(({ parent }) => parent.msg_id === id);
      assert.equal(reply?.content.ename, "InterruptError");
      await kernel.until(() => kernel.published.some(({ type }) => type === "iopub_welcome"));
      const printed = await kernel.sendCell(
        'setTimeout(() => { console.log("loops"); while (true) {} }); await new Promise(() => {});',
      );
      await kernel.until(() => kernel.of(printed).some(({ type }) => type === "stream"));
      await kernel.send("control", "interrupt_request");
      assert.equal((await kernel.finish(printed)).reply.content.ename, "InterruptError");
      assert.equal(resultText(await kernel.execute("1 + 1")), "2");
      await kernel.stop();
    }
  });

  it("has read the declarations of a cell's globals", async () => {
    const code = `(globalThis as any)[Symbol.for("smooth-edges.warm-compiler")].sources
  .get(${JSON.stringify(CELL_GLOBALS)}, 99, () => undefined).fileName.split("/").at(-1)`;
    assert.equal(await resultOf(command, code), "'cell-globals.d.ts'");
  });

  it("is left alone by another processor, with other flags, and where it is not there", async () => {
    const other = withKey((key) => key.replace(/ (?:flags|Features|$)/, "$& other"));
    const flags = { NODE_OPTIONS: "--max-old-space-size=2000" };
    assert.equal(await resultOf(command, `${IS_WARM} warm`, flags), "false");
    const without = command.map((part) => (part.endsWith(".blob") ? join(folder, "none") : part));
    assert.equal(await resultOf(other, `${IS_WARM} warm`), "false");
    assert.equal(await resultOf(without, `${IS_WARM} warm`), "false");
  });

  it("is left alone where it was written to since, and by another build of the same Node", async () => {
    const blob = command.find((part) => part.endsWith(".blob")) as string;
    const damaged = join(folder, "damaged.blob");
    const bytes = readFileSync(blob);
    bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 4096);
    writeFileSync(damaged, bytes);
    const { mtimeMs } = statSync(blob);
    utimesSync(damaged, new Date(), new Date(mtimeMs + 2000));
    const withDamaged = command.map((part) => (part === blob ? damaged : part));
    assert.equal(await resultOf(withDamaged, `${IS_WARM} warm`), "false");
    const { size } = statSync(process.execPath);
    const otherBuild = withKey((key) => key.replace(`${size} `, `${size + 1} `));
    assert.equal(await resultOf(otherBuild, `${IS_WARM} warm`), "false");
  });

  it("is not used where it was made from other files", () => {
    offerWarmCompiler({ stamp: "other files", typescript: {}, sources: Object.create(null) });
    useWarmCompiler();
    assert.equal(warmSourceFiles(), undefined);
  });

  it("tells why it could not be made, and leaves nothing behind", () => {
    const file = join(folder, "no such folder", "compiler.blob");
    assert.match(String(buildCompilerSnapshot(file)), /no such folder/);
    assert.equal(existsSync(file), false);
  });
});
