/**
 * The declarations that each cell hands on to the cells after it: how they are stored, and what remains of them after a failure.
 *
 * TypeScript reads, and the converter writes, the declarations of all earlier cells for each cell. Older declarations are therefore
 * set apart in chunks that are parsed once, so that cell 200 costs as much as cell 2. Names are looked up from the newest chunk to
 * the oldest, and a type keeps the meaning that it had in its own chunk.
 */
import ts from "typescript";
import { isTypeWithValue } from "./cell-names";
import { applyRenames, type RenamedTypes, restoreTypes } from "./older-types";

/** Separates two chunks. */
const CHUNK_SEPARATOR = "//# older declarations end here\n";

/** Length from which the newest declarations become a chunk, because the converter processes them for every cell. */
const RECENT_LENGTH = 300;

/** Maximum length of two chunks that are joined, because every file costs a little too. */
const CHUNK_LENGTH = 6000;

/** Number of chunks above which those without a used name are dropped. */
const MAX_CHUNKS = 8;

/** Stored declarations, cut into chunks of which only the last one changes. */
export interface DeclarationChunks {
  /** The finished chunks, oldest first. */
  readonly older: readonly string[];
  /** The chunk to which the next cell adds. */
  readonly recent: string;
}

/** Splits stored declarations into their chunks. */
export function splitDeclarations(declarations: string): DeclarationChunks {
  const chunks = declarations.split(CHUNK_SEPARATOR);
  return { older: chunks.slice(0, -1), recent: chunks.at(-1) ?? "" };
}

/** Joins chunks into stored declarations. */
export function joinDeclarations(older: readonly string[], recent: string): string {
  return [...older, recent].join(CHUNK_SEPARATOR);
}

/** Cuts declarations into the chunks that the next cell is compiled with; long recent declarations become an older chunk. */
export function consolidateChunks(declarations: string): DeclarationChunks {
  const { older, recent } = splitDeclarations(declarations);
  if (recent.length < RECENT_LENGTH) return { older, recent };
  const last = older.at(-1) ?? "";
  const chunks = canJoin(last, recent) ? [...older.slice(0, -1), `${last}\n${recent}`] : [...older, recent];
  return { older: chunks.length > MAX_CHUNKS ? withoutUnused(chunks) : chunks, recent: "" };
}

/**
 * Returns the declarations after a cell of which only a part ran: variables that it assigned have their new type, all others the
 * type from before. A model that a long loop was training when it was stopped is therefore not lost.
 *
 * @param before declarations before the cell
 * @param left declarations that the whole cell would have left
 * @param assigned names that got a value while the cell ran
 */
export function declarationsAfterFailure(
  before: string,
  left: RenamedTypes,
  assigned: ReadonlySet<string>,
): string {
  const { declarations: after, renamed } = restoreTypes(left, assigned);
  const { older, recent } = splitDeclarations(after);
  const renamedTypes = new Set(renamed.values());
  const earlier = new Map<string, string[]>();
  for (const { name, text, isValue } of declarationsOf(
    applyRenames(consolidateChunks(before).recent, renamed),
  )) {
    if (isValue) earlier.set(name, [...(earlier.get(name) ?? []), text]);
  }
  const kept: string[] = [];
  const done = new Set<string>();
  for (const { name, text, isValue } of declarationsOf(recent)) {
    if (!isValue || assigned.has(name) || renamedTypes.has(name)) {
      kept.push(text);
    } else if (!done.has(name)) {
      kept.push(...(earlier.get(name) ?? []));
      done.add(name);
    }
  }
  return joinDeclarations(older, kept.map((text) => `${text}\n`).join(""));
}

/** Adds to the declarations after a cell those from before it that the converter loses: namespaces and `import x = require()`. */
export function restoreLostDeclarations(before: string, after: string): string {
  if (!/\b(?:namespace|module|global|require)\b/.test(before)) return after;
  const lost = new Map<string, string>();
  for (const statement of statementsOf(before)) {
    if (ts.isModuleDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) {
      lost.set(statement.getText(), statement.name.getText());
    }
  }
  for (const statement of statementsOf(after)) {
    lost.delete(statement.getText());
    const names = namesOf(statement);
    // A cell that adds to the global scope replaces no earlier addition.
    for (const [text, earlier] of lost) {
      if (earlier !== "global" && names.includes(earlier)) lost.delete(text);
    }
  }
  return after + [...lost.keys()].map((text) => `${text}\n`).join("");
}

/** Whether two chunks fit into one file without a change of meaning: no name that the newer declares occurs in the older. */
function canJoin(older: string, newer: string): boolean {
  if (older === "" || older.length + newer.length > CHUNK_LENGTH) return false;
  const occurring = new Set(wordsOf(older));
  return [...namesIn(newer)].every((name) => !occurring.has(name));
}

/** Drops chunks whose names were all redeclared and are mentioned by no chunk that stays. */
function withoutUnused(chunks: readonly string[]): string[] {
  const declared = chunks.map(namesIn);
  const used = new Set<number>();
  /** Marks the newest chunk up to `end` that declares a name as used, with all chunks that it needs. */
  const use = (name: string, end: number): void => {
    const found = declared.findLastIndex((names, at) => at <= end && names.has(name));
    if (found < 0 || used.has(found)) return;
    used.add(found);
    for (const word of wordsOf(chunks[found] as string)) use(word, found);
  };
  for (const names of declared) for (const name of names) use(name, chunks.length - 1);
  return chunks.filter((_, at) => used.has(at));
}

function wordsOf(declarations: string): readonly string[] {
  return declarations.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
}

function namesIn(declarations: string): Set<string> {
  const file = ts.createSourceFile("chunk.d.ts", declarations, ts.ScriptTarget.Latest, true);
  const names = new Set<string>();
  const add = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) add(name);
    } else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) add(name);
      if (namedBindings && ts.isNamespaceImport(namedBindings)) add(namedBindings.name);
      if (namedBindings && ts.isNamedImports(namedBindings))
        for (const { name } of namedBindings.elements) add(name);
    } else {
      const { name } = statement as ts.DeclarationStatement;
      if (name) add(name);
    }
  }
  return names;
}

/** The names that a statement declares. */
function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {};
    const bindings = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
    const namespace = namedBindings && ts.isNamespaceImport(namedBindings) ? [namedBindings] : [];
    return [...(name ? [name.text] : []), ...[...bindings, ...namespace].map((binding) => binding.name.text)];
  }
  const { name } = statement as ts.DeclarationStatement;
  return name === undefined ? [] : [name.getText()];
}

function statementsOf(declarations: string): ts.NodeArray<ts.Statement> {
  return ts.createSourceFile("cells.d.ts", declarations, ts.ScriptTarget.Latest, true).statements;
}

interface Declaration {
  readonly name: string;
  readonly text: string;
  /** False for types and imports, which nothing assigns at run time. */
  readonly isValue: boolean;
}

/** One entry for each variable, function, class, ... of a declaration file. */
function declarationsOf(declarations: string): Declaration[] {
  return statementsOf(declarations).flatMap((statement): Declaration[] => {
    if (ts.isVariableStatement(statement)) {
      const keyword = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
      return statement.declarationList.declarations.map((variable) => ({
        name: variable.name.getText(),
        text: `declare ${keyword} ${variable.getText()};`,
        isValue: true,
      }));
    }
    const isValue = ts.isFunctionDeclaration(statement) || isTypeWithValue(statement);
    const name = isValue ? ((statement as ts.DeclarationStatement).name?.text ?? "") : "";
    return [{ name, text: statement.getText(), isValue }];
  });
}
