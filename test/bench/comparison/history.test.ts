import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { History } from "../../../bench/comparison/history";
import type { FreshLine, Row, RunHeader } from "../../../bench/comparison/row";

const header = (commit: string): RunHeader => ({
  run: { date: "2026-01-01", commit, machine: "m", pinned: false, anchorSeconds: 1, missing: [] },
});

const row = (problem: string, contender: string, seconds: number, threads = 1): Row => ({
  problem,
  contender,
  loss: "squared",
  ours: false,
  threads,
  layout: "columns",
  label: "equal",
  target: 1e-6,
  seconds,
});

const fresh = (name: FreshLine["fresh"], task: string): FreshLine => ({
  fresh: name,
  task,
  programs: [],
  missing: [],
});

describe("the history of a benchmark", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is read again as it was written, without a last line that was cut short", () => {
    const path = join(folder, "new", "h.jsonl");
    const history = new History(path);
    assert.deepEqual([history.rows, history.header], [[], undefined]);
    history.append([header("a")]);
    history.append([row("P1", "x", 1), row("P1", "y", 2)]);
    appendFileSync(path, '{"problem": "P2", "conten');
    const again = new History(path);
    assert.deepEqual(again.rows, history.rows);
    assert.deepEqual(again.header, header("a"));
    assert.equal(readFileSync(path, "utf8").split("\n").length, 4);
  });

  it("has what was measured at a commit, not what was at another", () => {
    const history = new History(join(folder, "h.jsonl"));
    history.append([header("a"), row("P1", "x", 1), header("b"), row("P2", "x", 1)]);
    const group = (problem: string, threads = 1) => ({ problem, threads, layout: "columns" as const });
    assert.equal(history.has(group("P1"), "a"), true);
    assert.equal(history.has(group("P1"), "b"), false);
    assert.equal(history.has(group("P2"), "b"), true);
    assert.equal(history.has(group("P2", 2), "b"), false);
  });

  it("gives of each problem what was measured last, all of it from one run", () => {
    const history = new History(join(folder, "h.jsonl"));
    history.append([header("a"), row("P1", "x", 1), row("P1", "y", 1), row("P1", "x", 9, 2)]);
    history.append([header("b"), row("P1", "x", 2)]);
    assert.deepEqual(history.rows, [row("P1", "x", 2), row("P1", "x", 9, 2)]);
    assert.equal(history.header?.run.commit, "b, a");
  });

  it("keeps measurements of fresh processes apart from rows, the latest of each", () => {
    const history = new History(join(folder, "h.jsonl"));
    history.append([header("a"), fresh("first call", "old"), fresh("memory", "kept"), row("P1", "x", 1)]);
    history.append([header("b"), fresh("first call", "new"), row("P1", "x", 2)]);
    const again = new History(history.path);
    assert.deepEqual(again.rows, [row("P1", "x", 2)]);
    assert.deepEqual(again.fresh, [fresh("first call", "new"), fresh("memory", "kept")]);
    assert.equal(again.header?.run.commit, "b, a");
    assert.equal(again.has({ fresh: "memory" }, "a"), true);
    assert.equal(again.has({ fresh: "memory" }, "b"), false);
  });
});
