/**
 * The kernel's only door to the compiler: a cell of TypeScript in, JavaScript with its declarations out.
 *
 * Behind it stands tslab's converter on stock TypeScript; nothing else in the kernel knows of either.
 */

import ts from "typescript";
import { joinSourceMaps, type PositionMap } from "../cell-positions";
import type { DeclaredName } from "../execution/cell-variables";
import { withLostDeclarations } from "./cell-declarations";
import { refusalsOf, warningOf } from "./cell-diagnostics";
import { CELL_GLOBALS } from "./cell-options";
import { CompilerRecord, type Transpiled } from "./compiler-record";
import { loadTslabConverter, type TslabConverter } from "./compiler-shim";
import { type DeclarationChunks, joinDeclarations, rollUp, splitDeclarations } from "./declaration-chunks";
import { type Explanation, explanationOf } from "./explanation";
import { localModulePath } from "./forced-declarations";
import { mergeUnchangedTypes, renameOlderTypes } from "./older-types";
import { quotedCompletion } from "./quoted-completion";
import { reservedNames } from "./reserved-names";
import type { TypeChecking } from "./type-checking";

/** A complaint of the compiler about the cell, or about a local module that it imports. */
export interface Diagnostic {
  /** Zero-based. */
  readonly line: number;
  /** Zero-based, in UTF-16 units. */
  readonly column: number;
  /** Zero-based position after the last character complained about. */
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
  /** Declarations of everything the following cells can name. */
  readonly declarations: string;
  /** The names that earlier types have in these, where the cell has declared their names anew. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Whether the cell ends with an expression, whose value it hands over. */
  readonly hasResult: boolean;
  readonly hasTopLevelAwait: boolean;
  /** Specifiers of the static imports that have a meaning at run time. */
  readonly imports: readonly string[];
  /** Local TypeScript or JavaScript modules that are new or changed. */
  readonly localModules: readonly LocalModule[];
  readonly positions: PositionMap;
  /** What the type check found, where that is no reason to refuse the cell. */
  readonly warnings: readonly Diagnostic[];
}

/** A module beside the notebook, compiled. */
export interface LocalModule {
  /** Absolute path of the JavaScript that the source would have been compiled to. */
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

/** What the executor needs of a compiler. */
export interface CellConverter {
  /** How cells are checked that do not say so themselves by `// @ts-nocheck`. */
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

/** Makes the converter for the notebook in the current folder; the first program takes most of a second. */
export function createCellConverter(): CellConverter {
  const record = new CompilerRecord();
  const make = (): TslabConverter => loadTslabConverter(record, CELL_GLOBALS).createConverter();
  let converter: TslabConverter | undefined = make();

  /**
   * Runs one job, again where it led to types that were not read. A converter that broke (or was interrupted) is made anew, with all
   * files that it had read: one whose names were being bound would keep some of them.
   */
  const using = <T>(job: (converter: TslabConverter) => T): T => {
    const current = converter ?? make();
    converter = undefined;
    let result: T;
    do {
      record.startJob();
      result = job(current);
    } while (record.isIncomplete);
    converter = current;
    return result;
  };

  /** Names of the compiler's own choice, which completion does not offer. */
  const olderNames = new Set<string>();

  const earlier = (declarations: string, chunksOf = rollUp): DeclarationChunks => {
    const chunks = chunksOf(declarations);
    record.older = chunks.older;
    return chunks;
  };

  return {
    typeChecking: "on",
    strict: false,
    convert(previous, code, cell) {
      record.startCell(cell);
      record.strict = this.strict;
      record.typeChecking = UNCHECKED.test(code) ? "off" : this.typeChecking;
      const types = renameOlderTypes(previous, code);
      for (const name of types.renamed.values()) olderNames.add(name);
      // Declarations that mention a type declared anew must lie in the file in which the new type will be.
      const { older, recent } = earlier(
        types.declarations,
        types.declarations === previous ? rollUp : splitDeclarations,
      );
      const sideOutputs: { path: string; data: string }[] = [];
      const result = using((current) => {
        const found = current.convert(recent, withoutExports(code));
        // The converter hands on a local module once.
        sideOutputs.push(...(found.sideOutputs ?? []));
        return found;
      });
      if (result.diagnostics.length > 0) {
        return { kind: "refused", diagnostics: refusalsOf(result.diagnostics, code) };
      }
      const reserved = reservedNames(code);
      if (reserved.length > 0) return { kind: "refused", diagnostics: reserved };
      const output = result.output ?? "";
      const compiled = (text: string): Transpiled =>
        record.transpiled.findLast((candidate) => candidate.output === text) ?? NOTHING;
      const left = joinDeclarations(older, withLostDeclarations(recent, result.declOutput ?? ""));
      return {
        kind: "converted",
        output,
        ...mergeUnchangedTypes({ declarations: left, renamed: types.renamed }),
        declaredNames: record.declaredNames,
        hasResult: record.hasResult,
        hasTopLevelAwait: record.hasTopLevelAwait,
        imports: record.imports,
        localModules: sideOutputs.map(({ path: emitted, data }) => {
          const path = localModulePath(emitted);
          const { map, sourceMap, hasTopLevelAwait } = compiled(data);
          const positions = joinSourceMaps(map, sourceMap, 0);
          return { path, code: data, source: record.sources.get(path) ?? path, positions, hasTopLevelAwait };
        }),
        positions: joinSourceMaps(record.cellMap ?? EMPTY_MAP, undefined, LINES_BEFORE_CELL),
        warnings: record.warnings.flatMap((found) => warningOf(found, LINES_BEFORE_CELL)),
      };
    },
    complete(previous, code, offset) {
      record.strict = this.strict;
      const complete = () =>
        using((current) => current.complete(earlier(previous).recent, withoutExports(code), offset));
      // Where a member is sought of what the language alone has, or earlier cells, there is one.
      if (!MEMBER.test(code.slice(0, offset))) record.knowsGlobals = true;
      let found = complete();
      if (found.candidates.length === 0 && !record.knowsGlobals) {
        record.knowsGlobals = true;
        found = complete();
      }
      const kinds = new Map(found.original?.entries.map((entry) => [entry.name, entry.kind]));
      const matches = found.candidates
        .filter((text) => !olderNames.has(text))
        .map((text) => ({ text, kind: kinds.get(text) ?? "" }));
      return quotedCompletion(code, offset, { start: found.start, end: found.end, matches });
    },
    inspect(previous, code, offset) {
      record.knowsGlobals = true;
      record.strict = this.strict;
      const info = using((current) =>
        current.inspect(earlier(previous).recent, withoutExports(code), offset),
      );
      return info && explanationOf(info);
    },
    isComplete,
    close: () => converter?.close(),
  };
}

/** The comment that turns checks off, which TypeScript wants on top of a file, among other comments. */
const UNCHECKED = /^(?:\s|\/\/.*\n)*\/\/\s*@ts-nocheck\b/;

/** Matches a text that ends in a dot and the beginning of a member. */
const MEMBER = /\.\s*[\p{ID_Continue}$]*$/u;

/** The converter puts one line of its own before the cell. */
const LINES_BEFORE_CELL = 1;
const EMPTY_MAP = '{"version":3,"sources":[],"names":[],"mappings":""}';

const NOTHING: Transpiled = { output: "", map: EMPTY_MAP, sourceMap: EMPTY_MAP, hasTopLevelAwait: false };

const DEFAULT = "default";
const VOID = "void".padEnd(DEFAULT.length);

/**
 * Blanks the word `export` where it would clash with the export list that the converter appends; in a notebook
 * every top-level name is visible to later cells anyway. Positions stay as they are.
 */
function withoutExports(code: string): string {
  if (!code.includes("export")) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  let result = code;
  const blank = (start: number, end: number): void => {
    result = result.slice(0, start) + result.slice(start, end).replace(/[^\n]/g, " ") + result.slice(end);
  };
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement)) {
      blank(statement.getStart(file), statement.expression.getStart(file));
    } else if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier) {
      blank(statement.getStart(file), statement.end);
    } else if (ts.canHaveModifiers(statement)) {
      for (const modifier of ts.getModifiers(statement) ?? []) {
        if (modifier.kind === ts.SyntaxKind.ExportKeyword || modifier.kind === ts.SyntaxKind.DefaultKeyword) {
          blank(modifier.getStart(file), modifier.end);
        }
        const isNameless = (statement as ts.DeclarationStatement).name === undefined;
        if (modifier.kind === ts.SyntaxKind.DefaultKeyword && isNameless) {
          // Without a name a function or class can only be an expression.
          result = `${result.slice(0, modifier.end - DEFAULT.length)}${VOID}${result.slice(modifier.end)}`;
        }
      }
    }
  }
  return result;
}

/** Codes of errors that more text can heal: unterminated comments, templates and strings. */
const HEALABLE = new Set([1002, 1010, 1160, 1161]);

function isComplete(code: string): Completeness {
  const file = ts.createSourceFile("cell.tsx", code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const errors = (file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] })
    .parseDiagnostics;
  if (errors.length === 0) return { status: "complete" };
  const end = code.trimEnd().length;
  const unfinished = errors.every((error) => error.start >= end || HEALABLE.has(error.code));
  if (!unfinished) return { status: "invalid" };
  const lastLine = code.slice(code.lastIndexOf("\n") + 1);
  const indent = /^\s*/.exec(lastLine)?.[0] ?? "";
  return { status: "incomplete", indent: /[{([]\s*$/.test(lastLine) ? `${indent}  ` : indent };
}
