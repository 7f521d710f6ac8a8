import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestKernel } from "../../support/test-kernel";

describe("completion inside quotes, in a folder without packages", () => {
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  /** The cell after each match was filled in where the reply says. */
  async function completed(marked: string): Promise<string[]> {
    const code = marked.replace("|", "");
    const cursor_pos = marked.indexOf("|");
    const { content } = (await kernel.request("shell", "complete_request", { code, cursor_pos })).reply;
    const [start, end] = [content.cursor_start as number, content.cursor_end as number];
    return (content.matches as string[]).map((text) => code.slice(0, start) + text + code.slice(end));
  }

  it("knows this package and its parts", async () => {
    const found = await completed('import x from "smoo|"');
    assert.ok(found.includes('import x from "smooth-edges"'), String(found));
    assert.ok(found.includes('import x from "smooth-edges/plot"'), String(found));
    assert.deepEqual(await completed('import { a } from "smooth-edges/pl|"'), [
      'import { a } from "smooth-edges/plot"',
    ]);
    assert.deepEqual(await completed('await import("smooth-edges/nn|'), ['await import("smooth-edges/nn']);
    assert.deepEqual(await completed('const text = "smoo|"'), []);
  });

  it("offers files beside the notebook by the names that load", async () => {
    const files = ["a.ts", "b.mts", "c.cts", "d.tsx", "e.mjs", "f.cjs", "g.js", "h.jsx", "j.json"];
    for (const name of files)
      writeFileSync(join(kernel.folder, name), name === "j.json" ? "1" : "export {};");
    writeFileSync(join(kernel.folder, "types.d.ts"), "export type T = 1;");
    const all = ["a", "b.mts", "c.cts", "d", "e.mjs", "f.cjs", "g", "h", "j.json"];
    const named = (form: string, names: string[]): string[] => names.map((name) => form.replace("|", name));
    const offered = async (form: string): Promise<string[]> =>
      (await completed(form)).filter((text) => !text.includes("connection.json"));
    assert.deepEqual(await offered("import {} from './|'"), named("import {} from './|'", all));
    assert.deepEqual(await offered("await import('./|')"), named("await import('./|')", all));
    for (const name of all) {
      const { reply } = await kernel.execute(`import * as m from './${name}'; await import('./${name}'); m`);
      assert.equal(reply.content.status, "ok", JSON.stringify([name, reply.content.evalue]));
    }
    const required = ["e.mjs", "f.cjs", "g", "j.json"];
    assert.deepEqual(await offered("require('./|')"), named("require('./|')", required));
  });

  it("offers what begins with what is there, in its place", async () => {
    assert.deepEqual(await completed('import x from "danf|"'), []);
    const found = await completed('import x from "node:f|"');
    assert.deepEqual(found, ['import x from "node:fs"', 'import x from "node:fs/promises"']);
    assert.deepEqual(await completed('import x from "node:fs/pr|omises"'), [
      'import x from "node:fs/promises"',
    ]);
    assert.deepEqual(await completed('const o = { "k-one": 1, two: 2 }; o["k-|"]'), [
      'const o = { "k-one": 1, two: 2 }; o["k-one"]',
    ]);
  });
});
