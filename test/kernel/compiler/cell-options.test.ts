import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import * as ts from "typescript";
import { CELL_GLOBALS } from "../../../kernel/compiler/cell-options";

/** The packages that a declaration file imports, by itself or by way of those beside it. */
function packagesOf(file: string, seen: Set<string> = new Set([file])): string[] {
  return ts.preProcessFile(readFileSync(file, "utf8")).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [fileName];
    const next = join(dirname(file), `${fileName}.d.ts`);
    if (seen.has(next)) return [];
    seen.add(next);
    return existsSync(next) ? packagesOf(next, seen) : [];
  });
}

describe("the globals of a cell", () => {
  it("have every start read no declarations of packages, such as the compiler's own", () => {
    const packages = packagesOf(CELL_GLOBALS).filter((name) => !isBuiltin(name));
    assert.deepEqual(packages, []);
    assert.match(readFileSync(CELL_GLOBALS, "utf8"), /from "\.\/index"/);
  });
});
