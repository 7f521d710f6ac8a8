import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { untilGone } from "../../support/until-gone";

const CLI = resolve(__dirname, "../../../kernel/cli/cli.js");

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe("smooth-edges", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "command line ")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function command(args: string[], during?: (pid: number) => Promise<void>): Promise<Ended> {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const text = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text.out += part;
    });
    child.stderr.setEncoding("utf8").on("data", (part) => {
      text.err += part;
    });
    const closed = once(child, "close");
    await during?.(child.pid ?? 0);
    const [code] = await closed;
    return { code, ...text };
  }

  function write(name: string, sources: string[], metadata: object = {}): string {
    const cells = sources.map((source) => ({
      cell_type: "code",
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    }));
    const text = JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata, cells });
    writeFileSync(join(folder, name), text);
    return text;
  }

  function read(name: string): string {
    return readFileSync(join(folder, name), "utf8");
  }

  /** Waits until a file has content. */
  async function awaitFile(name: string): Promise<void> {
    // Mocha's timeout is the limit: a kernel may take long to start.
    while (!existsSync(join(folder, name)) || read(name) === "") await sleep(20);
  }

  it("run replaces a notebook by its result and says so", async () => {
    write("a.ipynb", ['console.log("hello")', "1 + 1"]);
    const { code, out, err } = await command(["run", "a.ipynb"]);
    assert.equal(code, 0, err);
    assert.match(out, /^a\.ipynb: 2 cells run in \d+\.\d s, written to a\.ipynb\n$/);
    assert.match(err, /^a\.ipynb: cell 1\/2, \d+\.\d s\na\.ipynb: cell 2\/2, \d+\.\d s\n$/);
    const [first, second] = JSON.parse(read("a.ipynb")).cells;
    assert.deepEqual(first.outputs, [{ output_type: "stream", name: "stdout", text: ["hello\n"] }]);
    assert.deepEqual(second.outputs[0].data["text/plain"], ["2"]);
    assert.deepEqual(readdirSync(folder), ["a.ipynb"]);
  });

  it("run shows the cell that fails, writes the outputs so far and goes on with the next notebook", async () => {
    const before = write("bad.ipynb", [
      'console.log("kept")',
      "const a = 1;\nthrow new RangeError('too far');",
      "3",
    ]);
    write("good.ipynb", ["1"]);
    const { code, out, err } = await command([
      "run",
      "bad.ipynb",
      "good.ipynb",
      "--output",
      "new folder/out",
    ]);
    assert.equal(code, 1);
    assert.ok(
      err.includes(
        "bad.ipynb: cell 2 of 3 failed: RangeError: too far\n\n  1 | const a = 1;\n  2 | throw new RangeError('too far');\n",
      ),
      err,
    );
    assert.ok(
      err.includes(
        "bad.ipynb: the outputs up to cell 2 of 3 were written to new folder/out/bad.ipynb; cell 3 was not run and has no outputs\n",
      ),
      err,
    );
    assert.match(out, /^good\.ipynb: 1 cell run /);
    assert.equal(read("bad.ipynb"), before);
    const cells = JSON.parse(read("new folder/out/bad.ipynb")).cells;
    assert.deepEqual(
      cells.map(({ outputs }: { outputs: { output_type: string }[] }) => outputs.map((o) => o.output_type)),
      [["stream"], ["error"], []],
    );
  });

  it("run --parameter says which name no cell has", async () => {
    write("a.ipynb", ["let lambda = 1", "lambda"]);
    const { code, err } = await command(["run", "a.ipynb", "-p", "lamda=0.1", "lambda=2"]);
    assert.equal(code, 0, err);
    assert.match(
      err,
      /^a\.ipynb: parameter lamda must be a name in a code cell, got none that has it; it changes nothing\na\.ipynb: cell 1\/3/,
    );
  });

  it("run --timeout ends a cell that takes longer", async () => {
    write("slow.ipynb", ["await new Promise(() => {})"]);
    const { code, err } = await command(["run", "slow.ipynb", "--timeout", "0.5"]);
    assert.equal(code, 1);
    assert.match(
      err,
      /slow\.ipynb: cell 1 of 1 failed: Timeout: the cell must end within 0\.5 s, got no end/,
    );
  });

  it("run writes the outputs so far, and leaves no kernel behind, when interrupted", async () => {
    const pidCell = 'require("node:fs").writeFileSync("pid", String(process.pid)); while (true) {}';
    write("slow.ipynb", ["1", pidCell, "2"]);
    const { code, err } = await command(["run", "slow.ipynb"], async (pid) => {
      await awaitFile("pid");
      process.kill(pid, "SIGINT");
    });
    assert.equal(code, 130);
    const written =
      "the outputs up to cell 2 of 3 were written to slow.ipynb; cell 3 was not run and has no outputs";
    assert.ok(err.endsWith(`slow.ipynb: interrupted at cell 2 of 3; ${written}\n`), err);
    const [first, , last] = JSON.parse(read("slow.ipynb")).cells;
    assert.deepEqual(first.outputs[0].data, { "text/plain": ["1"] });
    assert.deepEqual(last.outputs, []);
    await untilGone(Number(read("pid")));
  });

  it("refuses what it cannot run in one sentence, before anything runs", async () => {
    write("good.ipynb", ["1"]);
    write("python.ipynb", ["1"], { kernelspec: { name: "python3", language: "python" } });
    writeFileSync(join(folder, "text.ipynb"), "# not JSON");
    for (const [name, sentence] of [
      ["gone.ipynb", 'smooth-edges run: NOTEBOOK must be an existing file, got "gone.ipynb"'],
      ["python.ipynb", "python.ipynb: metadata.kernelspec must be smooth-edges or have language"],
      ["text.ipynb", "text.ipynb: the file must be a notebook in JSON, got Unexpected token"],
    ] as const) {
      const { code, out, err } = await command(["run", "good.ipynb", name]);
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.ok(err.startsWith(sentence), err);
      assert.equal(err.split("\n").length, 2, err);
    }
    assert.deepEqual(JSON.parse(read("good.ipynb")).cells[0].outputs, []);
  });

  it("refuses options that make no sense", async () => {
    write("a.ipynb", ["1"]);
    for (const [args, sentence] of [
      [
        ["run", "a.ipynb", "--timeout", "soon"],
        'smooth-edges run: --timeout must be a number of seconds > 0 and <= 2000000, got "soon"',
      ],
      [
        ["run", "a.ipynb", "--output", "a.ipynb"],
        'smooth-edges run: the target must be a folder one can write to, got "a.ipynb" (EEXIST)',
      ],
      [
        ["kernel", "install", "--user", "--prefix", "x"],
        "smooth-edges kernel install: the place must be given once, got --user and --prefix",
      ],
    ] as const) {
      const { code, err } = await command([...args]);
      assert.equal(code, 2);
      assert.equal(err, `${sentence}\n`);
    }
  });

  it("kernel install writes a kernelspec below the prefix and says where", async () => {
    const { code, out } = await command(["kernel", "install", "--prefix", "my prefix"]);
    assert.equal(code, 0);
    const installed = join(folder, "my prefix", "share", "jupyter", "kernels", "smooth-edges");
    assert.ok(out.startsWith(`Installed the kernel "TypeScript (smooth-edges)" in\n  ${installed}\n`), out);
    const { argv } = JSON.parse(readFileSync(join(installed, "kernel.json"), "utf8"));
    assert.equal(argv.at(-3), resolve(__dirname, "../../../kernel/main.js"));
    assert.equal(argv.at(-1), join(installed, "compiler.cache"));
  });

  it("kernel uninstall removes what install wrote, and says where there is nothing", async () => {
    const place = ["--prefix", "my prefix"];
    await command(["kernel", "install", ...place]);
    const installed = join(folder, "my prefix", "share", "jupyter", "kernels", "smooth-edges");
    const { code, out } = await command(["kernel", "uninstall", ...place]);
    assert.equal(code, 0);
    assert.ok(out.startsWith(`Removed the kernel from\n  ${installed}\n`), out);
    assert.deepEqual(readdirSync(join(folder, "my prefix")), []);
    const again = await command(["kernel", "uninstall", ...place]);
    assert.equal(again.code, 2);
    assert.match(
      again.err,
      /^smooth-edges kernel uninstall: the kernel must be installed where it is to be removed/,
    );
  });

  it("kernel uninstall leaves folders that it cannot remove", async () => {
    const jupyter = join(folder, "linked prefix", "share", "jupyter");
    mkdirSync(jupyter, { recursive: true });
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(jupyter, "kernels"));
    await command(["kernel", "install", "--prefix", "linked prefix"]);
    const { code, out, err } = await command(["kernel", "uninstall", "--prefix", "linked prefix"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.ok(out.startsWith("Removed the kernel from\n"), out);
    assert.deepEqual(readdirSync(elsewhere), []);
    assert.deepEqual(readdirSync(jupyter), ["kernels"]);
  });

  it("reads a file for a new notebook as it is told to", async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `"1,20${i % 10}"\t${(i * 5) % 12}`);
    writeFileSync(join(folder, "told.csv"), ["n.a.\t-", ...rows].join("\n"));
    const missing = ["--missing", "-", "--missing", "n.a."];
    const encoding = ["--encoding", "latin1"];
    const reading = ["--delimiter", "\\t", "--decimal", ",", ...missing, ...encoding, "--no-header"];
    const done = await command(["new", "told.ipynb", "told.csv", "-y", "x1", ...reading]);
    assert.equal(done.code, 0, done.err);
    const source = JSON.stringify(
      'readCsv("told.csv", { delimiter: "\\t", decimal: ",", missing: ["-", "n.a."], encoding: "latin1", header: false })',
    );
    assert.ok(readFileSync(join(folder, "told.ipynb"), "utf8").includes(source.slice(1, -1)));
    const choice = ["--date", "x0=YYYY-MM", "--date", "x2=D/M/YY", "--loss", "poisson", "--event", "x0"];
    const unread = await command(["new", "other.ipynb", "told.csv", "-y", "x1", ...reading, ...choice]);
    assert.match(unread.err, /dates must be formats of columns of the file, got "x2"/);
    const undated = await command(["new", "other.ipynb", "told.csv", "-y", "x1", "--date", "x0"]);
    assert.match(undated.err, /It must be a column, = and a format, such as day=DD.MM.YYYY\./);
    const refused = await command(["new", "other.ipynb", "told.csv", "-y", "y", "--decimal", ";"]);
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /'--decimal <character>' argument ';' is invalid\. It must be one of "\." ","\.$/m,
    );
    const misspelt = await command(["new", "other.ipynb", "told.csv", "--respons", "y"]);
    assert.equal(misspelt.code, 2);
    assert.match(misspelt.err, /^error: unknown option '--respons'\n\(Did you mean --response\?\)/);
    const without = await command(["new", "other.ipynb", "told.csv"]);
    assert.equal(without.code, 2);
    assert.match(without.err, /^error: --response <column> must be given\n/);
  });

  it("explains itself with examples", async () => {
    const help = await command(["run", "--help"]);
    assert.equal(help.code, 0);
    assert.match(help.out, /Examples:\n +\$ smooth-edges run analysis\.ipynb/);
    assert.equal((await command(["rum", "a.ipynb"])).code, 2);
  });
});
