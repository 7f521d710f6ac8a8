/** What the compiler shim takes down during one conversion. */
import type * as ts from "typescript";
import type { TypeChecking } from "../notebook-kernel";
import type { DeclaredName } from "./types";

/** What the compiler made of one local module, beside what the converter hands on. */
export interface Transpiled {
  /** The CommonJS text handed to the converter. */
  readonly output: string;
  /** Source map from `output` to the ES module text that it was made from. */
  readonly map: string;
  /** Source map from that text to the source. */
  readonly sourceMap: string;
  /** Whether an await stands outside every function. */
  readonly hasTopLevelAwait: boolean;
}

/** The stages of one conversion; the converter throws the source maps away, so they are collected here. */
export class CompilerRecord {
  /** The number of the cell being converted. */
  cell = 0;
  /** True while the converter emits, when it transpiles the local modules that the cell imports. */
  emitting = false;
  /** Source map from the compiled cell to its TypeScript. */
  cellMap: string | undefined;
  /** Specifiers of the cell's static imports that have a meaning at run time. */
  imports: readonly string[] = [];
  /** Whether an await of the cell stands outside every function. */
  hasTopLevelAwait = false;
  /** Whether the cell ends with an expression, whose value it hands over. */
  hasResult = false;
  /** The values that the cell declares at its top level. */
  declaredNames: readonly DeclaredName[] = [];
  /** The source map that was emitted last; a file's own comes right before its text. */
  lastMap = "";
  readonly transpiled: Transpiled[] = [];
  /** The files that local modules were compiled from, by the path of what they were compiled to. */
  readonly sources: Map<string, string> = new Map();
  /** Whether types were asked for that had not been read, so that the same has to be asked again. */
  isIncomplete = false;
  /**
   * Whether cells are compiled with typed arrays and the globals of Node and of the kernel too, and not with the rest of the language
   * alone, which is read in a third of the time; so they are from the first cell on that may need them.
   */
  knowsGlobals = false;
  /** Declarations of earlier cells that the converter is not shown, oldest first. */
  older: readonly string[] = [];
  /** How the cell is checked. */
  typeChecking: TypeChecking = "on";
  /** Whether the cell is checked strictly. */
  strict = false;
  /** What the type check found that the cell is not refused for. */
  readonly warnings: ts.Diagnostic[] = [];

  startCell(cell: number): void {
    this.cell = cell;
    this.emitting = false;
    this.cellMap = undefined;
    this.imports = [];
    this.hasTopLevelAwait = false;
    this.hasResult = false;
    this.declaredNames = [];
    this.transpiled.length = 0;
  }

  /** A cell is compiled again where types had to be read first. */
  startJob(): void {
    this.isIncomplete = false;
    this.warnings.length = 0;
  }
}
