/**
 * The kernel's only way to the compiler: it turns a cell of TypeScript into JavaScript with its declarations.
 *
 * It runs tslab's converter on stock TypeScript, completes and explains code with it, and translates its positions and
 * diagnostics into those of the cell.
 */

import { relative } from "node:path";
import ts from "typescript";
import { joinSourceMaps } from "../cell-positions";
import { localModulePath } from "./cell-emit";
import { reservedNames } from "./cell-names";
import { CELL_GLOBALS } from "./cell-options";
import { CompilerRecord, type Transpiled } from "./compiler-record";
import { loadTslabConverter, type TslabConverter } from "./compiler-shim";
import { restoreLostDeclarations } from "./declarations/cell-declarations";
import {
  consolidateChunks,
  type DeclarationChunks,
  joinDeclarations,
  splitDeclarations,
} from "./declarations/declaration-chunks";
import { mergeUnchangedTypes, renameOlderTypes } from "./declarations/older-types";
import { explanationOf } from "./explanation";
import { quotedCompletion } from "./quoted-completion";
import type {
  CellConverter,
  Completeness,
  Completion,
  ConvertedCell,
  Diagnostic,
  Explanation,
  LocalModule,
  RefusedCell,
} from "./types";
import { CELL } from "./virtual-files";

/** Makes the converter for the notebook in the current folder; its first program takes most of a second. */
export function createCellConverter(): CellConverter {
  return new ShimmedConverter();
}

/** The converter of tslab on stock TypeScript, and the record that both fill. */
class ShimmedConverter implements CellConverter {
  typeChecking: CellConverter["typeChecking"] = "on";
  strict = false;
  readonly isComplete: CellConverter["isComplete"] = isComplete;
  readonly #record: CompilerRecord = new CompilerRecord();
  #converter: TslabConverter | undefined = this.#make();
  /** Names that the compiler gave to older types, which completion does not offer. */
  readonly #olderNames: Set<string> = new Set();

  convert(previous: string, code: string, cell: number): ConvertedCell | RefusedCell {
    const record = this.#record;
    record.startCell(cell);
    record.strict = this.strict;
    record.typeChecking = UNCHECKED.test(code) ? "off" : this.typeChecking;
    const sideOutputs: { path: string; data: string }[] = [];
    const { types, older, recent, result } = this.#using((current) => {
      const types = renameOlderTypes(previous, code, (name) => record.modules.originOf(name));
      // Declarations that mention a redeclared type must be in the same file as the new type.
      const chunks = this.#earlier(
        types.declarations,
        types.declarations === previous ? consolidateChunks : splitDeclarations,
      );
      const result = current.convert(chunks.recent, withoutExports(code));
      // The converter hands on a local module once.
      sideOutputs.push(...(result.sideOutputs ?? []));
      return { types, ...chunks, result };
    });
    for (const name of types.renamed.values()) this.#olderNames.add(name);
    if (result.diagnostics.length > 0)
      return { kind: "refused", diagnostics: refusalsOf(record.errors, code) };
    const reserved = reservedNames(code);
    if (reserved.length > 0) return { kind: "refused", diagnostics: reserved };
    const left = joinDeclarations(older, restoreLostDeclarations(recent, result.declOutput ?? ""));
    return {
      kind: "converted",
      output: result.output ?? "",
      ...mergeUnchangedTypes({ declarations: left, renamed: types.renamed }),
      declaredNames: record.declaredNames,
      freeNames: [...record.freeNames],
      hasResult: record.hasResult,
      hasTopLevelAwait: record.hasTopLevelAwait,
      imports: record.imports,
      localModules: sideOutputs.map(({ path, data }) => this.#localModule(path, data)),
      positions: joinSourceMaps(record.cellMap ?? EMPTY_MAP, undefined, LINES_BEFORE_CELL),
      warnings: record.warnings.flatMap(diagnosticOf),
    };
  }

  complete(previous: string, code: string, offset: number): Completion {
    const record = this.#record;
    record.strict = this.strict;
    const complete = () =>
      this.#using((current) =>
        current.complete(this.#earlier(previous).recent, withoutExports(code), offset),
      );
    // A member of a value of the language or of an earlier cell is found without the globals.
    if (!MEMBER.test(code.slice(0, offset))) record.includesGlobals = true;
    let found = complete();
    if (found.candidates.length === 0 && !record.includesGlobals) {
      record.includesGlobals = true;
      found = complete();
    }
    const kinds = new Map(found.original?.entries.map((entry) => [entry.name, entry.kind]));
    const matches = found.candidates
      .filter((text) => !this.#olderNames.has(text))
      .map((text) => ({ text, kind: kinds.get(text) ?? "" }));
    return quotedCompletion(code, offset, { start: found.start, end: found.end, matches });
  }

  inspect(previous: string, code: string, offset: number): Explanation | undefined {
    this.#record.includesGlobals = true;
    this.#record.strict = this.strict;
    const info = this.#using((current) =>
      current.inspect(this.#earlier(previous).recent, withoutExports(code), offset),
    );
    return info && explanationOf(info);
  }

  close(): void {
    this.#converter?.close();
  }

  #make(): TslabConverter {
    // Files are read anew, and may have been edited meanwhile.
    this.#record.modules.forget();
    return loadTslabConverter(this.#record, CELL_GLOBALS).createConverter();
  }

  /**
   * Runs one job, and runs it again where it needed types that had not been read. A converter that threw or was interrupted is
   * replaced with all files that it had read, because a file whose names were being bound may be half done.
   */
  #using<T>(job: (converter: TslabConverter) => T): T {
    const current = this.#converter ?? this.#make();
    this.#converter = undefined;
    let result: T;
    do {
      this.#record.startJob();
      result = job(current);
    } while (this.#record.isUnfinished);
    this.#converter = current;
    return result;
  }

  #earlier(declarations: string, chunksOf = consolidateChunks): DeclarationChunks {
    const chunks = chunksOf(declarations);
    this.#record.older = chunks.older;
    return chunks;
  }

  /** @param emitted the path that the converter made. */
  #localModule(emitted: string, code: string): LocalModule {
    const { transpiled, sources } = this.#record;
    const path = localModulePath(emitted);
    const { map, sourceMap, hasTopLevelAwait } =
      transpiled.findLast(({ output }) => output === code) ?? NOT_TRANSPILED;
    const positions = joinSourceMaps(map, sourceMap, 0);
    return { path, code, source: sources.get(path) ?? path, positions, hasTopLevelAwait };
  }
}

/** Matches the comment that turns type checks off; TypeScript wants it at the top of a file, among other comments. */
const UNCHECKED = /^(?:\s|\/\/.*\n)*\/\/\s*@ts-nocheck\b/;

/** Matches a text that ends in a dot and the beginning of a member. */
const MEMBER = /\.\s*[\p{ID_Continue}$]*$/u;

/** Number of lines that the converter puts before the cell. */
const LINES_BEFORE_CELL = 1;
const EMPTY_MAP = '{"version":3,"sources":[],"names":[],"mappings":""}';

const NOT_TRANSPILED: Transpiled = {
  output: "",
  map: EMPTY_MAP,
  sourceMap: EMPTY_MAP,
  hasTopLevelAwait: false,
};

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

/** Codes of errors that more text can repair: unterminated comments, templates and strings. */
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

/** Turns the errors of a refused cell into diagnostics; those beyond the cell, where the converter puts a line, are moved to its end. */
function refusalsOf(errors: readonly ts.Diagnostic[], code: string): Diagnostic[] {
  const lines = code.trimEnd().split("\n");
  const line = lines.length - 1;
  const column = lines[line]?.length ?? 0;
  const lineCount = code.split("\n").length;
  const found = errors.flatMap(diagnosticOf);
  const isBeyond = (each: Diagnostic): boolean => each.fileName === undefined && each.line >= lineCount;
  // Errors beyond the cell mean that it is unfinished, which one of them says.
  const first = found.find(isBeyond);
  return found
    .filter((each) => each === first || !isBeyond(each))
    .map((each) => (each === first ? { ...each, line, column, endLine: line, endColumn: column + 1 } : each));
}

/** Turns a diagnostic of TypeScript into one of the cell or of a local module, or into none where it belongs to no file. */
function diagnosticOf({ file, start = 0, length = 0, messageText, code }: ts.Diagnostic): Diagnostic[] {
  if (!file) return [];
  const isCell = file.fileName.endsWith(CELL);
  const from = file.getLineAndCharacterOfPosition(start);
  const to = file.getLineAndCharacterOfPosition(start + length);
  const linesBefore = isCell ? LINES_BEFORE_CELL : 0;
  return [
    {
      line: from.line - linesBefore,
      column: from.character,
      endLine: to.line - linesBefore,
      endColumn: to.character,
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
      code,
      fileName: isCell ? undefined : relative(process.cwd(), file.fileName),
    },
  ];
}
