/**
 * Every sentence the kernel itself says when something is wrong.
 *
 * Grammar: `Where: what must be rule, got value[; remedy]`, one sentence.
 */

/** The kernel cannot start or go on for a reason its user can remove; the message says which. */
export class KernelError extends Error {
  override readonly name = "KernelError";
}

/** A cell was stopped by the user. */
export class InterruptError extends Error {
  override readonly name = "InterruptError";

  constructor() {
    super("the cell was interrupted; variables of earlier cells are kept");
  }
}

/** A cell asked for something that a notebook kernel does not do. */
export class CellError extends Error {
  override readonly name = "CellError";
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

export function inputNotAllowed(): CellError {
  return new CellError("prompt: the front end must allow input, got a request that does not (allow_stdin)");
}

export function notABundle(value: string): CellError {
  return new CellError(
    `display: a MIME bundle must be an object with MIME types as keys and strings or JSON objects as values, got ${value}`,
  );
}

export function noKernel(where: string): KernelError {
  return new KernelError(`${where}: the caller must be a cell of a notebook, got a process without a kernel`);
}

export function compilerFailed(reason: string): CellError {
  return new CellError(
    `compiler: the code must be some that TypeScript can compile, got a failure of the compiler itself (${reason}); write it differently`,
  );
}
