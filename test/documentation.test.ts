import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import ts from "typescript";

const root = join(__dirname, "../..");
const requireFromRoot = createRequire(join(root, "package.json"));

/** A piece of code that the documentation shows. */
interface Snippet {
  readonly where: string;
  /** The module it documents, if any: its exports are in scope too. */
  readonly module?: string;
  readonly code: string;
}

describe("the documentation", () => {
  let home: string;
  before(async () => {
    home = process.cwd();
    process.chdir(mkdtempSync(join(tmpdir(), "smooth-edges-"))); // examples may write files
    copyFileSync(join(root, "data/diabetes.csv"), "diabetes.csv"); // of the README's first fit
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run("COPY (SELECT 30 + i AS area, 'Ulm' AS city FROM range(9) t(i)) TO 'rent.parquet'"); // of readParquet
    connection.closeSync();
  });
  after(() => {
    const written = process.cwd();
    process.chdir(home);
    rmSync(written, { recursive: true });
  });

  for (const snippet of [...examplesOfComments(), ...codeBlocksOfGuides()]) {
    it(`runs and says what comes out: ${snippet.where}`, async () => {
      await run(snippet);
    });
  }
});

describe("the README's first fit from a file", () => {
  /** Numbers at the level of rounding, which depend on the version of Node. */
  const ROUNDING = /\d\.\de-1[4-9]/g;

  const readme = readFileSync(join(root, "README.md"), "utf8");
  const found =
    /npx smooth-edges (fit [^#\n]+?) *#.*\n```\n[^`]*`fit\.mjs`[^`]*`node fit\.mjs`:\n\n```ts\n([^`]*)```\n\nBoth print\n\n```\n([^`]*)```/;
  const [, command, code, shown] = found.exec(readme) ?? [];
  const withoutRounding = (text: string): string => text.replace(ROUNDING, "tiny");

  /** What Node prints for its arguments in a folder with diabetes.csv. */
  function printed(...options: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), "smooth-edges-"));
    copyFileSync(join(root, "data/diabetes.csv"), join(folder, "diabetes.csv"));
    const { stdout, stderr, status } = spawnSync(process.execPath, options, {
      cwd: folder,
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    assert.equal(status, 0, stderr);
    return withoutRounding(stdout);
  }

  it("prints the table by its code", () => {
    const file = join(root, "dist/first-fit.mjs"); // inside of the package, whose name its imports have
    writeFileSync(file, code);
    const table = printed(file);
    rmSync(file);
    assert.equal(table, withoutRounding(shown));
  });

  it("prints the same table by its command", () => {
    const table = printed(join(root, "dist/kernel/cli/cli.js"), ...command.split(" "));
    assert.ok(table.includes(withoutRounding(shown)), table);
  });
});

describe("what readers are told", () => {
  it("cites no notes that they do not have", () => {
    const notes = /(?<![-\w])(paper|design)\.md|\bour (notes|list)\b|\b2[AB]-\d/;
    const told = ["src", "kernel", "figures", "notebooks", "docs"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        join(folder, file),
      ),
    );
    const citing = told.filter((file) =>
      /\.(ts|md)$/.test(file)
        ? notes.test(readFileSync(join(root, file), "utf8"))
        : citesInMarkdown(file, notes),
    );
    assert.deepEqual(citing, []);
  });
});

/** Whether a notebook, which may hold anything in its outputs, has the words in its texts. */
function citesInMarkdown(file: string, words: RegExp): boolean {
  if (!file.endsWith(".ipynb")) return false;
  const { cells } = JSON.parse(readFileSync(join(root, file), "utf8")) as {
    cells: { cell_type: string; source: string | string[] }[];
  };
  return cells.some(
    ({ cell_type, source }) => cell_type === "markdown" && words.test([source].flat().join("")),
  );
}

/** `@example` of every doc comment in the library. */
function examplesOfComments(): Snippet[] {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const source = ts.createSourceFile(
        file,
        readFileSync(join(root, "src", file), "utf8"),
        ts.ScriptTarget.Latest,
        true,
      );
      const snippets: Snippet[] = [];
      const visit = (node: ts.Node): void => {
        for (const tag of ts.getJSDocTags(node)) {
          if (tag.tagName.text !== "example" || tag.parent.parent !== node) continue;
          const text = ts.getTextOfJSDocComment(tag.comment) ?? "";
          const line = source.getLineAndCharacterOfPosition(tag.pos).line + 1;
          const module = join(root, "dist/src", file.replace(/\.ts$/, ".js"));
          snippets.push({ where: `src/${file}:${line}`, module, code: text.replace(/^```ts\n|\n```$/g, "") });
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
      return snippets;
    });
}

function codeBlocksOfGuides(): Snippet[] {
  const guides = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  return ["README.md", ...guides.map((file) => join("docs", file))].flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^```ts\n(.*?)^```/gms)].map((match, k) => ({
      where: `${file}, block ${k + 1}`,
      code: match[1],
    })),
  );
}

/** Runs a snippet with the public names in scope; `expression; // literal` must give that literal. */
async function run({ where, module, code }: Snippet): Promise<void> {
  const checked = code.replace(
    /^(?!\s*(?:const|let|import|export|\/\/|\*))(.*?);?\s*\/\/ (.+)$/gm,
    (line, expression, said) => {
      const literal = literalIn(said);
      return literal === undefined ? line : `__check(${expression}, ${literal});`;
    },
  );
  const { outputText } = ts.transpileModule(`export {};\n${checked}`, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  // Names of its own take the place of those in scope, in a pattern such as `{ train, test }` too.
  const declared = [...outputText.matchAll(/\bconst (\w+|[{[][\w\s,]*[}\]]) =/g)];
  const imported = new Set(declared.flatMap(([, names]) => names.match(/\w+/g) ?? []));
  const own = module ? (requireFromRoot(module) as object) : {};
  const scope = Object.entries({ ...publicNames(), ...own, ...sampleValues() }).filter(
    ([name]) => !imported.has(name),
  );
  const parameters = ["require", "exports", "__check", ...scope.map(([name]) => name)];
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (...values: unknown[]) => Promise<void>;
  const check = (actual: unknown, expected: unknown): void => assertSame(actual, expected, where);
  await new AsyncFunction(...parameters, outputText)(
    requireFromRoot,
    {},
    check,
    ...scope.map(([, value]) => value),
  );
}

/** The literal that a comment begins with, as source text. */
function literalIn(comment: string): string | undefined {
  const match = /^(-?\d[\d.e+-]*|\[.*?\]|"[^"]*"|true|false)(?=$|[\s:,;(])/.exec(
    comment.replace(/^\w+ is (?=\[)/, ""),
  );
  return match?.[1];
}

function assertSame(actual: unknown, expected: unknown, where: string): void {
  if (typeof actual === "number" && typeof expected === "number") {
    assert.ok(
      Math.abs(actual - expected) <= 1e-6 * (1 + Math.abs(expected)),
      `${where}: ${actual} is not ${expected}`,
    );
    return;
  }
  const plain = ArrayBuffer.isView(actual) ? Array.from(actual as unknown as ArrayLike<number>) : actual;
  assert.deepEqual(plain, expected, where);
}

function publicNames(): Record<string, unknown> {
  const names: Record<string, unknown> = {};
  for (const entry of [
    "smooth-edges",
    "smooth-edges/solvers",
    "smooth-edges/surrogate",
    "smooth-edges/selection",
    "smooth-edges/global",
    "smooth-edges/plot",
    "smooth-edges/data",
    "smooth-edges/frame",
    "smooth-edges/nn",
  ]) {
    Object.assign(names, requireFromRoot(entry));
  }
  return names;
}

/** What examples may take for granted: a small data set, a fit and a path. */
function sampleValues(): Record<string, unknown> {
  const { SmoothLasso } = requireFromRoot("smooth-edges") as typeof import("../src");
  const X = [
    [1, 0],
    [0, 1],
    [1, 1],
    [2, 1],
    [0, 3],
  ];
  const y = [1, 0, 1, 2, 1];
  return {
    X,
    y,
    fit: new SmoothLasso({ lambda: 0.1 }).fit(X, y),
    path: new SmoothLasso().path(X, y, { nLambdas: 20 }),
  };
}
