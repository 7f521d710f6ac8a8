import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFolder, writeFileAtomically, writeInTemporaryFolder } from "../src/file-writing";
import { failEachWrite } from "./support/failing-writes";

describe("writeFileAtomically", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "atomic-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("replaces the content and keeps the permissions", () => {
    const path = join(folder, "a");
    writeFileSync(path, "old");
    chmodSync(path, 0o640);
    writeFileAtomically(path, "new");
    assert.equal(readFileSync(path, "utf8"), "new");
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(folder), ["a"]);
  });

  it("writes through a symbolic link", () => {
    writeFileSync(join(folder, "a"), "old");
    symlinkSync("a", join(folder, "link"));
    writeFileAtomically(join(folder, "link"), "new");
    assert.ok(lstatSync(join(folder, "link")).isSymbolicLink());
    assert.equal(readFileSync(join(folder, "a"), "utf8"), "new");
  });

  it("leaves no temporary file where the target cannot be replaced", () => {
    mkdirSync(join(folder, "a"));
    assert.throws(() => writeFileAtomically(join(folder, "a"), "new"), { code: "EISDIR" });
    assert.deepEqual(readdirSync(folder), ["a"]);
  });

  it("refuses to replace a file that nobody may write to", () => {
    const path = join(folder, "a");
    writeFileSync(path, "old", { mode: 0o444 });
    assert.throws(() => writeFileAtomically(path, "new"), { code: "EACCES" });
    assert.equal(readFileSync(path, "utf8"), "old");
  });

  it("writes to a pipe in place of replacing it", function () {
    if (process.platform === "win32") return this.skip();
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const pipe = openSync(path, "r+");
    try {
      writeFileAtomically(path, "new");
      assert.ok(statSync(path).isFIFO());
      const bytes = Buffer.alloc(3);
      readSync(pipe, bytes);
      assert.equal(bytes.toString(), "new");
    } finally {
      closeSync(pipe);
    }
  });

  it("takes names of any length that the system takes", () => {
    for (const name of ["a".repeat(255), "日".repeat(85)]) {
      writeFileAtomically(join(folder, name), "new");
      assert.equal(readFileSync(join(folder, name), "utf8"), "new");
    }
  });

  it("leaves the old content or the new one after every failure, the new one once it has returned", async () => {
    const [first, second] = ["a", "b"].map((name) => join(folder, name));
    let hasReturned = false;
    const calls = await failEachWrite(
      () => {
        writeFileSync(first, "old");
        rmSync(second, { force: true });
        hasReturned = false;
      },
      () => {
        writeFileAtomically(first, "new");
        hasReturned = true;
        writeFileAtomically(second, "more");
      },
      (failure, at, thrown) => {
        const where = `${failure} at call ${at}`;
        assert.ok(thrown instanceof Error, where);
        const content = readFileSync(first, "utf8");
        assert.ok(content === "new" || (!hasReturned && content === "old"), `${where}: ${content}`);
        const others = readdirSync(folder).filter((name) => name !== "a" && name !== "b");
        // A process that has ended cannot clean up; the next write to the same file does, once it is sure that nobody writes.
        for (const name of others) {
          assert.match(failure, /killed|power cut/, `${where} left ${name}`);
          utimesSync(join(folder, name), new Date(0), new Date(0));
        }
        writeFileAtomically(first, "next");
        writeFileAtomically(second, "next");
        assert.deepEqual(readdirSync(folder).sort(), ["a", "b"], where);
      },
    );
    assert.ok(calls >= 6, `${calls} calls`);
  });
});

describe("makeFolder", () => {
  it("fails where no folder can be made, and does not try for ever", () => {
    assert.throws(() => makeFolder("/proc/none/such"));
  });
});

describe("writeInTemporaryFolder", () => {
  const given = process.env.TMPDIR;
  afterEach(() => {
    if (given === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = given;
  });

  it("goes to another place where the folder for temporary files is missing", () => {
    process.env.TMPDIR = "/no/such/folder";
    const folder = writeInTemporaryFolder("elsewhere-", (made) => made);
    try {
      assert.equal(statSync(folder).mode & 0o077, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("goes to another place where writing fails, leaves nothing there, and throws the first error where all fail", () => {
    const tried: string[] = [];
    const result = writeInTemporaryFolder("elsewhere-", (made) => {
      tried.push(made);
      if (tried.length === 1) throw new Error("full");
      return made;
    });
    try {
      assert.equal(result, tried[1]);
      assert.deepEqual(
        tried.map((path) => existsSync(path)),
        [false, true],
      );
    } finally {
      rmSync(result, { recursive: true });
    }
    let count = 0;
    const fail = (): never => {
      throw new Error(`failure ${++count}`);
    };
    assert.throws(() => writeInTemporaryFolder("elsewhere-", fail), { message: "failure 1" });
    assert.ok(count > 1);
  });
});
