/**
 * Explains a name for a front end: its signature, documentation and declaration, and the summary of its value.
 *
 * `quickInfoAt` finds the signature as TypeScript's language service does, but without a language service.
 */
import ts from "typescript";
import type { SourceFiles } from "./source-files";
import type { Explanation } from "./types";

// Internals of stock TypeScript that the public declarations leave out.
interface Internals {
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
  SymbolDisplay: {
    getSymbolModifiers(checker: ts.TypeChecker, symbol: ts.Symbol): string;
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: ts.TypeChecker,
      symbol: ts.Symbol,
      file: ts.SourceFile,
      enclosing: ts.Node | undefined,
      location: ts.Node,
    ): Pick<ts.QuickInfo, "displayParts" | "documentation" | "tags"> & { symbolKind: ts.ScriptElementKind };
  };
}

const internals = ts as unknown as typeof ts & Internals;

/** A quick info that holds the declaration too. */
interface DeclaredInfo extends ts.QuickInfo {
  /** The source text of the declaration, cut after {@link MAX_DECLARATION_LINES} lines. */
  readonly declaration?: string;
}

/** Implements `getQuickInfoAtPosition` of tslab's fork; returns undefined where there is no known name. */
export function quickInfoAt(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  position: number,
  sources: SourceFiles,
): DeclaredInfo | undefined {
  let node = internals.getTouchingPropertyName(file, position);
  if (node.parent && ts.isNewExpression(node.parent) && node.pos === node.parent.pos)
    node = node.parent.expression;
  const symbol = node === file ? undefined : checker.getSymbolAtLocation(node);
  if (!symbol) {
    // Among the arguments of a call, where there is no name, the function is explained.
    const before = internals.findPrecedingToken(position, file);
    const callee = calleeAround(node, position) ?? (before && calleeAround(before, position));
    return callee && quickInfoAt(file, checker, callee.getEnd() - 1, sources);
  }
  if ((checker as unknown as { isUnknownSymbol(s: ts.Symbol): boolean }).isUnknownSymbol(symbol)) {
    return undefined;
  }
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  restoreDocumentation(meant, checker, sources);
  const shown = internals.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    node.parent,
    node,
  );
  return {
    kind: shown.symbolKind,
    kindModifiers: internals.SymbolDisplay.getSymbolModifiers(checker, symbol),
    textSpan: { start: node.getStart(file), length: node.getWidth(file) },
    displayParts: shown.displayParts,
    documentation: shown.documentation,
    tags: shown.tags,
    declaration: declarationOf(meant, sources),
  };
}

/** Turns TypeScript's quick info into plain texts. */
export function explanationOf({ displayParts, documentation, tags, declaration }: DeclaredInfo): Explanation {
  const text = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
    (parts ?? []).map((part) => part.text).join("");
  return {
    signature: text(displayParts),
    documentation: text(documentation),
    tags: (tags ?? []).map((tag) => ({ name: tag.name, text: text(tag.text) })),
    declaration: declaration ?? "",
  };
}

/**
 * Writes an explanation in plain text and in Markdown.
 *
 * @param found the compiler's explanation, if any
 * @param summary of the value, if any
 */
export function explanationBundle(
  found: Explanation | undefined,
  summary: string | undefined,
  withDeclaration: boolean,
): Record<"text/plain" | "text/markdown", string> {
  const { signature = "", documentation = "", tags = [], declaration = "" } = found ?? {};
  const shown = withDeclaration ? declaration : "";
  const plainTags = tags.map(({ name, text }) => `@${name} ${text}`.trimEnd()).join("\n");
  return {
    "text/plain": paragraphs(signature, documentation, plainTags, shown, summary ?? ""),
    "text/markdown": paragraphs(
      fenced("ts", signature),
      withLinks(documentation),
      tags.map(markdownOf).join("\n"),
      fenced("ts", shown),
      fenced("text", summary ?? ""),
    ),
  };
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

function fenced(language: string, text: string): string {
  if (text === "") return "";
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Writes a tag as an entry of a list; an example becomes a code block unless its author made one. */
function markdownOf({ name, text }: Explanation["tags"][number]): string {
  if (name === "example") return `- *@example*\n\n${text.includes("```") ? text : fenced("ts", text)}\n`;
  const [, parameter, rest] = /^([\w$.]+)\s+(?:-\s*)?([\s\S]*)$/.exec(text) ?? [];
  const isNamed = parameter !== undefined && ["param", "template", "typeParam", "property"].includes(name);
  const said = withLinks(isNamed ? `\`${parameter}\`: ${rest}` : text);
  return `- *@${name}* ${said.replace(/\n/g, "\n  ")}`.trimEnd();
}

/** Replaces `{@link name text}` by Markdown. */
function withLinks(text: string): string {
  return text.replace(
    /\{@link(?:code|plain)?\s+([^}|\s]+)(?:\s*\|\s*|\s+)?([^}]*)\}/g,
    (_, target, label) => {
      const shown = String(label).trim() || String(target);
      return /^https?:/.test(target) ? `[${shown}](${target})` : `\`${shown}\``;
    },
  );
}

/** Lines of a declaration that are shown. */
const MAX_DECLARATION_LINES = 100;

/**
 * Returns the source text of a declaration.
 *
 * @param symbol that the name means, no alias
 */
function declarationOf(symbol: ts.Symbol, sources: SourceFiles): string | undefined {
  const [node] = symbol.declarations ?? [];
  if (!node) return undefined;
  const whole = sources.withComments(ts.isVariableDeclaration(node) ? node.parent.parent : node);
  const lines = whole.getText().split("\n");
  if (lines.length <= MAX_DECLARATION_LINES) return lines.join("\n");
  return [
    ...lines.slice(0, MAX_DECLARATION_LINES),
    `... ${lines.length - MAX_DECLARATION_LINES} more lines`,
  ].join("\n");
}

/** Restores the comments of a symbol before TypeScript looks for them, which it does once for each symbol. */
function restoreDocumentation(
  { declarations = [] }: ts.Symbol,
  checker: ts.TypeChecker,
  sources: SourceFiles,
): void {
  for (const declaration of declarations) sources.withComments(declaration);
  if (declarations.some((declaration) => ts.getJSDocCommentsAndTags(declaration).length > 0)) return;
  for (const { parent } of declarations) restoreBaseDocumentation(parent, checker, sources);
}

/** Restores the comments of base classes and interfaces, from which a member without a comment inherits one. */
function restoreBaseDocumentation(type: ts.Node, checker: ts.TypeChecker, sources: SourceFiles): void {
  if (!ts.isClassLike(type) && !ts.isInterfaceDeclaration(type)) return;
  for (const base of (type.heritageClauses ?? []).flatMap(({ types }) => types)) {
    for (const declaration of checker.getTypeAtLocation(base).symbol?.declarations ?? []) {
      sources.withComments(declaration);
      restoreBaseDocumentation(declaration, checker, sources);
    }
  }
}

/** Returns the function name in the innermost call whose parentheses hold the position. */
function calleeAround(node: ts.Node, position: number): ts.Node | undefined {
  for (let at: ts.Node | undefined = node; at && !ts.isSourceFile(at); at = at.parent) {
    if (!ts.isCallExpression(at) && !ts.isNewExpression(at)) continue;
    const { expression } = at;
    if (position <= expression.getEnd()) continue;
    if (ts.isIdentifier(expression)) return expression;
    return ts.isPropertyAccessExpression(expression) ? expression.name : undefined;
  }
  return undefined;
}
