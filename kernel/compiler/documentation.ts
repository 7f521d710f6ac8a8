/**
 * Declarations without their doc comments, which are read again when somebody asks for one.
 *
 * Of the language's and Node's declarations the comments are two thirds of the text and, parsed, a third of what is kept
 * of them.
 */
import ts from "typescript";

/** Where TypeScript keeps the doc comments in front of a node, and whether one says that it is deprecated. */
type Documented = { -readonly [key in keyof ts.Node]: ts.Node[key] } & { jsDoc?: ts.JSDoc[] };

/** A declaration file as TypeScript reads it, but for its comments, in half of the time. */
export function parseUndocumented(
  path: string,
  whole: string,
  options: ts.CreateSourceFileOptions,
): ts.SourceFile {
  const text = withoutComments(whole);
  const { ParseNone: jsDocParsingMode } = ts.JSDocParsingMode;
  const file = ts.createSourceFile(path, text, { ...options, jsDocParsingMode });
  // Completion ranks what is deprecated last.
  for (const { index } of text.matchAll(/@deprecated\b/g)) deprecate(file, index, file);
  return file;
}

/** Marks the outermost node that a place in a comment stands before. */
function deprecate(node: ts.Node, place: number, file: ts.SourceFile): void {
  ts.forEachChild(node, (child) => {
    if (place < child.pos || place >= child.end) return;
    if (place >= child.getStart(file)) deprecate(child, place, file);
    else (child as Documented).flags |= DEPRECATED;
  });
}

// An internal of stock TypeScript that the public declarations leave out.
const { Deprecated: DEPRECATED } = ts.NodeFlags as unknown as { Deprecated: ts.NodeFlags };

/**
 * Gives a file that was parsed undocumented its comments back.
 *
 * They stay part of the text that they were read from, so that the names and links in them are found there.
 *
 * @param whole its text with comments
 * @returns the nodes with comments in their text, by those without
 */
export function document(file: ts.SourceFile, whole: string): WeakMap<ts.Node, ts.Node> {
  const documented = new WeakMap<ts.Node, ts.Node>();
  const original = ts.createSourceFile(file.fileName, whole, file.languageVersion, true);
  alongside(file, original, (node, counterpart) => {
    documented.set(node, counterpart);
    if (counterpart.jsDoc) node.jsDoc = counterpart.jsDoc;
  });
  return documented;
}

/** The same text without comments, but for those that name other files and the word that something is deprecated. */
export function withoutComments(text: string): string {
  const bare = text.replace(STRING_OR_COMMENT, (part) => {
    if (!part.startsWith("/") || part.startsWith("///")) return part;
    if (/@deprecated\b/.test(part)) return "/*@deprecated*/";
    return part.includes("\n") ? "\n" : "";
  });
  return bare.replace(/\s*\n\s*/g, "\n");
}

const STRING_OR_COMMENT =
  /`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/.*/g;

/** Visits the nodes of two trees that differ by comments alone. */
function alongside(
  node: ts.Node,
  other: ts.Node,
  visit: (node: Documented, other: Documented) => void,
): void {
  // The file may have changed on the disk since.
  if (node.kind !== other.kind) return;
  visit(node, other);
  const others = childrenOf(other);
  for (const [at, child] of childrenOf(node).entries()) {
    const counterpart = others[at];
    if (counterpart) alongside(child, counterpart, visit);
  }
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}
