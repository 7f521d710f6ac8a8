/** What the front end is told about code, of what the compiler and the notebook's values say. */
import assert from "node:assert/strict";
import type { CellConverter, Completion } from "../../../kernel/compiler/types";
import { codeAnswer } from "../../../kernel/completion/code-answer";

const state = { declarations: "declare let bag: any;", variables: { bag: { apple: 1, pear: 2 } } };

function answer(code: string, converter: Partial<CellConverter>, cursor: number = [...code].length): object {
  const job = { kind: "complete", job: 1, code, cursor, withDeclaration: false } as const;
  return codeAnswer(converter as CellConverter, state, job, (work) => work());
}

function completing(matches: Completion["matches"], asked: unknown[] = []): Partial<CellConverter> {
  return {
    complete(declarations, code, offset) {
      asked.push([declarations, code, offset]);
      return { start: offset, end: offset, matches };
    },
  };
}

describe("an answer about code", () => {
  it("counts in code points, while the compiler counts in UTF-16 units", () => {
    const asked: unknown[] = [];
    const found = answer("'😀'.x + 1", completing([{ text: "at", kind: "method" }], asked), 4);
    assert.deepEqual(asked, [[state.declarations, "'😀'.x + 1", 5]]);
    assert.deepEqual(found, {
      status: "ok",
      matches: ["at"],
      cursor_start: 4,
      cursor_end: 4,
      metadata: { _jupyter_types_experimental: [{ text: "at", type: "method", start: 4, end: 4 }] },
    });
  });

  it("names the keys that a value has, and then what else begins so", () => {
    const matches = ["apply", "apple", "length"].map((text) => ({ text, kind: "method" }));
    const { metadata: _, ...found } = answer("bag.app", completing(matches)) as Record<string, unknown>;
    assert.deepEqual(found, { status: "ok", matches: ["apple", "apply"], cursor_start: 4, cursor_end: 7 });
  });

  it("replaces the rest of a name whose letters are beyond ASCII", () => {
    const found = answer("bag.großß", completing([]), 4) as Record<string, unknown>;
    assert.deepEqual([found.cursor_start, found.cursor_end], [4, 9]);
  });

  it("has the compiler run as what must not be interrupted", () => {
    let isCompiling = false;
    const converter: Partial<CellConverter> = {
      isComplete() {
        assert.ok(isCompiling);
        return { status: "complete" };
      },
    };
    const job = { kind: "is_complete", job: 1, code: "1", cursor: 1, withDeclaration: false } as const;
    const found = codeAnswer(converter as CellConverter, state, job, (work) => {
      isCompiling = true;
      return work();
    });
    assert.deepEqual(found, { status: "complete" });
  });
});
