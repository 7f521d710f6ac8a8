import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, freezeZeros, shrink, sparsify, sparsityReport, toOnnx } from "../../../src/nn";
import { tf } from "../../support/tensors";

describe("a model that diverged in fit", () => {
  const model = (): TensorFlow.Sequential =>
    tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [2], name: "d", kernelInitializer: "ones" })],
    });
  const diverged = async <M extends TensorFlow.LayersModel>(given: M): Promise<M> => {
    given.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(1e20) });
    await given.fit(tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 5, verbose: 0 });
    return given;
  };
  const refused = (where: string) => ({
    name: "InputError",
    message: `${where}: the weights of layer "d" must be finite, got NaN; their training diverged, so train again at a smaller rate; train of smooth-edges ends with the last finite weights`,
  });

  it("is refused by what reads its weights", async () => {
    const plain = await diverged(model());
    const readers = { freezeZeros, shrink, sparsityReport, toOnnx };
    for (const [name, read] of Object.entries(readers)) assert.throws(() => read(plain), refused(name));
    assert.throws(() => sparsify(plain, { lambda: 1 }), refused("sparsify"));
  });

  it("is refused as a twin", async () => {
    const twin = await diverged(sparsify(model(), { lambda: 0.1 }));
    assert.throws(() => collapse(twin), refused("collapse"));
    assert.throws(() => sparsityReport(twin), refused("sparsityReport"));
  });
});
