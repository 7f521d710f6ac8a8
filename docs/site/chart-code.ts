/** The code of a chart of the gallery as a text for the playground: what figures/gallery computes and draws, with no more than the chart needs. */
import ts from "typescript";
import { textOf } from "./repository";

const STUDIES = "figures/gallery/studies.ts";
const EXHIBITS = "figures/gallery/exhibits.ts";

/** The call that keeps a study for several exhibits, which the code of a single one does without. */
const KEPT = "once";

/** A name that a file imports. */
interface Imported {
  readonly module: string;
  readonly isType: boolean;
}

const parsed = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022, true);

/** Returns the code of each chart by its name. @throws Error when the gallery's files are written in a way that this does not read */
export function chartCodes(): Map<string, string> {
  const [studies, exhibits] = [STUDIES, EXHIBITS].map(parsed);
  const imports = new Map([...importsOf(exhibits), ...importsOf(studies)]);
  const declarations = declarationsOf(studies);
  const codes = new Map<string, string>();
  visit(exhibits, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== "exhibit") return;
    const [name, , shows, compute, draw] = node.arguments;
    if (!ts.isStringLiteral(name) || !ts.isStringLiteral(shows))
      throw new Error(`${EXHIBITS}: an exhibit must have its name and sentence as texts`);
    codes.set(name.text, codeOf(shows.text, drawing(computed(compute), draw), { imports, declarations }));
  });
  return codes;
}

/** The expression of an exhibit's numbers. */
function computed(compute: ts.Expression): string {
  if (ts.isArrowFunction(compute)) return plain(compute.body.getText());
  return `${plain(compute.getText())}()`;
}

/** The statements that draw the numbers, whose options are left at their defaults. */
function drawing(numbers: string, draw: ts.Expression): string {
  if (!ts.isArrowFunction(draw)) return `${plain(draw.getText())}(${numbers})`;
  const [data, options] = draw.parameters.map((parameter) => parameter.getText());
  const call = plain(draw.body.getText())
    .replace(new RegExp(`, \\.\\.\\.${options}\\b`), "")
    .replace(new RegExp(`, ${options}\\)$`), ")");
  const plainNumbers = numbers.replace(/^\((\{.*\})\)$/, "$1");
  const spread = `({ ...${data} })`;
  if (call.endsWith(spread)) return call.replace(spread, () => `(${plainNumbers})`);
  return `const ${data} = ${plainNumbers};\n${call}`;
}

/** Names of the namespaces that exhibits import stand alone in a cell. */
const plain = (code: string): string => code.replace(/\b(?:studies|plot)\./g, "");

interface Sources {
  readonly imports: ReadonlyMap<string, Imported>;
  readonly declarations: ReadonlyMap<string, string>;
}

/** The statements below a mark with the sentence, after the imports and declarations that they need. */
function codeOf(shows: string, statements: string, { imports, declarations }: Sources): string {
  const needed = new Set<string>();
  const plots = new Set<string>();
  const take = (code: string): void => {
    for (const name of namesIn(code)) {
      if (needed.has(name)) continue;
      if (!imports.has(name) && !declarations.has(name)) {
        if (/^(compute|draw)[A-Z]|Plot$|^surrogateExplorer$|^saddleAnimation$/.test(name)) plots.add(name);
        continue;
      }
      needed.add(name);
      take(declarations.get(name) ?? "");
    }
  };
  take(statements);
  const byModule = new Map([["smooth-edges/plot", [...plots]]]);
  for (const name of needed) {
    const imported = imports.get(name);
    if (imported === undefined) continue;
    const names = byModule.get(imported.module) ?? [];
    byModule.set(imported.module, [...names, imported.isType ? `type ${name}` : name]);
  }
  const lines = [...byModule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, names]) => `import { ${names.sort().join(", ")} } from "${module}";`);
  const used = [...declarations].filter(([name]) => needed.has(name)).map(([, text]) => text);
  return `${[lines.join("\n"), ...used, `// %% ${shows}\n${statements}`].join("\n\n")}\n`;
}

/** The names that code uses, but for those of members. */
function namesIn(code: string): Set<string> {
  const names = new Set<string>();
  visit(ts.createSourceFile("chart.ts", code, ts.ScriptTarget.ES2022, true), (node) => {
    if (!ts.isIdentifier(node)) return;
    const { parent } = node;
    const isMember =
      (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
      (ts.isPropertyAssignment(parent) && parent.name === node);
    if (!isMember) names.add(node.text);
  });
  return names;
}

function importsOf(file: ts.SourceFile): [string, Imported][] {
  return file.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
    const bindings = importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) return [];
    const module = (moduleSpecifier as ts.StringLiteral).text;
    return bindings.elements.map(({ name, isTypeOnly }): [string, Imported] => [
      name.text,
      { module, isType: isTypeOnly || importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword },
    ]);
  });
}

/** The functions and constants of a file by name, neither exported nor with the types of what they give. */
function declarationsOf(file: ts.SourceFile): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name)
      found.set(statement.name.text, without(statement, statement.type));
    if (ts.isVariableStatement(statement)) {
      const [{ name, type, initializer }] = statement.declarationList.declarations;
      const isKept =
        initializer && ts.isCallExpression(initializer) && initializer.expression.getText() === KEPT;
      const text = isKept
        ? `const ${name.getText()} = ${initializer.arguments[0].getText()};`
        : without(statement, type);
      found.set(name.getText(), text);
    }
  }
  return found;
}

/** A statement without `export`, and without the annotation of a type. */
function without(statement: ts.Statement, type: ts.TypeNode | undefined): string {
  const [start, text] = [statement.getFullStart(), statement.getFullText()];
  const untyped = type
    ? text.slice(0, type.getFullStart() - start).replace(/:$/, "") + text.slice(type.end - start)
    : text;
  return untyped.trim().replace(/^export /m, "");
}

function visit(node: ts.Node, take: (node: ts.Node) => void): void {
  take(node);
  ts.forEachChild(node, (child) => visit(child, take));
}
