import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addEntry, readEntries } from "../../../figures/runs/journal";
import { recordFiles, writeRecords } from "../../../figures/runs/records";
import { allEntries, durationOf, forgetJournals, runStudy } from "../../../figures/runs/run-study";
import { type Shard, WHOLE } from "../../../figures/runs/shard";
import { directAgainstGated as study } from "../../../figures/studies/direct-against-gated";
import { taskOf } from "../../../figures/studies/study";

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
  const ids = study.tasks("desk").map(({ id }) => id);

  it("in parts and merged gives the bytes that a single one gives", async () => {
    const [whole, parts] = ["whole", "parts"].map((name) => join(folder, name));
    const bytes = (place: string) => readFileSync(recordFiles(place, "desk", study.name).records, "utf8");
    const { entries, unfinished } = await run(join(whole, "journals"));
    assert.deepEqual(unfinished, []);
    writeRecords(whole, "desk", study, entries);
    for (const index of [1, 2]) await run(join(parts, "journals"), { index, count: 2 });
    writeRecords(parts, "desk", study, allEntries(study, "desk", join(parts, "journals")));
    assert.equal(bytes(parts), bytes(whole));
  });

  it("is computed anew once its records are written, and has nothing to merge where there was none", async () => {
    assert.deepEqual(allEntries(study, "desk", join(folder, "nowhere")), []);
    for (const index of [1, 2]) await run(folder, { index, count: 2 });
    assert.equal(allEntries(study, "desk", folder).length, ids.length);
    forgetJournals(study, "desk", folder);
    assert.deepEqual(allEntries(study, "desk", folder), []);
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
    assert.deepEqual(readEntries(join(folder, "desk", `${study.name}.jsonl`)), entries);
  });

  it("computes on in a new process after a failure, which may have left the old one unusable", async () => {
    const fails = [1, 2].map((depth) => taskOf({ depth, method: "broken" }));
    const broken = { ...study, tasks: () => [fails[0], ...study.tasks("desk").slice(0, 2), fails[1]] };
    const workers: ChildProcess[] = [];
    const add = (message: unknown) => workers.push((message as { process: ChildProcess }).process);
    diagnostics.subscribe("child_process", add);
    try {
      await runStudy(broken, {
        folder,
        setting: "desk",
        shard: WHOLE,
        workers: 1,
        signal: new AbortController().signal,
        say: () => undefined,
      });
    } finally {
      diagnostics.unsubscribe("child_process", add);
    }
    assert.deepEqual(
      workers.map(({ killed }) => killed),
      [true, true],
    );
  });

  it("says times as people do", () => {
    assert.deepEqual([3.2, 1000, 12_600].map(durationOf), ["4 s", "17 min", "3.5 h"]);
  });
});
