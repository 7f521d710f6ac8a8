import assert from "node:assert/strict";
import { TestKernel } from "../support/test-kernel";

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
