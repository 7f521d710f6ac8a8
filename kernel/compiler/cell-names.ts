/** Finds the names that a cell declares at its top level, in its syntax tree and its symbols, and rejects reserved ones. */
import ts from "typescript";
import type { Diagnostic } from "./types";
import { holdsEarlierCells } from "./virtual-files";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  /** Returns 0 where a namespace holds types only. */
  getModuleInstanceState(node: ts.ModuleDeclaration): number;
};

/** Returns the values that a cell declares at its top level, including `var` in blocks. */
export function declaredSymbols(file: ts.SourceFile): Map<string, ts.Symbol> {
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

/** Returns the declarations of a name as a value, without an interface or type of the same name. */
export function valueDeclarations({ declarations = [] }: ts.Symbol): ts.Declaration[] {
  return declarations.filter(
    (declaration) =>
      !ts.isInterfaceDeclaration(declaration) &&
      !ts.isTypeAliasDeclaration(declaration) &&
      !(ts.isModuleDeclaration(declaration) && !isInstantiated(declaration)),
  );
}

/** Whether a declaration only states that a variable exists, as `declare` does. */
export function isAmbient(declaration: ts.Declaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) !== 0;
}

/** Whether a name is declared by `var`. */
export function isVar({ flags }: ts.Symbol): boolean {
  return (flags & ts.SymbolFlags.FunctionScopedVariable) !== 0;
}

/**
 * Makes a transformer that adds the variables of `var` in blocks and loops to a cell's declarations, where TypeScript omits them.
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
      const inBlocks = [...declaredSymbols(cell)].filter(([, symbol]) => isVarInBlocks(symbol));
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

/** Whether a name is declared by `var`, and only in blocks and loops. */
export function isVarInBlocks(symbol: ts.Symbol): boolean {
  return isVar(symbol) && !symbol.declarations?.some(isTopLevelVariable);
}

/** Whether a variable is declared by a top-level statement, and not in a block or the head of a loop. */
export function isTopLevelVariable(node: ts.Node): boolean {
  const statement = ts.findAncestor(node, ts.isVariableStatement);
  return statement !== undefined && ts.isSourceFile(statement.parent);
}

/** Whether a statement is `export { a, b }` or `export * from "module"`; `export {}`, which only marks a module, is not. */
export function isExportOfNames(statement: ts.Statement): boolean {
  if (!ts.isExportDeclaration(statement)) return false;
  const { exportClause, moduleSpecifier } = statement;
  if (moduleSpecifier !== undefined) return true;
  return exportClause !== undefined && ts.isNamedExports(exportClause) && exportClause.elements.length > 0;
}

/** Returns the values that an import declares. */
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

/** Returns the names to copy to `exports` after a top-level statement; variables except those of `using` were rewritten before. */
export function namesToExport(statement: ts.Statement): string[] {
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

/** Whether a statement runs no code where it stands: types, imports, and the export list that the converter appends. */
export function isErased(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement)) return true;
  return isDeclare(statement);
}

/** Whether a declared type is also a value, which exists once its declaration has run. */
export function isTypeWithValue(statement: ts.Statement): boolean {
  if (ts.isModuleDeclaration(statement)) return isInstantiated(statement);
  return ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
}

/** Whether a namespace holds more than types. */
function isInstantiated(space: ts.ModuleDeclaration): boolean {
  // TypeScript sets the parents of the nodes that it examines, and nodes made here must not have any.
  return internals.getModuleInstanceState(ts.getOriginalNode(space) as ts.ModuleDeclaration) !== 0;
}

/** Whether a name is a variable of an earlier cell; names declared in `declare global` are not, they stay as they are written. */
export function isFromEarlierCell(symbol: ts.Symbol): boolean {
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

/** Names that a cell cannot declare, because its compiled code uses them. */
const RESERVED = /^(?:exports|require)$/;

/** TypeScript's code for a reserved name. It reports one only in CommonJS, which a cell becomes after it was checked. */
const RESERVED_NAME_CODE = 2441;

/** Returns an error for each top-level declaration of a reserved name, in the words of TypeScript. */
export function reservedNames(code: string): Diagnostic[] {
  if (!/\b(?:exports|require)\b/.test(code)) return [];
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const statements = file.statements.filter((statement) => !isErased(statement));
  return statements.flatMap(declaredBy).flatMap((name) => {
    if (!RESERVED.test(name.text)) return [];
    const from = file.getLineAndCharacterOfPosition(name.getStart(file));
    const message = `Duplicate identifier '${name.text}'. Compiler reserves name '${name.text}' in top level scope of a module.`;
    return [
      {
        line: from.line,
        column: from.character,
        endLine: from.line,
        endColumn: from.character + name.text.length,
        message,
        code: RESERVED_NAME_CODE,
        fileName: undefined,
      },
    ];
  });
}

/** Returns all names that a top-level statement declares, values and types. */
export function declaredBy(statement: ts.Statement): (ts.Identifier | ts.StringLiteral)[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  }
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {};
    const bindings =
      namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [namedBindings];
    return [name, ...bindings.map((binding) => binding?.name)].filter((each) => each !== undefined);
  }
  const { name } = statement as ts.DeclarationStatement;
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? [name] : [];
}

/** Returns the names in a pattern, or the one name that is none. */
export function boundBy(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundBy(element.name) : []));
}
