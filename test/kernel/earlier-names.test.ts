import assert from "node:assert/strict";
import { type CellConverter, createCellConverter } from "../../kernel/cell-converter";

describe("a cell that names what earlier cells left", function () {
  this.timeout(300_000);
  let converter: CellConverter;
  let declarations: string;
  before(() => {
    converter = createCellConverter();
  });
  after(() => converter.close());
  beforeEach(() => {
    declarations = "";
  });

  function convert(code: string): { readonly output: string } {
    const result = converter.convert(declarations, code, 7);
    if (result.kind === "refused") assert.fail(result.diagnostics.map(({ message }) => message).join("\n"));
    declarations = result.declarations;
    return result;
  }

  it("reads and writes variables of these, also in shorthand properties", () => {
    convert("let a = 1; let b = 2;");
    const { output } = convert(
      "const o = { a, b }; [a, b] = [b, a]; ({ a } = { a: 3 }); const f = (a: number) => ({ a });",
    );
    assert.match(output, /\{ a: exports\.a, b: exports\.b \}/);
    assert.match(output, /\[exports\.a, exports\.b\] = \[exports\.b, exports\.a\]/);
    assert.match(output, /\(\{ a: exports\.a \} = \{ a: 3 \}\)/);
    assert.match(output, /\(a\) => \(\{ a \}\)/);
  });

  it("reads properties whose types an earlier cell declared as properties, not as its variables", () => {
    convert(
      "const rows = [{ task: 1, result: { rmse: 2 } }]; enum Colour { Red } const maybe: { deep?: { end: number } } = {};",
    );
    const { output } = convert(
      "const q = rows.map(({ result }) => result.rmse); const c = Colour.Red; const d = maybe?.deep?.end; const e = rows[0].result.rmse;",
    );
    assert.match(output, /exports\.rows\.map\(\(\{ result \}\) => result\.rmse\)/);
    assert.match(output, /exports\.Colour\.Red/);
    assert.match(output, /exports\.maybe\?\.deep\?\.end|exports\.maybe\) === null/);
    assert.match(output, /exports\.rows\[0\]\.result\.rmse/);
  });
});
