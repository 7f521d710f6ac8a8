import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedDownload } from "../../../src/data/files";

describe("cachedDownload", () => {
  const content = "a,b\n1,2\n";
  const sha256 = createHash("sha256").update(content).digest("hex");
  let server: Server;
  let address: string;
  let folder: string;
  let nAsked = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "downloads-"));
    server = createServer((request, response) => {
      nAsked++;
      if (request.url === "/none.csv") response.writeHead(404).end();
      else if (request.url === "/half.csv") {
        response.writeHead(200, { "content-length": 100 });
        response.write(content);
        setTimeout(() => response.destroy(), 20);
      } else response.end(content);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("downloads a file once, and again only where the copy is another", async () => {
    const path = await cachedDownload(`${address}/data.csv?v=1`, { sha256, folder });
    assert.equal(path, join(folder, "data.csv"));
    assert.equal(readFileSync(path, "utf8"), content);
    assert.equal(await cachedDownload(`${address}/data.csv`, { sha256, folder }), path);
    assert.equal(nAsked, 1);
    writeFileSync(path, content.slice(0, 4));
    await cachedDownload(`${address}/data.csv`, { sha256, folder });
    assert.equal(nAsked, 2);
    assert.equal(readFileSync(path, "utf8"), content);
  });

  it("keeps nothing of another checksum, of half a download, or of an error", async () => {
    const place = join(folder, "empty");
    const other = "0".repeat(64);
    await assert.rejects(cachedDownload(`${address}/x.csv`, { sha256: other, folder: place }), {
      name: "InputError",
      message: `cachedDownload: ${address}/x.csv must have the checksum ${other}, got ${sha256} of 8 bytes`,
    });
    await assert.rejects(cachedDownload(`${address}/half.csv`, { sha256, folder: place }), {
      name: "InputError",
      message: /^cachedDownload: http.*half\.csv must be within reach, got \w+/,
    });
    await assert.rejects(cachedDownload(`${address}/none.csv`, { sha256, folder: place }), {
      name: "InputError",
      message: `cachedDownload: ${address}/none.csv must be within reach, got status 404`,
    });
    assert.deepEqual(readdirSync(folder), ["data.csv"]);
  });

  it("refuses what is no address and no checksum in one sentence", async () => {
    for (const url of ["data.csv", `${address}/`, `${address}/a/..%2f..`]) {
      await assert.rejects(cachedDownload(url, { sha256, folder }), {
        name: "InputError",
        message: /^cachedDownload: url must be the address of a file, got /,
      });
    }
    await assert.rejects(cachedDownload(`${address}/a.csv`, { sha256: "abc", folder }), {
      message: 'cachedDownload: sha256 must be 64 hexadecimal digits in lower case, got "abc"',
    });
  });
});
