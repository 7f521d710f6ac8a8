import assert from "node:assert/strict";
import { createCellConverter } from "../../kernel/compiler/cell-converter";
import type { CellConverter } from "../../kernel/compiler/types";

describe("an is_complete_request", function () {
  this.timeout(300_000);
  let converter: CellConverter;
  before(() => {
    converter = createCellConverter();
  });
  after(() => converter.close());

  it("tells complete, incomplete and invalid code apart", () => {
    const status = (code: string): string => converter.isComplete(code).status;
    for (const code of ["1 + 1", "const a = 1;", "", "// note", "function f() {}", "await x"]) {
      assert.equal(status(code), "complete", code);
    }
    for (const code of [
      "function f() {",
      "f(",
      "[1,",
      "`a",
      "/* a",
      "if (a)",
      "const a =",
      "class C {\n  x = 1;",
    ]) {
      assert.equal(status(code), "incomplete", code);
    }
    for (const code of ["const = 5", "a b", "}", "f(]", "let 1x"])
      assert.equal(status(code), "invalid", code);
    assert.deepEqual(converter.isComplete("if (a) {\n  for (;;) {"), {
      status: "incomplete",
      indent: "    ",
    });
  });
});
