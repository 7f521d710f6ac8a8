import { type FolderOptions, type ImageData, imageData } from "./image-data";

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
  return imageData("loadMnist", SOURCE, options);
}

const SOURCE = {
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
