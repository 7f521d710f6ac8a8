import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./support/tracked-files";

const { staleFiles }: { staleFiles(root: string): string[] } = require(join(ROOT, ".ci/clean.cjs"));

describe("the cleaning before a build", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "clean-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (...files: string[]): void => {
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), "");
    }
  };
  const stale = (): string[] =>
    staleFiles(root)
      .map((file) => relative(root, file))
      .sort();

  it("leaves what the build writes again, which something may be running from", () => {
    write("src/a.ts", "kernel/b.test.ts");
    write("dist/src/a.js", "dist/src/a.js.map", "dist/src/a.d.ts", "dist/kernel/b.test.js");
    write("dist/src/simd/kernels.wasm", "dist/browser/a.mjs", "dist/browser/a.d.mts");
    assert.deepEqual(stale(), []);
  });

  it("takes out what no source makes any more, and what would keep the compiler from writing all again", () => {
    write("src/a.ts", "dist/src/a.js", "dist/src/gone.js", "dist/src/gone.js.map", "dist/src/gone.d.ts");
    write("dist/tsconfig.tsbuildinfo", "dist/old/a.js");
    assert.deepEqual(stale(), [
      "dist/old/a.js",
      "dist/src/gone.d.ts",
      "dist/src/gone.js",
      "dist/src/gone.js.map",
      "dist/tsconfig.tsbuildinfo",
    ]);
  });

  it("has nothing to do where nothing was built", () => {
    assert.deepEqual(stale(), []);
  });
});
