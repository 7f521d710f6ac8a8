/**
 * States what the library needs of the place where it runs ({@link Platform}). `#platform` of package.json is the member for Node.js,
 * Deno and Bun, `node.ts`, or the one for browsers, `browser.ts`. No other file of the library that runs in a browser names either.
 */
import type { DuckDbLibrary } from "./duckdb";

/** The members of a writable stream that are used: a terminal or a log file. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The exports of each member. */
export interface Platform {
  /** Shows a warning, which has a name such as `ConvergenceWarning`. */
  warn(message: string, name: string): void;

  /** Does work during which warnings of a name are not shown. */
  withoutWarnings<T>(name: string, work: () => T): T;

  /** Where progress is shown outside of notebooks. */
  progressStream(): TextStream;

  /** A number that other processes on this machine do not have at the same time. */
  readonly processId: number;

  /**
   * Has work done at the end of the event loop's turn, also where what runs now is ended from outside.
   *
   * @returns what takes it back.
   */
  afterTurn(work: () => void): () => void;

  /**
   * The WebAssembly of the kernels; undefined where they are not wanted.
   *
   * @param isShared whether threads share their memories.
   * @throws where they were not built.
   */
  kernelBytes(isShared: boolean): Uint8Array | undefined;

  /** Memory that threads share, where there are some. @throws where there is no room. */
  sharedBuffer(bytes: number): SharedArrayBuffer;

  /** @throws InputError where there are no threads. */
  threadsFor(where: string): Threads;

  /** @throws InputError where no files can be read and written by their path. */
  filesFor(where: string): Files;

  /** The texts of the tables that come with the package. */
  breastCancerTable(): string;
  diabetesTable(): string;
  digitsTable(): string;
  wineTable(): string;

  /** Loads the library that reads files of any length. @throws InputError where it is missing. */
  duckDbFor(where: string): Promise<DuckDbLibrary>;
}

/** What is used of an end of a channel between threads. Declarations for browsers have none of Node's types. */
export interface ThreadPort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  close(): void;
}

/** What is used of a thread. */
export interface Thread {
  postMessage(message: unknown, transferred?: readonly unknown[]): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  terminate(): Promise<number>;
}

/** Threads, as Node.js has them. */
export interface Threads {
  readonly MessageChannel: new () => { readonly port1: ThreadPort; readonly port2: ThreadPort };
  receiveMessageOnPort(port: ThreadPort): { readonly message: unknown } | undefined;

  /**
   * Starts a thread that keeps no process alive.
   *
   * @param program the file that it runs, below the library's folder and without `.js`.
   * @throws InputError where the library was bundled into a file of its own, without those that threads run.
   */
  start(program: string, workerData: unknown): Thread;
}

/** Files by their path. What is not said to throw an InputError throws the system's error. */
export interface Files {
  read(path: string): Uint8Array;

  /** @param most the number of bytes that there may be. */
  unzip(bytes: Uint8Array, most: number): Uint8Array;

  /** The largest number of characters that a text may have. */
  readonly mostCharacters: number;

  /** Opens a file, of which parts are read until it is closed. */
  open(path: string): {
    readonly byteLength: number;
    slice(start: number, end?: number): ArrayBuffer;
    close(): void;
  };

  exists(path: string): boolean;

  /** Whether a file is compressed by gzip, by its first bytes. */
  isGzipped(path: string): boolean;

  /** The bytes of a file in pieces, unpacked where it is gzipped. @throws where its checksums do not fit, or it ends too early. */
  pieces(path: string): AsyncIterable<Uint8Array>;

  /** The size of a file, when it was changed last, and its place on the disk, by which one that was replaced is noticed. */
  stampOf(path: string): string;

  /** Whether there is a folder at the path; undefined where there is nothing. */
  isFolder(path: string): boolean | undefined;

  resolve(path: string): string;
  join(...parts: readonly string[]): string;

  /** The SHA-256 of bytes in hexadecimal digits. */
  sha256(bytes: Uint8Array): string;

  /** The folder of data that do not come with the package. */
  dataFolder(): string;

  /** `makeFolder` of `file-writing.ts`. */
  makeFolder(folder: string): void;

  /** `writeFileAtomically` of `file-writing.ts`. */
  writeAtomically(path: string, content: string | Uint8Array): void;
}
