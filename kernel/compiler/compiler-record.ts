/** The record that the compiler shim and the transformers fill during one conversion. */
import type * as ts from "typescript";
import type { TypeChecking } from "../notebook-kernel";
import { ModuleVersions } from "./declarations/module-versions";
import { NamesInFunctions } from "./names-in-functions";
import type { DeclaredName } from "./types";

/** One compiled local module, with the source maps that the converter does not hand on. */
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

/** The findings and source maps of one conversion; the converter itself discards the source maps. */
export class CompilerRecord {
  /** The number of the cell being converted. */
  cell = 0;
  /** True while the converter emits; only then does it transpile local modules that the cell imports. */
  emitting = false;
  /** Source map from the compiled cell to its TypeScript. */
  cellMap: string | undefined;
  /** Specifiers of the cell's static imports that have a meaning at run time. */
  imports: readonly string[] = [];
  /** Whether an await of the cell stands outside every function. */
  hasTopLevelAwait = false;
  /** Whether the cell ends with an expression, whose value is its result. */
  hasResult = false;
  /** The values that the cell declares at its top level. */
  declaredNames: readonly DeclaredName[] = [];
  /** The names that functions of the cell use and that neither it nor an earlier cell declares. */
  readonly freeNames: Set<string> = new Set();
  readonly namesInFunctions: NamesInFunctions = new NamesInFunctions();
  /** The source map that was emitted last; the map of a file comes right before its text. */
  lastMap = "";
  readonly transpiled: Transpiled[] = [];
  /** The source files of local modules, by the path of their compiled code. */
  readonly sources: Map<string, string> = new Map();
  /** The versions of local modules that declarations of cells name. */
  readonly modules: ModuleVersions = new ModuleVersions(process.cwd().replace(/\\/g, "/"));
  /** Whether the job needed types that had not been read, so that it has to run again. */
  isIncomplete = false;
  /** Whether the job has found that local modules were edited, so that it has to run again. */
  hasNewModules = false;
  /**
   * Whether cells are compiled with typed arrays and with the globals of Node and of the kernel. Without them the declarations are read
   * in a third of the time. The first cell that may need them makes this true for all later cells.
   */
  includesGlobals = false;
  /** Declarations of earlier cells that the converter is not shown, oldest first. */
  older: readonly string[] = [];
  /** How the cell is checked. */
  typeChecking: TypeChecking = "on";
  /** Whether the cell is checked strictly. */
  strict = false;
  /** The errors for which the cell is refused. */
  errors: readonly ts.Diagnostic[] = [];
  /** Type errors for which the cell is not refused. */
  readonly warnings: ts.Diagnostic[] = [];

  /** Whether the job has to run again. */
  get isUnfinished(): boolean {
    return this.isIncomplete || this.hasNewModules;
  }

  startCell(cell: number): void {
    this.cell = cell;
    this.emitting = false;
    this.cellMap = undefined;
    this.imports = [];
    this.hasTopLevelAwait = false;
    this.hasResult = false;
    this.declaredNames = [];
    this.freeNames.clear();
    this.transpiled.length = 0;
  }

  /** Resets the findings of one job; a job runs again where types had to be read first. */
  startJob(): void {
    this.modules.startJob(!this.isIncomplete);
    this.isIncomplete = false;
    this.hasNewModules = false;
    this.errors = [];
    this.warnings.length = 0;
  }
}
