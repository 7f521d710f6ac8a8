/**
 * All errors that the kernel and the command line throw, with their messages.
 *
 * Each message is one sentence of the form `Where: what must be rule, got value[; remedy]`.
 */
import { isNativeError } from "node:util/types";

/** The kernel cannot start or go on for a reason that its user can remove; the message says which. */
export class KernelError extends Error {
  override readonly name = "KernelError";
}

/** A cell was stopped by the user. */
export class InterruptError extends Error {
  override readonly name = "InterruptError";

  constructor(options?: ErrorOptions) {
    super(
      "the cell was interrupted; what it assigned before is kept, and work that is given signal: interruptSignal ends with what it has",
      options,
    );
  }
}

/** Whether a cell was stopped by the user; safe for any value, as `instanceof` alone runs code of a proxy. */
export function isInterrupt(thrown: unknown): thrown is InterruptError {
  return isNativeError(thrown) && thrown instanceof InterruptError;
}

/** A cell asked for something that a notebook kernel does not do. */
export class CellError extends Error {
  override readonly name = "CellError";
}

/** A command of the command line cannot be run as it was given; the message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The kernel could not be started, or it ended by itself. */
export class KernelDiedError extends Error {
  override readonly name = "KernelDiedError";
}

export function missingConnectionFile(): KernelError {
  return new KernelError(
    "kernel: the first argument must be the path of a connection file, got nothing; Jupyter supplies it as {connection_file}",
  );
}

export function unreadableConnectionFile(path: string, reason: string): KernelError {
  return new KernelError(
    `kernel: the connection file must be readable JSON, got ${JSON.stringify(path)} (${reason})`,
  );
}

export function badConnectionField(path: string, field: string, rule: string, value: unknown): KernelError {
  return new KernelError(
    `kernel: ${field} in ${JSON.stringify(path)} must be ${rule}, got ${JSON.stringify(value) ?? "nothing"}`,
  );
}

export function addressInUse(channel: string, address: string, reason: string): KernelError {
  return new KernelError(
    `kernel: ${channel}_port must be free, got ${address} (${reason}); choose another port or end the process that holds it`,
  );
}

export function exitFromCell(code: unknown): CellError {
  return new CellError(
    `process.exit: a cell must not end the kernel, got exit code ${String(code ?? 0)}; shut the kernel down instead`,
  );
}

export function inputNotAllowed(where: string): CellError {
  return new CellError(`${where}: the front end must allow input, got a request that does not (allow_stdin)`);
}

export function inputWithoutCell(where: string): CellError {
  return new CellError(
    `${where}: a cell must be running, got a call from a timer or a handler after its end`,
  );
}

export function commandFailed(command: string, how: string): CellError {
  return new CellError(`sh: the command must exit with code 0, got ${how} from ${quote(command)}`);
}

export function notABundle(value: string): CellError {
  return new CellError(
    `display: a MIME bundle must be an object with MIME types as keys and strings or JSON objects as values, got ${value}`,
  );
}

export function commBuffersInvalid(value: string): CellError {
  return new CellError(`comm: buffers must be an array of typed arrays, got ${value}`);
}

export function noKernel(where: string): KernelError {
  return new KernelError(`${where}: the caller must be a cell of a notebook, got a process without a kernel`);
}

export function parameterInvalid(text: string): UsageError {
  return new UsageError(`smooth-edges run: a parameter must be NAME=VALUE, got ${quote(text)}`);
}

/** Says that a parameter changes nothing in a notebook, which may be right where several are run. */
export function parameterUnused(path: string, name: string): string {
  return `${path}: parameter ${name} must be a name in a code cell, got none that has it; it changes nothing`;
}

export function typeCheckingInvalid(value: unknown): CellError {
  return new CellError(`kernel.typeChecking: the value must be "on", "warn" or "off", got ${quote(value)}`);
}

export function strictInvalid(value: unknown): CellError {
  return new CellError(`kernel.strict: the value must be true or false, got ${quote(value)}`);
}

export function compilerFailed(reason: string): CellError {
  return new CellError(
    `compiler: the code must be some that TypeScript can compile, got a failure of the compiler itself (${reason}); write it differently`,
  );
}

export function messageTooDeep(most: number): KernelError {
  return new KernelError(
    `kernel: a message must have at most ${most} arrays and objects inside each other, got more; the message was left alone`,
  );
}

export function heapNearlyFull(used: number, limit: number): string {
  const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
  return (
    `memory: JavaScript's heap must stay below ${megabytes(limit)} MB, got ${megabytes(used)} MB, and where it is full the kernel ends; ` +
    "free what is not needed, or set --max-old-space-size in NODE_OPTIONS to the megabytes that it may have"
  );
}

export function socketFailed(channel: string, reason: string): KernelError {
  return new KernelError(`kernel: the ${channel} socket must stay open, got ${reason}; restart the kernel`);
}

export function notebookMissing(path: string): UsageError {
  return new UsageError(`smooth-edges run: NOTEBOOK must be an existing file, got ${quote(path)}`);
}

export function notebookUnreadable(path: string, code: string): UsageError {
  return new UsageError(`smooth-edges run: NOTEBOOK must be a readable file, got ${quote(path)} (${code})`);
}

export function notebookNotJson(path: string, reason: string): UsageError {
  return new UsageError(`${path}: the file must be a notebook in JSON, got ${reason}`);
}

export function notebookWrongVersion(path: string, version: unknown): UsageError {
  return new UsageError(
    `${path}: nbformat must be 4, got ${quote(version)}; ` +
      "open the notebook in Jupyter and save it to convert it",
  );
}

export function notebookFieldInvalid(path: string, field: string, rule: string, value: unknown): UsageError {
  return new UsageError(`${path}: ${field} must be ${rule}, got ${quote(value)}`);
}

export function notebookForAnotherKernel(
  path: string,
  kernel: string | undefined,
  language: string | undefined,
): UsageError {
  const got = [kernel && quote(kernel), language && `language ${quote(language)}`].filter(Boolean).join(", ");
  return new UsageError(
    `${path}: metadata.kernelspec must be smooth-edges or have language "typescript", got ${got}; ` +
      "choose another kernel for this notebook or run it with the tools of its own",
  );
}

export function outputNameTwice(first: string, second: string): UsageError {
  return new UsageError(
    `smooth-edges run: notebooks written to one --output folder must have different file names, ` +
      `got ${quote(first)} and ${quote(second)}`,
  );
}

export function folderNotWritable(where: string, folder: string, code: string): UsageError {
  return new UsageError(
    `${where}: the target must be a folder one can write to, got ${quote(folder)} (${code})`,
  );
}

export function notebookNotReplaceable(path: string, code: string): UsageError {
  return new UsageError(
    `smooth-edges run: the result must go to a file that can be written to, got ${quote(path)} (${code}); allow writing to it, or name a folder with --output`,
  );
}

/** Says where a result is instead of at its path; `kept` is undefined where it could be written nowhere. */
export function resultElsewhere(path: string, code: string, kept: string | undefined): string {
  const place =
    kept === undefined
      ? "no other place could be written to, and it is lost"
      : `it is kept in ${quote(kept)}`;
  return `${path}: the result must go to a file that can be written to, got ${code}; ${place}`;
}

export function notebookExists(where: string, path: string): UsageError {
  return new UsageError(
    `${where}: NOTEBOOK must be a file that does not exist yet, got ${quote(path)}; choose another name`,
  );
}

export function notebookNotWritable(where: string, path: string, code: string): UsageError {
  return new UsageError(`${where}: NOTEBOOK must be a path one can write to, got ${quote(path)} (${code})`);
}

/**
 * @param isFirst whether no file was read before.
 * @param error says why a file of a table, or a summary of it, is refused; one with a `remedy` lacks a package, which is no file's fault.
 */
export function partRefused(
  where: string,
  path: string,
  isFirst: boolean,
  { message, remedy }: Error & { readonly remedy?: string },
): UsageError {
  if (remedy !== undefined) return new UsageError(`${where}: ${remedy}`);
  const reason = message.replace(/^\w+: /, "");
  const rule = isFirst ? "one that can be read" : "one that can be read, with the columns of the first";
  return new UsageError(`${where}: FILE must be ${rule}, got ${quote(path)} (${reason})`);
}

/** The error for a part of a table that was given before. */
export function partTwice(where: string, path: string, other: string, nRows: number): UsageError {
  return new UsageError(
    `${where}: FILE must be of other rows than ${quote(other)}, got ${quote(path)} with the same means and covariances of ${nRows} rows; leave one of them out`,
  );
}

/** The error for a file that the system does not let one read. */
export function summaryUnreadable(
  where: string,
  path: string,
  { code = "" }: NodeJS.ErrnoException,
): UsageError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a folder",
  };
  const reason = reasons[code] ?? code;
  return new UsageError(
    `${where}: FILE must be a summary that smooth-edges moments wrote, got ${quote(path)} (${reason})`,
  );
}

export function summaryNotWritable(where: string, path: string, code: string): UsageError {
  return new UsageError(`${where}: --out must be a path one can write to, got ${quote(path)} (${code})`);
}

export function notebookNameInvalid(where: string, path: string): UsageError {
  return new UsageError(`${where}: NOTEBOOK must end in .ipynb, got ${quote(path)}`);
}

export function kernelNotInstalled(folder: string): UsageError {
  return new UsageError(
    `smooth-edges kernel uninstall: the kernel must be installed where it is to be removed, got ${quote(folder)} without it; --prefix or --sys-prefix name another place`,
  );
}

export function timeoutInvalid(value: string): UsageError {
  return new UsageError(
    `smooth-edges run: --timeout must be a number of seconds > 0 and <= 2000000, got ${quote(value)}`,
  );
}

export function packageLeftOut(name: string): UsageError {
  return new UsageError(
    `smooth-edges: the package ${name} must be installed, got none; run npm install --include=optional`,
  );
}

export function runsOnBun(version: string): UsageError {
  return new UsageError(
    `smooth-edges: the command and the kernel run on Node, got Bun ${version}; run npx smooth-edges`,
  );
}

export function noActiveEnvironment(): UsageError {
  return new UsageError(
    "smooth-edges kernel install: --sys-prefix must be used inside an active Python environment, " +
      "got neither VIRTUAL_ENV nor CONDA_PREFIX; activate one or name it with --prefix",
  );
}

export function placesExcludeEachOther(options: readonly string[]): UsageError {
  return new UsageError(
    `smooth-edges kernel install: the place must be given once, got ${options.join(" and ")}`,
  );
}

export function connectionFileNotWritten({ code, message }: NodeJS.ErrnoException): KernelDiedError {
  return new KernelDiedError(
    `kernel: the folder for temporary files must be one that can be written to, got ${code ?? message}; set TMPDIR to another one or free space on its disk`,
  );
}

export function kernelEndedWhileStarting(how: string, lastOutput: string): KernelDiedError {
  return new KernelDiedError(
    `kernel: the process must start and stay, got ${how} while starting${tail(lastOutput)}`,
  );
}

export function kernelTooSlowToStart(seconds: number, lastOutput: string): KernelDiedError {
  return new KernelDiedError(
    `kernel: the process must answer within ${seconds} s, got no answer${tail(lastOutput)}`,
  );
}

export function kernelEnded(how: string, lastOutput: string): KernelDiedError {
  return new KernelDiedError(
    `kernel: the process must live until it is shut down, got ${how}${tail(lastOutput)}`,
  );
}

function tail(lastOutput: string): string {
  return lastOutput ? `; its last words were:\n${lastOutput}` : "";
}

/** Returns the system's code of an error, such as `ENOSPC`, or else the error as text. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** Writes a value as JSON, cut to a length that fits a sentence. */
export function quote(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

export function noSuchModule(specifier: string, known: readonly string[]): CellError {
  return new CellError(
    `import: a module must be one of ${known.join(", ")} in a browser, got ${quote(specifier)}; other packages need Jupyter`,
  );
}

export function moduleNotSent(specifier: string, reason: string): CellError {
  return new CellError(
    `import: the server must send the files of ${quote(specifier)}, which lie beside that of the kernel, got ${reason}`,
  );
}

export function noSuchFile(path: string): CellError {
  return new CellError(
    `files: a path must be that of a table or record of smooth-edges in a browser, got ${quote(path)}; fetch reads other files`,
  );
}

/** @param names of the tables that the reader added to the page */
export function noTableOfPage(where: string, path: string, names: readonly string[]): CellError {
  return new CellError(
    `${where}: path must be the name of a table that the page has, got ${quote(path)}; the page has ${names.map(quote).join(", ")}`,
  );
}

export function fileNotSent(path: string, status: number): CellError {
  return new CellError(
    `files: the server must send ${path}, which lies beside the file of the kernel, got ${status}`,
  );
}

/** @param name of the function with its module, as in `node:child_process.spawnSync` */
export function functionMissing(name: string): CellError {
  return new CellError(
    `${name}: this must be called on Node.js, got a browser, which has no processes, threads and files to write; run the notebook in Jupyter`,
  );
}

/** @param user whose function needs the package */
export function packageMissing(name: string, user: string): CellError {
  return new CellError(
    `${user}: what this function uses must be there, got a browser, which has no ${name}; run the notebook in Jupyter`,
  );
}

export function compilingForbidden(): CellError {
  return new CellError(
    "kernel: the page must let its worker run code that it compiles ('unsafe-eval'), got a Content-Security-Policy that forbids it",
  );
}
