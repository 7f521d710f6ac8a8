/**
 * Decides which names of a cell a later cell can declare: those that its functions use and no cell has declared.
 *
 * Such a name means the notebook's variable if there is one when the function runs, and else the global. At the top level of a cell,
 * where code runs at once, an unknown name is an error.
 */
import ts from "typescript";
import { CELL } from "./virtual-files";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  isExpressionNode(node: ts.Node): boolean;
  getTokenAtPosition(file: ts.SourceFile, position: number): ts.Node;
};
interface InternalChecker extends ts.TypeChecker {
  resolveName(
    name: string,
    location: ts.Node | undefined,
    meaning: ts.SymbolFlags,
    excludeGlobals: boolean,
  ): ts.Symbol | undefined;
}

/** Names that no cell can declare, or that TypeScript does not look up as variables. */
const UNDECLARABLE: ReadonlySet<string> = new Set([
  "arguments",
  "eval",
  "exports",
  "globalThis",
  "require",
  "undefined",
  "__proto__",
]);

/** Whether a name stands for a value inside a function, where a later cell can declare it. */
export function isDeclarableLater(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node) || !(node.parent as ts.Node | undefined)) return false;
  const { parent } = node;
  if (UNDECLARABLE.has(node.text) || ts.isMetaProperty(parent)) return false;
  const isTag = ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent);
  if (isTag && parent.tagName === node) return false;
  const isValue = ts.isShorthandPropertyAssignment(parent) || internals.isExpressionNode(node);
  return isValue && isInFunction(node);
}

/** Whether a name that a later cell can declare is one of the global scope, or of none. */
export function isGlobalOrUnknown(
  checker: ts.TypeChecker,
  { text }: ts.Identifier,
  symbol: ts.Symbol | undefined,
): boolean {
  if (symbol === undefined) return true;
  return (checker as InternalChecker).resolveName(text, undefined, ts.SymbolFlags.Value, false) === symbol;
}

/** Whether code runs when a function is called or an object is made, and not where it stands. */
export function isInFunction(node: ts.Node): boolean {
  for (let child = node; child.parent as ts.Node | undefined; child = child.parent) {
    const { parent } = child;
    const isPart = (part: ts.Node | undefined): boolean => part === child;
    if (ts.isFunctionLike(parent) && !isPart(parent.name) && !ts.isDecorator(child)) return true;
    if (ts.isPropertyDeclaration(parent) && isPart(parent.initializer) && !isStatic(parent)) return true;
  }
  return false;
}

function isStatic(member: ts.PropertyDeclaration): boolean {
  return member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

/** TypeScript's codes for an unknown name, of which some advise what it could mean. */
const UNKNOWN_NAME: ReadonlySet<number> = new Set([
  2304, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2662, 2663, 18004,
]);

/** Returns the name where an error is about one that a later cell can declare; undefined for other errors. */
function laterNameIn({ file, start, code }: ts.Diagnostic): ts.Identifier | undefined {
  if (!UNKNOWN_NAME.has(code) || start === undefined || !file?.fileName.endsWith(CELL)) return undefined;
  const node = internals.getTokenAtPosition(file, start);
  return isDeclarableLater(node) ? node : undefined;
}

/** Divides the errors of a cell into those for which it is refused and hints, one for each name that a later cell can declare. */
export function divideErrors(errors: readonly ts.Diagnostic[]): {
  readonly refused: readonly ts.Diagnostic[];
  readonly hints: readonly ts.Diagnostic[];
} {
  const refused: ts.Diagnostic[] = [];
  const hints = new Map<string, ts.Diagnostic>();
  for (const error of errors) {
    const name = laterNameIn(error);
    if (!name) refused.push(error);
    else if (!hints.has(name.text) && !ts.isTypeOfExpression(name.parent))
      hints.set(name.text, asHint(error));
  }
  return { refused, hints: [...hints.values()] };
}

function asHint(error: ts.Diagnostic): ts.Diagnostic {
  const message = ts.flattenDiagnosticMessageText(error.messageText, "\n");
  return {
    ...error,
    category: ts.DiagnosticCategory.Warning,
    messageText: `${message} Until a cell declares it, the function fails there.`,
  };
}
