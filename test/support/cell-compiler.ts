/** A notebook as its compiler sees it: cells one after the other, each with what the earlier ones declared. */
import assert from "node:assert/strict";
import { createCellConverter } from "../../kernel/compiler/cell-converter";
import type { CellConverter, ConvertedCell, Diagnostic } from "../../kernel/compiler/types";

export interface CellCompiler {
  readonly converter: CellConverter;
  /** The declarations that the cells so far have left. */
  readonly declarations: string;
  /** Compiles a cell, which must be taken. */
  convert(code: string): ConvertedCell;
  /** Compiles a cell, which must be refused. */
  refuse(code: string): readonly Diagnostic[];
}

/** The number that rewritten awaits of the cells carry. */
const CELL_NUMBER = 7;

/** Makes a compiler for the tests of a suite; each test begins without declarations. */
export function useCellCompiler(): CellCompiler {
  let converter: CellConverter;
  let declarations = "";
  before(() => {
    converter = createCellConverter();
  });
  after(() => converter.close());
  beforeEach(() => {
    declarations = "";
  });
  return {
    get converter() {
      return converter;
    },
    get declarations() {
      return declarations;
    },
    convert(code) {
      const result = converter.convert(declarations, code, CELL_NUMBER);
      if (result.kind === "refused") {
        assert.fail(`${code}\n${result.diagnostics.map(({ message }) => message).join("\n")}`);
      }
      declarations = result.declarations;
      return result;
    },
    refuse(code) {
      const result = converter.convert(declarations, code, CELL_NUMBER);
      if (result.kind === "converted") assert.fail(`the compiler took ${code}`);
      return result.diagnostics;
    },
  };
}
