/** Finds in the syntax tree of a cell what it declares at its top level. */
import ts from "typescript";
import type { Diagnostic } from "./types";
import { holdsEarlierCells } from "./virtual-files";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  /** 0 where a namespace holds types only. */
  getModuleInstanceState(node: ts.ModuleDeclaration): number;
};

/** The values that a cell declares at its top level, `var` in blocks among them. */
export function namesOfCell(file: ts.SourceFile): Map<string, ts.Symbol> {
  const { locals } = (ts.getOriginalNode(file) as { locals?: Map<ts.__String, ts.Symbol> }) ?? {};
  const names = new Map<string, ts.Symbol>();
  for (const symbol of new Set(locals?.values())) {
    const isValue = (symbol.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Alias)) !== 0;
    if (isValue && !symbol.declarations?.some(isModuleInQuotes)) {
      names.set(ts.unescapeLeadingUnderscores(symbol.escapedName), symbol);
    }
  }
  return names;
}

function isModuleInQuotes(declaration: ts.Declaration): boolean {
  return ts.isModuleDeclaration(declaration) && ts.isStringLiteral(declaration.name);
}

/** The declarations of a name as a value; an interface of the same name is none. */
export function valuesOf({ declarations = [] }: ts.Symbol): ts.Declaration[] {
  return declarations.filter(
    (declaration) =>
      !ts.isInterfaceDeclaration(declaration) &&
      !ts.isTypeAliasDeclaration(declaration) &&
      !(ts.isModuleDeclaration(declaration) && !isInstantiated(declaration)),
  );
}

/** Whether a declaration only says that there is a variable. */
export function isAmbient(declaration: ts.Declaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) !== 0;
}

/** Whether a name is declared by `var`. */
export function isVar({ flags }: ts.Symbol): boolean {
  return (flags & ts.SymbolFlags.FunctionScopedVariable) !== 0;
}

/**
 * A transformer for the declarations that a cell leaves: TypeScript's own lack what `var` declares in blocks and loops.
 *
 * @param flags of the type nodes
 */
export function varsInBlocks(
  checker: ts.TypeChecker,
  flags: ts.NodeBuilderFlags,
): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  return ({ factory }) =>
    (declarations) => {
      if (ts.isBundle(declarations)) return declarations;
      const cell = ts.getOriginalNode(declarations) as ts.SourceFile;
      const inBlocks = [...namesOfCell(cell)].filter(([, symbol]) => isVarInBlocks(symbol));
      const added = inBlocks.map(([name, symbol]) => {
        const type = checker.typeToTypeNode(checker.getTypeOfSymbol(symbol), cell, flags);
        return factory.createVariableStatement(
          [factory.createModifier(ts.SyntaxKind.DeclareKeyword)],
          factory.createVariableDeclarationList([
            factory.createVariableDeclaration(name, undefined, type ?? undefined),
          ]),
        );
      });
      return factory.updateSourceFile(declarations, [...declarations.statements, ...added]);
    };
}

/** Whether `var` declares a name in blocks and loops alone. */
export function isVarInBlocks(symbol: ts.Symbol): boolean {
  return isVar(symbol) && !symbol.declarations?.some(isOnTop);
}

/** Whether a variable is declared by a statement of the top level, and not in a block or the head of a loop. */
export function isOnTop(node: ts.Node): boolean {
  const statement = ts.findAncestor(node, ts.isVariableStatement);
  return statement !== undefined && ts.isSourceFile(statement.parent);
}

/** Whether a statement is `export { a, b }` or `export * from "module"`; `export {}` makes the cell a module. */
export function isExportOfNames(statement: ts.Statement): boolean {
  if (!ts.isExportDeclaration(statement)) return false;
  const { exportClause, moduleSpecifier } = statement;
  if (moduleSpecifier !== undefined) return true;
  return exportClause !== undefined && ts.isNamedExports(exportClause) && exportClause.elements.length > 0;
}

/** The names that an import declares. */
export function importedNames({ importClause }: ts.ImportDeclaration): ts.Identifier[] {
  const { name, namedBindings, isTypeOnly = false } = importClause ?? {};
  if (isTypeOnly) return [];
  const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return [
    ...(name ? [name] : []),
    ...(namedBindings && ts.isNamespaceImport(namedBindings) ? [namedBindings.name] : []),
    ...named.filter((element) => !element.isTypeOnly).map((element) => element.name),
  ];
}

/** The names to copy to `exports` after a statement of the top level; of variables only those of `using` are left here. */
export function declaredAfter(statement: ts.Statement): string[] {
  if (isDeclare(statement)) return [];
  if (ts.isVariableStatement(statement)) {
    const { declarations } = statement.declarationList;
    return declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  if (ts.isModuleDeclaration(statement)) {
    return ts.isIdentifier(statement.name) && isInstantiated(statement) ? [statement.name.text] : [];
  }
  const isNamed =
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference));
  return isNamed && statement.name ? [statement.name.text] : [];
}

/** Whether a statement begins with `declare`. */
export function isDeclare(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

/** Whether a declared type is a value too, which is there once its declaration has run. */
export function isTypeWithValue(statement: ts.Statement): boolean {
  if (ts.isModuleDeclaration(statement)) return isInstantiated(statement);
  return ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
}

/** Whether a namespace holds more than types. */
function isInstantiated(space: ts.ModuleDeclaration): boolean {
  // TypeScript sets the parents of the nodes that it is asked about, which those made here must not have.
  return internals.getModuleInstanceState(ts.getOriginalNode(space) as ts.ModuleDeclaration) !== 0;
}

/** Whether a name is a variable of an earlier cell; what one declared in `declare global` is found by its bare name. */
export function isEarlier(symbol: ts.Symbol): boolean {
  return (
    symbol.declarations?.some(
      (declaration) =>
        holdsEarlierCells(declaration.getSourceFile().fileName) &&
        ts.findAncestor(declaration.parent, ts.isModuleDeclaration) === undefined,
    ) ?? false
  );
}

/** Whether a name stands within the class, enum or namespace that it names. */
export function isInBodyOf(node: ts.Node, { declarations = [] }: ts.Symbol): boolean {
  const bodies = declarations.filter(
    (declaration) =>
      ts.isClassDeclaration(declaration) ||
      ts.isEnumDeclaration(declaration) ||
      ts.isModuleDeclaration(declaration),
  );
  return bodies.some((body) => ts.findAncestor(node, (ancestor) => ancestor === body) !== undefined);
}

/** The first name that a list of declarations has, which may be within a pattern. */
export function firstName({ declarations }: ts.VariableDeclarationList): ts.Identifier | undefined {
  const firstOf = (name: ts.BindingName): ts.Identifier | undefined => {
    if (ts.isIdentifier(name)) return name;
    for (const element of name.elements) {
      const found = ts.isBindingElement(element) ? firstOf(element.name) : undefined;
      if (found) return found;
    }
    return undefined;
  };
  for (const { name } of declarations) {
    const found = firstOf(name);
    if (found) return found;
  }
  return undefined;
}

// Names that a cell cannot declare, since what the compiler makes of it uses them.

const RESERVED = /^(?:exports|require)$/;

/** TypeScript says this of CommonJS alone, which a cell becomes only after it was checked. */
const CODE = 2441;

/** What declarations of such names outside of functions are complained of, as TypeScript does in a module. */
export function reservedNames(code: string): Diagnostic[] {
  if (!/\b(?:exports|require)\b/.test(code)) return [];
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  return file.statements.flatMap(namesOf).flatMap((name) => {
    if (!ts.isIdentifier(name) || !RESERVED.test(name.text)) return [];
    const from = file.getLineAndCharacterOfPosition(name.getStart(file));
    const message = `Duplicate identifier '${name.text}'. Compiler reserves name '${name.text}' in top level scope of a module.`;
    return [
      {
        line: from.line,
        column: from.character,
        endLine: from.line,
        endColumn: from.character + name.text.length,
        message,
        code: CODE,
        fileName: undefined,
      },
    ];
  });
}

/** The names of the values that a statement declares; imports are known by those of their modules. */
function namesOf(statement: ts.Statement): ts.Node[] {
  if (isDeclare(statement)) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement);
  return isNamed && statement.name ? [statement.name] : [];
}

function boundBy(name: ts.BindingName): ts.Node[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundBy(element.name) : []));
}
