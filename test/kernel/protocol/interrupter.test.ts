import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupter } from "../../../kernel/protocol/interrupter";
import { SharedState, type ToMain } from "../../../kernel/transport/thread-port";
import { resultText, tracebackOf } from "../../support/exchanges";
import { type Exchange, TestKernel } from "../../support/test-kernel";

describe("an interrupt", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
    // The compiler is still loading; the interrupt must wait for it and not be lost.
    const early = await kernel.sendCell("while (true) {}");
    await sleep(100);
    assert.equal((await interrupt(early)).reply.content.ename, "InterruptError");
    await kernel.execute("let state = 0;");
  });
  after(() => kernel.stop());

  async function interrupt(id: string): Promise<Exchange> {
    const { reply } = await kernel.finish(await kernel.send("control", "interrupt_request"));
    assert.deepEqual(reply.content, { status: "ok" });
    return kernel.finish(id);
  }

  /** Sends a cell and waits until it has printed something: the compiler is done, the cell runs. */
  async function started(code: string): Promise<string> {
    const id = await kernel.sendCell(`console.log("started");\n${code}`);
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    return id;
  }

  /** Runs a cell whose timer loops, and waits until it does. */
  async function loopingTimer(): Promise<void> {
    const id = await kernel.sendCell("setTimeout(() => { console.log('loops'); while (true) {} }, 20);");
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
  }

  /** The state of earlier cells is still there and new cells run. */
  async function assertStateKept(): Promise<void> {
    const before = Number(resultText(await kernel.execute("state")));
    assert.equal(resultText(await kernel.execute("state += 1; state")), String(before + 1));
  }

  const NEVER = "await new Promise(() => {});";
  for (const [name, code] of [
    ["a synchronous loop", "while (true) {}"],
    ["a pending await", NEVER],
    [
      "a loop after an await",
      "await null; await new Promise((resolve) => setTimeout(resolve, 5)); while (true) {}",
    ],
    ["a loop in a timer", `setTimeout(() => { while (true) {} }, 5); ${NEVER}`],
    ["a loop of awaits", "while (true) await new Promise((resolve) => setTimeout(resolve, 1));"],
    ["a loop of awaits that never yields", "while (true) await null;"],
    [
      "a loop that catches everything",
      "while (true) { try { await new Promise((resolve) => setTimeout(resolve, 1)); } catch {} }",
    ],
    [
      "a for-await loop",
      "for await (const _ of (async function* () { while (true) { yield 1; await null; } })());",
    ],
    ["a child process waited for", "import { execSync } from 'node:child_process'; execSync('sleep 20');"],
    ["output without end", "while (true) console.log('x'.repeat(50));"],
    ["a question", "prompt('?')"],
    ["a display method that hangs", "({ [Symbol.for('Jupyter.display')]() { while (true) {} } })"],
    ["a display promise that hangs", "({ [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) })"],
  ] as const) {
    it(`stops ${name} and keeps the state`, async () => {
      const id = await started(code);
      await sleep(30);
      const exchange = await interrupt(id);
      assert.equal(exchange.reply.content.ename, "InterruptError");
      assert.equal(
        exchange.reply.content.evalue,
        "the cell was interrupted; what it assigned before is kept, and work that is given signal: interruptSignal ends with what it has",
      );
      await assertStateKept();
    });
  }

  it("leaves nothing of a stopped loop running beside later cells", async () => {
    const id = await started(
      "let ticks = 0; while (true) { try { await new Promise((resolve) => setTimeout(resolve, 10)); } catch {} ticks++; }",
    );
    await sleep(100);
    await interrupt(id);
    const before = resultText(await kernel.execute("ticks"));
    // While another cell runs too: its awaits and those of the stopped loop must not be taken for each other.
    await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 50));");
    assert.equal(resultText(await kernel.execute("ticks")), before);
  });

  it("that comes while the compiler runs is applied before the cell does", async () => {
    const id = await kernel.sendCell("state = 1000; while (true) {}");
    const exchange = await interrupt(id);
    assert.equal(exchange.reply.content.ename, "InterruptError");
    await assertStateKept();
  });

  it("aborts the cells that wait, and not those sent later", async () => {
    const running = await started("while (true) {}");
    const waiting = await kernel.sendCell("state = -1;");
    await interrupt(running);
    // No count: front ends would label a cell that never ran with it.
    assert.deepEqual((await kernel.finish(waiting)).reply.content, { status: "aborted" });
    await assertStateKept();
  });

  it("ends a child that starts after it", async function () {
    if (process.platform !== "linux") {
      process.stdout.write("skipped: children are found by /proc, which Linux has\n");
      this.skip();
    }
    await kernel.execute("import { execSync, spawnSync } from 'node:child_process';");
    const id = await started("try { execSync('sleep 20'); } catch {}\nexecSync('sleep 20; true');");
    await sleep(100);
    const start = performance.now();
    assert.equal((await interrupt(id)).reply.content.ename, "InterruptError");
    assert.ok(performance.now() - start < 10_000, "the second child ran to its end");
    await assertStateKept();
  });

  it("lets a child end in its own way, with what it starts for that", async function () {
    if (process.platform !== "linux") {
      process.stdout.write("skipped: children are found by /proc, which Linux has\n");
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "interrupted-"));
    const script =
      "trap 'sleep 1; echo ended >> said; exit' INT; echo ready; while true; do sleep 0.05; done";
    const spawned = `spawnSync('sh', ['-c', ${JSON.stringify(script)}], { cwd: ${JSON.stringify(folder)}, stdio: ['ignore', 'inherit', 'inherit'] });`;
    const id = await started(spawned);
    await sleep(300);
    assert.equal((await interrupt(id)).reply.content.ename, "InterruptError");
    assert.equal(readFileSync(join(folder, "said"), "utf8"), "ended\n");
    rmSync(folder, { recursive: true });
    await assertStateKept();
  });

  it("stops the running cell, at its own line, and not the work that an earlier cell started", async () => {
    await kernel.execute(
      "let turns = 0;\nasync function work() { for (;;) { await new Promise((resolve) => setTimeout(resolve, 2)); turns++; } }\nwork();",
    );
    assert.match(tracebackOf(await interrupt(await started(NEVER))), /, line 2, column 1\n/);
    const before = Number(resultText(await kernel.execute("turns")));
    const later = "while (turns < 10 + before) await new Promise((resolve) => setTimeout(resolve, 2)); turns";
    const after = await kernel.execute(`const before = ${before};\n${later}`);
    assert.ok(Number(resultText(after)) >= before + 10);
  });

  it("lets a cell that watches interruptSignal end by itself, with its result", async () => {
    const id = await started(
      "const signal = interruptSignal; let rounds = 0; while (!signal.aborted) rounds++; ['stopped', rounds > 0]",
    );
    await sleep(50);
    const exchange = await interrupt(id);
    assert.equal(resultText(exchange), "[ 'stopped', true ]");
    assert.equal(
      resultText(await kernel.execute("[signal.aborted, interruptSignal.aborted]")),
      "[ true, false ]",
    );
  });

  it("ends a synchronous fit that is given the signal, with what the fit has", async () => {
    const id = await kernel.sendCell(`import { SmoothLasso } from "smooth-edges";
const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.sin(7 * i)]);
const response = rows.map((row) => row[0]! - 2 * row[1]!);
const lambdas = Float64Array.from({ length: 2_000_000 }, (_, k) => 1 - k / 2_000_001);
let isFitting = false;
const onProgress = () => { if (!isFitting) console.log("fitting"); isFitting = true; };
const path = new SmoothLasso().path(rows, response, { lambdas, onProgress, signal: interruptSignal });
[path.status, path.fits.length > 0, path.fits.length < lambdas.length]`);
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    assert.equal(resultText(await interrupt(id)), "[ 'interrupted', true, true ]");
    assert.equal(resultText(await kernel.execute("path.fits[0]!.lambda === lambdas[0]")), "true");
  });

  it("ends a fit in another thread that the cell awaits, and shows nothing of it below later cells", async () => {
    const id = await kernel.sendCell(`import { gradientDescent, SmoothLasso } from "smooth-edges";
const X = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.sin(7 * i)]);
const y = X.map(([first]) => first!);
const endless = new SmoothLasso({ lambda: 0.01, solver: gradientDescent({ step: 1e-6 }), maxIter: 1e9, tol: 1e-300 });
const work = endless.fitAsync(X, y);
console.log("working");
await work;`);
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    assert.equal((await interrupt(id)).reply.content.ename, "InterruptError");
    const later = await kernel.execute(
      "const inTime = await Promise.race([work, new Promise<any>((resolve) => setTimeout(resolve, 60_000))]); inTime?.status",
    );
    assert.equal(resultText(later), "'interrupted'");
    assert.ok(!later.iopub.some(({ type }) => type.includes("display")));
  });

  it("fires the signal's event for asynchronous work", async () => {
    const id = await started(
      "await new Promise((resolve) => interruptSignal.addEventListener('abort', () => resolve('heard')))",
    );
    assert.equal(resultText(await interrupt(id)), "'heard'");
  });

  it("stops a cell that ignores its signal a second later", async () => {
    const id = await started("interruptSignal; while (true) {}");
    assert.equal((await interrupt(id)).reply.content.ename, "InterruptError");
    await assertStateKept();
  });

  it("frees a kernel whose timer loops after the cell has ended", async () => {
    await loopingTimer();
    await kernel.request("control", "interrupt_request");
    await assertStateKept();
  });

  it("of a timer's loop stops no cell that is sent after its answer", async () => {
    await loopingTimer();
    await kernel.request("control", "interrupt_request");
    const later = await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 300)); 'whole'");
    assert.equal(resultText(later), "'whole'");
    await assertStateKept();
  });

  it("that overtakes the first cell stops it, and none that is sent later", async () => {
    for (const isCellFirst of [true, false]) {
      const fresh = await TestKernel.launch();
      const code = isCellFirst ? "while (true) {}" : "1 + 1";
      // Dated when it is made, not when it is sent.
      const makeCell = (): Buffer[] => fresh.frames("execute_request", { code }, "cell");
      const early = isCellFirst ? makeCell() : undefined;
      await fresh.control.send(fresh.frames("interrupt_request", {}, "interrupt"));
      await fresh.until(() => fresh.replies.some(({ parent }) => parent.msg_id === "interrupt"));
      await fresh.shell.send(early ?? makeCell());
      await fresh.until(() => fresh.replies.some(({ parent }) => parent.msg_id === "cell"));
      const reply = fresh.replies.find(({ parent }) => parent.msg_id === "cell");
      assert.equal(reply?.content.ename ?? reply?.content.status, isCellFirst ? "InterruptError" : "ok");
      await fresh.stop();
    }
  });

  it("of an idle kernel changes nothing", async () => {
    await kernel.request("control", "interrupt_request");
    await assertStateKept();
  });

  it("by signal stops a pending await, and a signal never ends the kernel", async () => {
    const id = await started(NEVER);
    kernel.process.kill("SIGINT");
    assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    for (let i = 0; i < 20; i++) {
      kernel.process.kill("SIGINT");
      await kernel.request("control", "kernel_info_request");
    }
    // On a busy machine the last signals arrive late, in one of the next cells.
    for (let nWhole = 0; nWhole < 3; )
      nWhole = (await kernel.execute("0")).reply.content.status === "ok" ? nWhole + 1 : 0;
    await assertStateKept();
  });

  it("works twenty times in a row, at any moment", async () => {
    const cells = ["while (true) {}", NEVER, "await null; while (true) {}", "while (true) await null;"];
    for (let round = 0; round < 20; round++) {
      const id = await kernel.sendCell(cells[round % cells.length] as string);
      await sleep((round * 7) % 40);
      assert.equal((await interrupt(id)).reply.content.ename, "InterruptError");
    }
    await assertStateKept();
  });

  describe("while a loop holds the main thread", () => {
    let busy: string;
    beforeEach(async () => {
      busy = await started("await null; while (true) {}");
    });
    afterEach(() => interrupt(busy));

    it("the heart beats", async () => {
      await kernel.heart.send(Buffer.from("beat"));
      assert.equal(String((await kernel.heart.receive())[0]), "beat");
    });

    it("control is answered", async () => {
      const { reply } = await kernel.request("control", "kernel_info_request");
      assert.equal(reply.content.status, "ok");
      assert.equal(kernel.isIdle(busy), false);
    });
  });
});

describe("Interrupter", () => {
  it("holds back what comes after an interrupt of no cell until the main thread has answered", () => {
    const shared = new SharedState();
    shared.uninterruptible = true; // as while the compiler loads
    const sent: ToMain[] = [];
    const interrupter = new Interrupter(
      shared,
      (message) => sent.push(message),
      () => {},
    );
    let started = 0;
    interrupter.interrupt(0);
    interrupter.afterTermination(() => started++);
    interrupter.interrupt(0);
    interrupter.acknowledge({ ping: 1 });
    assert.equal(started, 0);
    interrupter.acknowledge({ ping: 2 });
    assert.equal(started, 1);
    interrupter.afterTermination(() => started++);
    assert.equal(started, 2);
    assert.deepEqual(
      sent,
      [1, 2].map((ping) => ({ kind: "ping", ping })),
    );
  });
});
