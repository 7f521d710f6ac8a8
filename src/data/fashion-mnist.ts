import { type FolderOptions, type ImageData, imageData } from "./image-data";

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
  return imageData("loadFashionMnist", SOURCE, options);
}

const SOURCE = {
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
