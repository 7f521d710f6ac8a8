import assert from "node:assert/strict";
import { rmSync, statSync } from "node:fs";
import type { KernelSpec } from "../../../kernel/kernelspec/kernelspec";
import { KernelProcess, newConnection, writeConnectionFile } from "../../../kernel/runner/kernel-client";
import { readConnectionFile } from "../../../kernel/transport/connection";
import { untilGone } from "../../support/until-gone";

function node(script: string): KernelSpec {
  return {
    argv: [process.execPath, "-e", script, "{connection_file}"],
    display_name: "test",
    language: "typescript",
  };
}

describe("KernelProcess", () => {
  it("hands over the connection file, the environment and the folder, and keeps the last words", async () => {
    const script = "console.log(process.argv[1], process.env.MINE, process.cwd()); process.exitCode = 3";
    const env = { MINE: `$${"{PATH}"} $${"{NO_SUCH_NAME}"}` };
    const kernel = new KernelProcess({ ...node(script), env }, "/c f.json", "/");
    assert.equal(await kernel.ended, "exit code 3");
    assert.equal(kernel.lastOutput, `/c f.json ${process.env.PATH} $${"{NO_SUCH_NAME}"} /`);
  });

  it("keeps only the end of long words", async () => {
    const kernel = new KernelProcess(node("console.log('x'.repeat(1e5) + 'end')"), "", "/");
    await kernel.ended;
    assert.match(kernel.lastOutput, /^x{1,4000}end$/);
  });

  it("tells how it ended: by a signal, or without having begun", async () => {
    const killed = new KernelProcess(node("setInterval(() => {}, 1000)"), "", "/");
    killed.signal("SIGKILL");
    assert.match(await killed.ended, /^signal SIGKILL, which the system sends where memory is short$/);
    const absent = new KernelProcess({ ...node(""), argv: ["/no/such/kernel"] }, "", "/");
    assert.equal(await absent.ended, "spawn /no/such/kernel ENOENT");
  });

  it("takes what the kernel started with it, and a signal afterwards does nothing", async () => {
    const child = "require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' })";
    const kernel = new KernelProcess(node(`console.log(${child}.pid); process.exit()`), "", "/");
    await kernel.ended;
    await untilGone(Number(kernel.lastOutput));
    kernel.signal("SIGKILL");
  });
});

describe("newConnection", () => {
  it("gives five different ports and a key that nobody else has", async () => {
    const [one, other] = await Promise.all([newConnection(), newConnection()]);
    assert.equal(new Set([...Object.values(one.ports), ...Object.values(other.ports)]).size, 10);
    assert.notEqual(one.key, other.key);
  });
});

describe("writeConnectionFile", () => {
  it("writes what the kernel reads, into a file that only its owner can read", async () => {
    const connection = await newConnection();
    const { folder, path } = writeConnectionFile(connection);
    try {
      assert.deepEqual(readConnectionFile(path), connection);
      assert.equal(statSync(path).mode & 0o077, 0);
      assert.equal(statSync(folder).mode & 0o077, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
