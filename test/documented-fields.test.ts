/** That every field of every public type says what it is. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";
import { ROOT } from "./support/tracked-files";

/** Said by every value that shows itself, where they are declared. */
const SHOWING = new Set(["toString", "toMimeBundle", "toJSON"]);

function publicProgram(): { program: ts.Program; entries: readonly string[] } {
  const { entryPoints } = JSON.parse(readFileSync(join(ROOT, ".ci/typedoc.json"), "utf8"));
  const entries = (entryPoints as string[]).map((entry) => resolve(ROOT, ".ci", entry));
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return { program: ts.createProgram(entries, options), entries };
}

/** Whether a field is in a record that a documented alias writes out, or of a foreign value, whose fields are not ours to explain. */
function isExplainedAbove(field: ts.Declaration): boolean {
  const { parent } = field;
  if (!ts.isInterfaceDeclaration(parent)) return ts.isTypeLiteralNode(parent);
  return ts
    .getJSDocCommentsAndTags(parent)
    .some((comment) => /members of .* that are read/.test(comment.getText()));
}

function isPublic(field: ts.Declaration): boolean {
  const { Private, Protected } = ts.ModifierFlags;
  const name = ts.getNameOfDeclaration(field);
  const isHidden = (ts.getCombinedModifierFlags(field) & (Private | Protected)) !== 0;
  return !isHidden && name !== undefined && !ts.isPrivateIdentifier(name) && !SHOWING.has(name.getText());
}

/** The fields of public types, those they inherit among them, that have no comment: each as file, type and name. */
function undocumented(): { fields: number; lacking: string[] } {
  const { program, entries } = publicProgram();
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Declaration>();
  const lacking: string[] = [];
  const look = (field: ts.Symbol): void => {
    const [declaration] = field.declarations ?? [];
    if (declaration === undefined || seen.has(declaration)) return;
    seen.add(declaration);
    const file = relative(ROOT, declaration.getSourceFile().fileName);
    if (!/^(src|kernel)\b/.test(file) || !isPublic(declaration) || isExplainedAbove(declaration)) return;
    if (field.getDocumentationComment(checker).length > 0) return;
    // Such as @returns alone.
    if (ts.getJSDocCommentsAndTags(declaration).length > 0) return;
    const { name } = declaration.parent as ts.InterfaceDeclaration;
    lacking.push(`${file}: ${name?.getText()}.${field.getName()}`);
  };
  for (const entry of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      const { Interface, Class, TypeAlias } = ts.SymbolFlags;
      if ((symbol.flags & (Interface | Class | TypeAlias)) === 0) continue;
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      for (const part of type.isUnionOrIntersection() ? type.types : [type])
        part.getProperties().forEach(look);
    }
  }
  return { fields: seen.size, lacking };
}

describe("the fields of public types", () => {
  it("say what they are", () => {
    const { fields, lacking } = undocumented();
    assert.ok(fields > 500, `only ${fields} fields are looked at`);
    assert.deepEqual(lacking, []);
  });
});
