/** The platform of Node.js, Deno and Bun. What not every program needs is loaded when it is first used. */
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { missingPackage, mustBe } from "../errors";
import type { Files, Platform, TextStream, Threads } from "./platform";

/** The folder of the library. */
const LIBRARY = join(__dirname, "..");

export function warn(message: string, name: string): void {
  process.emitWarning(message, name);
}

export function withoutWarnings<T>(name: string, work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string, ...rest: never[]) => {
    const [type] = rest as readonly unknown[];
    if (type !== name) emitWarning.call(process, warning, ...rest);
  }) as typeof emitWarning;
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}

export function progressStream(): TextStream {
  return process.stderr;
}

export const processId: number = process.pid;

export function afterTurn(work: () => void): () => void {
  const due = setImmediate(work);
  return () => clearImmediate(due);
}

const shippedTable = (name: string): string =>
  readFileSync(join(LIBRARY, "../../data", `${name}.csv`), "utf8");

export const breastCancerTable = (): string => shippedTable("breast-cancer");
export const diabetesTable = (): string => shippedTable("diabetes");
export const digitsTable = (): string => shippedTable("digits");
export const wineTable = (): string => shippedTable("wine");

/** The environment variable `SMOOTH_EDGES_KERNELS=typescript` keeps WebAssembly out. */
export function kernelBytes(isShared: boolean): Uint8Array | undefined {
  if (process.env.SMOOTH_EDGES_KERNELS === "typescript") return undefined;
  return readFileSync(join(LIBRARY, "simd", isShared ? "shared-kernels.wasm" : "kernels.wasm"));
}

export function sharedBuffer(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

const threads: Threads = {
  MessageChannel,
  receiveMessageOnPort,
  start(program, workerData) {
    const file = join(LIBRARY, `${program}.js`);
    if (!existsSync(file)) {
      throw mustBe(
        "worker threads",
        "the file that they run",
        "beside the library",
        file,
        "leave it out of bundles",
      );
    }
    // Without what this process was started with, such as modules to preload; its warnings are told here.
    const worker = new Worker(file, { workerData, execArgv: ["--no-warnings"] });
    worker.unref();
    return worker;
  },
};

export function threadsFor(_where: string): Threads {
  return threads;
}

const files: Files = {
  read: (path) => readFileSync(path),
  unzip(bytes, most) {
    const { gunzipSync } = require("node:zlib") as typeof import("node:zlib");
    return gunzipSync(bytes, { maxOutputLength: most });
  },
  get mostCharacters() {
    return (require("node:buffer") as typeof import("node:buffer")).constants.MAX_STRING_LENGTH;
  },
  open(path) {
    const file = openSync(path, "r");
    const stats = fstatSync(file);
    if (stats.isDirectory()) {
      closeSync(file);
      throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
    }
    const { size } = stats;
    return {
      byteLength: size,
      slice(start, end = size) {
        const bytes = new Uint8Array(end - start);
        for (let at = 0, n = 1; n > 0 && at < bytes.length; at += n)
          n = readSync(file, bytes, at, bytes.length - at, start + at);
        return bytes.buffer;
      },
      close: () => closeSync(file),
    };
  },
  exists: existsSync,
  isGzipped(path) {
    const file = openSync(path, "r");
    try {
      const first = new Uint8Array(2);
      readSync(file, first);
      return first[0] === 0x1f && first[1] === 0x8b;
    } finally {
      closeSync(file);
    }
  },
  async *pieces(path) {
    const bytes = createReadStream(path, { highWaterMark: 1 << 20 });
    if (!files.isGzipped(path)) return yield* bytes;
    const { createGunzip } = require("node:zlib") as typeof import("node:zlib");
    const unpacked = createGunzip();
    bytes.on("error", (error) => unpacked.destroy(error));
    try {
      yield* bytes.pipe(unpacked);
    } finally {
      bytes.destroy();
    }
  },
  stampOf(path) {
    const { size, mtimeNs, ino, dev } = statSync(path, { bigint: true });
    return `${size} ${mtimeNs} ${ino} ${dev}`;
  },
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory(),
  resolve: (path) => resolve(path),
  join,
  sha256(bytes) {
    const { createHash } = require("node:crypto") as typeof import("node:crypto");
    return createHash("sha256").update(bytes).digest("hex");
  },
  dataFolder() {
    const { homedir } = require("node:os") as typeof import("node:os");
    return process.env.SMOOTH_EDGES_DATA || join(homedir(), ".cache", "smooth-edges");
  },
  makeFolder: (folder) => fileWriting().makeFolder(folder),
  writeAtomically: (path, content) => fileWriting().writeFileAtomically(path, content),
};

function fileWriting(): typeof import("../file-writing") {
  return require("../file-writing");
}

export function filesFor(_where: string): Files {
  return files;
}

export async function duckDbFor(where: string): ReturnType<Platform["duckDbFor"]> {
  try {
    return await import("@duckdb/node-api");
  } catch {
    throw missingPackage(where, "@duckdb/node-api", "@duckdb/node-api");
  }
}
