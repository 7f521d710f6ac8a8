import assert from "node:assert/strict";
import { declarationsAfterFailure } from "../../../../kernel/compiler/declarations/cell-declarations";

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
