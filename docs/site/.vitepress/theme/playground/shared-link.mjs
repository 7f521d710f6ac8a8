// A link that carries the text of the editor and a small file: both as JSON, gzipped, in the part of the address that no server sees.

/** Characters of a link: browsers take longer ones, programs that pass links on may cut them. */
export const MOST_CHARACTERS = 16_000;

/** Bytes that a link may unpack to, so that a small one cannot fill the memory. */
const MOST_UNPACKED = 2_000_000;

const MARK = "#code=";

/** The name of a file, which is no path. */
const NAME = /^[^/\\]{1,100}$/;

const BROKEN = "This link carries no code that can be read: it was cut off or changed. Ask for it again.";

/**
 * Returns a link to a page that opens with a code and a file.
 *
 * @param address of the page
 * @param shared `{ code }`, or with a file `{ code, file: { name, text } }`
 * @throws Error in a sentence when the link would be too long
 */
export async function linkOf(address, { code, file }) {
  const packed = await through(
    new CompressionStream("gzip"),
    new TextEncoder().encode(JSON.stringify({ code, file })),
  );
  const text = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  const link = `${address}${MARK}${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  if (link.length > MOST_CHARACTERS) {
    const remedy =
      file && file.text.length > code.length ? `share fewer rows of ${file.name}` : "share less code";
    throw new Error(
      `A link may have ${MOST_CHARACTERS} characters, this one would have ${link.length}; ${remedy}.`,
    );
  }
  return link;
}

/**
 * Returns what a link carries; undefined where it carries nothing.
 *
 * @param hash the part of an address that begins with `#`
 * @throws Error in a sentence when it cannot be read
 */
export async function sharedIn(hash) {
  if (!hash.startsWith(MARK)) return undefined;
  let shared;
  try {
    const text = hash.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/");
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const bytes = await through(new DecompressionStream("gzip"), packed, MOST_UNPACKED);
    shared = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Error(BROKEN);
  }
  const { code, file } = Object(shared);
  const isFile = file === undefined || (NAME.test(file?.name) && typeof file.text === "string");
  if (typeof code !== "string" || !isFile) throw new Error(BROKEN);
  return file ? { code, file: { name: file.name, text: file.text } } : { code };
}

/** What a stream makes of bytes. @throws Error when that is more than `most` bytes */
async function through(stream, bytes, most = Number.POSITIVE_INFINITY) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > most) {
      await reader.cancel();
      throw new Error(`there must be at most ${most} bytes`);
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
