/**
 * Makes TypeScript write full declarations of a cell or a local module.
 *
 * Later cells know values by these declarations alone. TypeScript would write `any` for a type that its package does not export, and
 * nothing at all where it finds an error.
 */
import ts from "typescript";
import { isVirtualFile } from "../virtual-files";

/** The emit of a program with its internal last argument, by which declarations are written even where they have errors. */
export type ForcedEmit = (
  ...args: [...Parameters<ts.Program["emit"]>, forceDtsEmit: boolean]
) => ts.EmitResult;

/** Returns the declarations of a local module of the program; the text of JSON. */
export function declarationsOf(path: string, program: ts.Program): string {
  const file = program.getSourceFile(path);
  if (!file || path.endsWith(".json")) return file?.text ?? "";
  patchResolver(program.getTypeChecker());
  let declarations = "";
  const take: ts.WriteFileCallback = (_name, text) => {
    declarations = text;
  };
  (program.emit as ForcedEmit)(file, take, undefined, true, undefined, true);
  return declarations;
}

/** The node builder's flag that lets `import("../node_modules/...")` stand for a type without a better name. */
const ALLOW_NODE_MODULES_PATHS = 1 << 26;
export const TYPE_NODES: ts.NodeBuilderFlags = ALLOW_NODE_MODULES_PATHS | ts.NodeBuilderFlags.NoTruncation;

/**
 * Changes two answers of the checker during emit. Types that only a path into a package can name get that path instead of `any`.
 * Members of a cell's `const enum` are not replaced by their values, which a later cell may redeclare.
 */
export function patchResolver(checker: ts.TypeChecker): void {
  type Create = (...args: unknown[]) => unknown;
  type Resolver = Record<string, Create>;
  const patched = checker as unknown as { getEmitResolver(...args: unknown[]): Resolver };
  const getEmitResolver = patched.getEmitResolver;
  // Arguments before the flags: the node and its enclosing declaration.
  const allow =
    (create: Create): Create =>
    (node, enclosing, flags, ...rest) =>
      create(node, enclosing, (flags as number) | ALLOW_NODE_MODULES_PATHS, ...rest);
  patched.getEmitResolver = (...args) => {
    const resolver = getEmitResolver(...args);
    const result = { ...resolver };
    for (const name of [
      "createTypeOfDeclaration",
      "createReturnTypeOfSignatureDeclaration",
      "createTypeOfExpression",
    ])
      result[name] = allow(resolver[name] as Create);
    result.getConstantValue = (node, ...rest) =>
      isOfCell(checker, node as ts.Node) ? undefined : resolver.getConstantValue?.(node, ...rest);
    return result;
  };
}

/** Whether `Mode.Fast` or `Mode["Fast"]` is a member of an enum of a cell. */
function isOfCell(checker: ts.TypeChecker, node: ts.Node): boolean {
  const access = ts.getOriginalNode(node);
  if (!ts.isPropertyAccessExpression(access) && !ts.isElementAccessExpression(access)) return false;
  const member = ts.isPropertyAccessExpression(access) ? access.name : access.argumentExpression;
  const declaration = checker.getSymbolAtLocation(member)?.valueDeclaration;
  return declaration !== undefined && isVirtualFile(declaration.getSourceFile().fileName);
}
