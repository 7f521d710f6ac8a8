/**
 * Reads the notebook's values without running code of the notebook: it follows expressions over plain properties, never over a
 * getter or a proxy, except the getters of danfojs, which are known to change nothing.
 */
import { isProxy } from "node:util/types";
import ts from "typescript";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  isExpressionNode(node: ts.Node): boolean;
};

/** A value that is known, which may be `undefined`. */
export interface LiveValue {
  readonly value: unknown;
}

/** Parses a cell, or a part of one, so that {@link valueOfExpression} can evaluate its expressions. */
export function parseCell(code: string): ts.SourceFile {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  internals.bindSourceFile(file, {});
  return file;
}

/** Returns the current value of an expression of a parsed cell; undefined where only running it would give one. */
export function valueOfExpression(expression: ts.Node, variables: object): LiveValue | undefined {
  if (ts.isIdentifier(expression))
    return isLocal(expression) ? undefined : valueNamed(expression.text, variables);
  if (ts.isPropertyAccessExpression(expression)) {
    const owner = valueOfExpression(expression.expression, variables);
    return owner && propertyOf(owner.value, expression.name.text);
  }
  if (ts.isElementAccessExpression(expression)) {
    const owner = valueOfExpression(expression.expression, variables);
    const key = owner && keyOf(expression.argumentExpression, variables);
    return key === undefined ? undefined : propertyOf(owner?.value, key);
  }
  const isWrapped =
    ts.isParenthesizedExpression(expression) ||
    ts.isNonNullExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression);
  return isWrapped ? valueOfExpression(expression.expression, variables) : undefined;
}

/** Returns the value of the variable or member that is named at a position of a cell, also in its declaration. */
export function valueAt(
  variables: object,
  code: string,
  offset: number,
): (LiveValue & { readonly name: string }) | undefined {
  const file = parseCell(code);
  const before = internals.findPrecedingToken(offset, file);
  // Right after a bracket the element is meant.
  const isBehind = before?.kind === ts.SyntaxKind.CloseBracketToken && before.end === offset;
  const node = isBehind ? before : internals.getTouchingPropertyName(file, offset);
  if (ts.isSourceFile(node)) return undefined;
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  const isKey =
    ts.isElementAccessExpression(parent) &&
    (isBehind || (parent.argumentExpression === node && !ts.isIdentifier(node)));
  const name = ts.isIdentifier(node) || ts.isStringLiteral(node) ? node.text : "";
  const named = (expression: ts.Node) => {
    const found = valueOfExpression(expression, variables);
    return found && { ...found, name };
  };
  if (isMember || isKey) return named(parent);
  const isDeclared =
    (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) && parent.name === node;
  if (!ts.isIdentifier(node) || !(isDeclared || internals.isExpressionNode(node))) return undefined;
  return named(node);
}

/** Returns a property of a value or its prototypes; undefined where there is none, or only behind a getter or a proxy. */
export function propertyOf(value: unknown, name: string): LiveValue | undefined {
  // Node defines the global `process` by a getter.
  if (value === globalThis && name === "process") return { value: process };
  try {
    for (const each of prototypeChain(value)) {
      const found = Object.getOwnPropertyDescriptor(each, name);
      if (!found) continue;
      if ("value" in found) return { value: found.value };
      if (isFrameGetter(value, each, name)) return { value: found.get?.call(value) };
      return each === value ? propertyOfModule(each, name) : undefined;
    }
  } catch {
    // A module that has not run yet throws where its names are read.
  }
  return undefined;
}

/** Yields a value as an object and then its prototypes, down to the language's own; ends at a proxy. */
export function* prototypeChain(value: unknown): Generator<object> {
  if (value === null || value === undefined) return;
  for (let at: object | null = Object(value); at && !isProxy(at); at = Object.getPrototypeOf(at)) yield at;
}

/** Whether a value has the fields of a danfojs frame or series, and is of its classes. */
export function isDanfojs(value: unknown): value is object {
  return (
    [...prototypeChain(value)].some((each) => constructorName(each) === "NDframe") &&
    Array.isArray(propertyOf(value, "$columns")?.value)
  );
}

/** Returns the name of the class whose prototype an object is. */
export function constructorName(prototype: object): string | undefined {
  const owner: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof owner !== "function" || isProxy(owner)) return undefined;
  const name: unknown = Object.getOwnPropertyDescriptor(owner, "name")?.value;
  return typeof name === "string" && name !== "" ? name : undefined;
}

function keyOf(argument: ts.Expression, variables: object): string | undefined {
  if (ts.isStringLiteralLike(argument) || ts.isNumericLiteral(argument)) return argument.text;
  const key = valueOfExpression(argument, variables)?.value;
  return typeof key === "string" || typeof key === "number" ? String(key) : undefined;
}

/** Whether a name means a parameter or a variable of a block or function. */
function isLocal(name: ts.Identifier): boolean {
  for (let at: ts.Node = name; !ts.isSourceFile(at); at = at.parent) {
    const { locals } = at as ts.Node & { locals?: ReadonlyMap<ts.__String, unknown> };
    if (locals?.has(name.escapedText)) return true;
  }
  return false;
}

function valueNamed(name: string, variables: object): LiveValue | undefined {
  if (Object.hasOwn(variables, name)) return { value: (variables as Record<string, unknown>)[name] };
  return propertyOf(globalThis, name);
}

/** Getters of danfojs that only return the contents of a frame. */
const FRAME_GETTERS = new Set(
  "axis columns config ctypes dt dtype dtypes index ndim shape size str values".split(" "),
);
const FRAME_CLASSES = new Set(["NDframe", "DataFrame", "Series"]);

/**
 * Whether a getter is one of danfojs that changes nothing.
 *
 * @param owner the frame or the prototype that has the getter
 */
function isFrameGetter(value: unknown, owner: object, name: string): boolean {
  if (!isDanfojs(value)) return false;
  if (owner !== value) return FRAME_GETTERS.has(name) && FRAME_CLASSES.has(constructorName(owner) ?? "");
  const columns = propertyOf(value, "$columns")?.value;
  return Array.isArray(columns) && columns.includes(name);
}

/** Returns a property of a CommonJS module that was imported whole: its getters read from `default`, the module itself. */
function propertyOfModule(namespace: object, name: string): LiveValue | undefined {
  const module: unknown = Object.getOwnPropertyDescriptor(namespace, "default")?.value;
  const found =
    module === null || isProxy(module) ? undefined : Object.getOwnPropertyDescriptor(Object(module), name);
  return found && "value" in found ? { value: found.value } : undefined;
}
