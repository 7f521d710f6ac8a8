/** Processes that are killed while they write, and workers that die at work: nothing is broken, and nothing hangs. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { SmoothLasso } from "smooth-edges";
import { loadModel } from "smooth-edges/nn";
import { readJournal } from "../../figures/runs/journal";
import { runStudy } from "../../figures/runs/run-study";
import { WHOLE } from "../../figures/runs/shard";
import { directAgainstGated as study } from "../../figures/studies/direct-against-gated";
import { seededRandom } from "../../src";
import { untilGone } from "../support/until-gone";

/** How often each kind of process is killed, and how many workers die at work. */
const KILLS = 20;
const DEAD_WORKERS = 40;

const ROOT = resolve(__dirname, "../..");
const from = (path: string): string => JSON.stringify(join(ROOT, path));

describe("a process that is killed", function () {
  this.timeout(1_200_000);
  const random = seededRandom(1);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "killed-"));
    mkdirSync(join(folder, "tmp"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Starts a program, kills it up to a second after it has said that it is at work, and waits for its end. */
  async function killed(args: readonly string[]): Promise<void> {
    const env = { ...process.env, TMPDIR: join(folder, "tmp") };
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    const isAtWork = await Promise.race([
      once(child.stdout, "data"),
      once(child, "close").then(() => undefined),
    ]);
    assert.ok(isAtWork, "it ended before it was at work");
    await sleep(1000 * random.uniform());
    child.kill("SIGKILL");
    await once(child, "close");
  }

  /** Kills a script that writes for ever, and checks what it leaves. */
  async function killedOften(script: string, check: () => unknown): Promise<void> {
    for (let k = 0; k < KILLS; k++) {
      await killed(["-e", script]);
      await check();
    }
  }

  it("leaves a chart that is whole", async () => {
    const script = `
      const { Chart } = require(${from("src/plot/index.js")});
      const of = (k) => new Chart({ description: "d".repeat(k), mark: "point", data: { values: Array.from({ length: 2000 }, (_, x) => ({ x })) } });
      (async () => { for (let k = 1; ; k++) { await of(1 + k % 100).save("a.json"); if (k === 1) console.log("at work"); } })();`;
    await killedOften(script, () => {
      assert.equal(JSON.parse(readFileSync(join(folder, "a.json"), "utf8")).data.values.length, 2000);
    });
  });

  it("leaves a journal of whole lines and at most one that is not, at its end", async () => {
    const script = `
      const { addEntry, lockJournal } = require(${from("figures/runs/journal.js")});
      lockJournal("j.jsonl");
      for (let k = 1; ; k++) { addEntry("j.jsonl", { task: "k=" + k, result: { value: "v".repeat(k % 5000) }, seconds: 1, commit: "abc" }); if (k === 1) console.log("at work"); }`;
    let nLines = 0;
    await killedOften(script, () => {
      const { entries, damages } = readJournal(join(folder, "j.jsonl"));
      assert.ok(entries.length > nLines);
      assert.ok(damages.length <= KILLS);
      nLines = entries.length;
      for (const { task, result } of entries)
        assert.equal(String(result.value).length, Number(task.slice(2)) % 5000);
    });
  });

  it("leaves a model that can be read", async () => {
    const script = `
      const tf = require(${JSON.stringify(require.resolve("@tensorflow/tfjs"))});
      const { saveModel } = require(${from("src/nn/index.js")});
      const of = (units) => tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [500] })] });
      const models = [of(300), of(200)];
      (async () => { for (let k = 0; ; k++) { await saveModel(models[k % 2], "model"); if (k === 1) console.log("at work"); } })();`;
    await killedOften(script, async () => {
      const count = (await loadModel(join(folder, "model"))).countParams();
      assert.ok([501 * 300, 501 * 200].includes(count));
    });
  });

  it("leaves a notebook as it was or with its results, no kernel, and nothing in the temporary folder", async () => {
    const source = 'console.log(process.pid); require("node:fs").writeFileSync("pid", String(process.pid));';
    const waiting = "await new Promise((later) => setTimeout(later, 300));";
    const cells = [source, waiting, "1 + 1"].map((text) => ({
      cell_type: "code",
      source: text,
      metadata: {},
      execution_count: null,
      outputs: [],
    }));
    const path = join(folder, "a.ipynb");
    const before = JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells });
    for (let k = 0; k < KILLS; k++) {
      writeFileSync(path, before);
      rmSync(join(folder, "pid"), { force: true });
      const env = { ...process.env, TMPDIR: join(folder, "tmp") };
      const args = [join(ROOT, "kernel/cli/cli.js"), "run", "a.ipynb"];
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: "ignore" });
      const hasEnded = once(child, "close");
      while (!existsSync(join(folder, "pid")) && child.exitCode === null) await sleep(10);
      await sleep(700 * random.uniform());
      child.kill("SIGKILL");
      await hasEnded;
      const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
      if (pid > 0) await untilGone(pid);
      const after = readFileSync(path, "utf8");
      if (after !== before) assert.equal(JSON.parse(after).cells[2].outputs.length, 1);
      assert.deepEqual(readdirSync(join(folder, "tmp")), []);
    }
  });

  it("of a study is replaced, and the study has all tasks in the end", async () => {
    let nDead = 0;
    const add = (message: unknown): void => {
      const { process: worker } = message as { process: ChildProcess };
      if (++nDead > KILLS) return;
      worker.once("spawn", () => void sleep(600 * random.uniform()).then(() => worker.kill("SIGKILL")));
    };
    diagnostics.subscribe("child_process", add);
    try {
      for (;;) {
        const signal = new AbortController().signal;
        const options = {
          folder,
          setting: "desk",
          shard: WHOLE,
          workers: 2,
          signal,
          say: () => undefined,
        } as const;
        const { unfinished } = await runStudy(study, options);
        if (unfinished.length > 0) continue;
        if (nDead > KILLS) break;
        rmSync(join(folder, "desk"), { recursive: true });
      }
    } finally {
      diagnostics.unsubscribe("child_process", add);
    }
  });
});

describe("a worker thread that dies at work", function () {
  this.timeout(1_200_000);

  it("fails its call with a sentence or not at all, and the next call has the right result", async () => {
    const random = seededRandom(2);
    const X = Array.from({ length: 300 }, () => Array.from({ length: 60 }, () => random.uniform()));
    const y = X.map((row) => row[0] - 2 * row[1] + 0.1 * random.uniform());
    const model = new SmoothLasso({ lambda: 0.001 });
    const [fit, cv] = [model.fit(X, y), model.crossValidate(X, y, { seed: 1 })];
    const started: Worker[] = [];
    const add = (message: unknown): void => void started.push((message as { worker: Worker }).worker);
    diagnostics.subscribe("worker_threads", add);
    try {
      for (let k = 0; k < DEAD_WORKERS; k++) {
        const isFit = k % 2 === 0;
        const call = isFit ? model.fitAsync(X, y) : model.crossValidateAsync(X, y, { seed: 1, workers: 3 });
        const ended = call.then(
          (value) =>
            assert.deepEqual(
              isFit ? (value as typeof fit).coef : (value as typeof cv).lambdaMin,
              isFit ? fit.coef : cv.lambdaMin,
            ),
          (error) => assert.match((error as Error).message, /got exit code|is lost/),
        );
        await sleep(60 * random.uniform());
        await started[Math.floor(started.length * random.uniform())]?.terminate();
        await ended;
      }
      assert.deepEqual((await model.fitAsync(X, y)).coef, fit.coef);
    } finally {
      diagnostics.unsubscribe("worker_threads", add);
    }
  });
});
