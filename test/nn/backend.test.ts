import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announcement, type BackendCandidate, type BackendName, chooseBackend } from "../../src/nn/backend";
import { restoreBackend } from "../support/test-backend";

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

describe("the announcement of a backend", () => {
  it("gives no excuse for the fastest one", () => {
    assert.equal(
      announcement({ name: "tensorflow", rejected: [] }),
      "smooth-edges: networks run on the native TensorFlow backend of TensorFlow.js.",
    );
  });
});

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

  it("says in one sentence that TensorFlow.js is not installed", () => {
    const bare = mkdtempSync(join(tmpdir(), "without tensorflow "));
    try {
      cpSync(join(ROOT, "dist/src"), join(bare, "src"), { recursive: true });
      mkdirSync(join(bare, "node_modules"));
      symlinkSync(join(ROOT, "node_modules/pure-rand"), join(bare, "node_modules/pure-rand"));
      const { stdout } = runNode(
        `require("./src/nn").useBestBackend().catch((error) => console.log(error.name, error.message));`,
        bare,
        { NODE_PATH: "" },
      );
      assert.equal(
        stdout,
        "InputError useBestBackend: the package @tensorflow/tfjs must be installed, got none; " +
          "run npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm",
      );
    } finally {
      rmSync(bare, { recursive: true });
    }
  }).timeout(60_000);
});
