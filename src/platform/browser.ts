/**
 * The platform of browsers, in a page and in a Web Worker of it: no files, no threads of the library's own, and the kernels in the code.
 */
import { notInBrowsers, type UnavailableError } from "../errors";
import type { Files, Platform, TextStream, Threads } from "./platform";

export { breastCancerTable, diabetesTable, digitsTable, wineTable } from "./browser-tables";

/** The kernels as base64, which the build of the modules for browsers puts in. */
declare const KERNELS_BASE64: string;

/** Names of the warnings that are not shown now. */
const silenced: string[] = [];

export function warn(message: string, name: string): void {
  // biome-ignore lint/suspicious/noConsole: a browser shows warnings there
  if (!silenced.includes(name)) console.warn(`${name}: ${message}`);
}

export function withoutWarnings<T>(name: string, work: () => T): T {
  silenced.push(name);
  try {
    return work();
  } finally {
    silenced.pop();
  }
}

export function progressStream(): TextStream {
  return {
    write(text) {
      // biome-ignore lint/suspicious/noConsole: a browser has no other stream
      console.info(text.trimEnd());
    },
  };
}

export const processId: number = Math.floor(2 ** 32 * Math.random());

/** Does nothing: the end of a page or of its worker, which alone ends work from outside, ends the library with it. */
export function afterTurn(_work: () => void): () => void {
  return () => {};
}

/** Without threads nobody needs kernels on shared memories. */
export function kernelBytes(isShared: boolean): Uint8Array | undefined {
  return isShared ? undefined : Uint8Array.from(atob(KERNELS_BASE64), (byte) => byte.charCodeAt(0));
}

/** A buffer of one thread: pages that are not isolated have no other. */
export function sharedBuffer(bytes: number): SharedArrayBuffer {
  return new ArrayBuffer(bytes) as unknown as SharedArrayBuffer;
}

export function threadsFor(where: string): Threads {
  const method = /\.(\w+)Async$/.exec(where)?.[1];
  const remedy = method === undefined ? "leave workers out" : `call ${method} in a Web Worker of the page`;
  throw notInBrowsers(where, "threads", remedy);
}

/** What to do in place of reading or writing a file by its path, by the caller. */
const WITHOUT_PATHS: Readonly<Record<string, string>> = {
  readCsv: "pass a File, or await fetch(path)",
  readParquet: "pass a File, or await (await fetch(path)).arrayBuffer()",
  "Chart.save": "offer the text of toSVG() or the bytes of toPNG({ renderer }) as a download",
  "Report.save": "offer the text of toHTML() as a download",
};

const noFiles = (where: string): UnavailableError =>
  notInBrowsers(where, "files", WITHOUT_PATHS[where] ?? "call it there, and send its result to the page");

export function filesFor(where: string): Files {
  throw noFiles(where);
}

export async function duckDbFor(where: string): ReturnType<Platform["duckDbFor"]> {
  throw noFiles(where);
}
