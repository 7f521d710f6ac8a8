import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** One import of a source file, however it is spelled: `import`, `export from`, `import()`, `require()`, a type. */
export interface SourceImport {
  /** A path from the root of the repository for relative imports, else the specifier. */
  readonly target: string;
  readonly relative: boolean;
  readonly typeOnly: boolean;
}

/** The sources that a name of package.json's `imports` stands for. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  "#platform": ["src/platform/node", "src/platform/browser"],
  "#drawing": ["src/platform/drawing-node", "src/platform/drawing-browser"],
};

/** Every import of the file at `path`, which is relative to `root`. */
export function importsOf(root: string, path: string): SourceImport[] {
  const found: SourceImport[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const relative = specifier.startsWith(".");
    const target = relative ? normalize(join(dirname(path), specifier)) : specifier;
    // Which of the members it is depends on where the code runs.
    const members = MEMBERS[specifier];
    if (members) for (const member of members) found.push({ target: member, relative: true, typeOnly });
    else found.push({ target, relative, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(text(node.moduleSpecifier), importsTypesOnly(node.importClause));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(text(node.moduleSpecifier), exportsTypesOnly(node));
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(text(node.argument.literal), true);
    } else if (ts.isCallExpression(node) && loadsModule(node) && ts.isStringLiteralLike(node.arguments[0])) {
      add(text(node.arguments[0]), false);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(root, path));
  return found;
}

/** Whether the file holds anything but types and re-exports: something that runs and can be wrong. */
export function hasCode(root: string, path: string): boolean {
  return parse(root, path).statements.some(
    (statement) =>
      !ts.isImportDeclaration(statement) &&
      !ts.isExportDeclaration(statement) &&
      !ts.isInterfaceDeclaration(statement) &&
      !ts.isTypeAliasDeclaration(statement),
  );
}

/** The first lines of the functions of a file that have more than `most` lines. */
export function longFunctions(root: string, path: string, most: number): number[] {
  const source = parse(root, path);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    const first = lineOf(node.getStart(source));
    if (ts.isFunctionLike(node) && "body" in node && node.body && lineOf(node.end) - first + 1 > most)
      found.push(first + 1);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function parse(root: string, path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
}

function text(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : "";
}

function importsTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false; // import "x" runs it
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  return (
    !clause.name && !!names && ts.isNamedImports(names) && names.elements.every((name) => name.isTypeOnly)
  );
}

function exportsTypesOnly({ isTypeOnly, exportClause }: ts.ExportDeclaration): boolean {
  if (isTypeOnly) return true;
  return (
    !!exportClause &&
    ts.isNamedExports(exportClause) &&
    exportClause.elements.every((name) => name.isTypeOnly)
  );
}

function loadsModule(call: ts.CallExpression): boolean {
  const callee = call.expression;
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require")
  );
}
