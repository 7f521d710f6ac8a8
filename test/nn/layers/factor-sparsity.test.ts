import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, type SparsifyOptions, sparsify } from "../../../src/nn";
import { factorSparsity } from "../../../src/nn/layers/factorized-layer";
import { factorizedLayers } from "../../../src/nn/layers/model-layers";
import { smallNetwork } from "../../support/small-network";
import { TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

describe("the sparsity of factors", () => {
  let tf: typeof TensorFlow;
  before(async () => {
    tf = await tensorFlowOn(TEST_BACKEND);
  });

  const CASES: readonly Partial<SparsifyOptions>[] = [
    { depth: 2, structure: "weight" },
    { depth: 3, structure: "input" },
    { depth: 2.5, structure: "neuron" },
    { depth: 4, shared: true },
  ];

  for (const options of CASES)
    it(`is the share of zeros that collapse leaves: ${JSON.stringify(options)}`, () => {
      const plain = smallNetwork(tf);
      const model = sparsify(plain, { lambda: 1, ...options, layers: [plain.layers[0].name] });
      const [layer] = factorizedLayers(model);
      // Every third gate vanishes, every other third is below what counts.
      const values = layer.gates[0]
        .read()
        .dataSync()
        .map((_, i) => [1, 0, 1e-9][i % 3]);
      layer.gates[0].write(tf.tensor(values, layer.gates[0].shape as number[]));
      const weights = collapse(model).layers[0].getWeights()[0].dataSync();
      const zeros = weights.filter((weight) => weight === 0).length;
      assert.ok(zeros > 0 && zeros < weights.length);
      assert.equal(factorSparsity([layer]), zeros / weights.length);
    });
});
