import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  answerHistory,
  type HistoryEntry,
  HistoryStore,
  historyPath,
} from "../../../kernel/protocol/history-store";

describe("HistoryStore", () => {
  let folder: string;
  let path: string;
  const failures: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "smooth-edges-history-"));
    path = join(folder, "deep", "history.jsonl");
    failures.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const open = (session: string, at: string | undefined = path): HistoryStore =>
    new HistoryStore(at, session, ({ message }) => failures.push(message));

  it("numbers sessions in the order of their first cells, its own included", async () => {
    const first = open("one");
    first.add(1, "a", "1");
    await first.flushed();
    const second = open("two");
    assert.equal(second.read().session, 2);
    second.add(1, "b", null);
    await second.flushed();
    assert.deepEqual(open("three").read(), {
      entries: [
        { session: 1, line: 1, code: "a", output: "1" },
        { session: 2, line: 1, code: "b", output: null },
      ],
      session: 3,
    });
  });

  it("lets two sessions write at once, each line whole", async () => {
    const [a, b] = [open("a"), open("b")];
    for (let line = 1; line <= 50; line++) {
      a.add(line, `a${line}\n`, null);
      b.add(line, `b${line}\n`, null);
    }
    await Promise.all([a.flushed(), b.flushed()]);
    const { entries } = open("c").read();
    assert.equal(entries.length, 100);
    assert.deepEqual(
      entries.filter(({ code }) => code.startsWith("b")).map(({ line }) => line),
      Array.from({ length: 50 }, (_, at) => at + 1),
    );
  });

  it("is readable by its owner only", async () => {
    const store = open("one");
    store.add(1, "secret", null);
    await store.flushed();
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("passes over lines that are cut off or not its own", () => {
    mkdirSync(join(folder, "deep"));
    writeFileSync(path, '{"session":"x","line":1,"code":"a"}\nnull\n{"line":1}\n{"session":"x","line":2,"co');
    assert.deepEqual(open("one").read().entries, [{ session: 1, line: 1, code: "a", output: null }]);
  });

  it("keeps the session's own cells where the disk is full, and says so once", async () => {
    const store = open("one", "/dev/full");
    store.add(1, "a", null);
    store.add(2, "b", null);
    await store.flushed();
    assert.deepEqual(
      store.read().entries.map(({ code }) => code),
      ["a", "b"],
    );
    assert.deepEqual(failures, ["ENOSPC: no space left on device, write"]);
  });

  it("keeps the session's own cells where its folder cannot be made", async () => {
    writeFileSync(join(folder, "deep"), "a file");
    const store = open("one");
    store.add(1, "a", null);
    await store.flushed();
    assert.deepEqual(store.read().entries.length, 1);
    assert.equal(failures.length, 1);
  });

  it("drops the older half of a file that has grown too large", () => {
    mkdirSync(join(folder, "deep"));
    const line = (k: number): string =>
      `${JSON.stringify({ session: "x", line: k, code: "y".repeat(1000) })}\n`;
    writeFileSync(path, Array.from({ length: 5000 }, (_, k) => line(k)).join(""));
    const { entries } = open("one").read();
    assert.equal(entries.at(-1)?.line, 4999);
    assert.ok(entries.length < 2600 && entries.length > 2400, `${entries.length} entries`);
    assert.ok(readFileSync(path, "utf8").startsWith('{"session":'));
  });

  it("writes nothing where the variable of its path is set to nothing", () => {
    assert.equal(historyPath({ SMOOTH_EDGES_HISTORY: "" }), undefined);
    assert.equal(historyPath({ SMOOTH_EDGES_HISTORY: "/x" }), "/x");
    assert.equal(historyPath({ JUPYTER_DATA_DIR: "/j" }), join("/j", "smooth-edges", "history.jsonl"));
    open("one", undefined).add(1, "a", null);
    assert.equal(existsSync(path), false);
  });
});

const entry = (session: number, line: number, code: string, output: string | null = null): HistoryEntry => ({
  session,
  line,
  code,
  output,
});
const ENTRIES = [
  entry(1, 1, "const a = 1"),
  entry(1, 2, "a + 1", "2"),
  entry(2, 1, "a + 1"),
  entry(3, 1, "b.c*"),
  entry(3, 2, "b"),
];

describe("a history_request", () => {
  const ask = (request: object): unknown => answerHistory(ENTRIES, 3, { output: false, ...request });
  const codes = (request: object): unknown[] =>
    (ask(request) as [number, number, string][]).map(([, , code]) => code);

  it("for the tail gives the last cells of all sessions, oldest first", () => {
    assert.deepEqual(ask({ hist_access_type: "tail", n: 3 }), [
      [2, 1, "a + 1"],
      [3, 1, "b.c*"],
      [3, 2, "b"],
    ]);
    assert.deepEqual(ask({ hist_access_type: "tail", n: 0 }), []);
  });

  it("with outputs gives pairs", () => {
    assert.deepEqual(ask({ hist_access_type: "range", session: 1, start: 2, stop: 3, output: true }), [
      [1, 2, ["a + 1", "2"]],
    ]);
  });

  it("for a range counts back from the current session, and leaves the stop out", () => {
    assert.deepEqual(codes({ hist_access_type: "range", session: 0, start: 1, stop: 2 }), ["b.c*"]);
    assert.deepEqual(codes({ hist_access_type: "range", session: -1, start: 1, stop: null }), ["a + 1"]);
    assert.deepEqual(codes({ hist_access_type: "range", session: 9, start: 1 }), []);
  });

  it("for a search matches whole cells by a shell's patterns, once each where asked", () => {
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "a*" }), ["a + 1", "a + 1"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "a*", unique: true }), ["a + 1"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "*", n: 2 }), ["b.c*", "b"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "b.??" }), ["b.c*"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "b?c*" }), ["b.c*"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "b??" }), []);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "[ab]*" }), []);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "*a*1" }), [
      "const a = 1",
      "a + 1",
      "a + 1",
    ]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "*a*2" }), []);
  });

  it("of no known kind, or with fields of other types, gives what can be given", () => {
    assert.deepEqual(ask({}), []);
    assert.equal((ask({ hist_access_type: "tail", n: "x" }) as unknown[]).length, 5);
    assert.equal((ask({ hist_access_type: "search", pattern: 7 }) as unknown[]).length, 5);
  });
});
