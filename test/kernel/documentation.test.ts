import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";
import { document, parseUndocumented, withoutComments } from "../../kernel/documentation";
import { nodeTypeRoot } from "../../kernel/node-declarations";

const SOURCE = `/// <reference lib="es2015" />
/** Shapes.
 * @see {@link Side} */
interface Shape {
  /* no doc */ side: Side; // length
  /** @deprecated by side */ width: number;
}
type Side = \`\${/** px */ number}//px\` | '/* none */';
`;
const OPTIONS = ts.ScriptTarget.Latest;

/** Bound, so that its nodes know where they stand. */
function undocumented(): ts.SourceFile {
  const file = parseUndocumented("shape.d.ts", SOURCE, { languageVersion: OPTIONS });
  (ts as unknown as { bindSourceFile(file: ts.SourceFile, options: object): void }).bindSourceFile(file, {});
  return file;
}

function kindsOf(node: ts.Node): ts.SyntaxKind[] {
  const found: ts.SyntaxKind[] = [];
  const visit = (each: ts.Node): void => {
    found.push(each.kind);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}

describe("declarations without their comments", () => {
  it("keep what is no comment, and the comments that name other files", () => {
    assert.equal(
      withoutComments(SOURCE),
      `/// <reference lib="es2015" />
interface Shape {
side: Side;
/*@deprecated*/ width: number;
}
type Side = \`\${/** px */ number}//px\` | '/* none */';
`,
    );
  });

  it("have the syntax tree that TypeScript makes of the language's and Node's with comments", () => {
    const libraries = dirname(require.resolve("typescript"));
    const node = join(nodeTypeRoot(), "node");
    for (const folder of [libraries, node]) {
      for (const name of readdirSync(folder).filter((each) => /^(?:lib\.es|[a-z])[^.]*\.d\.ts$/.test(each))) {
        const text = readFileSync(join(folder, name), "utf8");
        const whole = ts.createSourceFile(name, text, OPTIONS);
        const bare = ts.createSourceFile(name, withoutComments(text), OPTIONS);
        assert.deepEqual(kindsOf(bare), kindsOf(whole), name);
        assert.deepEqual(
          [bare.referencedFiles, bare.libReferenceDirectives].map((all) => all.map((one) => one.fileName)),
          [whole.referencedFiles, whole.libReferenceDirectives].map((all) => all.map((one) => one.fileName)),
        );
      }
    }
  });

  it("get their comments back, and know before what is deprecated", () => {
    const file = undocumented();
    const [shape] = file.statements as unknown as [ts.InterfaceDeclaration];
    const [side, width] = shape.members as unknown as [ts.TypeElement, ts.TypeElement];
    assert.deepEqual(ts.getJSDocCommentsAndTags(width), []);
    const { Deprecated } = ts.NodeFlags as unknown as { Deprecated: number };
    assert.deepEqual(
      [side, width].map(({ flags }) => (flags & Deprecated) > 0),
      [false, true],
    );
    const documented = document(file, SOURCE);
    assert.equal(ts.getTextOfJSDocComment(ts.getJSDocCommentsAndTags(shape)[0]?.comment), "Shapes.");
    assert.equal(ts.getJSDocTags(width)[0]?.getText(), "@deprecated by side ");
    assert.equal(documented.get(side)?.getFullText(), "\n  /* no doc */ side: Side;");
  });

  it("are deprecated where TypeScript finds them so, without their comments", () => {
    const folder = join(nodeTypeRoot(), "node");
    const { Deprecated } = ts.NodeFlags as unknown as { Deprecated: number };
    const deprecated = (file: ts.SourceFile): string[] => {
      const found: string[] = [];
      let count = 0;
      const visit = (node: ts.Node): void => {
        count++;
        if (node.flags & Deprecated) found.push(`${count} ${node.kind}`);
        ts.forEachChild(node, visit);
      };
      visit(file);
      return found;
    };
    for (const name of ["fs.d.ts", "http.d.ts", "tls.d.ts", "util.d.ts"]) {
      const text = readFileSync(join(folder, name), "utf8");
      const expected = deprecated(ts.createSourceFile(name, text, OPTIONS));
      assert.notDeepEqual(expected, []);
      assert.deepEqual(
        deprecated(parseUndocumented(name, text, { languageVersion: OPTIONS })),
        expected,
        name,
      );
    }
  });

  it("take no comments of a file that is another one by now", () => {
    const file = undocumented();
    document(file, "/** A number. */ declare const one: 1;");
    assert.deepEqual(ts.getJSDocCommentsAndTags(file.statements[0] as ts.Node), []);
  });
});
