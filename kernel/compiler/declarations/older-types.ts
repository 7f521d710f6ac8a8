/**
 * Keeps the types of existing values when a cell redeclares one of these types.
 *
 * Types are passed from cell to cell as declarations, where `const first: Model` means the current declaration of `Model`. Before a
 * cell with a class `Model` is compiled, an earlier `Model` that other declarations mention is renamed to `Model_1`, there and
 * wherever it is mentioned: earlier values have that type, and the name has the new one.
 */
import ts from "typescript";
import { declaredBy, isTypeWithValue } from "../cell-names";
import { joinDeclarations, splitDeclarations } from "./declaration-chunks";

/** Declarations of earlier cells, and the new names of types whose names are redeclared. */
export interface RenamedTypes {
  readonly declarations: string;
  readonly renamed: ReadonlyMap<string, string>;
}

/** Tells by equal texts whether two names of modules mean the same. */
type OriginOf = (module: string) => string;

/**
 * Renames earlier types that a cell is about to redeclare.
 *
 * @param declarations that the cell will be compiled against
 */
export function renameOlderTypes(declarations: string, code: string, originOf?: OriginOf): RenamedTypes {
  const renamed = new Map<string, string>();
  if (!DECLARES_NAME.test(code) || !TYPE.test(declarations)) return { declarations, renamed };
  let result = declarations;
  for (const [name, origin] of namesOf(parse("cell.ts", code), originOf)) {
    if (!result.includes(name)) continue;
    const files = splitAll(result).map(parseDeclarations);
    const at = files.findLastIndex((file) => typesOf(file).has(name));
    const file = files[at];
    if (!file) continue;
    // A repeated import means the same type; a variable does not replace an interface of its name.
    if (origin !== VALUE && origin !== undefined && typesOf(file, originOf).get(name) === origin) continue;
    if (origin === VALUE && !isValueToo(file, name)) continue;
    // Functions use the class or enum that exists when they are called, so their signatures mean the new one.
    const isLive = isValueToo(file, name);
    const isOfValue = (node: ts.Identifier): boolean => !(isLive && isInSignature(node));
    const mentions = files.slice(at).flatMap((later) => referencesTo(later, name).filter(isMention));
    if (!mentions.some(isOfValue)) {
      if (mentions.length > 0) result = joinFrom(result, at);
      continue;
    }
    const fresh = freeName(name, `${result}\n${code}`);
    result = joinFrom(renameFrom(result, at, name, fresh, isOfValue), at);
    renamed.set(name, fresh);
  }
  return { declarations: result, renamed };
}

/** Restores the names of earlier types where the cell has declared identical ones, also where these mention each other. */
export function mergeUnchangedTypes({ declarations, renamed }: RenamedTypes): RenamedTypes {
  const same = new Map(renamed);
  const asBefore = (text: string): string =>
    [...same].reduce((result, [name, fresh]) => result.replaceAll(fresh, name), text);
  // A type that differs makes every type differ that mentions it.
  for (let count = -1; count !== same.size; ) {
    count = same.size;
    for (const [name, fresh] of same) {
      const newest = textOf(declarations, name);
      if (newest === "" || asBefore(newest) !== asBefore(textOf(declarations, fresh))) same.delete(name);
    }
  }
  let result = declarations;
  for (const [name, fresh] of same) {
    const dropped = `${fresh}_dropped`;
    const restored = withoutDeclaration(renameFrom(result, 0, name, dropped), dropped);
    result = renameFrom(renameFrom(restored, 0, fresh, name), 0, dropped, name);
  }
  return { declarations: result, renamed: new Map([...renamed].filter(([name]) => !same.has(name))) };
}

/** Restores the name of an earlier class or enum where the cell failed before it had declared the new one. */
export function restoreTypes(
  { declarations, renamed }: RenamedTypes,
  assigned: ReadonlySet<string>,
): RenamedTypes {
  let result = declarations;
  const left = new Map(renamed);
  for (const [name, fresh] of renamed) {
    if (assigned.has(name) || !newestOf(result, name).some(isTypeWithValue)) continue;
    result = renameFrom(withoutDeclaration(result, name), 0, fresh, name);
    left.delete(name);
  }
  return { declarations: result, renamed: left };
}

/** Applies the new names of types to the newest declarations from before a cell. */
export function applyRenames(recent: string, renamed: RenamedTypes["renamed"]): string {
  return [...renamed].reduce((result, [name, fresh]) => renameFrom(result, 0, name, fresh), recent);
}

/** Matches the keywords of which a cell needs one to declare a name. */
const DECLARES_NAME = /\b(?:class|interface|type|enum|namespace|module|import|const|let|var|function)\b/;
/** Matches the keywords of which declarations need one to hold a type. */
const TYPE = /\b(?:class|interface|type|enum|namespace|module|import)\b/;

/** The origin of a name that is a variable or function. */
const VALUE = "value";

function splitAll(declarations: string): string[] {
  const { older, recent } = splitDeclarations(declarations);
  return [...older, recent];
}

function joinAll(chunks: readonly string[]): string {
  return joinDeclarations(chunks.slice(0, -1), chunks.at(-1) ?? "");
}

function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

function parseDeclarations(text: string): ts.SourceFile {
  return parse("cells.d.ts", text);
}

/** Returns all names that a cell declares by top-level statements: types as in {@link typesOf}, variables and functions. */
function namesOf(file: ts.SourceFile, originOf?: OriginOf): Map<string, string | undefined> {
  const found = typesOf(file, originOf);
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) && !ts.isFunctionDeclaration(statement)) continue;
    for (const name of declaredBy(statement)) found.set(name.text, VALUE);
  }
  return found;
}

/** Whether the type of a name is also a value, so that a variable of its name replaces it. */
function isValueToo(file: ts.SourceFile, name: string): boolean {
  return file.statements.some((statement) =>
    ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)
      ? typesOf(file).has(name)
      : declares(statement, name) && isTypeWithValue(statement),
  );
}

/** Returns the names of types that a file declares at its top level; those of imports with their origin. */
function typesOf(
  file: ts.SourceFile,
  originOf: OriginOf = (module) => module,
): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const module = originOf((statement.moduleSpecifier as ts.StringLiteral).text);
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) found.set(name.text, `${module} default`);
      if (namedBindings && ts.isNamespaceImport(namedBindings))
        found.set(namedBindings.name.text, `${module} *`);
      else
        for (const part of namedBindings?.elements ?? []) {
          found.set(part.name.text, `${module} ${(part.propertyName ?? part.name).text}`);
        }
    } else if (ts.isImportEqualsDeclaration(statement)) {
      const { moduleReference } = statement;
      const isModule =
        ts.isExternalModuleReference(moduleReference) && ts.isStringLiteral(moduleReference.expression);
      const meant = isModule ? originOf(moduleReference.expression.text) : moduleReference.getText();
      found.set(statement.name.text, `= ${meant}`);
    } else if (isTypeDeclaration(statement) && statement.name && ts.isIdentifier(statement.name)) {
      found.set(statement.name.text, undefined);
    }
  }
  return found;
}

function isTypeDeclaration(
  node: ts.Node,
): node is
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.EnumDeclaration
  | ts.ModuleDeclaration {
  return (
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node)
  );
}

/** Finds every place of a file where a name declares or mentions a top-level type. */
function referencesTo(file: ts.SourceFile, name: string): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  if (!file.text.includes(name)) return found;
  // An interface beside a variable of the same name is only a type, and `typeof` means the variable.
  const isTypeAlone = !file.statements.some(
    (statement) =>
      (ts.isClassDeclaration(statement) ||
        ts.isEnumDeclaration(statement) ||
        ts.isModuleDeclaration(statement)) &&
      statement.name?.text === name,
  );
  const visit = (node: ts.Node): void => {
    if (declaresInside(node, name)) return;
    if (ts.isIdentifier(node) && node.text === name && meansType(node, isTypeAlone)) found.push(node);
    ts.forEachChild(node, visit);
  };
  file.statements.forEach(visit);
  return found;
}

/** Whether a name means something else inside a node: a type parameter, or a member of a namespace. */
function declaresInside(node: ts.Node, name: string): boolean {
  const { typeParameters } = node as { typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> };
  if (typeParameters?.some((parameter) => parameter.name.text === name)) return true;
  if (ts.isMappedTypeNode(node) && node.typeParameter.name.text === name) return true;
  if (!ts.isModuleBlock(node)) return false;
  return node.statements.some((statement) => (statement as ts.DeclarationStatement).name?.getText() === name);
}

function meansType(node: ts.Identifier, isTypeAlone: boolean): boolean {
  const { parent } = node;
  if (isTypeDeclaration(parent)) return parent.name === node && ts.isSourceFile(parent.parent);
  if (ts.isImportSpecifier(parent) || ts.isImportEqualsDeclaration(parent)) return parent.name === node;
  if (ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isTypeReferenceNode(parent))
    return true;
  if (ts.isExpressionWithTypeArguments(parent)) return true;
  if (ts.isTypeQueryNode(parent)) return !isTypeAlone;
  if (ts.isQualifiedName(parent)) {
    const top = topOf(parent);
    return parent.left === node && !(isTypeAlone && ts.isTypeQueryNode(top.parent));
  }
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return false;
}

function topOf(name: ts.QualifiedName): ts.QualifiedName {
  return ts.isQualifiedName(name.parent) ? topOf(name.parent) : name;
}

/** Whether a reference is outside the declaration that it means. */
function isMention(node: ts.Identifier): boolean {
  const statement = ts.findAncestor(node, ({ parent }) => parent && ts.isSourceFile(parent));
  if (!statement || ts.isImportDeclaration(statement)) return false;
  return !(isTypeDeclaration(statement) && statement.name?.getText() === node.text);
}

/** Whether a mention is in the signature of a function or method, except those of the class itself. */
function isInSignature(node: ts.Identifier): boolean {
  if (!isMention(node)) return false;
  const isSignature = (ancestor: ts.Node): boolean => ts.isFunctionLike(ancestor) && !ts.isAccessor(ancestor);
  return ts.findAncestor(node, isSignature) !== undefined;
}

/**
 * Joins the chunks from `at` on, so that their mentions of a type mean its newest declaration. Chunks that declare the same name cannot be
 * joined and stay apart.
 */
function joinFrom(declarations: string, at: number): string {
  const chunks = splitAll(declarations);
  const joined = chunks.slice(at);
  const declared = joined.flatMap((chunk) => [...namesOf(parseDeclarations(chunk)).keys()]);
  if (new Set(declared).size < declared.length) return declarations;
  return joinAll([...chunks.slice(0, at), joined.join("\n")]);
}

/** Renames a type in the chunks from `at` on. */
function renameFrom(
  declarations: string,
  at: number,
  name: string,
  fresh: string,
  isRenamed: (node: ts.Identifier) => boolean = () => true,
): string {
  const chunks = splitAll(declarations).map((text, index) => {
    if (index < at) return text;
    let result = text;
    for (const node of referencesTo(parseDeclarations(text), name).filter(isRenamed).reverse()) {
      const isImport = ts.isImportSpecifier(node.parent) && !node.parent.propertyName;
      const replacement = isImport ? `${name} as ${fresh}` : fresh;
      result = result.slice(0, node.getStart()) + replacement + result.slice(node.end);
    }
    return result;
  });
  return joinAll(chunks);
}

/** Returns the newest declarations of a type; there are several where they merge. */
function newestOf(declarations: string, name: string): readonly ts.Statement[] {
  const found = splitAll(declarations).map((chunk) =>
    parseDeclarations(chunk).statements.filter((statement) => declares(statement, name)),
  );
  return found.findLast((statements) => statements.length > 0) ?? [];
}

function textOf(declarations: string, name: string): string {
  return newestOf(declarations, name)
    .map((statement) => statement.getText())
    .join("\n");
}

function withoutDeclaration(declarations: string, name: string): string {
  const chunks = splitAll(declarations).map((chunk) => {
    const file = parseDeclarations(chunk);
    const kept = file.statements.filter((statement) => !declares(statement, name));
    return kept.length === file.statements.length
      ? chunk
      : kept.map((node) => `${node.getFullText().trim()}\n`).join("");
  });
  return joinAll(chunks);
}

function declares(statement: ts.Statement, name: string): boolean {
  return isTypeDeclaration(statement) && statement.name?.getText() === name;
}

/** Returns `Model_1`, or the first such name that is free. */
function freeName(name: string, text: string): string {
  for (let count = 1; ; count++) {
    const candidate = `${name}_${count}`;
    if (!text.includes(candidate)) return candidate;
  }
}
