/** What the front end is told about code, of what the compiler and the notebook's values say. */
import assert from "node:assert/strict";
import { tableFromArrays } from "apache-arrow";
import { DataFrame } from "danfojs-node";
import type { CellConverter, Completion } from "../../../kernel/compiler/types";
import { answerCodeRequest, runtimeKeys } from "../../../kernel/completion/code-requests";

const state = { declarations: "declare let bag: any;", variables: { bag: { apple: 1, pear: 2 } } };

function answer(code: string, converter: Partial<CellConverter>, cursor: number = [...code].length): object {
  const job = { kind: "complete", job: 1, code, cursor, withDeclaration: false } as const;
  return answerCodeRequest(converter as CellConverter, state, job, (work) => work());
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
    const found = answerCodeRequest(converter as CellConverter, state, job, (work) => {
      isCompiling = true;
      return work();
    });
    assert.deepEqual(found, { status: "complete" });
  });
});

const fail = (): never => assert.fail("ran the notebook's code");
const traps = { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail };
class Below {
  field = 1;
  method(): void {}
  get guarded(): object {
    return fail();
  }
}
class Above extends Below {
  static made(): void {}
  _internal = 2;
  #hidden = 3;
  other(): number {
    return this.#hidden;
  }
}
const variables = {
  bag: { alpha: 1, beta: { gamma: 2 }, "not a name": 3, text: "a" },
  rows: [{ id: 1, name: "x" }],
  frame: new DataFrame({ age: [1], weight: [2], "a b": [3] }),
  guarded: Object.defineProperty({}, "trap", { get: fail }),
  proxy: new Proxy({}, traps),
  above: Object.create(new Proxy({}, traps)),
  made: new Above(),
  key: "beta",
  counts: new Float64Array(1e6),
  map: new Map(),
  Above,
  empty: undefined,
};

describe("runtimeKeys", () => {
  for (const [before, keys] of [
    ["1 + bag.", ["alpha", "beta", "text"]],
    ['bag["', ["alpha", "beta", "not a name", "text"]],
    ["bag[ 'al", ["alpha"]],
    ["bag.beta.", ["gamma"]],
    ['bag["beta"].', ["gamma"]],
    ["bag[key].", ["gamma"]],
    ["bag?.beta!.", ["gamma"]],
    ["(bag as any).beta.", ["gamma"]],
    ["`${bag.al", ["alpha"]],
    ["rows[0].", ["id", "name"]],
    ["const row = rows[0].", ["id", "name"]],
    ['frame["a', ["age", "a b"]],
    ["frame.a", ["age"]],
    ["() => { frame.a", ["age"]],
  ] as const) {
    it(`goes on after ${before}`, () => {
      const known = runtimeKeys(variables, before);
      assert.deepEqual(known?.keys, keys);
      assert.equal(known?.start, before.search(/[a-z]*$/));
    });
  }

  it("knows the keys of the environment", () => {
    for (const before of ["process.env.PAT", 'process.env["PAT', "globalThis.process.env.PAT"])
      assert.ok(runtimeKeys(variables, before)?.keys.includes("PATH"), before);
  });

  for (const [before, members] of [
    ["made.", ["field", "guarded", "method", "other", "_internal"]],
    ["made.o", ["other"]],
    ["Above.m", ["made"]],
    ["map.s", ["set", "size"]],
    ["counts.fin", ["find", "findIndex", "findLast", "findLastIndex"]],
    ["counts[0].toF", ["toFixed"]],
    ["bag.text.toUpp", ["toUpperCase"]],
    ["rows.fl", ["flat", "flatMap"]],
    ["frame.desc", ["describe"]],
    ['frame["age"].val', ["valueCounts", "values"]],
    ["frame.age.values.fl", ["flat", "flatMap"]],
  ] as const) {
    it(`knows the members ${members.join(", ")} after ${before}`, () => {
      const known = runtimeKeys(variables, before);
      assert.deepEqual(
        known?.members.map(({ text }) => text),
        members,
      );
    });
  }

  it("tells kinds in the words of TypeScript, and what is internal last", () => {
    const kinds = new Map(runtimeKeys(variables, "made.")?.members.map(({ text, kind }) => [text, kind]));
    assert.deepEqual(
      [kinds.get("field"), kinds.get("other"), kinds.get("guarded")],
      ["property", "method", "property"],
    );
    const texts = runtimeKeys(variables, "frame.")?.members.map(({ text }) => text) ?? [];
    const first = texts.findIndex((text) => text.startsWith("$"));
    assert.ok(first > 50 && texts.slice(first).every((text) => text.startsWith("$")));
  });

  it("knows none where nothing is begun, of what is no variable, and where code of the notebook would run", () => {
    for (const before of [
      "bag",
      "",
      "1.",
      "other.",
      "f().bag.",
      "bag.beta().",
      "guarded.trap.",
      "made.guarded.",
      "proxy.",
      "proxy.a.",
      'proxy["',
      "above.",
      "empty.",
      "bag.missing.",
      "'bag.",
      "`bag.",
      "// bag.",
      "bag. // a",
      "/* bag.",
      "(bag) => bag.",
      "for (const bag of []) bag.",
      "function f({ bag }) { return bag.",
      "try {} catch (bag) { bag.",
      "let x: bag.",
    ]) {
      const known = runtimeKeys(variables, before);
      assert.deepEqual([known?.keys ?? [], known?.members ?? []], [[], []], before);
    }
  });
});

const tables = {
  frame: new DataFrame({ age: [1], weight: [2], "a b": [3] }),
  table: tableFromArrays({ age: [1], height: [2] }),
  rows: [{ id: 1, name: "x" }],
  columns: { age: [1, 2], sex: new Float64Array(2) },
  bag: { inner: { frame: new DataFrame({ within: [1] }) }, alpha: 1 },
};

describe("columns as arguments", () => {
  for (const [before, keys] of [
    ['frame.column("', ["age", "weight", "a b"]],
    ["frame.column('we", ["weight"]],
    ['const mean = 1 + frame.loc({ columns: ["age", "', ["age", "weight", "a b"]],
    ['table.getChild("h', ["height"]],
    ['fromFrame(frame, { response: "a', ["age", "a b"]],
    ['new Plot().of(rows, { x: "', ["id", "name"]],
    ['fit(columns, "', ["age", "sex"]],
    ['bag.inner.frame.drop(["', ["within"]],
    ['// frame.column("\nframe.column( /* " */ "w', ["weight"]],
    ['frame.query(frame.column("weight").gt("', ["age", "weight", "a b"]],
  ] as const) {
    it(`goes on after ${before}`, () => {
      const found = runtimeKeys(tables, before);
      assert.deepEqual(found?.keys, keys);
      assert.equal(found?.start, Math.max(before.lastIndexOf('"'), before.lastIndexOf("'")) + 1);
    });
  }

  it("knows none outside of strings and calls, of what is no frame, and for methods of arrays and records", () => {
    for (const before of [
      "frame.column(",
      'frame.column("age")',
      'print("',
      'rows.join("',
      'bag.alpha("',
      'columns.get("',
      'fit(bag, "',
      "frame.column(`",
    ]) {
      assert.deepEqual(runtimeKeys(tables, before)?.keys ?? [], [], before);
    }
  });
});
