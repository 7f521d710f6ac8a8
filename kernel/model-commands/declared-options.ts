/**
 * The options of the library as its declarations have them ({@link declaredOptions}): their names, what they mean and whether a command line
 * can say their values. The declarations are those that editors show, so that no second list has to be kept.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";

/** An option as its declaration has it. */
export interface DeclaredOption {
  /** The name in code, such as `nLambdas`. */
  readonly name: string;
  /** The meaning, without marks of code and links. */
  readonly description: string;
  /** Whether it may be true or false, so that its flag needs no value. */
  readonly isSwitch: boolean;
}

/** Declarations are read where one of them is asked for, each file once. */
const files = new Map<string, ts.SourceFile>();

/**
 * The options of an interface whose values are numbers, texts, truth values or lists of them.
 *
 * Parts of the library, such as a loss or a solver, and functions are left out: no text says them.
 *
 * @param entry the declarations of an entry point.
 * @param name of an interface that it exports.
 */
export function declaredOptions(entry: string, name: string): DeclaredOption[] {
  const options = new Map<string, DeclaredOption>();
  for (const { member, file } of membersOf(declarationOf(entry, name))) {
    if (!ts.isPropertySignature(member) || member.type === undefined) continue;
    const option = member.name.getText();
    if (!isSayable(member.type, file) || options.has(option)) continue;
    options.set(option, {
      name: option,
      description: descriptionOf(member),
      isSwitch: kindsOf(member.type).includes(ts.SyntaxKind.BooleanKeyword),
    });
  }
  return [...options.values()];
}

/** The name of the interface that the constructor of a class takes. */
export function optionsOfClass(entry: string, name: string): string {
  const { node } = declarationOf(entry, name);
  const maker = ts.isClassDeclaration(node) ? node.members.find(ts.isConstructorDeclaration) : undefined;
  const type = maker?.parameters[0]?.type;
  if (type === undefined || !ts.isTypeReferenceNode(type)) throw new Error(`${name} has no declared options`);
  return type.typeName.getText();
}

/** A declaration, and the file in which the names that it uses are known. */
interface Declaration {
  readonly node: ts.Node;
  readonly file: string;
}

interface Member {
  readonly member: ts.TypeElement;
  readonly file: string;
}

function membersOf({ node, file }: Declaration): Member[] {
  if (ts.isInterfaceDeclaration(node)) {
    const own = node.members.map((member) => ({ member, file }));
    const bases = node.heritageClauses?.flatMap(({ types }) => types) ?? [];
    return [
      ...own,
      ...bases.flatMap((base) => membersOfBase(base.expression.getText(), base.typeArguments, file)),
    ];
  }
  if (ts.isTypeAliasDeclaration(node)) return membersOfType(node.type, file);
  return [];
}

function membersOfType(type: ts.TypeNode, file: string): Member[] {
  if (ts.isTypeLiteralNode(type)) return type.members.map((member) => ({ member, file }));
  if (ts.isIntersectionTypeNode(type)) return type.types.flatMap((part) => membersOfType(part, file));
  if (ts.isTypeReferenceNode(type)) return membersOfBase(type.typeName.getText(), type.typeArguments, file);
  return [];
}

/** The members of what an interface extends, of which `Omit` and `Pick` take some. */
function membersOfBase(name: string, given: readonly ts.TypeNode[] | undefined, file: string): Member[] {
  if (name !== "Omit" && name !== "Pick") return membersOf(declarationOf(file, name));
  const [type, keys] = given ?? [];
  const names = new Set(textsOf(keys));
  return membersOfType(type, file).filter(
    ({ member }) => names.has(member.name?.getText() ?? "") === (name === "Pick"),
  );
}

function textsOf(type: ts.TypeNode): string[] {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(textsOf);
  return ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [];
}

/** Whether some values of a type are numbers, texts, truth values or lists of them, more than a single word. */
function isSayable(type: ts.TypeNode, file: string): boolean {
  const parts = ts.isUnionTypeNode(type) ? [...type.types] : [type];
  const plain = parts.filter((part) => isPlain(part, file));
  return plain.length > 1 || (plain.length === 1 && !ts.isLiteralTypeNode(plain[0]));
}

function isPlain(type: ts.TypeNode, file: string): boolean {
  if (PLAIN_KINDS.has(type.kind)) return true;
  if (ts.isUnionTypeNode(type)) return type.types.every((part) => isPlain(part, file));
  if (ts.isArrayTypeNode(type)) return isPlain(type.elementType, file);
  if (ts.isTypeOperatorNode(type) || ts.isParenthesizedTypeNode(type)) return isPlain(type.type, file);
  if (ts.isTupleTypeNode(type))
    return type.elements.every((part) => isPlain(ts.isNamedTupleMember(part) ? part.type : part, file));
  // The elements of a constant list of words.
  if (ts.isIndexedAccessTypeNode(type)) return /^\(typeof \w+\)$/.test(type.objectType.getText());
  if (!ts.isTypeReferenceNode(type)) return false;
  const name = type.typeName.getText();
  if (name === "ArrayLike" || name === "Readonly" || name === "Record")
    return type.typeArguments!.every((part) => isPlain(part, file));
  const found = findDeclaration(file, name);
  return found !== undefined && ts.isTypeAliasDeclaration(found.node) && isPlain(found.node.type, found.file);
}

const PLAIN_KINDS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.NumberKeyword,
  ts.SyntaxKind.StringKeyword,
  ts.SyntaxKind.BooleanKeyword,
  ts.SyntaxKind.LiteralType,
]);

function kindsOf(type: ts.TypeNode): ts.SyntaxKind[] {
  return ts.isUnionTypeNode(type) ? type.types.map(({ kind }) => kind) : [type.kind];
}

function declarationOf(file: string, name: string): Declaration {
  const found = findDeclaration(file, name);
  if (found === undefined) throw new Error(`${name} is not declared in ${file}`);
  return found;
}

/** Finds a declaration in a file, or where the file has the name from. */
function findDeclaration(file: string, name: string): Declaration | undefined {
  for (const node of sourceOf(file).statements) {
    const isNamed =
      ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node);
    if (isNamed && node.name?.text === name) return { node, file };
  }
  for (const node of sourceOf(file).statements) {
    const names = ts.isImportDeclaration(node)
      ? node.importClause?.namedBindings
      : ts.isExportDeclaration(node)
        ? node.exportClause
        : undefined;
    if (names === undefined || !(ts.isNamedImports(names) || ts.isNamedExports(names))) continue;
    const specifier = [...names.elements].find((element) => element.name.text === name);
    const { moduleSpecifier } = node as ts.ImportDeclaration | ts.ExportDeclaration;
    if (specifier === undefined || moduleSpecifier === undefined) continue;
    const target = declarationFile(dirname(file), (moduleSpecifier as ts.StringLiteral).text);
    return target === undefined
      ? undefined
      : findDeclaration(target, (specifier.propertyName ?? specifier.name).text);
  }
  return undefined;
}

/** The declarations of a relative module; undefined for a package. */
function declarationFile(folder: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return [`${specifier}.d.ts`, `${specifier}/index.d.ts`].map((path) => join(folder, path)).find(existsSync);
}

function sourceOf(path: string): ts.SourceFile {
  const known = files.get(path);
  if (known) return known;
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  files.set(path, file);
  return file;
}

function descriptionOf(member: ts.TypeElement): string {
  const text = ts
    .getJSDocCommentsAndTags(member)
    .map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? "")
    .join(" ");
  return text
    .replace(/\{@link (\w+)\}/g, "$1")
    .replaceAll("`", "")
    .replace(/\s+/g, " ")
    .trim();
}
