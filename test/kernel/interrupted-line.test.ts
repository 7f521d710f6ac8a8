import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { resultText, tracebackOf } from "../support/exchanges";
import { type Exchange, TestKernel } from "../support/test-kernel";

describe("a cell that is interrupted", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
    await kernel.execute("let state = 1;");
  });
  after(() => kernel.stop());

  async function started(code: string): Promise<string> {
    const id = await kernel.sendCell(`console.log("started");\n${code}`);
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    return id;
  }

  async function interrupted(id: string): Promise<Exchange> {
    await kernel.request("control", "interrupt_request");
    return kernel.finish(id);
  }

  it("by SIGINT from a terminal stops a synchronous loop", async function () {
    if (process.platform === "win32") {
      process.stdout.write("skipped: Windows has no SIGINT to send\n");
      this.skip();
    }
    const id = await started("while (true) {}");
    kernel.process.kill("SIGINT");
    assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    assert.equal(resultText(await kernel.execute("state")), "1");
  });

  it("names the line of the cell that it stopped", async () => {
    for (const [code, line, text] of [
      ["let k = 0;\nwhile (true) {\n  k++;\n}", 3, "while (true) {"],
      ["await null;\nwhile (true) {}", 3, "while (true) {}"],
      ["const f = () => {\n  for (;;) {}\n};\nf();", 3, "  for (;;) {}"],
      ["setTimeout(() => {\n  for (;;) {}\n}, 1);\nawait new Promise(() => {});", 3, "  for (;;) {}"],
      [
        "async function g() {\n  await new Promise(() => {});\n}\nawait g();",
        3,
        "  await new Promise(() => {});",
      ],
      [
        "async function run() {\n  await null;\n  await new Promise(() => {});\n}\nawait run();",
        4,
        "  await new Promise(() => {});",
      ],
      [
        "async function g() {\n  await new Promise(() => {});\n}\nasync function run() {\n  await null;\n  await g();\n}\nawait run();",
        3,
        "  await new Promise(() => {});",
      ],
    ] as const) {
      const id = await started(code);
      await sleep(100);
      const traceback = tracebackOf(await interrupted(id));
      assert.match(traceback, new RegExp(`^Cell \\[\\d+\\], line ${line}, column \\d+$`, "m"), code);
      assert.ok(traceback.includes(`\n> ${line} | ${text}\n`), traceback);
    }
  });
});
