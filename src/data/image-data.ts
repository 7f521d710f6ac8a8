/** Data sets of images in idx files, which do not come with the package. */

import { filesFor } from "#platform";
import type { RowMajorMatrix } from "../design/design-input";
import { displayableMatrix } from "../display/matrix-table";
import { InputError, mustBe } from "../errors";
import { checkKeys } from "../options";
import { type ExternalData, filesOf } from "./files/cached-files";
import { readBytes } from "./files/read-bytes";
import { type IdxArray, idxOfBytes } from "./files/read-idx";

/** Images, one a row, and their labels. */
export interface LabelledImages {
  /** Pixels from 0 to 255, row by row of an image. */
  readonly X: RowMajorMatrix & { readonly data: Uint8Array };
  /** The number of each image's class, from 0. */
  readonly y: Uint8Array;
}

/** Training and test images. */
export interface ImageData {
  /** A word for titles. */
  readonly name: string;
  /** Rows and columns of an image. */
  readonly imageShape: readonly [height: number, width: number];
  /** The name of each class, in the order of the numbers in `y`. */
  readonly classNames: readonly string[];
  /** Training images. */
  readonly train: LabelledImages;
  /** Test images. */
  readonly test: LabelledImages;
}

/** Options of data sets that are read from a folder. */
export interface FolderOptions {
  /** Default: the data set's own within `$SMOOTH_EDGES_DATA` or `.cache/smooth-edges` in the home folder, or a system's. */
  readonly folder?: string;
}

/** The source and the checksums of an idx data set. */
export interface ImageDataSource extends Omit<ExternalData, "files"> {
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
  const found = filesFor(where).sha256(bytes);
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

/**
 * MNIST: 60,000 images of 28 by 28 pixels of handwritten digits to learn from and 10,000 to test on.
 *
 * The files do not come with this package; the message of the error says where to get them. They are read as they are or
 * gzipped, and checked.
 *
 * @param options `folder` with the four idx files.
 * @throws InputError when a file is not there, is not whole or is another one.
 * @see LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998)
 */
export function loadMnist(options: FolderOptions = {}): ImageData {
  return imageData("loadMnist", MNIST, options);
}

const MNIST = {
  name: "mnist",
  systemFolders: [],
  source: "get them from yann.lecun.com/exdb/mnist or a copy of it, such as that of torchvision",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  checksums: [
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  ],
};

/**
 * Fashion-MNIST: 60,000 images of 28 by 28 pixels of ten kinds of clothes to learn from and 10,000 to test on.
 *
 * The files do not come with this package; the message of the error says where to get them. They are read as they are or
 * gzipped, and checked.
 *
 * @param options `folder` with the four idx files.
 * @throws InputError when a file is not there, is not whole or is another one.
 * @see Xiao, Rasul and Vollgraf, Fashion-MNIST (2017), arXiv 1708.07747
 */
export function loadFashionMnist(options: FolderOptions = {}): ImageData {
  return imageData("loadFashionMnist", FASHION_MNIST, options);
}

const FASHION_MNIST = {
  name: "fashion-mnist",
  systemFolders: ["/usr/share/datasets/fashion-mnist"],
  source:
    "get them from github.com/zalandoresearch/fashion-mnist (MIT licence), or on Debian by apt install dataset-fashion-mnist",
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  checksums: [
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  ],
};
