import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../../kernel/errors";
import { checkKernel, parseNotebook, readNotebook, sourceOf } from "../../../kernel/runner/notebook";

function text(overrides: object = {}): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [], ...overrides });
}

function refuses(content: string, message: string | RegExp): void {
  assert.throws(() => parseNotebook(content, "a.ipynb"), {
    name: "UsageError",
    message,
  });
}

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
