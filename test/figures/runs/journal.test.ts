import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addEntry, readEntries } from "../../../figures/runs/journal";

describe("a journal", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "journal-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const entry = (task: string) => ({ task, result: { value: 0.1 }, seconds: 2, commit: "abc" });

  it("has what was added, in that order, and nothing where there is no file", () => {
    const path = join(folder, "deep", "study.jsonl");
    assert.deepEqual(readEntries(path), []);
    addEntry(path, entry("a"));
    addEntry(path, entry("b"));
    assert.deepEqual(readEntries(path), [entry("a"), entry("b")]);
  });

  it("loses one entry to a run that was killed while it wrote, and not the next one", () => {
    const path = join(folder, "study.jsonl");
    addEntry(path, entry("a"));
    appendFileSync(path, '{"task":"b","result":{"val');
    assert.deepEqual(readEntries(path), [entry("a")]);
    addEntry(path, entry("c"));
    assert.deepEqual(readEntries(path), [entry("a"), entry("c")]);
  });
});
