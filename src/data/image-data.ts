import type { RowMajorMatrix } from "../design/design-input";
import { displayableMatrix } from "../display/matrix-table";
import { InputError, mustBe } from "../errors";
import { checkKeys } from "../options";
import { checksumOf } from "./files/cached-download";
import { type DataAtHand, filesOf } from "./files/data-folder";
import { readBytes } from "./files/read-bytes";
import { type IdxArray, idxOfBytes } from "./files/read-idx";

/** Images, one a row, and their labels. */
export interface LabelledImages {
  /** Pixels from 0 to 255, row by row of an image. */
  readonly X: RowMajorMatrix & { readonly data: Uint8Array };
  /** The number of each image's class, from 0. */
  readonly y: Uint8Array;
}

/** Images to learn from and others to test on. */
export interface ImageData {
  /** A word for titles. */
  readonly name: string;
  /** Rows and columns of an image. */
  readonly imageShape: readonly [height: number, width: number];
  /** The name of each class, in the order of the numbers in `y`. */
  readonly classNames: readonly string[];
  /** Images to learn from. */
  readonly train: LabelledImages;
  /** Images to test on. */
  readonly test: LabelledImages;
}

/** Options of what is read from a folder. */
export interface FolderOptions {
  /** Default: the data set's own within `$SMOOTH_EDGES_DATA` or `.cache/smooth-edges` in the home folder, or a system's. */
  readonly folder?: string;
}

/** What an idx data set is known by. */
export interface ImageDataSource extends Omit<DataAtHand, "files"> {
  readonly classNames: readonly string[];
  /** The sha256 of the files, not gzipped, in the order of {@link IMAGE_FILES}. */
  readonly checksums: readonly string[];
}

export const IMAGE_FILES: readonly string[] = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

/** @throws InputError when a file is not there, cannot be read or has another checksum. */
export function imageData(where: string, source: ImageDataSource, options: FolderOptions): ImageData {
  checkKeys(where, options, ["folder"]);
  const paths = filesOf(where, { ...source, files: IMAGE_FILES }, options.folder);
  const arrays = paths.map((path, k) => checkedArray(where, path, source.checksums[k]));
  const [, height, width] = arrays[0].shape;
  return {
    name: source.name,
    imageShape: [height, width],
    classNames: source.classNames,
    train: labelledImages(where, arrays[0], arrays[1]),
    test: labelledImages(where, arrays[2], arrays[3]),
  };
}

function checkedArray(where: string, path: string, checksum: string): IdxArray {
  const bytes = readBytes(where, path);
  const found = checksumOf(bytes);
  if (found !== checksum)
    throw new InputError(`${where}: ${path} must have the content of checksum ${checksum}, got ${found}`);
  return idxOfBytes(where, path, bytes);
}

function labelledImages(where: string, images: IdxArray, labels: IdxArray): LabelledImages {
  const [nSamples, height, width] = images.shape;
  if (labels.shape[0] !== nSamples)
    throw mustBe(where, "labels", `one for each of ${nSamples} images`, labels.shape[0]);
  const nFeatures = height * width;
  const featureNames = Array.from(
    { length: nFeatures },
    (_, j) => `pixel_${Math.floor(j / width)}_${j % width}`,
  );
  return { X: displayableMatrix({ data: images.data, nSamples, nFeatures, featureNames }), y: labels.data };
}
