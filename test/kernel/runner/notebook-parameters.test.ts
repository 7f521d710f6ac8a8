import assert from "node:assert/strict";
import { type Notebook, parseParameter, sourceOf, withParameters } from "../../../kernel/runner/notebook";
import { runNotebook } from "../../../kernel/runner/run-notebook";

function notebook(...cells: readonly (readonly [source: string, tag?: string])[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map(([source, tag]) => ({
      cell_type: "code",
      source,
      metadata: tag ? { tags: [tag] } : {},
      execution_count: null,
      outputs: [],
    })),
  };
}

describe("parameters of a notebook", () => {
  it("are JSON where they can be, and text otherwise", () => {
    assert.deepEqual(parseParameter("lambda=0.5"), ["lambda", 0.5]);
    assert.deepEqual(parseParameter('list=[1, "a"]'), ["list", [1, "a"]]);
    assert.deepEqual(parseParameter("path=a=b"), ["path", "a=b"]);
    assert.deepEqual(parseParameter("empty="), ["empty", ""]);
    for (const wrong of ["lambda", "=1", "two words=1", "1st=2"]) {
      assert.throws(() => parseParameter(wrong), {
        name: "UsageError",
        message: `smooth-edges run: a parameter must be NAME=VALUE, got ${JSON.stringify(wrong)}`,
      });
    }
  });

  it("stand behind the cell with their defaults, once, or on top", () => {
    const sources = (given: Notebook): string[] => withParameters(given, { a: 2 }).cells.map(sourceOf);
    const injected = "// Parameters\nlet a = 2;";
    assert.deepEqual(sources(notebook(["// head"], ["let a = 1;", "parameters"], ["a"])), [
      "// head",
      "let a = 1;",
      injected,
      "a",
    ]);
    assert.deepEqual(sources(notebook(["let a = 1;", "parameters"], ["let a = 9;", "injected-parameters"])), [
      "let a = 1;",
      injected,
    ]);
    assert.deepEqual(sources(notebook(["a"])), [injected, "a"]);
    const given = notebook(["a"]);
    assert.equal(withParameters(given, {}), given);
  });

  it("replace the defaults where the notebook is run", async function () {
    this.timeout(300_000);
    const given = notebook(
      ["let lambda = 1; let name = 'default';", "parameters"],
      ["[name, lambda * 2].join()"],
    );
    const { notebook: done, failure } = await runNotebook(
      withParameters(given, { lambda: 4, name: "it's" }),
      { cwd: __dirname },
    );
    assert.equal(failure, undefined);
    const [output] = (done.cells[2] as { outputs: { data?: Record<string, unknown> }[] }).outputs;
    assert.deepEqual(output?.data?.["text/plain"], `"it's,8"`);
  });
});
