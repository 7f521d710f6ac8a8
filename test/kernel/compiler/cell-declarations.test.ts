import assert from "node:assert/strict";
import {
  consolidateChunks,
  declarationsAfterFailure,
  joinDeclarations,
} from "../../../kernel/compiler/cell-declarations";

const kept = (before: string, after: string, ...assigned: string[]): string[] =>
  declarationsAfterFailure(before, { declarations: after, renamed: new Map() }, new Set(assigned))
    .trim()
    .split("\n");

describe("declarationsAfterFailure", () => {
  it("keeps what was assigned and drops what was not", () => {
    const after = "declare const a: number, b: string;\ndeclare function f(): void;\ndeclare class K {\n}\n";
    assert.deepEqual(kept("", after, "a", "f"), ["declare const a: number;", "declare function f(): void;"]);
  });

  it("gives a variable back its earlier type where the new value never came", () => {
    const after = "declare const a: string;\ndeclare let other: number;\n";
    const before = "declare let a: number;\ndeclare let other: number;\n";
    assert.deepEqual(kept(before, after), ["declare let a: number;", "declare let other: number;"]);
    assert.deepEqual(kept(before, after, "a"), ["declare const a: string;", "declare let other: number;"]);
  });

  it("keeps types and imports, which nothing assigns", () => {
    const after = 'import { x } from "m";\ninterface I {\n}\ntype T = number;\n';
    assert.deepEqual(kept("", after), ['import { x } from "m";', "interface I {", "}", "type T = number;"]);
  });

  it("keeps every overload of an earlier function", () => {
    const before = "declare function f(x: string): string;\ndeclare function f(x: number): number;\n";
    assert.deepEqual(kept(before, "declare function f(): void;\n"), before.trim().split("\n"));
  });
});

/** Long enough to be set apart, of names and types that are its own. */
const long = (name: string, type = "number"): string =>
  Array.from({ length: 12 }, (_, k) => `declare const ${name}${k}: ${type};\n`).join("");

describe("chunks of declarations", () => {
  it("set long ones apart, and put together what means the same in one file", () => {
    assert.deepEqual(consolidateChunks("declare const a: 1;\n"), {
      older: [],
      recent: "declare const a: 1;\n",
    });
    const first = consolidateChunks(long("a"));
    assert.deepEqual(first, { older: [long("a")], recent: "" });
    const second = consolidateChunks(joinDeclarations(first.older, long("b")));
    assert.deepEqual(second, { older: [`${long("a")}\n${long("b")}`], recent: "" });
  });

  it("keep those apart of which one declares what the other names", () => {
    for (const [older, newer] of [
      [long("a"), long("a")],
      [long("a", "typeof b3"), long("b")],
    ] as const) {
      assert.deepEqual(consolidateChunks(joinDeclarations([older], newer)).older, [older, newer]);
    }
  });

  it("stay of a size that is read at once", () => {
    const whole = Array.from({ length: 20 }, (_, k) => long(`v${k}_`)).reduce((all, each) => {
      const { older, recent } = consolidateChunks(joinDeclarations(consolidateChunks(all).older, each));
      return joinDeclarations(older, recent);
    }, "");
    const { older } = consolidateChunks(whole);
    assert.ok(older.length > 1 && older.every(({ length }) => length <= 6000), `${older.length}`);
    assert.equal(older.join("\n").match(/declare const/g)?.length, 240);
  });
});
