/** A kernel that works for long: some thousand cells with interrupts in one life, then lives one after another. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../../bench/interleaved";
import { machine } from "../../bench/machine";
import { ownKernelSpec } from "../../kernel/kernelspec/kernelspec";
import { only, resultText, streamText } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

const CELLS = 1500;
/** Every so many cells one is interrupted. */
const INTERRUPT_EVERY = 10;
/** Every so many cells it is told what the kernel holds. */
const TELL_EVERY = 250;
/**
 * After so many cells everything is loaded that the kinds of cells need, V8's young generation has the size that the kernel's flags
 * allow, and what runs in each cell is optimized.
 */
const WARM = 500;
const LIVES = 12;

/** What the kernel's process holds, after its garbage was collected. */
interface Holdings {
  readonly heap: number;
  readonly external: number;
  /** The most that V8 held outside of its heap at any time, which is what its compilers take. */
  readonly compiling: number;
  readonly rss: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly resources: number;
  readonly listeners: number;
}

const HOLDINGS = `{
  const { readdirSync } = await import("node:fs");
  const { getHeapStatistics, setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  for (let k = 0; k < 3; k++) {
    runInNewContext("gc")();
    await new Promise((done) => setTimeout(done, 20));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  console.log(JSON.stringify({
    heap: heapUsed, external, rss, compiling: getHeapStatistics().peak_malloced_memory,
    descriptors: readdirSync("/proc/self/fd").length,
    threads: readdirSync("/proc/self/task").length,
    resources: process.getActiveResourcesInfo().length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  }));
}`;

/** What people's cells do, the k-th of each kind; each with what must come of it. */
const KINDS: readonly {
  readonly code: (k: number) => string;
  readonly holds: (seen: Awaited<ReturnType<TestKernel["execute"]>>, k: number) => boolean;
}[] = [
  {
    code: (k) => `const value = { k: ${k}, list: Array.from({ length: 100 }, (_, i) => i) }; value.k`,
    holds: (seen, k) => resultText(seen) === String(k),
  },
  {
    code: (k) => `function twice(x: number): number { return 2 * x; }\ntwice(value.k) - ${k}`,
    holds: (seen) => resultText(seen) !== undefined,
  },
  {
    code: (k) => `for (let i = 0; i < 500; i++) console.log("line", i, ${k});`,
    holds: (seen) => streamText(seen).split("\n").length === 501,
  },
  {
    code: (k) =>
      `import { createHash } from "node:crypto"; createHash("md5").update("${k}").digest("hex").length`,
    holds: (seen) => resultText(seen) === "32",
  },
  {
    code: (k) => `await new Promise((done) => setTimeout(done, 1, ${k}))`,
    holds: (seen, k) => resultText(seen) === String(k),
  },
  {
    code: (k) => `throw new RangeError("${k}")`,
    holds: (seen, k) => seen.reply.content.evalue === String(k),
  },
  { code: (k) => `const wrong: string = ${k};`, holds: (seen) => seen.reply.content.status === "error" },
  {
    code: (k) =>
      `const shown = display([{ a: ${k}, b: "x" }], { id: "d${k}" }); shown.update([{ a: 1, b: "y" }]);`,
    holds: (seen) => only(seen, "update_display_data") !== undefined,
  },
  {
    code: (k) => `const big = new Float64Array(500_000).fill(${k}); big.length`,
    holds: (seen) => resultText(seen) !== undefined,
  },
  {
    code: (k) => `Promise.reject(new Error("late ${k}")); setTimeout(() => console.log("later"), 1); ${k}`,
    holds: (seen, k) => resultText(seen) === String(k),
  },
];

/** Work without an end, of each kind that an interrupt has to end. */
const ENDLESS = [
  "while (true) {}",
  "await new Promise(() => {})",
  "await null; while (true) {}",
  "for (;;) { await new Promise((done) => setTimeout(done, 1)); }",
  'import { execSync } from "node:child_process"; execSync("sleep 60")',
  'prompt("name?")',
];

describe("a kernel that works for long", () => {
  let kernel: TestKernel;
  let temporary: string;
  beforeEach(async () => {
    temporary = mkdtempSync(join(tmpdir(), "kernel-soak-"));
    kernel = await TestKernel.start({ env: { ...ownKernelSpec().env, TMPDIR: temporary } });
  });
  afterEach(async () => {
    await kernel.stop();
    rmSync(temporary, { recursive: true });
  });

  it(`runs ${CELLS} cells, with an interrupt every ${INTERRUPT_EVERY}, and holds no more than before`, async () => {
    tell(machine());
    const kept: Holdings[] = [];
    const delays: number[] = [];
    const started = performance.now();
    for (let k = 0; k < CELLS; k++) {
      if (k % INTERRUPT_EVERY === INTERRUPT_EVERY - 1) {
        const work = ENDLESS[Math.floor(k / INTERRUPT_EVERY) % ENDLESS.length] as string;
        delays.push(await interrupted(kernel, work));
      } else await runOne(kernel, k);
      if ((k + 1) % TELL_EVERY !== 0) continue;
      const now = await holdings(kernel);
      kept.push(now);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      tell(`${String(k + 1).padStart(5)} cells, ${seconds} s: ${told(now)}`);
    }
    const longest = Math.max(...delays);
    tell(
      `${delays.length} interrupts: median ${median(delays).toFixed(0)} ms, longest ${longest.toFixed(0)} ms`,
    );
    const [first, last] = [kept[WARM / TELL_EVERY - 1], kept.at(-1)] as [Holdings, Holdings];
    const growth = (last.heap - first.heap) / (CELLS - WARM);
    tell(`heap: ${(growth / 1024).toFixed(1)} KiB more with each cell after ${WARM}`);
    assert.ok(longest < 250, `an interrupt took ${longest} ms`);
    // Its text, its compiled code and the map between them stay, for the tracebacks of what it declared.
    assert.ok(growth < 12 * 1024, `${growth} bytes a cell`);
    assert.ok(last.rss < first.rss + (CELLS - WARM) * 16 * 1024, `${first.rss} to ${last.rss}`);
    // An optimized createTypeChecker takes 129 MiB.
    assert.ok(last.compiling < 64 * 2 ** 20, `${last.compiling} bytes for compilers`);
    const { descriptors, threads, resources, listeners } = first;
    assert.deepEqual(last, { ...last, descriptors, threads, resources, listeners });
    assert.equal(kernel.stderr, "");
  });

  it(`is restarted ${LIVES} times on the same ports, and leaves nothing behind`, async () => {
    const starts: number[] = [];
    for (let life = 0; life < LIVES; life++) {
      // Not only calm kernels are restarted.
      if (life % 3 === 1) await kernel.sendCell("while (true) {}");
      if (life % 3 === 2) await kernel.sendCell("await new Promise(() => {})");
      const { pid } = kernel.process;
      const start = performance.now();
      await kernel.restart();
      starts.push(performance.now() - start);
      assert.equal(isAlive(pid as number), false);
      for (let k = 0; k < KINDS.length; k++) await runOne(kernel, k);
      assert.equal((await kernel.execute("1")).reply.content.execution_count, KINDS.length + 1);
    }
    tell(`${LIVES} restarts: ${starts.map((ms) => ms.toFixed(0)).join(", ")} ms`);
    assert.deepEqual(readdirSync(temporary), []);
    assert.equal(kernel.stderr, "");
  });
});

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function told(all: Holdings): string {
  const [heap, external, compiling, rss] = [all.heap, all.external, all.compiling, all.rss].map((bytes) =>
    (bytes / 2 ** 20).toFixed(1),
  );
  const counts = `${all.descriptors} descriptors, ${all.threads} threads, ${all.resources} resources, ${all.listeners} listeners`;
  return `heap ${heap} MiB, external ${external} MiB, compilers at most ${compiling} MiB, resident ${rss} MiB, ${counts}`;
}

/** Runs a cell of the k-th kind, and now and then asks about code. */
async function runOne(kernel: TestKernel, k: number): Promise<void> {
  const kind = KINDS[k % KINDS.length] as (typeof KINDS)[number];
  const seen = await kernel.execute(kind.code(k));
  assert.ok(kind.holds(seen, k), `cell ${k}: ${kind.code(k)}\n${JSON.stringify(seen)}`);
  if (k % 3 === 0) {
    const found = await kernel.request("shell", "complete_request", { code: "value.li", cursor_pos: 8 });
    assert.deepEqual(found.reply.content.matches, ["list"]);
    await kernel.request("shell", "inspect_request", { code: "value", cursor_pos: 3, detail_level: 0 });
  }
  // What was seen is not kept here either.
  kernel.published.length = 0;
  kernel.replies.length = 0;
}

async function holdings(kernel: TestKernel): Promise<Holdings> {
  return JSON.parse(streamText(await kernel.execute(HOLDINGS))) as Holdings;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Starts a cell, interrupts it at some moment, and returns how long it then took to end, in milliseconds. */
async function interrupted(kernel: TestKernel, code: string): Promise<number> {
  const id = await kernel.sendCell(code);
  await new Promise((done) => setTimeout(done, 30 + 100 * Math.random()));
  const start = performance.now();
  await kernel.send("control", "interrupt_request");
  const { reply } = await kernel.finish(id);
  assert.equal(reply.content.ename, "InterruptError", JSON.stringify(reply.content));
  return performance.now() - start;
}
