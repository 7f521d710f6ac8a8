import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { dataFolder } from "./data-folder";

/** Options of {@link cachedDownload}. */
export interface DownloadOptions {
  /** Of the file as it is served, 64 hexadecimal digits: another file is refused. */
  readonly sha256: string;
  /** Where files are kept. Default: `$SMOOTH_EDGES_DATA`, or `.cache/smooth-edges` in the home folder. */
  readonly folder?: string;
}

/**
 * A file of the web, downloaded once: the second time it is read from disk.
 *
 * It is kept only once it is whole and its checksum is right, and checked again each time.
 *
 * @returns a promise of its path.
 * @throws InputError when it cannot be had, or its checksum is another.
 */
export async function cachedDownload(url: string, options: DownloadOptions): Promise<string> {
  const where = "cachedDownload";
  checkKeys(where, options, ["sha256", "folder"]);
  const { sha256, folder = dataFolder() } = options;
  if (!/^[0-9a-f]{64}$/.test(String(sha256)))
    throw mustBe(where, "sha256", "64 hexadecimal digits in lower case", sha256);
  const path = join(folder, fileNameOf(where, url));
  if (existsSync(path) && checksumOf(readFileSync(path)) === sha256) return path;
  const bytes = await download(where, url);
  const found = checksumOf(bytes);
  if (found !== sha256)
    throw new InputError(
      `${where}: ${url} must have the checksum ${sha256}, got ${found} of ${bytes.length} bytes`,
    );
  mkdirSync(folder, { recursive: true });
  // Named only when it is whole, so that an end in between leaves nothing that looks like it.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, path);
  return path;
}

/** The sha256 of bytes in hexadecimal digits. */
export function checksumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function fileNameOf(where: string, url: string): string {
  let name: string | undefined;
  try {
    name = decodeURIComponent(new URL(url).pathname.split("/").pop() as string);
  } catch {
    throw mustBe(where, "url", "the address of a file", url);
  }
  if (!/^[^/\\]*[^/\\.][^/\\]*$/.test(name)) throw mustBe(where, "url", "the address of a file", url);
  return name;
}

async function download(where: string, url: string): Promise<Buffer> {
  let answer: Awaited<ReturnType<typeof fetch>>;
  try {
    answer = await fetch(url);
    if (answer.ok) return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new InputError(`${where}: ${url} must be within reach, got ${cause?.code ?? message}`);
  }
  throw new InputError(`${where}: ${url} must be within reach, got status ${answer.status}`);
}
