/**
 * The types between the compiler of cells and the rooms that run cells, answer requests about code and show errors.
 */

import type { PositionMap } from "../cell-positions";
import type { TypeChecking } from "../notebook-kernel";

/** A name that a cell is about to declare. */
export interface DeclaredName {
  readonly name: string;
  /** Whether it is a `var`, which is undefined until it is assigned; other variables cannot be used before their declaration. */
  readonly isVar: boolean;
  /** Whether only blocks and loops declare it; their assignments are not reported each time. */
  readonly isInBlocks: boolean;
  /** Whether the cell only states, by `declare`, that the variable exists. */
  readonly isAmbient: boolean;
}

/** A name that functions use before a cell declares it. */
export interface FreeName {
  /** The notebook's variable if there is one now, and else the global. */
  value: unknown;
}

/** The functions and values that compiled cells use. */
export interface CellRuntime {
  /** The variables of all cells, as cells declare them. */
  readonly exports: object;
  /** The object whose properties cells read and assign. */
  readonly variables: object;
  /** Declares imported names by functions that read them. */
  link(names: Readonly<Record<string, () => unknown>>): void;
  /** Returns what functions share that use a name before a cell declares it. */
  freeName(name: string): FreeName;
  /** Makes the object that holds the numbers of a loop while it runs, by the names of the variables. */
  hold(fields: new () => object): object;
  /** Assigns the numbers of the loop that has ended to the variables. */
  release(): void;
  /** The initialized variables as a plain object, for the debugger. */
  snapshot(): object;
  /** The value of the last expression of the cell that ran last. */
  result: unknown;
  readonly require: NodeJS.Require;
  /** `value`, unless the running cell is interrupted first; the position is that of the await, for error traces. */
  stoppable(value: unknown, cell: number, line: number, column: number): unknown;
  /** Makes each step of a `for await` loop stoppable. */
  stoppableSteps(values: unknown, cell: number, line: number, column: number): AsyncIterable<unknown>;
  /** The MIME bundle of a value as JSON, for the debugger. */
  bundle(value: unknown): string;
  /** `import(specifier)` of a local module, or else as if written in the notebook's folder. */
  importModule(specifier: string, options?: ImportCallOptions, file?: string): Promise<unknown>;
  /** `import.meta` of a local module, or else of a file in the notebook's folder. */
  importMeta(file?: string): object;
}

/** The compiler's explanation of a name. */
export interface Explanation {
  readonly signature: string;
  readonly documentation: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
  /** The source text of the declaration. */
  readonly declaration: string;
}

/** An error or warning of the compiler about the cell, or about a local module that it imports. */
export interface Diagnostic {
  /** Zero-based. */
  readonly line: number;
  /** Zero-based, in UTF-16 units. */
  readonly column: number;
  /** Zero-based position after the last character that the message is about. */
  readonly endLine: number;
  readonly endColumn: number;
  /** The message, with the lines of explanation that TypeScript adds. */
  readonly message: string;
  /** TypeScript's number, 1000 to 1999 for syntax errors. */
  readonly code: number;
  /** Path relative to the notebook's folder; undefined means the cell itself. */
  readonly fileName: string | undefined;
}

/** A cell ready to run. */
export interface ConvertedCell {
  readonly kind: "converted";
  /** Statements that declare variables through `exports`, read and write `__variables__` and call `require`. */
  readonly output: string;
  /** The values that the cell declares at its top level. */
  readonly declaredNames: readonly DeclaredName[];
  /** The names that its functions use and that neither it nor an earlier cell declares. */
  readonly freeNames: readonly string[];
  /** Declarations of everything that the following cells can name. */
  readonly declarations: string;
  /** The new names of earlier types in these declarations, where the cell has redeclared their names. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Whether the cell ends with an expression, whose value is its result. */
  readonly hasResult: boolean;
  readonly hasTopLevelAwait: boolean;
  /** Specifiers of the static imports that have a meaning at run time. */
  readonly imports: readonly string[];
  /** Local TypeScript or JavaScript modules that are new or changed. */
  readonly localModules: readonly LocalModule[];
  readonly positions: PositionMap;
  /** Type errors for which the cell is not refused. */
  readonly warnings: readonly Diagnostic[];
}

/** A module beside the notebook, compiled. */
export interface LocalModule {
  /** Absolute path of the JavaScript that the source compiles to; nothing is written there. */
  readonly path: string;
  /** CommonJS. */
  readonly code: string;
  /** Absolute path of the source, without symbolic links. */
  readonly source: string;
  readonly positions: PositionMap;
  readonly hasTopLevelAwait: boolean;
}

/** A cell that the compiler refused. */
export interface RefusedCell {
  readonly kind: "refused";
  readonly diagnostics: readonly Diagnostic[];
}

/** Candidates for a place in a cell; offsets in UTF-16 units. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly { readonly text: string; readonly kind: string }[];
}

/** Whether a front end should run a text or open another line. */
export type Completeness = { status: "complete" | "invalid" } | { status: "incomplete"; indent: string };

/** A compiler of cells, as the executor uses it. */
export interface CellConverter {
  /** How cells without `// @ts-nocheck` are checked. */
  typeChecking: TypeChecking;
  /** Whether cells are checked strictly. */
  strict: boolean;
  /**
   * @param previous declarations that the last cell left
   * @param cell the number that rewritten awaits carry
   */
  convert(previous: string, code: string, cell: number): ConvertedCell | RefusedCell;
  complete(previous: string, code: string, offset: number): Completion;
  /** Explains the name at `offset`; gives undefined where there is none. */
  inspect(previous: string, code: string, offset: number): Explanation | undefined;
  isComplete(code: string): Completeness;
  /** Stops watching files, which keep a process alive. */
  close(): void;
}
