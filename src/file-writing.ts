/**
 * Writes files in one step and on the disk, makes folders, and finds a folder for what is temporary.
 *
 * After any failure, a full disk, a killed process or a power cut included, a file has its old content or its new one.
 */
import { randomUUID } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

/**
 * Replaces a file's content in one step, so that a reader sees the old content or the new, never a part of it. The new content is
 * on the disk when this returns.
 *
 * A symbolic link stays a link, and an existing file keeps its permissions. Devices and pipes are written to directly.
 *
 * @throws the system's error, also where an existing file is read-only; the old content is there then.
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing && !existing.isFile() && !existing.isDirectory()) {
    writeFileSync(path, content);
    return;
  }
  checkReplaceable(path);
  const target = existing ? realpathSync(path) : path;
  const folder = dirname(target);
  // The temporary file is in the same folder, because a rename is atomic only within one file system.
  const start = `.${basename(target).slice(0, MAX_START)}.`;
  removeLeftovers(folder, start);
  const temporary = join(folder, `${start}${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx", mode: existing?.mode, flush: true });
    renameSync(temporary, target);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The first error is the cause.
    }
    throw error;
  }
  syncFolder(folder);
}

/** Characters of a file's name in that of its temporary file: at most 4 bytes each, so that the whole is below the usual 255 bytes. */
const MAX_START = 40;

/** Age in milliseconds from which a temporary file counts as one that a killed process left: no write takes an hour. */
const LEFTOVER_AGE = 3_600_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Removes temporary files of the same target that killed processes left. */
function removeLeftovers(folder: string, start: string): void {
  try {
    for (const file of readdirSync(folder)) {
      if (!file.startsWith(start) || !UUID.test(file.slice(start.length))) continue;
      const path = join(folder, file);
      if (Date.now() - statSync(path).mtimeMs > LEFTOVER_AGE) rmSync(path, { force: true });
    }
  } catch {
    // The write itself says what is wrong with the folder.
  }
}

/**
 * Checks that a file can be replaced: nothing is there, or a file that may be written to.
 *
 * A file that nobody may write to is refused to the superuser too, who has protected it from mistakes.
 *
 * @throws the system's error.
 */
export function checkReplaceable(path: string): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (!existing) return;
  if (existing.isDirectory()) throw systemError("EISDIR", path);
  accessSync(path, constants.W_OK);
  if ((existing.mode & 0o222) === 0) throw systemError("EACCES", path);
}

function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path} cannot be written to`), { code, path });
}

/** Codes with which systems say that folders cannot be opened or synchronized there. */
const NOT_SYNCED = ["EACCES", "EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EBADF"];

/** Has the disk know the names of a folder's files, so that a rename or a new file outlasts a power cut. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (!NOT_SYNCED.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/**
 * Makes a folder and the missing ones above it, one by one: Node's own `recursive` never ends below a folder that
 * cannot hold any, such as `/proc`.
 *
 * @throws what `mkdirSync` throws.
 */
export function makeFolder(folder: string): void {
  const isThere = (): boolean => statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isThere()) return;
  const above = dirname(folder);
  if (!existsSync(above)) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if (!isThere()) throw error;
  }
}

/**
 * Makes a new folder that nobody else can enter and writes into it: in the system's folder for temporary files, or, where that is
 * missing or full, in another one.
 *
 * @param write writes into the folder that it is given; where it fails, the folder is removed and the next place is tried.
 * @returns what `write` returns.
 * @throws the system's error of the first place, where no place can be written to.
 */
export function writeInTemporaryFolder<T>(prefix: string, write: (folder: string) => T): T {
  const places = new Set(
    [tmpdir(), "/tmp", "/var/tmp", homedir(), process.cwd()].map((path) => resolve(path)),
  );
  let first: { readonly error: unknown } | undefined;
  for (const place of places) {
    let folder: string | undefined;
    try {
      folder = mkdtempSync(join(place, prefix));
      return write(folder);
    } catch (error) {
      first ??= { error };
      if (folder) rmSync(folder, { recursive: true, force: true });
    }
  }
  throw first?.error;
}
