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
export function readBytes(where: string, path: string, most: number = MOST_BYTES): Buffer {
  if (typeof path !== "string") throw mustBe(where, "path", "the path of a file", path);
  const files = filesFor(where);
  let bytes: Buffer;
  try {
    bytes = files.read(path);
  } catch (error) {
    const reason = reasonOf(error, path, files.resolve(path));
    throw mustBe(where, "path", "the path of a file that can be read", path, reason);
  }
  const tooLarge = (size: string): InputError =>
    new InputError(`${where}: ${path} must have at most ${most} bytes, got ${size}; split it`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > most) throw tooLarge(`${bytes.length}`);
    return bytes;
  }
  try {
    return files.unzip(bytes, most);
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw tooLarge(`more from ${bytes.length} gzipped ones`);
    throw new InputError(
      `${where}: ${path} must be a whole gzip file, got ${codeOf(error)}; it may be half a download`,
    );
  }
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
  const bytes = readBytes(where, path, filesFor(where).mostCharacters);
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw mustBe(where, "encoding", 'the name of one, such as "latin1" or "utf-16le"', encoding);
  }
  const refused = (what: string, line: number): InputError =>
    new InputError(
      `${where}: ${path} must be text in ${decoder.encoding}, got ${what} in line ${line}; ${remedyFor(likelyEncoding(bytes))}`,
    );
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
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
function likelyEncoding(bytes: Buffer): string {
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
