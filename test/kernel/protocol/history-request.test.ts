import assert from "node:assert/strict";
import type { HistoryEntry } from "../../../kernel/protocol/history-store";
import { answerHistory } from "../../../kernel/protocol/history-store";

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
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "b.[a-c]?" }), ["b.c*"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "b?c[*]" }), ["b.c*"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "[z-a]" }), []);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "[^a-c]*" }), []);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "b[^a]c[^]]" }), ["b.c*"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "[^ab] + 1" }), []);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "[^a]*" }), ["const a = 1", "b.c*", "b"]);
    assert.deepEqual(codes({ hist_access_type: "search", pattern: "[]b]" }), ["b"]);
    for (const pattern of ["[b", "b[", "[]", "[^]", "[^b"]) {
      assert.deepEqual(codes({ hist_access_type: "search", pattern }), [], pattern);
    }
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
