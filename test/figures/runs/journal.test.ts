import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { addEntry, type Entry, isLocked, lockJournal, readJournal } from "../../../figures/runs/journal";
import { failEachWrite } from "../../support/failing-writes";

describe("a journal", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "journal-"));
    path = join(folder, "study.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const entry = (task: string): Entry => ({ task, result: { value: 0.1 }, seconds: 2, commit: "abc" });

  it("has what was added, in that order, and nothing where there is no file", () => {
    const deep = join(folder, "deep", "study.jsonl");
    assert.deepEqual(readJournal(deep), { entries: [], damages: [] });
    addEntry(deep, entry("a"));
    addEntry(deep, entry("b"));
    assert.deepEqual(readJournal(deep), { entries: [entry("a"), entry("b")], damages: [] });
  });

  it("loses one entry to a run that was killed while it wrote, says so, and keeps the next one", () => {
    addEntry(path, entry("a"));
    appendFileSync(path, '{"task":"b","result":{"val');
    assert.deepEqual(readJournal(path).entries, [entry("a")]);
    addEntry(path, entry("c"));
    assert.deepEqual(readJournal(path), {
      entries: [entry("a"), entry("c")],
      damages: [
        `${path}: line 2 must be a finished task, got an unfinished or damaged line; its task is computed again`,
      ],
    });
  });

  it("is read where a version without checksums wrote it", () => {
    writeFileSync(path, '{"task":"k=1","result":{"square":1},"seconds":60,"commit":"abc"}\n');
    assert.deepEqual(readJournal(path), {
      entries: [{ task: "k=1", result: { square: 1 }, seconds: 60, commit: "abc" }],
      damages: [],
    });
  });

  it("has no entry of a line that is no finished task", () => {
    const lines: [string, string][] = [
      ['{"task":"a","seconds":1,"commit":"abc"}', "no result"],
      ['{"task":"a","result":null,"seconds":1,"commit":"abc"}', "another kind of result"],
      ['{"task":"a","result":[1],"seconds":1,"commit":"abc"}', "another kind of result"],
      ['{"task":1,"result":{},"seconds":1,"commit":"abc"}', "another kind of task"],
      ['{"task":"a","result":{},"seconds":null,"commit":"abc"}', "another kind of seconds"],
      ['{"task":"a","result":{},"seconds":1}', "no commit"],
      ['{"task":"a","result":{},"seconds":1,"commit":"abc","toString":1}', 'the unknown field "toString"'],
      ["null", "no task"],
    ];
    writeFileSync(path, lines.map(([line]) => `${line}\n`).join(""));
    const { entries, damages } = readJournal(path);
    assert.deepEqual(entries, []);
    assert.deepEqual(
      damages,
      lines.map(
        ([, got], k) =>
          `${path}: line ${k + 1} must be a finished task, got ${got}; its task is computed again`,
      ),
    );
  });

  it("never has an entry that was not written, whichever bit of it is changed and wherever it is cut", () => {
    const result = fc.dictionary(
      fc.string(),
      fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.boolean()),
    );
    fc.assert(
      fc.property(result, fc.string(), fc.nat(), fc.nat(7), fc.boolean(), (given, task, at, bit, isCut) => {
        rmSync(path, { force: true });
        const written = [
          { ...entry(task), result: given },
          { ...entry("b"), result: given },
        ];
        for (const each of written) addEntry(path, each);
        // What JSON makes of -0, say.
        const expected = JSON.parse(JSON.stringify(written)) as Entry[];
        assert.deepEqual(readJournal(path), { entries: expected, damages: [] });
        const bytes = readFileSync(path);
        const k = at % bytes.length;
        bytes[k] ^= 1 << bit;
        writeFileSync(path, isCut ? bytes.subarray(0, k) : bytes);
        const { entries, damages } = readJournal(path);
        for (const found of entries)
          assert.ok(
            expected.some((one) => JSON.stringify(one) === JSON.stringify(found)),
            JSON.stringify(found),
          );
        const isLineEnd = bytes[k] === (10 ^ (1 << bit)) || k === 0;
        if (!isCut && !isLineEnd) assert.ok(damages.length > 0);
      }),
      { numRuns: 100 },
    );
  });

  it("keeps what it has after every failure of a write, and takes more after it", async () => {
    let returned = 0;
    const calls = await failEachWrite(
      () => {
        rmSync(folder, { recursive: true, force: true });
        returned = 0;
      },
      () => {
        for (const task of ["a", "b", "c"]) {
          addEntry(path, entry(task));
          returned++;
        }
      },
      (failure, at, thrown) => {
        const where = `${failure} at call ${at}`;
        const found = readJournal(path).entries.map(({ task }) => task);
        const most = ["a", "b", "c"].slice(0, found.length);
        assert.deepEqual(found, most, where);
        assert.ok(found.length >= returned, where);
        if (failure === "ENOSPC") {
          const end = "it keeps the tasks that it has, and the same command goes on after them";
          assert.equal(
            (thrown as Error).message,
            `the journal ${path} must be a file that can be written, got ENOSPC; ${end}`,
          );
        }
        addEntry(path, entry("d"));
        assert.deepEqual(
          readJournal(path).entries.map(({ task }) => task),
          [...most, "d"],
          where,
        );
      },
    );
    assert.ok(calls >= 5, `${calls} calls`);
  });
});

describe("the lock of a journal", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    path = join(folder, "study.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const MODULE = resolve(__dirname, "../../../figures/runs/journal.js");

  /** Starts a process that takes the lock, says so, and waits. */
  async function otherProcess() {
    const script = `require(${JSON.stringify(MODULE)}).lockJournal(${JSON.stringify(path)}); console.log("locked"); setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    return child;
  }

  it("is held by one process, which the other is told of, and taken over from one that was killed", async () => {
    const other = await otherProcess();
    const held =
      /study\.jsonl must be of one process at a time, got process \d+ on .* at work on it since .*; wait for its end/;
    try {
      assert.throws(
        () => lockJournal(path),
        (error: Error) => {
          assert.equal(error.name, "UsageError");
          assert.match(error.message, held);
          return error.message.includes(`process ${other.pid} on`);
        },
      );
      assert.ok(isLocked(path));
    } finally {
      other.kill("SIGKILL");
      await once(other, "exit");
    }
    assert.ok(!isLocked(path));
    const release = lockJournal(path);
    assert.throws(() => lockJournal(path), held);
    release();
    lockJournal(path)();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("of an earlier process with this number, or without content, is taken over", () => {
    const release = lockJournal(path);
    const lock = JSON.parse(readFileSync(`${path}.lock`, "utf8"));
    release();
    for (const content of [JSON.stringify({ ...lock, id: "another" }), ""]) {
      writeFileSync(`${path}.lock`, content);
      lockJournal(path)();
      assert.deepEqual(readdirSync(folder), []);
    }
    writeFileSync(`${path}.lock`, JSON.stringify({ ...lock, host: "elsewhere" }));
    assert.throws(() => lockJournal(path), /got process \d+ on elsewhere/);
    // Its owner has not touched it for an hour.
    const before = new Date(Date.now() - 3_600_000);
    utimesSync(`${path}.lock`, before, before);
    lockJournal(path)();
  });

  it("is free again after every failure of a write while it is taken", async () => {
    const calls = await failEachWrite(
      () => undefined,
      () => lockJournal(path)(),
      (failure, at, thrown) => {
        const where = `${failure} at call ${at}`;
        if (failure === "EIO" && at === 1)
          assert.match((thrown as Error).message, /can be written, got EIO/, where);
        lockJournal(path)();
        assert.ok(!isLocked(path), where);
      },
    );
    assert.ok(calls >= 3, `${calls} calls`);
  });
});
