import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { InputError, mustBe } from "../../errors";

/**
 * The content of a file, unpacked where it is gzipped, whatever its name.
 *
 * @throws InputError when it cannot be read, or ends before its gzip stream does.
 */
export function readBytes(where: string, path: string): Buffer {
  if (typeof path !== "string") throw mustBe(where, "path", "the path of a file", path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new InputError(`${where}: ${path} must be a file that can be read, got ${codeOf(error)}`);
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(
      `${where}: ${path} must be a whole gzip file, got ${codeOf(error)}; it may be half a download`,
    );
  }
}

/** The text of a file in UTF-8. */
export function readText(where: string, path: string): string {
  return readBytes(where, path)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
