import type * as TensorFlow from "@tensorflow/tfjs";
import { seededRandom } from "smooth-edges";
import { loadDigits, loadFashionMnist } from "smooth-edges/data";

/** Pixels from 0 to 1, a row an image, and labels as rows of zeros and a one. */
export interface Images {
  readonly x: TensorFlow.Tensor2D;
  readonly y: TensorFlow.Tensor2D;
}

/** Images to learn from, to choose by and to test on. */
export interface ImageSplit {
  readonly nPixels: number;
  readonly train: Images;
  readonly validation: Images;
  readonly test: Images;
}

/** Which images: 8 by 8 or 28 by 28 pixels. */
export type ImageName = "digits" | "fashion-mnist";

/** Labelled images as they are read. */
interface Pool {
  readonly labels: ArrayLike<number>;
  image(i: number): ArrayLike<number>;
}

/**
 * The digits of 8 by 8 pixels, 500 of them for tests and 250 for validation, or Fashion-MNIST with its own test images.
 *
 * @param nTrain images to learn from, drawn by the seed, as those for validation are: a sixth of that of Fashion-MNIST.
 * @throws InputError where the files of Fashion-MNIST are not there, which says how to get them and where they belong.
 */
export function imageSplit(tf: typeof TensorFlow, name: ImageName, nTrain: number, seed: number): ImageSplit {
  const random = seededRandom(seed);
  if (name === "digits") {
    const pool = digits();
    const order = random.permutation(pool.labels.length);
    return {
      nPixels: 64,
      test: imagesAt(tf, pool, order.subarray(0, 500)),
      validation: imagesAt(tf, pool, order.subarray(500, 750)),
      train: imagesAt(tf, pool, order.subarray(750, 750 + nTrain)),
    };
  }
  const { train, test } = loadFashionMnist();
  const [pool, testPool] = [train, test].map(bytes);
  const order = random.permutation(pool.labels.length);
  const nValidation = Math.min(Math.ceil(nTrain / 6), pool.labels.length - nTrain);
  return {
    nPixels: pool.image(0).length,
    test: imagesAt(
      tf,
      testPool,
      Int32Array.from(testPool.labels, (_, i) => i),
    ),
    validation: imagesAt(tf, pool, order.subarray(0, nValidation)),
    train: imagesAt(tf, pool, order.subarray(nValidation, nValidation + nTrain)),
  };
}

/** Gives back what a split takes, 0.2 GB for all images of Fashion-MNIST: a process that computes many tasks has four for tensors. */
export function disposeSplit(tf: typeof TensorFlow, { train, validation, test }: ImageSplit): void {
  for (const { x, y } of [train, validation, test]) tf.dispose([x, y]);
}

function digits(): Pool {
  const { columns, response } = loadDigits();
  const pixels = Object.values(columns);
  return {
    labels: Array.from(response, Number),
    image: (i) => pixels.map((column) => Number(column[i]) / 16),
  };
}

function bytes({ X, y }: ReturnType<typeof loadFashionMnist>["train"]): Pool {
  const size = X.nFeatures;
  return {
    labels: y,
    image: (i) => Float32Array.from(X.data.subarray(i * size, (i + 1) * size), (value) => value / 255),
  };
}

function imagesAt(tf: typeof TensorFlow, { image, labels }: Pool, at: Int32Array): Images {
  const width = image(0).length;
  const x = new Float32Array(at.length * width);
  const y = new Float32Array(at.length * 10);
  at.forEach((i, row) => {
    x.set(image(i), row * width);
    y[row * 10 + labels[i]] = 1;
  });
  return { x: tf.tensor2d(x, [at.length, width]), y: tf.tensor2d(y, [at.length, 10]) };
}
