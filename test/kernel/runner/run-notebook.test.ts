import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type KernelSpec, ownKernelSpec } from "../../../kernel/kernelspec/kernelspec";
import type { CellOutput, CodeCell, Notebook } from "../../../kernel/runner/notebook";
import {
  type RunNotebookOptions,
  type RunProgress,
  type RunResult,
  runNotebook,
} from "../../../kernel/runner/run-notebook";
import { MAIN } from "../../support/test-kernel";

function notebook(...sources: string[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 4,
    metadata: {},
    cells: sources.map((source) => ({
      cell_type: "code",
      source,
      metadata: source.includes("as expected") ? { tags: ["raises-exception"] } : {},
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

/** What a cell printed, where that is all it put out. */
function textOf(result: RunResult, cell: number): unknown {
  const outputs = outputsOf(result)[cell] ?? [];
  return outputs.length === 1 && outputs[0]?.output_type === "stream" ? outputs[0].text : outputs;
}

function printed(text: string): CellOutput {
  return { output_type: "stream", name: "stdout", text };
}

describe("runNotebook", () => {
  it("starts its kernel with the compiler's code where the user's kernel keeps it", async () => {
    const { JUPYTER_DATA_DIR: before } = process.env;
    process.env.JUPYTER_DATA_DIR = join(tmpdir(), "jupyter");
    const running = run(notebook("console.log(process.argv.at(-1))"));
    if (before === undefined) delete process.env.JUPYTER_DATA_DIR;
    else process.env.JUPYTER_DATA_DIR = before;
    const cache = join(tmpdir(), "jupyter", "kernels", "smooth-edges", "compiler.cache");
    assert.deepEqual(textOf(await running, 0), `${cache}\n`);
  });

  describe("on a notebook that fails in the end", () => {
    const given = notebook(
      "console.log(process.cwd())",
      "  ",
      "const n: number = 6 * 7; n",
      "for (let i = 0; i < 10000; i++) console.log(i)",
      'console.log("x".repeat(2e7))',
      'console.log("grün 😀 日本\\u2028")',
      "throw new Error('as expected')",
      "console.log(n); if (n === 42) throw new TypeError('no good')",
      "'not reached'",
    );
    const original = structuredClone(given);
    const events: RunProgress[] = [];
    let folder: string;
    let result: RunResult;
    before(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), "a folder ")));
      result = await run(given, { cwd: folder, onProgress: (event) => events.push(event) });
    });
    after(() => rmSync(folder, { recursive: true }));

    it("works in the given folder and keeps values and counts", () => {
      const [first, blank, third] = cellsOf(result);
      assert.deepEqual(first?.outputs, [printed(`${folder}\n`)]);
      assert.deepEqual(third?.outputs, [
        { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {}, execution_count: 2 },
      ]);
      assert.deepEqual(
        [first, blank, third].map((cell) => cell?.execution_count),
        [1, null, 2],
      );
    });

    it("loses no line of ten thousand, no character of 20 million, no emoji", () => {
      const lines = Array.from({ length: 10000 }, (_, i) => `${i}\n`).join("");
      // Compared one by one as booleans: a failure should not print 20 million characters.
      assert.ok(textOf(result, 3) === lines);
      assert.ok(textOf(result, 4) === `${"x".repeat(2e7)}\n`);
      assert.equal(textOf(result, 5), "grün 😀 日本\u2028\n");
    });

    it("goes on after a failure in a cell tagged raises-exception", () => {
      const [error] = outputsOf(result)[6] ?? [];
      assert.equal(error?.output_type === "error" && error.evalue, "as expected");
      assert.equal(result.allowedFailures, 1);
    });

    it("ends at the next failure, told with its cell, name and message, after the outputs so far", () => {
      assert.equal(result.cells, 8);
      assert.equal(result.cell, 7);
      assert.equal(result.source, given.cells[7]?.source);
      assert.equal(result.failure?.reason, "error");
      assert.equal(result.failure?.name, "TypeError");
      assert.equal(result.failure?.message, "no good");
      const [output, error] = outputsOf(result)[7] ?? [];
      assert.deepEqual(output, printed("42\n"));
      assert.equal(error?.output_type === "error" && error.ename, "TypeError");
    });

    it("leaves the cells that were not reached without outputs, and the given notebook alone", () => {
      assert.deepEqual(outputsOf(result)[8], []);
      assert.equal(cellsOf(result)[8]?.execution_count, null);
      assert.deepEqual(given, original);
    });

    it("notes the kernel and its language in the metadata", () => {
      assert.deepEqual(result.notebook.metadata.kernelspec, {
        name: "smooth-edges",
        language: "typescript",
        display_name: "TypeScript (smooth-edges)",
      });
      assert.equal(result.notebook.metadata.language_info?.name, "typescript");
    });

    it("tells its progress: the start, each cell, what it prints", () => {
      assert.deepEqual(
        events.filter(({ cell }) => cell <= 2),
        [
          { cell: 0, cells: 8, state: "starting" },
          { cell: 1, cells: 8, state: "running" },
          { cell: 1, cells: 8, state: "running", printed: `${folder}\n` },
          { cell: 1, cells: 8, state: "done" },
          { cell: 2, cells: 8, state: "running" },
          { cell: 2, cells: 8, state: "done" },
        ],
      );
      assert.equal(events.at(-1)?.state, "running", "a cell that fails is not done");
    });
  });

  it("leaves a cell tagged skip-execution as it is", async () => {
    const given = notebook("globalThis.ran = 1", "console.log(globalThis.ran)");
    (given.cells as CodeCell[])[0].metadata.tags = ["skip-execution"];
    const result = await run(given);
    assert.equal(result.cells, 1);
    assert.deepEqual(cellsOf(result)[0], given.cells[0]);
    assert.equal(textOf(result, 1), "undefined\n");
  });

  it("goes on after every failure where errors are allowed", async () => {
    const result = await run(notebook("throw 1", "console.log('after')"), { allowErrors: true });
    assert.equal(result.failure, undefined);
    assert.equal(result.allowedFailures, 1);
    assert.deepEqual(outputsOf(result)[1], [printed("after\n")]);
  });

  it("interrupts the cell that runs when its signal is aborted, and keeps what the cell had printed", async () => {
    const controller = new AbortController();
    const result = await run(notebook("console.log('going'); while (true) {}", "1"), {
      signal: controller.signal,
      onProgress: ({ printed }) => printed && controller.abort(),
    });
    assert.equal(result.failure?.reason, "interrupted");
    assert.equal(result.cell, 1);
    assert.deepEqual(outputsOf(result)[0]?.[0], printed("going\n"));
  });

  it("does not wait for a kernel that starts when its signal is aborted", async () => {
    const result = await run(notebook("1"), { signal: AbortSignal.abort() });
    assert.equal(result.failure?.reason, "interrupted");
    assert.equal(result.cell, 0);
  });

  it("tells how the kernel died under a cell", async () => {
    const { failure } = await run(notebook('process.kill(process.pid, "SIGKILL")', "1"));
    assert.equal(failure?.reason, "died");
    assert.equal(
      failure?.message,
      "kernel: the process must live until it is shut down, got signal SIGKILL, which the system sends where memory is short",
    );
  });

  it("starts its kernel on other ports where one was taken before it started, three times at most", async () => {
    const folder = mkdtempSync(join(tmpdir(), "taken-"));
    /** A kernel that finds its shell port taken the first times that it starts. */
    const unlucky = (times: number): KernelSpec => {
      const [script, starts] = [join(folder, `unlucky-${times}.cjs`), join(folder, `starts-${times}`)];
      writeFileSync(
        script,
        `const { appendFileSync, readFileSync } = require("node:fs");
appendFileSync(${JSON.stringify(starts)}, "x");
const start = () => require(${JSON.stringify(MAIN)});
const { shell_port } = JSON.parse(readFileSync(process.argv[2], "utf8"));
if (readFileSync(${JSON.stringify(starts)}).length > ${times}) start();
else require("node:net").createServer().listen(shell_port, "127.0.0.1", start);`,
      );
      const { argv, ...others } = ownKernelSpec();
      return { ...others, argv: argv.map((part) => (part === MAIN ? script : part)) };
    };
    const { failure } = await run(notebook("1 + 1"), { kernel: unlucky(2) });
    assert.equal(failure, undefined);
    assert.equal(readFileSync(join(folder, "starts-2"), "utf8"), "xxx");
    await assert.rejects(run(notebook("1"), { kernel: unlucky(9) }), /shell_port must be free, got tcp:/);
    assert.equal(readFileSync(join(folder, "starts-9"), "utf8"), "xxx");
    rmSync(folder, { recursive: true });
  });

  it("tells the last words of a kernel that does not start, and leaves no connection file", async () => {
    const kernel = {
      argv: [
        process.execPath,
        "-e",
        'console.error("no port in", process.argv[1]); process.exit(4)',
        "{connection_file}",
      ],
      display_name: "broken",
      language: "typescript",
    };
    const error = await run(notebook("1"), { kernel }).catch((reason) => reason);
    assert.equal(error.name, "KernelDiedError");
    const [, path] =
      /^kernel: the process must start and stay, got exit code 4 while starting; its last words were:\nno port in (.*)$/.exec(
        error.message,
      ) ?? assert.fail(error.message);
    assert.equal(existsSync(dirname(String(path))), false);
  });
});
