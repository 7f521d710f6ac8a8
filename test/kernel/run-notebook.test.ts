import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CellOutput, CodeCell, Notebook } from "../../kernel/notebook";
import { type RunNotebookOptions, type RunResult, runNotebook } from "../../kernel/run-notebook";

function notebook(...sources: string[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 4,
    metadata: {},
    cells: sources.map((source) => ({
      cell_type: "code",
      source,
      metadata: {},
      execution_count: 99,
      outputs: [{ output_type: "stream", name: "stdout", text: "from an earlier run" }],
    })),
  };
}

function run(given: Notebook, options: Partial<RunNotebookOptions> = {}): Promise<RunResult> {
  return runNotebook(given, { cwd: tmpdir(), ...options });
}

function cellsOf({ notebook }: RunResult): CodeCell[] {
  return notebook.cells as CodeCell[];
}

function outputsOf(result: RunResult): CellOutput[][] {
  return cellsOf(result).map(({ outputs }) => outputs);
}

function printed(text: string): CellOutput {
  return { output_type: "stream", name: "stdout", text };
}

describe("runNotebook", () => {
  it("fills in outputs and counts, in the given folder, and leaves the given notebook alone", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "a folder ")));
    try {
      const given = notebook("console.log(process.cwd())", "  ", "const n: number = 6 * 7; n");
      const before = structuredClone(given);
      const result = await run(given, { cwd: folder });
      assert.equal(result.failure, undefined);
      assert.equal(result.cells, 2);
      assert.deepEqual(outputsOf(result), [
        [printed(`${folder}\n`)],
        [],
        [{ output_type: "execute_result", data: { "text/plain": "42" }, metadata: {}, execution_count: 2 }],
      ]);
      assert.deepEqual(
        cellsOf(result).map((cell) => cell.execution_count),
        [1, null, 2],
      );
      assert.deepEqual(result.notebook.metadata.kernelspec, {
        name: "smooth-edges",
        language: "typescript",
        display_name: "TypeScript (smooth-edges)",
      });
      assert.equal(result.notebook.metadata.language_info?.name, "typescript");
      assert.deepEqual(given, before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("loses no line of ten thousand, no character of 20 million, no emoji", async () => {
    const result = await run(
      notebook(
        "for (let i = 0; i < 10000; i++) console.log(i)",
        'console.log("x".repeat(2e7))',
        'console.log("grün 😀 日本\\u2028")',
      ),
    );
    const lines = Array.from({ length: 10000 }, (_, i) => `${i}\n`).join("");
    // Compared as booleans: a failure should not print 20 million characters.
    assert.deepEqual(
      outputsOf(result).map(([output], cell) =>
        output?.output_type === "stream"
          ? output.text === [lines, `${"x".repeat(2e7)}\n`, "grün 😀 日本\u2028\n"][cell]
          : false,
      ),
      [true, true, true],
    );
  });

  it("ends at a cell that fails, with its error, and leaves the cells after it empty", async () => {
    const result = await run(notebook('console.log("before")', 'throw new TypeError("no good")', "1"));
    assert.equal(result.cell, 2);
    assert.equal(result.source, 'throw new TypeError("no good")');
    assert.equal(result.failure?.reason, "error");
    assert.equal(result.failure?.name, "TypeError");
    assert.equal(result.failure?.message, "no good");
    const [first, second, third] = outputsOf(result);
    assert.deepEqual(first, [printed("before\n")]);
    assert.equal(second?.[0]?.output_type === "error" && second[0].evalue, "no good");
    assert.deepEqual(third, []);
    assert.equal(cellsOf(result)[2]?.execution_count, null);
  });

  it("goes on after errors where that is allowed or the cell is tagged so", async () => {
    const given = notebook("throw new Error('x')", "console.log('after')");
    for (const cell of given.cells.slice(0, 1)) cell.metadata.tags = ["raises-exception"];
    const result = await run(given);
    assert.equal(result.failure, undefined);
    assert.equal(result.forgiven, 1);
    assert.deepEqual(outputsOf(result)[1], [printed("after\n")]);
  });

  it("interrupts a cell that takes too long and keeps what it had printed", async () => {
    const result = await run(notebook("console.log('going'); while (true) {}", "1"), { timeout: 1 });
    assert.equal(result.failure?.reason, "timeout");
    assert.equal(
      result.failure?.message,
      "the cell must end within 1 s, got no end; --timeout sets the limit",
    );
    assert.deepEqual(outputsOf(result)[0]?.[0], printed("going\n"));
  });

  it("is interrupted by its signal while a cell runs and while the kernel starts", async () => {
    const controller = new AbortController();
    const result = await run(notebook("while (true) {}"), {
      signal: controller.signal,
      onProgress: ({ state }) => {
        if (state === "running") setTimeout(() => controller.abort(), 300);
      },
    });
    assert.equal(result.failure?.reason, "interrupted");
    assert.equal((await run(notebook("1"), { signal: AbortSignal.abort() })).failure?.reason, "interrupted");
  });

  it("tells how the kernel died under a cell", async () => {
    const result = await run(notebook('process.kill(process.pid, "SIGKILL")', "1"));
    assert.equal(result.failure?.reason, "died");
    assert.match(
      String(result.failure?.message),
      /^kernel: the process must live until it is shut down, got signal SIGKILL/,
    );
  });

  it("tells the last words of a kernel that does not start, and leaves no connection file", async () => {
    const kernel = {
      argv: [process.execPath, "-e", 'console.error("no port"); process.exit(4)'],
      display_name: "broken",
      language: "typescript",
    };
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("smooth-edges-"));
    const before = folders();
    await assert.rejects(run(notebook("1"), { kernel }), {
      name: "KernelDiedError",
      message:
        "kernel: the process must start and stay, got exit code 4 while starting; its last words were:\nno port",
    });
    assert.deepEqual(
      folders().filter((name) => !before.includes(name)),
      [],
    );
  });

  it("tells its progress: the start, each cell, what it prints", async () => {
    const events: string[] = [];
    await run(notebook("console.log(1)", "2"), {
      onProgress: ({ cell, cells, state, printed }) =>
        events.push([state, `${cell}/${cells}`, ...(printed ? [printed] : [])].join(" ")),
    });
    assert.deepEqual(events, [
      "starting 0/2",
      "running 1/2",
      "running 1/2 1\n",
      "done 1/2",
      "running 2/2",
      "done 2/2",
    ]);
  });
});
