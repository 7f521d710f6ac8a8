/** Cells that replace what the language and Node have, in the realm that the compiler runs in too. */
import assert from "node:assert/strict";
import { resultText, streamText } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

const HOSTILE: readonly string[] = [
  "JSON.stringify = () => undefined",
  "JSON.parse = () => { throw 1 }",
  "Array.prototype.map = () => []",
  "Array.prototype.push = () => { throw 1 }",
  "Array.prototype[Symbol.iterator] = () => { throw 1 }",
  "Object.keys = 1; Object.entries = 1; Object.defineProperty = 1",
  "Map.prototype.get = 1; Map.prototype.set = 1; Set.prototype.add = 1; Set.prototype.has = 1",
  "Object.defineProperty(Map.prototype, 'size', { get() { throw 1 } }); Object.defineProperty(RegExp.prototype, 'flags', { get() { throw 1 } })",
  "Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())).next = () => { throw 1 }",
  "Object.getPrototypeOf(''.matchAll(/a/g)).next = () => { throw 1 }; Object.getPrototypeOf(Object.getPrototypeOf([].values()))[Symbol.iterator] = 1",
  "Promise.prototype.then = () => { throw 1 }",
  "Promise.prototype.then = () => {}; Promise.resolve = 1; globalThis.Promise = undefined",
  "process.send = 1; process.on = 1",
  "process.removeAllListeners()",
  "globalThis.setTimeout = undefined; globalThis.setImmediate = undefined; globalThis.process = undefined",
  "globalThis.Error = undefined; globalThis.Object = undefined; globalThis.Array = undefined",
  "Error.prepareStackTrace = () => { throw 1 }",
  "Function.prototype.call = () => { throw 1 }; Function.prototype.apply = () => { throw 1 }",
  "Object.defineProperty(Object.prototype, 'message', { get() { throw 1 } }); Object.prototype.kind = 'x'",
  "RegExp.prototype.exec = 1; String.prototype.split = 1",
  "Atomics.load = 1; globalThis.Atomics = undefined",
  "MessagePort.prototype.postMessage = 1",
];

describe("a cell that replaces a built-in", function () {
  this.timeout(240_000);
  let kernel: TestKernel;
  beforeEach(async () => {
    kernel = await TestKernel.start();
  });
  afterEach(() => kernel.stop());

  for (const code of HOSTILE) {
    it(`leaves the kernel at work: ${code}`, async () => {
      await kernel.execute("const value = { list: 1 };");
      assert.equal((await kernel.execute(`// @ts-nocheck\n${code}; 0`)).reply.content.status, "ok");
      assert.equal(resultText(await kernel.execute("const four: number = 4; 1 + 1")), "2");
      assert.equal(streamText(await kernel.execute("console.log('said')")), "said\n");
      assert.equal(resultText(await kernel.execute("await null; four")), "4");
      const wrong = await kernel.execute("const text: string = four;");
      assert.match(String(wrong.reply.content.evalue), /TS2322/);
      const help = await kernel.execute("value?");
      assert.equal(help.reply.content.status, "ok", String(help.reply.content.evalue));
      const completion = { code: "value.li", cursor_pos: 8 };
      const { reply } = await kernel.request("shell", "complete_request", completion);
      assert.deepEqual(reply.content.matches, ["list"]);
      // What is awaited needs no built-in, which may be gone.
      for (const endless of ["while (true) {}", "await { then() {} }"]) {
        const id = await kernel.sendCell(`// @ts-nocheck\n${endless}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await kernel.request("control", "interrupt_request");
        assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
      }
      await kernel.send("control", "shutdown_request", { restart: false });
      assert.match(String((await kernel.exited) ?? kernel.process.signalCode), /^(?:0|SIGKILL)$/);
    });
  }

  it("keeps its replacement for the cells after it", async () => {
    await kernel.execute(
      "// @ts-nocheck\nconst map = Array.prototype.map; Array.prototype.map = function (f) { return map.call(this, (x) => f(x) + 1) };",
    );
    assert.equal(resultText(await kernel.execute("[1, 2].map((x) => x)")), "[ 2, 3 ]");
  });

  it("keeps its replacement for what it has listening to the stop button", async () => {
    const id = await kernel.sendCell(
      "// @ts-nocheck\nconst map = Array.prototype.map; Array.prototype.map = function (f) { return map.call(this, (x) => f(x) + 1) };\nlet heard;\nconst stopped = new Promise((resolve) => interruptSignal.addEventListener('abort', () => { heard = [1, 2].map((x) => x); resolve(); }));\nconsole.log('started');\nawait stopped;",
    );
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    await kernel.request("control", "interrupt_request");
    assert.equal((await kernel.finish(id)).reply.content.status, "ok");
    assert.equal(resultText(await kernel.execute("heard")), "[ 2, 3 ]");
  });
});
