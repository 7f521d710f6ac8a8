import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { installCommand } from "../../kernel/install-command";
import { kernelInJupyter } from "../../kernel/kernel-in-jupyter";

const OWN_MAIN = resolve(__dirname, "../../kernel/main.js");

describe("the kernel that Jupyter starts", () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "places-")));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** A kernel below a data folder. */
  function kernelIn(data: string, main: string): string {
    const folder = join(root, data, "kernels", "smooth-edges");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "kernel.json"),
      JSON.stringify({ argv: [process.execPath, main, "{connection_file}"] }),
    );
    return folder;
  }

  /** An empty PATH, or one with a Jupyter that takes the kernel of a folder. */
  function environment(taken?: string): NodeJS.ProcessEnv {
    const bin = join(root, "bin");
    mkdirSync(bin, { recursive: true });
    if (taken !== undefined) {
      const answer = JSON.stringify({ kernelspecs: { "smooth-edges": { resource_dir: taken } } });
      writeFileSync(join(bin, "jupyter"), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    }
    return { JUPYTER_DATA_DIR: join(root, "user"), PATH: [bin, "/bin"].join(delimiter) };
  }

  it("is that of an environment before the user's own, which it hides", () => {
    const user = kernelIn("user", OWN_MAIN);
    const venv = kernelIn("venv/share/jupyter", OWN_MAIN);
    assert.deepEqual(kernelInJupyter(environment()), { state: "works", fact: `is installed in ${user}` });
    assert.deepEqual(kernelInJupyter(environment(venv)), {
      state: "works",
      fact: `is installed in ${venv}, which hides that in ${user}`,
    });
    const path = kernelIn("path", OWN_MAIN);
    assert.deepEqual(kernelInJupyter({ ...environment(), PATH: "", JUPYTER_PATH: join(root, "path") }), {
      state: "works",
      fact: `is installed in ${path}, which hides that in ${user}`,
    });
  });

  it("may be of another copy of the package, or of one that has gone, and is installed anew where it lies", () => {
    const other = join(root, "old", "kernel", "main.js");
    const venv = kernelIn("a venv/share/jupyter", other);
    const install = `run npx smooth-edges kernel install --prefix "${join(root, "a venv")}"`;
    assert.deepEqual(kernelInJupyter(environment(venv)), {
      state: "lacks",
      fact: `is installed in ${venv}, and starts ${other}, which is no longer there`,
      remedy: `${install} again`,
    });
    mkdirSync(join(root, "old", "kernel"), { recursive: true });
    writeFileSync(other, "");
    assert.deepEqual(kernelInJupyter(environment(venv)), {
      state: "works",
      fact: `is installed in ${venv}, and starts another copy of this package, ${other}`,
      remedy: `${install} to have it start this one`,
    });
  });

  it("is told of where another one is installed", () => {
    const venv = kernelIn("venv/share/jupyter", OWN_MAIN);
    const told = (env: NodeJS.ProcessEnv): string => installCommand({}, env);
    const line = `The jupyter of this shell starts that in ${venv} instead; smooth-edges doctor says what to do.`;
    assert.ok(told(environment(venv)).includes(`\n${line}\n`));
    const user = join(root, "user", "kernels", "smooth-edges");
    assert.ok(!told(environment(user)).includes("instead"));
  });
});
