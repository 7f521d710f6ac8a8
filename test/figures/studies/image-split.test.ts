import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { disposeSplit, imageSplit } from "../../../figures/studies/image-split";

describe("a split of images", () => {
  it("has images to learn from, to choose by and to test on, each with one label, and gives back its tensors", () => {
    const before = tf.memory().numTensors;
    const split = imageSplit(tf, "digits", 100, 1);
    const { train, validation, test } = split;
    assert.deepEqual(
      [train, validation, test].map(({ x }) => x.shape),
      [
        [100, 64],
        [250, 64],
        [500, 64],
      ],
    );
    for (const { x, y } of [train, validation, test]) {
      assert.deepEqual(y.shape, [x.shape[0], 10]);
      const labels = y.arraySync();
      assert.ok(labels.every((row) => row.filter((value) => value === 1).length === 1));
      assert.ok(labels.every((row) => row.every((value) => value === 0 || value === 1)));
    }
    disposeSplit(tf, split);
    assert.equal(tf.memory().numTensors, before);
  });
});
