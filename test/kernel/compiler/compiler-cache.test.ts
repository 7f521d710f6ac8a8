import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { installCommand, makeCompilerCache } from "../../../kernel/cli/install-command";
import { moduleCacheFolder } from "../../../kernel/compiler/compiler-cache";
import type { KernelSpec } from "../../../kernel/kernelspec/kernelspec";
import { resultText, tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

describe("the cache of the compiler", function () {
  this.timeout(120_000);
  let folder: string;
  let argv: readonly string[];
  let cache: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "a prefix "));
    const installed = join(folder, "share/jupyter/kernels/smooth-edges");
    assert.doesNotMatch(installCommand({ prefix: folder }), /starts more slowly/);
    const file = join(installed, "kernel.json");
    ({ argv } = JSON.parse(readFileSync(file, "utf8")) as KernelSpec);
    cache = argv.at(-1) as string;
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What V8 says of a cache with this content in a kernel that computes nevertheless; undefined where it was not asked. */
  async function refused(content: Buffer, ...flags: string[]): Promise<unknown> {
    const file = join(folder, "other.cache");
    writeFileSync(file, content);
    const probe = join(folder, "probe.cjs");
    writeFileSync(
      probe,
      `const vm = require("node:vm");
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    if (options.cachedData) globalThis.refused = this.cachedDataRejected;
  }
};`,
    );
    const [node = "", ...others] = argv.with(-1, file);
    const kernel = await TestKernel.start({ argv: [node, "--require", probe, ...flags, ...others] });
    const exchange = await kernel.execute("[[1, 2].map((x) => x * x)[1], (globalThis as any).refused]");
    await kernel.stop();
    return resultText(exchange) ?? tracebackOf(exchange);
  }

  it("is taken by the Node and the flags that it was made for, and by no other", async () => {
    const content = readFileSync(cache);
    assert.equal(await refused(content), "[ 4, false ]");
    assert.equal(await refused(content, "--no-opt"), "[ 4, true ]");
  });

  it("is stamped with the content of the compiler, which copies share whatever their time", () => {
    const compiler = readFileSync(require.resolve("typescript"));
    assert.ok(readFileSync(cache, "latin1").startsWith(`${crc32(compiler)} `));
  });

  it("is left alone where it was made by another Node", async () => {
    const content = readFileSync(cache);
    const other = Buffer.from(content);
    const at = other.indexOf(` ${process.version} `);
    assert.ok(at > 0 && at < 64);
    other.write("v20.0.0".padEnd(process.version.length), at + 1);
    assert.equal(await refused(other), "[ 4, undefined ]");
  });

  it("is left alone where it was made of another file, is damaged, is a folder, or is not there", async () => {
    const content = readFileSync(cache);
    const other = Buffer.from(content);
    other.write("0", 0);
    assert.equal(await refused(other), "[ 4, undefined ]");
    const damaged = Buffer.from(content).fill(0, content.length >> 1, (content.length >> 1) + 4096);
    assert.equal(await refused(damaged), "[ 4, undefined ]");
    for (const unread of [folder, join(folder, "none")]) {
      const kernel = await TestKernel.start({ argv: argv.with(-1, unread) });
      assert.equal(resultText(await kernel.execute("2 + 2")), "4");
      await kernel.stop();
    }
  });

  it("tells why it could not be made, and leaves nothing behind", () => {
    const file = join(folder, "no such folder", "compiler.cache");
    assert.match(String(makeCompilerCache(file)), /ENOENT.*no such folder/);
    assert.equal(existsSync(file), false);
  });

  it("leaves a kernel that outlives interrupts at any moment of its start", async () => {
    for (const [delay, code] of [
      [0, "while (true) {}"],
      [300, "setTimeout(() => { while (true) {} }); await new Promise(() => {});"],
      [600, "while (true) {}"],
    ] as const) {
      const kernel = await TestKernel.launch({ argv });
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
});

describe("the code of modules", () => {
  it("is kept in the user's own folder for such things", () => {
    const home = join("/", "home", "ann");
    const end = join("smooth-edges", "module-code");
    assert.equal(moduleCacheFolder({}, "linux", home), join(home, ".cache", end));
    assert.equal(moduleCacheFolder({ XDG_CACHE_HOME: "/quick" }, "linux", home), join("/quick", end));
    assert.equal(moduleCacheFolder({}, "darwin", home), join(home, "Library", "Caches", end));
    assert.equal(moduleCacheFolder({ LOCALAPPDATA: "/local" }, "win32", home), join("/local", end));
  });

  it("of what a cell loads is there when the kernel has ended", async function () {
    if (!("enableCompileCache" in Module)) {
      process.stdout.write(`      Node ${process.version} keeps no code of modules; 22.8 and later do.\n`);
      this.skip();
    }
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "module-code-")));
    const kernel = await TestKernel.start({ env: { ...process.env, XDG_CACHE_HOME: folder } });
    try {
      assert.equal(resultText(await kernel.execute('typeof require("smooth-edges").diagnose')), "'function'");
      await kernel.request("control", "shutdown_request", { restart: false });
      await kernel.exited;
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
        file.isFile(),
      );
      // The kernel has a hundred modules, the library two hundred more.
      assert.ok(files.length > 200, String(files.length));
    } finally {
      await kernel.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
