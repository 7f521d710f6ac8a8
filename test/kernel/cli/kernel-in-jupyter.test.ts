import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { installCommand } from "../../../kernel/cli/install-command";
import { kernelInJupyter } from "../../../kernel/cli/kernel-in-jupyter";
import type { KernelSpec } from "../../../kernel/kernelspec/kernelspec";

const OWN_MAIN = resolve(__dirname, "../../../kernel/main.js");

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

  it("starts more slowly where the code of the compiler is not there, damaged or made with other flags", () => {
    installCommand({}, environment());
    const folder = join(root, "user", "kernels", "smooth-edges");
    const taken = { state: "works", fact: `is installed in ${folder}` };
    const left = {
      state: "works",
      fact: `is installed in ${folder}, and starts more slowly, since the code of the compiler that it was to start with is missing, damaged or of another Node`,
      remedy: "run npx smooth-edges kernel install again",
    };
    assert.deepEqual(kernelInJupyter(environment()), taken);
    const spec = readFileSync(join(folder, "kernel.json"), "utf8");
    const { argv } = JSON.parse(spec) as KernelSpec;
    writeFileSync(join(folder, "kernel.json"), JSON.stringify({ argv: argv.toSpliced(1, 0, "--no-opt") }));
    assert.deepEqual(kernelInJupyter(environment()), left);
    writeFileSync(join(folder, "kernel.json"), spec);
    const cache = argv.at(-1)!;
    const content = readFileSync(cache);
    writeFileSync(cache, Buffer.from(content).fill(0, content.length >> 1, (content.length >> 1) + 4096));
    assert.deepEqual(kernelInJupyter(environment()), left);
    rmSync(cache);
    assert.deepEqual(kernelInJupyter(environment()), left);
  }).timeout(60_000);

  it("is told of where another one is installed", () => {
    const venv = kernelIn("venv/share/jupyter", OWN_MAIN);
    const told = (env: NodeJS.ProcessEnv): string => installCommand({}, env);
    const line = `The jupyter of this shell starts that in ${venv} instead; smooth-edges doctor says what to do.`;
    assert.ok(told(environment(venv)).includes(`\n${line}\n`));
    const user = join(root, "user", "kernels", "smooth-edges");
    assert.ok(!told(environment(user)).includes("instead"));
  });
});
