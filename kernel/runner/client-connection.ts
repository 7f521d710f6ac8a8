import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHANNELS, type Channel, type Connection } from "../transport/connection";

/** A connection for a kernel that is to be started: free local ports and a fresh key. */
export async function newConnection(): Promise<Connection> {
  const free = await freePorts(CHANNELS.length);
  const ports = Object.fromEntries(CHANNELS.map((channel, index) => [channel, free[index]]));
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    ports: ports as Record<Channel, number>,
    key: randomUUID(),
    hash: "sha256",
  };
}

/**
 * Writes a connection file into a new temporary folder that nobody else can enter.
 *
 * The key in it lets whoever reads it run code.
 *
 * @see readConnectionFile
 */
export function writeConnectionFile(connection: Connection): { folder: string; path: string } {
  const { transport, ip, ports, key, hash } = connection;
  const fields = {
    transport,
    ip,
    key,
    signature_scheme: `hmac-${hash}`,
    ...Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, ports[channel]])),
  };
  const folder = mkdtempSync(join(tmpdir(), "smooth-edges-"));
  const path = join(folder, "connection.json");
  writeFileSync(path, JSON.stringify(fields), { mode: 0o600 });
  return { folder, path };
}

/** Ports that nobody has now; all are held open until the last is known, so that none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenOnFreePort));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function listenOnFreePort(): Promise<Server> {
  return new Promise((listening, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => listening(server));
  });
}
