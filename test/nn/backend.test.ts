import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  announcement,
  type BackendCandidate,
  type BackendName,
  chooseBackend,
  measureBackends,
} from "../../src/nn/backend";
import { restoreBackend, TEST_BACKEND } from "../support/test-backend";

const ROOT = join(__dirname, "../../..");
const absent = (name: string) => (): void => require(`a-package-that-is-not-there/${name}`);
const NATIVE_ABSENT: BackendCandidate = { name: "tensorflow", load: absent("native") };
const WASM: BackendCandidate = { name: "wasm", load: () => require("@tensorflow/tfjs-backend-wasm") };
const CPU: BackendCandidate = { name: "cpu", load: () => {} };

function runNode(code: string, cwd: string, env: NodeJS.ProcessEnv = {}): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return { stdout: stdout.trim(), stderr: stderr.trim() };
}

describe("chooseBackend", () => {
  restoreBackend();

  it("takes WebAssembly where the native backend is not installed", async () => {
    const choice = await chooseBackend([NATIVE_ABSENT, WASM, CPU]);
    assert.deepEqual(choice, {
      name: "wasm",
      rejected: [{ name: "tensorflow", reason: "is not installed" }],
    });
  });

  it("passes over a backend that does not register, though its package loads", async () => {
    const choice = await chooseBackend([
      { name: "a backend that nobody wrote" as BackendName, load: () => {} },
      WASM,
    ]);
    assert.equal(choice.name, "wasm");
    assert.match(choice.rejected[0].reason, /^failed \(.+\)$/);
  });

  it("falls back to plain JavaScript and keeps the first line of what broke", async () => {
    const broken: BackendCandidate = {
      name: "wasm",
      load: () => {
        throw new Error("no SIMD here\nat wasm.js:1");
      },
    };
    const choice = await chooseBackend([NATIVE_ABSENT, broken, CPU]);
    assert.equal(
      announcement(choice),
      "smooth-edges: networks run on the plain JavaScript backend of TensorFlow.js, " +
        "because native TensorFlow is not installed and WebAssembly failed (no SIMD here).",
    );
  });

  it("leaves no tensor behind", async () => {
    const tf: typeof import("@tensorflow/tfjs") = require("@tensorflow/tfjs");
    await chooseBackend([CPU]);
    const before = tf.memory().numTensors;
    await chooseBackend([CPU]);
    assert.equal(tf.memory().numTensors, before);
  });
});

// Where the tests run on native TensorFlow, the name that the other backend takes here is its own.
const unlessNative = TEST_BACKEND === "tensorflow" ? describe.skip : describe;

unlessNative("measureBackends", () => {
  restoreBackend();
  const tf: typeof import("@tensorflow/tfjs") = require("@tensorflow/tfjs");

  /** A trial and its clock: a step takes as many milliseconds as are given for the backend that is set. */
  function trialOf(milliseconds: Record<string, readonly number[]>) {
    let time = 0;
    const nRuns: Record<string, number> = {};
    const trial = (): void => {
      const name = tf.getBackend();
      const run = nRuns[name] ?? 0;
      nRuns[name] = run + 1;
      time += milliseconds[name][Math.min(run, milliseconds[name].length - 1)];
    };
    return { trial, now: () => time };
  }
  const other: BackendCandidate = { name: "tensorflow", load: () => "from here" };
  before(() => {
    tf.copyRegisteredKernels("cpu", "tensorflow");
    tf.registerBackend("tensorflow", tf.findBackendFactory("cpu"));
  });
  after(() => {
    for (const { kernelName } of tf.getKernelsForBackend("tensorflow"))
      tf.unregisterKernel(kernelName, "tensorflow");
    tf.removeBackend("tensorflow");
  });

  it("takes the backend with the smaller median, and says both times", async () => {
    // The first two runs count nowhere, nor does one slow run.
    const { trial, now } = trialOf({ tensorflow: [1, 1, 4.51], wasm: [90, 90, 3, 3, 50, 3] });
    const choice = await measureBackends([other, WASM, CPU], trial, now);
    assert.equal(tf.getBackend(), "wasm");
    assert.equal(
      announcement(choice),
      "smooth-edges: networks run on the WebAssembly backend of TensorFlow.js, " +
        "where the trial took 3 ms and 4.5 ms on native TensorFlow.",
    );
  });

  it("goes back to an earlier backend that was quicker", async () => {
    const { trial, now } = trialOf({ tensorflow: [1], wasm: [2] });
    assert.equal((await measureBackends([other, WASM, CPU], trial, now)).name, "tensorflow");
    assert.equal(tf.getBackend(), "tensorflow");
  });

  it("waits for a trial, and passes over backends on which it fails", async () => {
    let time = 0;
    const trial = async (): Promise<void> => {
      await new Promise(setImmediate);
      if (tf.getBackend() === "tensorflow") throw new Error("no such kernel");
      time += 5;
    };
    const choice = await measureBackends([other, WASM, CPU], trial, () => time);
    assert.equal(
      announcement(choice),
      "smooth-edges: networks run on the WebAssembly backend of TensorFlow.js, " +
        "where the trial took 5 ms, because native TensorFlow failed (no such kernel).",
    );
  });

  it("says why no backend runs it", async () => {
    const trial = (): never => {
      throw new Error("the shapes differ");
    };
    await assert.rejects(measureBackends([WASM, CPU], trial), {
      message:
        "useBestBackend: no backend works: WebAssembly failed (the shapes differ) and plain JavaScript failed (the shapes differ)",
    });
  });
});

describe("the announcement of a backend", () => {
  it("says where a native one is from", () => {
    assert.equal(
      announcement({ name: "tensorflow", origin: "from @tensorflow/tfjs-node", rejected: [] }),
      "smooth-edges: networks run on the native TensorFlow backend of TensorFlow.js, from @tensorflow/tfjs-node.",
    );
  });
});

/** Packages of native TensorFlow that compute by the plain backend, as sources of their `index.js`. */
const NATIVE = `
  const tf = require("@tensorflow/tfjs");
  tf.copyRegisteredKernels("cpu", "tensorflow");
  tf.registerBackend("tensorflow", tf.findBackendFactory("cpu"));`;
/** It also calls the functions that `@tensorflow/tfjs-node` 4.22 calls and Node 23 does not have. */
const WITH_REMOVED_FUNCTIONS = `
  const util_1 = require("util");
  if (!util_1.isNullOrUndefined(null) || util_1.isNullOrUndefined(0) || !util_1.isArray([])) throw new Error("wrong");
  ${NATIVE}`;
const BROKEN = `throw new Error("tfjs_binding.node can not be found\\nrun npm rebuild");`;

interface Installed {
  readonly folder: string;
  /** The name in its package.json, if it is not that of the folder. */
  readonly name?: string;
  readonly source: string;
}

describe("useBestBackend in a project", () => {
  const projects: string[] = [];
  after(() => {
    for (const project of projects) rmSync(project, { recursive: true });
  });

  /** A project with this library, packages of this repository and native packages that are written for the test. */
  function project(linked: readonly string[], installed: readonly Installed[] = []): string {
    const folder = mkdtempSync(join(tmpdir(), "a project "));
    projects.push(folder);
    cpSync(join(ROOT, "dist/src"), join(folder, "dist/src"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(folder, "package.json")); // which says what #platform is
    mkdirSync(join(folder, "node_modules/@tensorflow"), { recursive: true });
    for (const name of ["pure-rand", ...linked])
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    for (const { folder: path, name = path, source } of installed) {
      const inside = join(folder, "node_modules", path);
      mkdirSync(inside);
      writeFileSync(join(inside, "package.json"), JSON.stringify({ name, version: "4.22.0" }));
      writeFileSync(join(inside, "index.js"), source);
    }
    return folder;
  }

  /** The name that the call answers and the line on stderr, behind how each begins. */
  function chosen(folder: string, before: string = ""): string[] {
    const { stdout, stderr } = runNode(
      `${before}; require("./dist/src/nn").useBestBackend().then(console.log, console.error)`,
      folder,
      { NODE_PATH: "" },
    );
    return [stdout, stderr.replace(/^smooth-edges: networks run on the /, "")];
  }

  const tensorflow = ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"];
  const node = "@tensorflow/tfjs-node";
  const gpu = "@tensorflow/tfjs-node-gpu";
  /** As Node 23 and newer are. */
  const withoutRemoved = `delete require("util").isNullOrUndefined; delete require("util").isArray`;

  it("takes a backend that the program has registered before any package", () => {
    const folder = project(tensorflow, [{ folder: node, source: BROKEN }]);
    assert.deepEqual(chosen(folder, NATIVE), [
      "tensorflow",
      "native TensorFlow backend of TensorFlow.js, which this program registered.",
    ]);
  });

  it("takes @tensorflow/tfjs-node, and gives it the functions that newer versions of Node have removed", () => {
    const folder = project(tensorflow, [{ folder: node, source: WITH_REMOVED_FUNCTIONS }]);
    assert.deepEqual(chosen(folder, withoutRemoved), [
      "tensorflow",
      "native TensorFlow backend of TensorFlow.js, from @tensorflow/tfjs-node.",
    ]);
  });

  it("takes @tensorflow/tfjs-node-gpu where the other is broken or absent", () => {
    for (const others of [[{ folder: node, source: BROKEN }], []]) {
      const folder = project(tensorflow, [...others, { folder: gpu, source: NATIVE }]);
      assert.deepEqual(chosen(folder), [
        "tensorflow",
        "native TensorFlow backend of TensorFlow.js, from @tensorflow/tfjs-node-gpu.",
      ]);
    }
  });

  it("takes WebAssembly where the native package is broken, absent or TensorFlow.js by an override, and says which", () => {
    const missing = `require("@mapbox/node-pre-gyp")`;
    for (const [installed, why] of [
      [[], "is not installed"],
      [[{ folder: node, source: BROKEN }], "failed (tfjs_binding.node can not be found)"],
      [[{ folder: gpu, source: missing }], "failed (Cannot find module '@mapbox/node-pre-gyp')"],
      [[{ folder: node, name: "@tensorflow/tfjs", source: "" }], "is not installed"],
    ] as const) {
      assert.deepEqual(chosen(project(tensorflow, installed)), [
        "wasm",
        `WebAssembly backend of TensorFlow.js, because native TensorFlow ${why}.`,
      ]);
    }
  });

  it("says in one sentence that TensorFlow.js is not installed", () => {
    assert.match(
      chosen(project([]))[1],
      /InputError\]?: useBestBackend: the package @tensorflow\/tfjs must be installed, got none; run npm install @tensorflow\/tfjs @tensorflow\/tfjs-backend-wasm$/m,
    );
  });
}).timeout(120_000);

describe("useBestBackend", () => {
  it("answers every call and speaks once, on stderr, in one line", () => {
    const { stdout, stderr } = runNode(
      `const { useBestBackend } = require("smooth-edges/nn");
       (async () => console.log(await useBestBackend(), await useBestBackend()))();`,
      ROOT,
    );
    assert.match(stdout, /^(tensorflow tensorflow|wasm wasm)$/);
    assert.match(
      stderr,
      /^smooth-edges: networks run on the (native TensorFlow|WebAssembly) backend [^\n]*\.$/,
    );
  }).timeout(60_000);
});
