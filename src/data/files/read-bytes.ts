import { readFileSync } from "node:fs";
import { TextDecoder } from "node:util";
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

/**
 * The text of a file, without the mark that some programs begin it with.
 *
 * @param encoding a label of the WHATWG standard.
 * @param remedy what to do where the bytes are none of it.
 * @throws InputError when it cannot be read, the encoding is unknown, or bytes are no text in it.
 */
export function readText(
  where: string,
  path: string,
  encoding: string = "utf-8",
  remedy: string = "write it as UTF-8 first",
): string {
  const bytes = readBytes(where, path);
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw mustBe(where, "encoding", 'the name of one, such as "latin1" or "utf-16le"', encoding);
  }
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
    const legible = new TextDecoder(encoding).decode(bytes);
    const line = legible.slice(0, legible.indexOf("\uFFFD")).split("\n").length;
    throw new InputError(
      `${where}: ${path} must be text in ${decoder.encoding}, got other bytes in line ${line}; ${remedy}`,
    );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
