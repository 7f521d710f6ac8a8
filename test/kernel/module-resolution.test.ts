import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNotebook } from "../../kernel/run-notebook";

describe("the types of packages", () => {
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
