/**
 * Presents stock TypeScript as the fork that tslab's converter was written for.
 *
 * The converter requires `@tslab/typescript-for-tslab`, a TypeScript that stopped at 5.0.4. As far as it uses
 * the fork, that differs from stock TypeScript by a handful of functions and options. They are supplied here by an
 * object that inherits from stock TypeScript (its own exports are getters that cannot be redefined) and is put
 * into the module cache under the fork's file before the converter is loaded.
 */
import { relative } from "node:path";
import ts from "typescript";
import { awaitRewriter } from "./await-rewriter";
import { cellOptions } from "./cell-options";
import { type CellHost, createCellProgram, ownPath } from "./cell-program";
import type { CompilerRecord } from "./compiler-record";
import { quickInfoAt } from "./explanation";
import { divideErrors } from "./later-names";
import { GLOBALS_PREFIX } from "./node-declarations";
import { loadConverter, nodeTypeRoot } from "./packages";
import { SourceFiles } from "./source-files";

/** The parts of `tslab/dist/converter` that the kernel uses. */
export interface TslabConverterModule {
  createConverter(): TslabConverter;
}

/** tslab's converter; positions are UTF-16 offsets into the cell. */
export interface TslabConverter {
  convert(previousDeclarations: string, source: string): TslabConversion;
  inspect(previousDeclarations: string, source: string, position: number): ts.QuickInfo | undefined;
  complete(
    previousDeclarations: string,
    source: string,
    position: number,
  ): { start: number; end: number; candidates: string[]; original?: ts.CompletionInfo };
  close(): void;
}

/** The result of tslab's converter for one cell. */
export interface TslabConversion {
  readonly output?: string;
  readonly declOutput?: string;
  readonly sideOutputs?: readonly { readonly path: string; readonly data: string }[];
  /** Not empty where the cell is refused; the errors themselves are in the record. */
  readonly diagnostics: readonly object[];
}

// Internals of stock TypeScript that the public declarations leave out.
interface Internals {
  sortAndDeduplicateDiagnostics(diagnostics: readonly ts.Diagnostic[]): readonly ts.Diagnostic[];
  nullTransformationContext: ts.TransformationContext;
  Completions: { getCompletionsAtPosition(...args: unknown[]): ts.CompletionInfo | undefined };
}
const internals = ts as unknown as typeof ts & Internals;

/**
 * Loads tslab's converter on top of stock TypeScript.
 *
 * @param record collects the source maps of each conversion
 * @param globalDeclarations path of a `.d.ts` with the globals every cell sees
 */
export function loadTslabConverter(record: CompilerRecord, globalDeclarations: string): TslabConverterModule {
  return loadConverter(presentAsFork(record, globalDeclarations)) as TslabConverterModule;
}

function presentAsFork(record: CompilerRecord, globalDeclarations: string): object {
  const sources = new SourceFiles(nodeTypeRoot(), record.modules);
  const own = {
    // With this mark import helpers use the object itself instead of a copy, which would lack inherited members.
    __esModule: true,
    getPreEmitDiagnosticsOfFiles: (program: ts.Program, files: readonly ts.SourceFile[]) =>
      diagnosticsOfFiles(program, files, record),
    getQuickInfoAtPosition: (
      file: ts.SourceFile,
      checker: ts.TypeChecker,
      _cancellation: unknown,
      position: number,
    ) => quickInfoAt(file, checker, position, sources),
    getDefaultTypeRoots: () => [nodeTypeRoot()],
    getNullTransformationContext: () => internals.nullTransformationContext,
    Completions: {
      ...internals.Completions,
      getCompletionsAtPositionForTslab: (_host: object, program: ts.Program, ...rest: unknown[]) =>
        completionsAt(program, () => sources.node.moduleNames, rest),
    },
    // Nothing is watched; a cell that finds a changed file notifies the converter's watchers.
    sys: {
      ...ts.sys,
      getCurrentDirectory: () => process.cwd(),
      watchFile: (path: string, callback: ts.FileWatcherCallback) =>
        sources.watch(ownPath(path), (_, kind) => callback(path, kind)),
    },
    createWatchCompilerHost: (roots: string[], _options: object, system: ts.System): CellHost => ({
      roots: [...roots, globalDeclarations],
      options: cellOptions(system.getCurrentDirectory(), nodeTypeRoot()),
      system,
    }),
    createWatchProgram: (host: CellHost) => createCellProgram(host, sources, record),
    transpileModule: (source: string, options: ts.TranspileOptions) => transpile(record, source, options),
  };
  return Object.setPrototypeOf(own, ts) as object;
}

/**
 * Returns the errors for which a cell is refused, and notes them, and those that only warn, in the record. Syntax errors hide type
 * errors, which only repeat them; errors of declarations are left out, because emit is forced.
 */
function diagnosticsOfFiles(
  program: ts.Program,
  files: readonly ts.SourceFile[],
  record: CompilerRecord,
): readonly ts.Diagnostic[] {
  const syntactic = files.flatMap((file) => program.getSyntacticDiagnostics(file));
  if (syntactic.length > 0) return refuse(syntactic, record);
  if (record.typeChecking === "off") return [];
  const found = files.flatMap((file) => program.getSemanticDiagnostics(file));
  const semantic = internals.sortAndDeduplicateDiagnostics(found.filter((each) => !isForgiven(each, record)));
  if (semantic.length > 0 && !record.includesGlobals) {
    record.includesGlobals = true;
    record.isIncomplete = true;
  }
  if (record.isUnfinished) return files.slice(0, 1).map(unreadTypes);
  const { refused, hints } = divideErrors(semantic);
  record.warnings.push(...hints);
  if (record.typeChecking === "on") return refuse(refused, record);
  record.warnings.push(...refused);
  return [];
}

/** Notes the errors in the notebook's folder; tslab's converter ignores those of modules outside of it too. */
function refuse(errors: readonly ts.Diagnostic[], record: CompilerRecord): readonly ts.Diagnostic[] {
  const isInFolder = ({ file }: ts.Diagnostic): boolean =>
    file !== undefined && !relative(process.cwd(), file.fileName).startsWith("..");
  record.errors = internals.sortAndDeduplicateDiagnostics(errors).filter(isInFolder);
  return record.errors;
}

/** TypeScript's code for a module without declarations, such as a package without types. */
const UNTYPED_MODULE = 7016;

/** Whether a strict check ignores an error: one about a package without types, or in plain JavaScript beside the notebook. */
function isForgiven({ code, file }: ts.Diagnostic, { strict }: CompilerRecord): boolean {
  return strict && (code === UNTYPED_MODULE || /\.[cm]?jsx?$/.test(file?.fileName ?? ""));
}

/** Makes an error that stops the converter until missing types have been read; it is shown to nobody. */
function unreadTypes(file: ts.SourceFile): ts.Diagnostic {
  const messageText = "types are yet to be read";
  return { category: ts.DiagnosticCategory.Message, code: 0, file, start: 0, length: 0, messageText };
}

/** Completes with TypeScript; the names of modules include those of Node that have not been read. */
function completionsAt(
  program: ts.Program,
  moduleNames: () => Iterable<string>,
  rest: readonly unknown[],
): ts.CompletionInfo | undefined {
  const checker = program.getTypeChecker();
  const { getAmbientModules } = checker;
  // The modules that hold the globals of other modules are not for import.
  const read = (): ts.Symbol[] =>
    getAmbientModules().filter(({ name }) => !name.startsWith(`"${GLOBALS_PREFIX}`));
  // TypeScript asks for ambient modules only inside the quotes of imports.
  const unread = (): ts.Symbol[] => Array.from(moduleNames(), (name) => ({ name: `"${name}"` }) as ts.Symbol);
  checker.getAmbientModules = () => [...read(), ...unread()];
  try {
    return internals.Completions.getCompletionsAtPosition(completionHost(program), program, ...rest);
  } finally {
    checker.getAmbientModules = getAmbientModules;
  }
}

/** Makes the host by which completion reads the disk, for the paths of imports. */
function completionHost(program: ts.Program): object {
  return {
    ...ts.sys,
    useCaseSensitiveFileNames: () => true,
    getCurrentDirectory: () => process.cwd(),
    getCompilationSettings: () => program.getCompilerOptions(),
  };
}

/** The converter's second pass: cells are already CommonJS; local modules are compiled to it, with awaits made stoppable. */
function transpile(record: CompilerRecord, source: string, options: ts.TranspileOptions): ts.TranspileOutput {
  if (!record.emitting) return { outputText: cleaned(source) };
  const { noImplicitUseStrict, ...kept } = options.compilerOptions ?? {};
  let hasTopLevelAwait = false;
  const result = ts.transpileModule(source, {
    ...options,
    compilerOptions: { ...kept, sourceMap: true },
    transformers: {
      before: [
        awaitRewriter(0, () => {
          hasTopLevelAwait = true;
        }),
      ],
    },
  });
  const output = cleaned(result.outputText);
  const map = result.sourceMapText ?? "";
  record.transpiled.push({ output, map, sourceMap: record.lastMap, hasTopLevelAwait });
  return { ...result, outputText: output };
}

function cleaned(output: string): string {
  return output.replace(/\n?\/\/# sourceMappingURL=.*\s*$/gm, "");
}
