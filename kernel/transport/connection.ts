/** The connection file, which names the sockets to bind and the key that signs messages. */
import { readFileSync } from "node:fs";
import { badConnectionField, unreadableConnectionFile } from "../errors";

/** The five sockets of a kernel. */
export const CHANNELS = ["shell", "iopub", "stdin", "control", "hb"] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * The checked content of a connection file.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
 */
export interface Connection {
  readonly transport: "tcp" | "ipc";
  readonly ip: string;
  readonly ports: Readonly<Record<Channel, number>>;
  /** Key of the signatures; empty means that messages are not signed. */
  readonly key: string;
  /** Hash of the signatures as Node names it, e.g. `sha256`. */
  readonly hash: string;
}

/**
 * Reads and checks a connection file.
 *
 * @throws KernelError that names the file and the wrong field
 */
export function readConnectionFile(path: string): Connection {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch (error) {
    throw unreadableConnectionFile(path, reasonOf(error));
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw unreadableConnectionFile(path, "not an object");
  }
  const check = (field: string, fits: boolean, rule: string): void => {
    if (!fits) throw badConnectionField(path, field, rule, fields[field]);
  };
  const { transport = "tcp", ip = "127.0.0.1", key = "", signature_scheme: scheme = "hmac-sha256" } = fields;
  check("transport", transport === "tcp" || transport === "ipc", '"tcp" or "ipc"');
  check("ip", typeof ip === "string" && ip !== "", "an address");
  check("key", typeof key === "string", "a string");
  const hash = String(scheme).replace(/^hmac-/, "");
  check("signature_scheme", scheme !== hash && isHash(hash), '"hmac-sha256"');
  const ports = {} as Record<Channel, number>;
  for (const channel of CHANNELS) {
    const port = fields[`${channel}_port`];
    const rule = "an integer from 1 to 65535";
    check(`${channel}_port`, Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535, rule);
    ports[channel] = Number(port);
  }
  return {
    transport: transport as "tcp" | "ipc",
    ip: ip as string,
    ports,
    key: key as string,
    hash,
  };
}

/** Returns the ZeroMQ address of one socket. */
export function addressOf(connection: Connection, channel: Channel): string {
  const { transport, ip, ports } = connection;
  if (transport === "ipc") return `ipc://${ip}-${ports[channel]}`;
  return `tcp://${ip.includes(":") ? `[${ip}]` : ip}:${ports[channel]}`;
}

function isHash(name: string): boolean {
  if (name === "sha256") return true;
  // The module is loaded only for other hashes, because it would delay the start of the socket thread.
  const { getHashes } = require("node:crypto") as typeof import("node:crypto");
  return getHashes().includes(name);
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such file";
  return code ?? message;
}
