/** Signature and documentation of a name, without the language service that stock TypeScript wants for it. */
import * as ts from "typescript";

// Internals of stock TypeScript that the public declarations leave out.
interface Internals {
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
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

/** What tslab's fork offers under the name `getQuickInfoAtPosition`; undefined where there is no known name. */
export function quickInfoAt(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  _cancellation: unknown,
  position: number,
): ts.QuickInfo | undefined {
  let node = internals.getTouchingPropertyName(file, position);
  if (node === file) return undefined;
  if (ts.isNewExpression(node.parent) && node.pos === node.parent.pos) node = node.parent.expression;
  const symbol = checker.getSymbolAtLocation(node);
  if (!symbol || (checker as unknown as { isUnknownSymbol(s: ts.Symbol): boolean }).isUnknownSymbol(symbol)) {
    return undefined;
  }
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
  };
}
