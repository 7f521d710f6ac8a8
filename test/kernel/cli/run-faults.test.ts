import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { untilGone } from "../../support/until-gone";

const CLI = resolve(__dirname, "../../../kernel/cli/cli.js");

describe("smooth-edges run, where something fails", () => {
  let folder: string;
  let temporary: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "faults-")));
    temporary = join(folder, "tmp");
    mkdirSync(temporary);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(...sources: string[]): string {
    const cells = sources.map((source) => ({
      cell_type: "code",
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    }));
    const text = JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells });
    writeFileSync(join(folder, "a.ipynb"), text);
    return text;
  }

  const read = (name: string): string => readFileSync(join(folder, name), "utf8");

  function start(
    args: string[],
    TMPDIR = temporary,
    stdio: readonly (number | "pipe")[] = ["pipe", "pipe"],
  ): ChildProcess {
    const env = { ...process.env, TMPDIR };
    return spawn(process.execPath, [CLI, "run", ...args], { cwd: folder, env, stdio: ["ignore", ...stdio] });
  }

  async function command(args: string[], TMPDIR?: string) {
    const child = start(args, TMPDIR);
    const text = { out: "", err: "" };
    child.stdout?.setEncoding("utf8").on("data", (part) => {
      text.out += part;
    });
    child.stderr?.setEncoding("utf8").on("data", (part) => {
      text.err += part;
    });
    const [code] = await once(child, "close");
    return { code, ...text };
  }

  const shown = (path: string): string[] =>
    JSON.parse(readFileSync(path, "utf8")).cells.flatMap(({ outputs }: { outputs: { text?: string[] }[] }) =>
      outputs.flatMap(({ text = [] }) => text),
    );

  it("keeps the results elsewhere, and says where, when their place cannot be written to any more", async () => {
    // A folder in the place of the result is refused as a full disk is.
    const before = write('console.log("an hour of work")', 'require("node:fs").mkdirSync("out/a.ipynb")');
    const { code, out, err } = await command(["a.ipynb", "--output", "out"]);
    assert.equal(code, 1, err);
    const [, kept] =
      /^out\/a\.ipynb: the result must go to a file that can be written to, got EISDIR; it is kept in "(.*)"$/m.exec(
        err,
      ) ?? [];
    assert.ok(kept, err);
    assert.match(out, /^a\.ipynb: 2 cells run in .* s, written to /);
    assert.deepEqual(shown(kept), ["an hour of work\n"]);
    assert.equal(dirname(dirname(kept)), temporary);
    assert.equal(read("a.ipynb"), before);
    assert.deepEqual(readdirSync(join(folder, "out")), ["a.ipynb"]);
  });

  it("writes the results though its own output goes to a full disk", async function () {
    if (!existsSync("/dev/full")) return this.skip();
    write('console.log("kept")');
    const full = openSync("/dev/full", "w");
    const child = start(["a.ipynb"], temporary, [full, full]);
    closeSync(full);
    const [code] = await once(child, "exit");
    assert.equal(code, 1);
    assert.deepEqual(shown(join(folder, "a.ipynb")), ["kept\n"]);
  });

  it("refuses a notebook that is read-only before anything runs, unless the result goes elsewhere", async () => {
    write('require("node:fs").writeFileSync("ran", "")');
    chmodSync(join(folder, "a.ipynb"), 0o444);
    const { code, err } = await command(["a.ipynb"]);
    assert.equal(code, 2);
    assert.equal(
      err,
      'smooth-edges run: the result must go to a file that can be written to, got "a.ipynb" (EACCES); allow writing to it, or name a folder with --output\n',
    );
    assert.ok(!existsSync(join(folder, "ran")));
    assert.equal((await command(["a.ipynb", "--output", "out"])).code, 0);
  });

  it("runs where TMPDIR names no folder", async () => {
    write('console.log("runs")');
    const { code, err } = await command(["a.ipynb"], join(folder, "none"));
    assert.equal(code, 0, err);
    assert.deepEqual(shown(join(folder, "a.ipynb")), ["runs\n"]);
  });

  it("leaves the notebook as it was, no kernel and no temporary file when it is killed in a cell that never ends", async () => {
    const before = write('require("node:fs").writeFileSync("pid", String(process.pid)); for (;;);');
    const child = start(["a.ipynb"]);
    while (!existsSync(join(folder, "pid")) || read("pid") === "") await sleep(20);
    child.kill("SIGKILL");
    await once(child, "exit");
    await untilGone(Number(read("pid")));
    assert.equal(read("a.ipynb"), before);
    assert.deepEqual(readdirSync(folder).sort(), ["a.ipynb", "pid", "tmp"]);
    assert.deepEqual(readdirSync(temporary), []);
  });
});
