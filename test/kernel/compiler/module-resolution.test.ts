import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ts from "typescript";
import { ModuleVersions } from "../../../kernel/compiler/declarations/module-versions";
import { resolveModuleForCell } from "../../../kernel/compiler/module-resolution";
import { NodeDeclarations } from "../../../kernel/compiler/node-declarations";
import { nodeTypeRoot } from "../../../kernel/compiler/packages";
import { runNotebook } from "../../../kernel/runner/run-notebook";

describe("the types of packages", () => {
  it("are not sought on the disk for Node's own modules", () => {
    const asked: string[] = [];
    const system = {
      ...ts.sys,
      fileExists: (path: string) => asked.push(path) < 0,
      directoryExists: (path: string) => asked.push(path) > 0,
    };
    const cache = ts.createModuleResolutionCache("/", (name) => name);
    const node = new NodeDeclarations(nodeTypeRoot());
    const resolve = resolveModuleForCell(system, cache, node, new ModuleVersions(process.cwd()));
    const found = (name: string) => {
      const file = ts.createSourceFile(
        `${process.cwd()}/__tslab__.ts`,
        `import "${name}";`,
        ts.ScriptTarget.Latest,
        true,
      );
      const [statement] = file.statements;
      const literal = (statement as ts.ImportDeclaration).moduleSpecifier as ts.StringLiteral;
      const options = { moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.Preserve };
      return resolve([literal], file.fileName, undefined, options, file, undefined)[0]?.resolvedModule;
    };
    assert.deepEqual([found("fs"), found("node:stream/promises"), asked], [undefined, undefined, []]);
    assert.equal(found("some-package"), undefined);
    assert.notDeepEqual(asked, []);
  });

  it("are kept after many declarations, in a folder that does not have the package", async () => {
    const folder = mkdtempSync(join(tmpdir(), "far-away-"));
    const sources = [
      "import { SmoothLasso } from 'smooth-edges'; const model = new SmoothLasso({ lambda: 1 });",
      Array.from({ length: 300 }, (_, k) => `const number${k} = { value: ${k} };`).join(" "),
      "1",
      "model.nothing",
    ];
    const cells = sources.map((source) => ({
      cell_type: "code" as const,
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    }));
    try {
      const run = await runNotebook(
        { cells, metadata: {}, nbformat: 4, nbformat_minor: 4 },
        { cwd: folder, timeout: 60 },
      );
      assert.equal(run.cell, 4);
      assert.match(JSON.stringify(run.failure), /'nothing' does not exist on type 'SmoothLasso</);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
