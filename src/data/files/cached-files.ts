/** Files outside of the package: the folder that keeps them, and the download into it. */

import { filesFor } from "#platform";
import { InputError, mustBe, unwritable } from "../../errors";
import { checkKeys } from "../../options";

/** A data set that does not come with the package. */
export interface ExternalData {
  /** Its folder within that of data that do not come with the package. */
  readonly name: string;
  readonly files: readonly string[];
  /** Folders in which packages of operating systems put it. */
  readonly systemFolders: readonly string[];
  /** How to get it, as part of a sentence. */
  readonly source: string;
}

/**
 * Returns the paths of a data set's files, gzipped or not: in the given folder, else in its folder of data that do not come with the package, else in
 * the folders of operating systems.
 *
 * @throws InputError that says where to get them and where to put them.
 */
export function filesOf(where: string, data: ExternalData, folder?: string): string[] {
  const { join, exists, dataFolder } = filesFor(where);
  const own = join(dataFolder(), data.name);
  const folders = folder === undefined ? [own, ...data.systemFolders] : [folder];
  for (const place of folders) {
    const paths = data.files.map((file) =>
      [file, `${file}.gz`].map((name) => join(place, name)).find(exists),
    );
    if (paths.every((path) => path !== undefined)) return paths;
  }
  const files = data.files.join(", ");
  throw new InputError(
    `${where}: ${folder ?? own} must have ${files}, perhaps gzipped, got not all of them; ${data.source}`,
  );
}

/** Options of {@link cachedDownload}: the checksum that the file must have, and the folder that keeps it. */
export interface DownloadOptions {
  /** SHA-256 of the file, 64 hexadecimal digits: a file with another checksum is refused. */
  readonly sha256: string;
  /** Where files are kept. Default: `$SMOOTH_EDGES_DATA`, or `.cache/smooth-edges` in the home folder. */
  readonly folder?: string;
}

/**
 * Downloads a file once; later calls find it on disk.
 *
 * The file is kept only if its checksum is right, which later calls check again.
 *
 * @returns a promise of its path.
 * @throws InputError when it cannot be had, its checksum is another, or it cannot be written.
 */
export async function cachedDownload(url: string, options: DownloadOptions): Promise<string> {
  const where = "cachedDownload";
  checkKeys(where, options, ["sha256", "folder"]);
  const files = filesFor(where);
  const { sha256, folder = files.dataFolder() } = options;
  if (!/^[0-9a-f]{64}$/.test(String(sha256)))
    throw mustBe(where, "sha256", "64 hexadecimal digits in lower case", sha256);
  const path = files.join(folder, fileNameOf(where, url));
  if (files.exists(path) && files.sha256(files.read(path)) === sha256) return path;
  const bytes = await download(where, url);
  const found = files.sha256(bytes);
  if (found !== sha256)
    throw new InputError(
      `${where}: ${url} must have the checksum ${sha256}, got ${found} of ${bytes.length} bytes`,
    );
  try {
    files.makeFolder(folder);
    files.writeAtomically(path, bytes);
  } catch (error) {
    throw unwritable(where, path, error);
  }
  return path;
}

function fileNameOf(where: string, url: string): string {
  let name: string | undefined;
  try {
    name = decodeURIComponent(new URL(url).pathname.split("/").pop() as string);
  } catch {
    throw mustBe(where, "url", "the address of a file", url);
  }
  if (/[/\\]/.test(name) || !/[^.]/.test(name)) throw mustBe(where, "url", "the address of a file", url);
  return name;
}

async function download(where: string, url: string): Promise<Uint8Array> {
  let answer: Awaited<ReturnType<typeof fetch>>;
  try {
    answer = await fetch(url);
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new InputError(`${where}: ${url} must be within reach, got ${cause?.code ?? message}`);
  }
  throw new InputError(`${where}: ${url} must be within reach, got status ${answer.status}`);
}
