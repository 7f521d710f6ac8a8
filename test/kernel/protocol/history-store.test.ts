import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HistoryStore, historyPath } from "../../../kernel/protocol/history-store";

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
