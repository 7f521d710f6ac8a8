/** Reads the bytes and the text of a file, whether or not it is gzipped. */

import { filesFor } from "#platform";
import { InputError, mustBe, show } from "../../errors";

/** Maximum number of bytes of a file, which is that of what Node.js reads; a few bytes of gzip may be a thousand times as many. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Returns the content of a file, which is unpacked if it is gzipped.
 *
 * @param most the number of bytes that it may have.
 * @throws InputError when it cannot be read, is larger, or ends before its gzip stream does.
 */
export function readBytes(where: string, path: string, most: number = MOST_BYTES): Uint8Array {
  if (typeof path !== "string") throw mustBe(where, "path", "the path of a file", path);
  const files = filesFor(where);
  let bytes: Uint8Array;
  try {
    bytes = files.read(path);
  } catch (error) {
    throw unreadable(where, path, error);
  }
  if (bytes.length > most && !isGzipped(bytes)) throw tooLarge(where, path, most, `${bytes.length}`);
  return isGzipped(bytes) ? unzipped(where, path, bytes, most) : bytes;
}

/** The error for a path where there is no file that can be read. @param error the system's. */
export function unreadable(where: string, path: string, error: unknown): InputError {
  const reason = reasonOf(error, path, filesFor(where).resolve(path));
  return mustBe(where, "path", "the path of a file that can be read", path, reason);
}

/** Returns whether bytes begin as those of a gzip file do. */
export function isGzipped(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Unpacks the bytes of a gzip file. @throws InputError when they are more than `most`, or end before the stream does. */
function unzipped(where: string, name: string, bytes: Uint8Array, most: number): Uint8Array {
  try {
    return filesFor(where).unzip(bytes, most);
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge(where, name, most, `more from ${bytes.length} gzipped ones`);
    throw new InputError(
      `${where}: ${name} must be a whole gzip file, got ${codeOf(error)}; it may be half a download`,
    );
  }
}

/** Unpacks the bytes of a gzip file where a browser may have to do it. @throws InputError when they end before the stream does. */
export async function unzippedAsync(where: string, bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new InputError(
      `${where}: the file must be a whole gzip file, got another end; it may be half a download`,
    );
  }
}

function tooLarge(where: string, name: string, most: number, size: string): InputError {
  return new InputError(`${where}: ${name} must have at most ${most} bytes, got ${size}; split it`);
}

/**
 * Returns the text of a file, without a byte order mark.
 *
 * @param encoding a label of the WHATWG standard.
 * @param remedyFor what to do where the bytes are none of it, given one that they may be in.
 * @throws InputError when it cannot be read, has more bytes than a text may have characters, the encoding is unknown, or bytes are no
 * text in it, as a zero byte is in none.
 */
export function readText(
  where: string,
  path: string,
  encoding: string = "utf-8",
  remedyFor: (encoding: string) => string = () => "write it as UTF-8 first",
): string {
  return decoded(where, path, readBytes(where, path, filesFor(where).mostCharacters), encoding, remedyFor);
}

/**
 * Returns the text that bytes are, without a byte order mark.
 *
 * @param name of what they are, for messages.
 * @throws InputError as {@link readText}.
 */
export function decoded(
  where: string,
  name: string,
  bytes: Uint8Array,
  encoding: string,
  remedyFor: (encoding: string) => string,
): string {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw mustBe(where, "encoding", 'the name of one, such as "latin1" or "utf-16le"', encoding);
  }
  const refused = (what: string, line: number): InputError =>
    new InputError(
      `${where}: ${name} must be text in ${decoder.encoding}, got ${what} in line ${line}; ${remedyFor(likelyEncoding(bytes))}`,
    );
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (error) {
    if ((error as Error).name !== "TypeError") throw error;
    const legible = new TextDecoder(encoding).decode(bytes);
    throw refused("other bytes", lineOf(legible, legible.indexOf("\uFFFD")));
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) throw refused("a zero byte", lineOf(text, nul));
  return text;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/**
 * Guesses an encoding: UTF-16 by the byte order mark or by the zero bytes beside Latin letters, else latin1, in which all bytes are
 * letters.
 */
function likelyEncoding(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const zero = bytes.indexOf(0);
  if (zero < 0) return "latin1";
  return zero % 2 === 1 ? "utf-16le" : "utf-16be";
}

/** Names the whole path where the given one is only a part of it. */
function reasonOf(error: unknown, path: string, resolved: string): string {
  const code = codeOf(error);
  const whole = show(path) === JSON.stringify(resolved) ? "" : `: ${resolved}`;
  if (code === "ENOENT") return `there is no such file${whole}`;
  return code === "EISDIR" ? `it is a folder${whole}` : `reading it gives ${code}${whole}`;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
