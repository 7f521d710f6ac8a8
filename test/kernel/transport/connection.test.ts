import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressOf, readConnectionFile } from "../../../kernel/transport/connection";

const good = {
  transport: "tcp",
  ip: "127.0.0.1",
  key: "k",
  signature_scheme: "hmac-sha256",
  shell_port: 1,
  iopub_port: 2,
  stdin_port: 3,
  control_port: 4,
  hb_port: 5,
};

describe("readConnectionFile", () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "smooth-edges-connection-"));
    path = join(folder, "connection.json");
  });
  after(() => rmSync(folder, { recursive: true }));

  function messageFor(content: unknown): string {
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    try {
      readConnectionFile(path);
    } catch (error) {
      return (error as Error).message.replace(JSON.stringify(path), "FILE");
    }
    return "no error";
  }

  it("gives the address of every socket", () => {
    writeFileSync(path, JSON.stringify(good));
    const connection = readConnectionFile(path);
    assert.equal(addressOf(connection, "control"), "tcp://127.0.0.1:4");
    assert.equal(connection.hash, "sha256");
    assert.equal(addressOf({ ...connection, transport: "ipc", ip: "/tmp/k" }, "shell"), "ipc:///tmp/k-1");
    assert.equal(addressOf({ ...connection, ip: "::1" }, "hb"), "tcp://[::1]:5");
  });

  it("says in one sentence what is wrong with the file", () => {
    assert.equal(messageFor(good), "no error");
    assert.match(messageFor("{"), /^kernel: the connection file must be readable JSON, got FILE \(.+\)$/);
    assert.equal(
      messageFor([]),
      "kernel: the connection file must be readable JSON, got FILE (not an object)",
    );
    assert.equal(
      messageFor({ ...good, shell_port: undefined }),
      "kernel: shell_port in FILE must be an integer from 1 to 65535, got nothing",
    );
    assert.equal(
      messageFor({ ...good, hb_port: "80" }),
      'kernel: hb_port in FILE must be an integer from 1 to 65535, got "80"',
    );
    assert.equal(
      messageFor({ ...good, iopub_port: 70000 }),
      "kernel: iopub_port in FILE must be an integer from 1 to 65535, got 70000",
    );
    assert.equal(
      messageFor({ ...good, transport: "udp" }),
      'kernel: transport in FILE must be "tcp" or "ipc", got "udp"',
    );
    assert.equal(messageFor({ ...good, key: 5 }), "kernel: key in FILE must be a string, got 5");
    for (const scheme of ["md5", "hmac-md77", "hmac-", 5]) {
      assert.equal(
        messageFor({ ...good, signature_scheme: scheme }),
        `kernel: signature_scheme in FILE must be "hmac-sha256", got ${JSON.stringify(scheme)}`,
      );
    }
  });

  it("names a file that is not there", () => {
    const missing = join(folder, "none.json");
    assert.throws(() => readConnectionFile(missing), {
      name: "KernelError",
      message: `kernel: the connection file must be readable JSON, got ${JSON.stringify(missing)} (no such file)`,
    });
  });
});
