import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { UsageError } from "../../../kernel/errors";
import {
  checkKernel,
  formatNotebook,
  type Notebook,
  namesInNoCell,
  parseNotebook,
  parseParameter,
  readNotebook,
  sourceOf,
  splitLines,
  withJoinedTexts,
  withParameters,
} from "../../../kernel/runner/notebook";
import { runNotebook } from "../../../kernel/runner/run-notebook";

function text(overrides: object = {}): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [], ...overrides });
}

function refuses(content: string, message: string | RegExp): void {
  assert.throws(() => parseNotebook(content, "a.ipynb"), {
    name: "UsageError",
    message,
  });
}

describe("a notebook for a page", () => {
  const text = fc
    .array(fc.constantFrom("a", "<td>", ",", "\n", "\r\n"), { maxLength: 6 })
    .map((parts) => parts.join(""));

  it("has each text whole again, whatever its lines, and JSON as it was", () => {
    fc.assert(
      fc.property(text, text, text, (source, html, printed) => {
        const rows = ["not", "lines"];
        const data = {
          "text/html": html,
          "image/svg+xml": html,
          "application/json": rows,
          "image/png": "AA==",
        };
        const notebook = {
          nbformat: 4,
          nbformat_minor: 5,
          metadata: { kept: true },
          cells: [
            { cell_type: "markdown", id: "a", metadata: {}, source },
            {
              cell_type: "code",
              id: "b",
              metadata: {},
              source,
              execution_count: 1,
              outputs: [
                { output_type: "stream", name: "stdout", text: printed },
                { output_type: "display_data", data, metadata: {} },
                { output_type: "error", ename: "E", evalue: "v", traceback: ["first", "second"] },
              ],
            },
          ],
        };
        // formatNotebook splits the texts as Jupyter does.
        const stored = parseNotebook(formatNotebook(notebook as unknown as Notebook), "a.ipynb");
        assert.deepEqual(withJoinedTexts(stored), notebook);
      }),
    );
  });
});

describe("readNotebook", () => {
  it("reads sources given as one text and as lines alike", () => {
    const cell = { cell_type: "code", metadata: {}, outputs: [], execution_count: null };
    const notebook = parseNotebook(
      text({
        cells: [
          { ...cell, source: "a\nb" },
          { ...cell, source: ["a\n", "b"] },
        ],
      }),
      "a.ipynb",
    );
    assert.deepEqual(notebook.cells.map(sourceOf), ["a\nb", "a\nb"]);
  });

  it("keeps fields it does not know", () => {
    const notebook = parseNotebook(text({ metadata: { widgets: { a: 1 } }, extra: [1] }), "a.ipynb");
    assert.deepEqual(notebook, {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { widgets: { a: 1 } },
      cells: [],
      extra: [1],
    });
  });

  it("accepts a byte order mark", () => {
    assert.deepEqual(parseNotebook(`\uFEFF${text()}`, "a.ipynb").cells, []);
  });

  it("says that a file is missing", () => {
    assert.throws(() => readNotebook("no/such.ipynb"), {
      name: "UsageError",
      message: 'smooth-edges run: NOTEBOOK must be an existing file, got "no/such.ipynb"',
    });
  });

  it("says that a folder is no notebook", () => {
    const folder = mkdtempSync(join(tmpdir(), "notebook-"));
    try {
      assert.throws(() => readNotebook(folder), {
        name: "UsageError",
        message: `smooth-edges run: NOTEBOOK must be a readable file, got ${JSON.stringify(folder)} (EISDIR)`,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says in one line that a file is not JSON", () => {
    refuses("", "a.ipynb: the file must be a notebook in JSON, got an empty file");
    refuses("[1]", "a.ipynb: the file must be a notebook in JSON, got JSON that is no object");
    refuses(
      '{\n "cells": oops\n}',
      /^a\.ipynb: the file must be a notebook in JSON, got Unexpected token.*$/,
    );
  });

  it("names the version where it is not 4", () => {
    refuses(
      text({ nbformat: 3 }),
      "a.ipynb: nbformat must be 4, got 3; open the notebook in Jupyter and save it to convert it",
    );
    refuses(
      "{}",
      "a.ipynb: nbformat must be 4, got nothing; open the notebook in Jupyter and save it to convert it",
    );
  });

  it("names the field that is wrong", () => {
    refuses(text({ cells: {} }), "a.ipynb: cells must be an array, got an object");
    refuses(text({ metadata: 1 }), "a.ipynb: metadata must be an object, got 1");
    refuses(text({ cells: [null] }), "a.ipynb: cells[0] must be an object, got null");
    refuses(
      text({ cells: [{ cell_type: "heading", source: "" }] }),
      'a.ipynb: cells[0].cell_type must be "code", "markdown" or "raw", got "heading"',
    );
    refuses(
      text({ cells: [{ cell_type: "code", source: 7 }] }),
      "a.ipynb: cells[0].source must be a string or an array of strings, got 7",
    );
    refuses(
      text({ cells: [{ cell_type: "code", source: "", outputs: [1] }] }),
      "a.ipynb: cells[0].outputs must be an array of objects, got an array of 1",
    );
  });
});

describe("checkKernel", () => {
  const check = (metadata: object): void =>
    checkKernel(parseNotebook(text({ metadata }), "a.ipynb"), "a.ipynb", "smooth-edges");

  it("accepts its own name, any TypeScript kernel, and a notebook that names neither", () => {
    check({ kernelspec: { name: "smooth-edges" } });
    check({ kernelspec: { name: "tslab", language: "typescript" } });
    check({ kernelspec: { name: "deno" }, language_info: { name: "typescript" } });
    check({});
  });

  it("names the kernel and the language of another one", () => {
    assert.throws(
      () => check({ kernelspec: { name: "python3", language: "python" } }),
      new UsageError(
        'a.ipynb: metadata.kernelspec must be smooth-edges or have language "typescript", ' +
          'got "python3", language "python"; ' +
          "choose another kernel for this notebook or run it with the tools of its own",
      ),
    );
  });
});

/** As Python's nbformat 5.10 writes it. */
const JUPYTER_TEXT = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "first",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "application/json": {
       "a": [],
       "b": "x\\ny"
      },
      "image/svg+xml": [
       "<svg>\\n",
       "</svg>"
      ],
      "text/plain": [
       "grün\\n",
       "😀"
      ]
     },
     "execution_count": 1,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "1\\n"
     ]
    }
   ],
   "source": [
    "// \\"quoted\\"\\n",
    "value"
   ]
  },
  {
   "cell_type": "markdown",
   "id": "second",
   "metadata": {},
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "TypeScript (smooth-edges)",
   "language": "typescript",
   "name": "smooth-edges"
  },
  "unknown": {}
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe("formatNotebook", () => {
  it("gives back a file that Jupyter wrote, byte for byte", () => {
    assert.equal(formatNotebook(parseNotebook(JUPYTER_TEXT, "a.ipynb")), JUPYTER_TEXT);
  });

  it("splits sources, streams and text bundles into lines and leaves JSON as it is", () => {
    const whole = parseNotebook(JUPYTER_TEXT, "a.ipynb");
    const joined = JSON.parse(JUPYTER_TEXT);
    joined.cells[0].source = '// "quoted"\nvalue';
    joined.cells[0].outputs[0].data["text/plain"] = "grün\n😀";
    joined.cells[0].outputs[1].text = "1\n";
    joined.cells[1].source = "";
    assert.equal(formatNotebook(joined), formatNotebook(whole));
  });

  it("keeps a key that JavaScript treats specially", () => {
    const text = JUPYTER_TEXT.replace('"unknown": {}', '"__proto__": {}');
    assert.match(formatNotebook(parseNotebook(text, "a.ipynb")), /"__proto__": \{\}/);
  });
});

describe("splitLines", () => {
  it("keeps line ends with their lines, as Python's splitlines(True) does", () => {
    assert.deepEqual(splitLines("a\nb\r\nc\rd\u2028e\n\n"), ["a\n", "b\r\n", "c\r", "d\u2028", "e\n", "\n"]);
    assert.deepEqual(splitLines(""), []);
  });

  it("loses nothing", () => {
    const unit = fc.constantFrom("a", "\n", "\r", "\v", "\u2029", "😀");
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        assert.equal(splitLines(text).join(""), text);
      }),
    );
  });
});

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
    // No number has these digits; JSON.parse rounds the first two to others, and the last one to Infinity.
    for (const id of ["12345678901234567890", "-9007199254740993", "1e400"])
      assert.deepEqual(parseParameter(`id=${id}`), ["id", id]);
    assert.deepEqual(parseParameter("large=1e300"), ["large", 1e300]);
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

  it("are named in some cell, or change nothing", () => {
    const given = notebook(["let lambda = 1; const $a = 2"], ["lamda", "injected-parameters"], ["seeds[0]"]);
    assert.deepEqual(namesInNoCell(given, ["lambda", "lamda", "$a", "a", "seed", "seeds"]), [
      "lamda",
      "a",
      "seed",
    ]);
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
