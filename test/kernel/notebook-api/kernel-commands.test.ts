import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { only, resultText, streamText } from "../../support/exchanges";
import { type Exchange, TestKernel } from "../../support/test-kernel";

describe("the object kernel of a cell", function () {
  this.timeout(300_000);
  let running: TestKernel;
  before(async () => {
    running = await TestKernel.start();
  });
  after(() => running.stop());
  const run = (code: string): Promise<Exchange> => running.execute(code);

  it("tells what every cell can use", async () => {
    const data = only(await run("kernel.help()"), "execute_result")?.content.data as Record<string, string>;
    for (const name of ["display(", "interruptSignal", "kernel.reset()", "// @ts-nocheck"]) {
      assert.ok(data["text/plain"]?.includes(name), name);
    }
    // JupyterLab aligns cells of tables to the right unless they say otherwise.
    assert.match(
      String(data["text/html"]),
      /^<table><tr><td style="text-align: left"><code>display\(value.*<\/code><\/td><td style="text-align: left">/,
    );
  });

  it("tells versions, the folder and memory", async () => {
    const text = resultText(
      await run("const { node, folder, memory, pid } = kernel.env; [node, folder, memory > 20, pid].join()"),
    );
    assert.equal(text, `'${process.version},${realpathSync(running.folder)},true,${running.process.pid}'`);
  });

  it("forgets variables, types and imports at a reset", async () => {
    await run("const kept = 1; type T = number; import { join } from 'node:path';");
    await run("const own = 2; kernel.reset();");
    for (const name of ["kept", "own", "join"]) {
      assert.match(String((await run(`${name};`)).reply.content.evalue), /^Cannot find name/, name);
    }
    assert.match(String((await run("let t: T;")).reply.content.evalue), /^Cannot find name 'T'/);
    assert.equal(resultText(await run("const kept = 'again'; kept")), "'again'");
  });

  it("has later cells run that fail their type check, with a warning that shows the place", async () => {
    await run("kernel.typeChecking = 'warn';");
    const warned = await run("const n: number = 'text';\nn");
    assert.equal(resultText(warned), "'text'");
    assert.equal(
      streamText(warned, "stderr"),
      "Warning: Type 'string' is not assignable to type 'number'. (TS2322)\nCell [9], line 1, column 7\n> 1 | const n: number = 'text';\n    |       ^\n  2 | n\n".replace(
        "Cell [9]",
        `Cell [${warned.reply.content.execution_count}]`,
      ),
    );
    await run("kernel.typeChecking = 'off'");
    assert.equal(streamText(await run("const m: number = 'text';"), "stderr"), "");
    const refused = await run("kernel.typeChecking = 'maybe'");
    assert.equal(
      refused.reply.content.evalue,
      'kernel.typeChecking: the value must be "on", "warn" or "off", got "maybe"',
    );
    await run("kernel.typeChecking = 'on'");
    assert.equal((await run("const m: number = 'text';")).reply.content.status, "error");
  });

  it("times later cells, and tells memory that they took", async () => {
    await run("kernel.timing = true");
    assert.match(streamText(await run("1 + 1")), /^Cell \[\d+\]: \d+(\.\d)? ms$/m);
    assert.match(
      streamText(await run("const big = Buffer.alloc(6e7, 1);")),
      /^Cell \[\d+\]: \d.*, memory grew by \d+ MB to \d+ MB$/m,
    );
    assert.match(streamText(await run("throw new Error('late')")), /^Cell \[\d+\]: /m);
    await run("kernel.timing = false");
    assert.equal(streamText(await run("1 + 1")), "");
  });

  it("says when a package has changed on the disk since it was loaded", async () => {
    assert.equal(resultText(await run("String(kernel.restartHint)")), "'undefined'");
    await run(`import { mkdirSync, writeFileSync } from "node:fs"; mkdirSync("node_modules/changing", { recursive: true });
writeFileSync("node_modules/changing/index.js", "exports.version = 1;");`);
    await run("const { version } = require('changing');");
    // It is older than what was loaded of it.
    assert.equal(resultText(await run("String(kernel.restartHint)")), "'undefined'");
    await run(
      `await new Promise((r) => setTimeout(r, 20)); writeFileSync("node_modules/changing/index.js", "exports.version = 2;");`,
    );
    assert.equal(
      resultText(await run("kernel.restartHint")),
      "'restart the kernel to load what changed on the disk: changing'",
    );
  });
});
