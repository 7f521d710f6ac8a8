import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultText, tracebackOf } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

describe("a kernel in a folder that is broken, and read-only", function () {
  this.timeout(300_000);
  let folder: string;
  let kernel: TestKernel;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "smooth-edges-hostile-"));
    const modules = join(folder, "node_modules");
    mkdirSync(modules);
    const install = (name: string, files: Readonly<Record<string, string>>): void => {
      mkdirSync(join(modules, name));
      for (const [file, text] of Object.entries(files)) writeFileSync(join(modules, name, file), text);
    };
    writeFileSync(join(folder, "tsconfig.json"), '{ "compilerOptions": { "target": "es3", broken');
    writeFileSync(join(modules, ".package-lock.json"), "broken");
    install("no-manifest", { "index.js": "module.exports = { n: 1 };" });
    install("bad-manifest", { "package.json": "{ broken", "index.js": "module.exports = { n: 2 };" });
    install("no-entry", { "package.json": '{ "main": "missing.js" }' });
    install("wrong-types", {
      "package.json": '{ "main": "index.js", "types": "index.d.ts" }',
      "index.js": "module.exports = { n: 'text' };",
      "index.d.ts": "export const n: number; export const absent: Missing; export const = 3;",
    });
    install("no-types", {
      "package.json": '{ "types": "gone.d.ts" }',
      "index.js": "module.exports = { n: 4 };",
    });
    chmodSync(folder, 0o555);
    kernel = await TestKernel.start({ folder });
  });
  after(async () => {
    await kernel.stop();
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  });

  it("starts, and does not read the tsconfig", async () => {
    assert.equal(resultText(await kernel.execute("const { a } = { a: 6n ** 2n }; a")), "36n");
  });

  it("imports packages whose types are missing or wrong, each value as it is", async () => {
    assert.equal(resultText(await kernel.execute("import * as p from 'no-manifest'; p.n")), "1");
    assert.equal(resultText(await kernel.execute("import * as q from 'wrong-types'; q.n")), "'text'");
    assert.equal(resultText(await kernel.execute("import * as r from 'no-types'; r.n")), "4");
  });

  it("names the package that cannot be loaded, and goes on", async () => {
    for (const name of ["bad-manifest", "no-entry", "not-there"]) {
      const failed = await kernel.execute(`// @ts-nocheck\nimport * as x from '${name}'; x.n`);
      assert.equal(failed.reply.content.status, "error", name);
      assert.ok(tracebackOf(failed).includes(name), tracebackOf(failed));
    }
    assert.equal(resultText(await kernel.execute("1 + 1")), "2");
    assert.equal(kernel.stderr, "");
  });
});
