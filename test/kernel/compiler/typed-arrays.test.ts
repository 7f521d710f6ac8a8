import assert from "node:assert/strict";
import * as ts from "typescript";
import { withoutComments } from "../../../kernel/compiler/source-files";
import { languageLibrary, typedArraysOf, withoutTypedArrays } from "../../../kernel/compiler/typescript-libs";

const statementsOf = (text: string): string[] => {
  const file = ts.createSourceFile("part.d.ts", withoutComments(text), ts.ScriptTarget.Latest, true);
  return file.statements.map((statement) => statement.getText());
};

describe("the language without typed arrays", () => {
  const whole = languageLibrary().joined.read();
  const left = withoutTypedArrays(whole);
  const arrays = typedArraysOf(whole);

  it("is all that there is but these", () => {
    assert.deepEqual([...statementsOf(left), ...statementsOf(arrays)].sort(), statementsOf(whole).sort());
    assert.ok(arrays.length > whole.length / 4);
  });

  it("names none of them, so that no type is another one", () => {
    const declared = new Set(arrays.match(/(?<=^(?:interface|declare var) )\w+/gm));
    for (const name of ["Float64Array", "Int8ArrayConstructor", "BigUint64Array", "Atomics"])
      assert.ok(declared.has(name), name);
    const words = new Set(withoutComments(left).match(/\w+/g));
    assert.deepEqual(
      [...declared].filter((name) => words.has(name)),
      [],
    );
  });
});
