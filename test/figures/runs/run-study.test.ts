import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addEntry, lockJournal, readJournal } from "../../../figures/runs/journal";
import { recordFiles, writeRecords } from "../../../figures/runs/records";
import { allEntries, durationOf, forgetJournals, runStudy } from "../../../figures/runs/run-study";
import { type Shard, WHOLE } from "../../../figures/runs/shard";
import { directAgainstGated as study } from "../../../figures/studies/direct-against-gated";
import { taskOf } from "../../../figures/studies/study";
import { untilGone } from "../../support/until-gone";

describe("a run of a study", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "run-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (
    place: string,
    shard: Shard = WHOLE,
    signal = new AbortController().signal,
    said: string[] = [],
  ) =>
    runStudy(study, {
      folder: place,
      setting: "desk",
      shard,
      workers: 2,
      signal,
      say: (line) => said.push(line),
    });
  /** The processes that work starts. */
  async function workersDuring(work: () => Promise<unknown>): Promise<readonly ChildProcess[]> {
    const workers: ChildProcess[] = [];
    const add = (message: unknown) => workers.push((message as { process: ChildProcess }).process);
    diagnostics.subscribe("child_process", add);
    try {
      await work();
    } finally {
      diagnostics.unsubscribe("child_process", add);
    }
    return workers;
  }
  const ids = study.tasks("desk").map(({ id }) => id);

  it("in parts and merged gives the bytes that a single one gives", async () => {
    const [whole, parts] = ["whole", "parts"].map((name) => join(folder, name));
    const bytes = (place: string) => readFileSync(recordFiles(place, "desk", study.name).records, "utf8");
    const { entries, unfinished } = await run(join(whole, "journals"));
    assert.deepEqual(unfinished, []);
    writeRecords(whole, "desk", study, entries);
    for (const index of [1, 2]) await run(join(parts, "journals"), { index, count: 2 });
    writeRecords(parts, "desk", study, allEntries(study, "desk", join(parts, "journals")).entries);
    assert.equal(bytes(parts), bytes(whole));
  });

  it("is computed anew once its records are written, and has nothing to merge where there was none", async () => {
    assert.deepEqual(allEntries(study, "desk", join(folder, "nowhere")).entries, []);
    for (const index of [1, 2]) await run(folder, { index, count: 2 });
    assert.equal(allEntries(study, "desk", folder).entries.length, ids.length);
    forgetJournals(study, "desk", folder);
    assert.deepEqual(allEntries(study, "desk", folder).entries, []);
  });

  it("goes on where an earlier one ended, and takes over what that one had", async () => {
    const journal = join(folder, "desk", `${study.name}.jsonl`);
    addEntry(journal, { task: ids[1], result: { earlier: true }, seconds: 1, commit: "abc" });
    const said: string[] = [];
    const { entries } = await run(folder, WHOLE, undefined, said);
    assert.equal(said[0], `${study.name}: 1 of 4 tasks are there already`);
    assert.deepEqual(entries.map(({ task }) => task).sort(), [...ids].sort());
    assert.deepEqual(entries.find(({ task }) => task === ids[1])?.result, { earlier: true });
  });

  it("that is ended keeps what it has, and says what is left", async () => {
    const controller = new AbortController();
    controller.abort();
    const { entries, unfinished } = await run(folder, WHOLE, controller.signal);
    assert.deepEqual(entries, []);
    assert.equal(unfinished.length, ids.length);
  });

  it("tells which task failed and why, computes the others and leaves that one for later", async () => {
    const broken = {
      ...study,
      tasks: () => [taskOf({ depth: 1, method: "gated" }), ...study.tasks("desk").slice(0, 1)],
    };
    const said: string[] = [];
    const { entries, unfinished } = await runStudy(broken, {
      folder,
      setting: "desk",
      shard: WHOLE,
      workers: 1,
      signal: new AbortController().signal,
      say: (line) => said.push(line),
    });
    assert.match(
      said[0],
      /^direct-against-gated: the task "depth=1 method=gated" failed: .*groupHadamardProduct/,
    );
    assert.deepEqual(
      unfinished.map(({ id }) => id),
      ["depth=1 method=gated"],
    );
    assert.deepEqual(
      entries.map(({ task }) => task),
      [ids[0]],
    );
    assert.deepEqual(readJournal(join(folder, "desk", `${study.name}.jsonl`)).entries, entries);
  });

  it("computes on in a new process after a failure, which may have left the old one unusable", async () => {
    const fails = [1, 2].map((depth) => taskOf({ depth, method: "broken" }));
    const broken = { ...study, tasks: () => [fails[0], ...study.tasks("desk").slice(0, 2), fails[1]] };
    const workers = await workersDuring(() =>
      runStudy(broken, {
        folder,
        setting: "desk",
        shard: WHOLE,
        workers: 1,
        signal: new AbortController().signal,
        say: () => undefined,
      }),
    );
    assert.deepEqual(
      workers.map(({ killed }) => killed),
      [true, true],
    );
  });

  it("is refused while another one computes the same part, and says so", async () => {
    const release = lockJournal(join(folder, "desk", `${study.name}.jsonl`));
    await assert.rejects(run(folder), {
      name: "UsageError",
      message: /direct-against-gated\.jsonl must be of one process at a time/,
    });
    await run(folder, { index: 1, count: 2 });
    forgetJournals(study, "desk", folder);
    release();
    assert.deepEqual((await run(folder)).unfinished, []);
  });

  it("ends its workers where the journal cannot be written to, and says so", async () => {
    const journal = join(folder, "desk", `${study.name}.jsonl`);
    // A folder in the journal's place, once the tasks are begun, is refused as a full disk is.
    const block = (): void => void mkdirSync(journal, { recursive: true });
    diagnostics.subscribe("child_process", block);
    const workers = await workersDuring(() =>
      assert.rejects(run(folder), {
        name: "UsageError",
        message: /^the journal .* must be a file that can be written, got EISDIR/,
      }),
    );
    diagnostics.unsubscribe("child_process", block);
    assert.equal(workers.length, 2);
    for (const { pid } of workers) await untilGone(pid as number);
  });

  it("says how a worker ended, with its last words, and computes on", async () => {
    const said: string[] = [];
    const killing = taskOf({ depth: 2, method: "gated" });
    let isKilled = false;
    const add = (message: unknown): void => {
      const { process: worker } = message as { process: ChildProcess };
      if (isKilled) return;
      isKilled = true;
      worker.once("spawn", () => worker.kill("SIGKILL"));
    };
    diagnostics.subscribe("child_process", add);
    try {
      await runStudy(
        { ...study, tasks: () => [killing, ...study.tasks("desk").slice(0, 1)] },
        {
          folder,
          setting: "desk",
          shard: WHOLE,
          workers: 1,
          signal: new AbortController().signal,
          say: (line) => said.push(line),
        },
      );
    } finally {
      diagnostics.unsubscribe("child_process", add);
    }
    assert.equal(
      said[0],
      `${study.name}: the task "${killing.id}" failed: its process ended with signal SIGKILL, which the system sends where memory is short`,
    );
  });

  it("leaves no worker behind where its process is killed, though a task computes for long", async () => {
    const script = `
      const { fork } = require("node:child_process");
      const worker = fork(process.argv[1], [String(process.pid)], { execArgv: ["--require", process.argv[2]] });
      worker.once("message", () => console.log(worker.pid));
      worker.send({ study: "none", task: {} });`;
    const endless = join(folder, "endless.js");
    // The worker answers the question, which names no study, and computes for a minute then.
    writeFileSync(
      endless,
      "if (process.send) process.on('message', () => setTimeout(() => { for (const end = Date.now() + 60_000; Date.now() < end; ); }, 100));",
    );
    const worker = join(__dirname, "../../../figures/runs/task-worker.js");
    const parent = spawn(process.execPath, ["-e", script, worker, endless], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    assert.ok(pid > 0);
    // It is in its loop by now.
    await sleep(300);
    parent.kill("SIGKILL");
    await untilGone(pid);
  });

  it("says times as people do", () => {
    assert.deepEqual([3.2, 1000, 12_600].map(durationOf), ["4 s", "17 min", "3.5 h"]);
  });
});
