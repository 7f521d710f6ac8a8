import assert from "node:assert/strict";
import { basename } from "node:path";
import { readNotebook, sourceOf } from "../../kernel/runner/notebook";
import { formatted, notebookPaths } from "../../notebooks/format-notebooks";

describe("the code of notebooks", () => {
  it("keeps the value of its last line, a text too", () => {
    const sources = ['const a = [1,2];\n"done"', "f( 1 );", "let b = 1\nb"];
    assert.deepEqual(formatted(sources), ['const a = [1, 2];\n"done"', "f(1);", "let b = 1;\nb"]);
  });

  it("is laid out for a page, in lines of a hundred letters but for texts; npm run format does it", () => {
    const cells = notebookPaths().flatMap((path) =>
      readNotebook(path)
        .cells.filter(({ cell_type }) => cell_type === "code")
        .map((cell, k) => ({ where: `${basename(path)}, code cell ${k + 1}`, source: sourceOf(cell) })),
    );
    const layouts = formatted(cells.map(({ source }) => source));
    cells.forEach(({ where, source }, k) => {
      assert.equal(source, layouts[k], where);
      for (const line of source.split("\n"))
        assert.ok(line.length <= 100 || /["`]/.test(line), `${where}: ${line}`);
    });
  });
});
