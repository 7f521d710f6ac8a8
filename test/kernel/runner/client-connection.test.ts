import assert from "node:assert/strict";
import { rmSync, statSync } from "node:fs";
import { newConnection, writeConnectionFile } from "../../../kernel/runner/kernel-client";
import { readConnectionFile } from "../../../kernel/transport/connection";

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
