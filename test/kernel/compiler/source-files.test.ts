import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as ts from "typescript";
import { nodeTypeRoot } from "../../../kernel/compiler/packages";
import {
  parseWithoutComments,
  restoreComments,
  withoutComments,
} from "../../../kernel/compiler/source-files";
import { TestKernel } from "../../support/test-kernel";

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
  const file = parseWithoutComments("shape.d.ts", SOURCE, { languageVersion: OPTIONS });
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

/** Of a package those of all its folders. */
function declarationFiles(folder: string, recursive: boolean): string[] {
  const shape = recursive ? /\.d\.ts$/ : /^(?:lib\.es|[a-z])[^.]*\.d\.ts$/;
  return readdirSync(folder, { encoding: "utf8", recursive }).filter((name) => shape.test(name));
}

const SHAPES: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "shapes", "main": "index.js", "types": "index.d.ts" }',
  "index.js": "exports.Square = class {};",
  "index.d.ts":
    'import { Sized } from "./sized";\nexport * from "./sized";\n/** Four equal sides. */\n' +
    "export declare class Square implements Sized {\n  area: number;\n}\n",
  "sized.d.ts":
    'import { Measured } from "./measured";\nexport interface Sized extends Measured {\n  area: number;\n}\n',
  "measured.d.ts": "export interface Measured {\n  /** In square metres. */\n  area: number;\n}\n",
};

describe("declarations of a package", () => {
  it("are documented when somebody asks, by interfaces in other files too", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "shapes-")));
    mkdirSync(join(folder, "node_modules/shapes"), { recursive: true });
    for (const [name, text] of Object.entries(SHAPES)) {
      writeFileSync(join(folder, "node_modules/shapes", name), text);
    }
    const kernel = await TestKernel.start({ folder });
    const explained = async (code: string): Promise<string> => {
      const content = { code, cursor_pos: code.length, detail_level: 0 };
      const { reply } = await kernel.request("shell", "inspect_request", content);
      return String((reply.content.data as Record<string, string>)["text/plain"]);
    };
    try {
      assert.match(await explained('import { Square } from "shapes"; Square'), /Four equal sides\.$/);
      await kernel.execute('import { Square } from "shapes"; const square = new Square();');
      assert.match(await explained("square.area"), /In square metres\.$/);
    } finally {
      await kernel.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

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

  it("have the syntax tree that TypeScript makes of the language's, Node's and others with comments", () => {
    const libraries = dirname(require.resolve("typescript"));
    const node = join(nodeTypeRoot(), "node");
    // Packages that cells import are written by other hands.
    const packages = ["danfojs-node", "xlsx", "apache-arrow", "vega-typings", "@tensorflow/tfjs-core"].map(
      (name) => join(__dirname, "../../../../node_modules", name),
    );
    for (const folder of [libraries, node, ...packages]) {
      for (const name of declarationFiles(folder, packages.includes(folder))) {
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
    const documented = restoreComments(file, SOURCE);
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
        deprecated(parseWithoutComments(name, text, { languageVersion: OPTIONS })),
        expected,
        name,
      );
    }
  });

  it("take no comments of a file that is another one by now", () => {
    const file = undocumented();
    restoreComments(file, "/** A number. */ declare const one: 1;");
    assert.deepEqual(ts.getJSDocCommentsAndTags(file.statements[0] as ts.Node), []);
  });
});
