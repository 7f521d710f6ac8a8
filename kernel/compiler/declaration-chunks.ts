/**
 * The declarations that cells left, cut into chunks of which only the last one changes.
 *
 * TypeScript reads, and the converter writes, the declarations of all earlier cells for each cell. So that the two hundredth
 * cell costs what the second did, older declarations are set apart in files that are read once. Names are looked
 * up from the newest chunk to the oldest, and a type keeps the meaning it had in the chunk that it is written in.
 */
import ts from "typescript";

const MARK = "//# older declarations end here\n";
/** Length from which the newest declarations are set apart: the converter works over each of them for every cell. */
const RECENT_LENGTH = 300;
/** Length up to which older ones are put together: every file costs a little too. */
const CHUNK_LENGTH = 6000;
const MANY_CHUNKS = 8;

export interface DeclarationChunks {
  /** Oldest first. */
  readonly older: readonly string[];
  /** What the next cell adds to. */
  readonly recent: string;
}

export function splitDeclarations(declarations: string): DeclarationChunks {
  const chunks = declarations.split(MARK);
  return { older: chunks.slice(0, -1), recent: chunks.at(-1) ?? "" };
}

export function joinDeclarations(older: readonly string[], recent: string): string {
  return [...older, recent].join(MARK);
}

/** The chunks that the next cell is compiled with. */
export function rollUp(declarations: string): DeclarationChunks {
  const { older, recent } = splitDeclarations(declarations);
  if (recent.length < RECENT_LENGTH) return { older, recent };
  const last = older.at(-1) ?? "";
  const chunks = canJoin(last, recent) ? [...older.slice(0, -1), `${last}\n${recent}`] : [...older, recent];
  return { older: chunks.length > MANY_CHUNKS ? withoutUnused(chunks) : chunks, recent: "" };
}

/** Whether every name of both keeps its meaning in one file: none that the newer declares occurs in the older. */
function canJoin(older: string, newer: string): boolean {
  if (older === "" || older.length + newer.length > CHUNK_LENGTH) return false;
  const occurring = new Set(wordsOf(older));
  return [...namesOf(newer)].every((name) => !occurring.has(name));
}

function wordsOf(declarations: string): readonly string[] {
  return declarations.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
}

/** Leaves out chunks of which every name was declared anew and none is mentioned by a chunk that stays. */
function withoutUnused(chunks: readonly string[]): string[] {
  const declared = chunks.map(namesOf);
  const used = new Set<number>();
  /** The chunk that a name means, seen from after `end`. */
  const use = (name: string, end: number): void => {
    const found = declared.findLastIndex((names, at) => at <= end && names.has(name));
    if (found < 0 || used.has(found)) return;
    used.add(found);
    for (const word of wordsOf(chunks[found] as string)) use(word, found);
  };
  for (const names of declared) for (const name of names) use(name, chunks.length - 1);
  return chunks.filter((_, at) => used.has(at));
}

function namesOf(declarations: string): Set<string> {
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
