/**
 * Stores the declarations of all cells as text, cut into chunks.
 *
 * TypeScript reads, and the converter writes, the declarations of all earlier cells for each cell. Older declarations are therefore
 * set apart in chunks that are parsed once, so that cell 200 costs as much as cell 2. Names are looked up from the newest chunk to
 * the oldest, and a type keeps the meaning that it had in its own chunk.
 */
import ts from "typescript";
import { declaredBy } from "../cell-names";

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
  return new Set(file.statements.flatMap(declaredBy).map(({ text }) => text));
}
