import { mustBe } from "../../errors";
import { readBytes } from "./read-bytes";

/** An array of bytes as idx files hold it. */
export interface IdxArray {
  /** The last dimension runs fastest. */
  readonly data: Uint8Array;
  /** Lengths along the axes, slowest first. */
  readonly shape: readonly number[];
}

/**
 * Reads an idx file of bytes, gzipped or not: the images and labels of MNIST and its kin.
 *
 * @throws InputError when the file cannot be read, holds other numbers than bytes, or is longer or shorter than it says.
 */
export function readIdx(path: string): IdxArray {
  return idxOfBytes("readIdx", path, readBytes("readIdx", path));
}

/** @throws InputError as {@link readIdx}. */
export function idxOfBytes(where: string, path: string, bytes: Uint8Array): IdxArray {
  const nDimensions = bytes[3];
  const start = 4 + 4 * nDimensions;
  if (bytes.length < 8 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || bytes.length < start)
    throw mustBe(where, path, "an idx file of bytes", `one that begins 0x${firstFour(bytes)}`);
  const head = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: nDimensions }, (_, d) => head.getUint32(4 + 4 * d));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== start + size)
    throw mustBe(
      where,
      path,
      `of ${start + size} bytes, as its head says`,
      bytes.length,
      "it may be half a download",
    );
  return { data: new Uint8Array(bytes.buffer, bytes.byteOffset + start, size).slice(), shape };
}

function firstFour(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
